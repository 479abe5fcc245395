# shellcheck shell=sh
# report.sh - the five parts of report.md, two points each: is something in them, and
# is it about the bug that was caught?
# Read by judge. Writes the line of L12.2 on standard output.

# The text under the heading that begins with WORD.
part() { # WORD
    awk -v w="$1" '/^## / {on = index($0, "## " w) == 1; next} on' "$work/report.md" 2>/dev/null
}

# How many words; a Chinese character is half a word.
words() { awk '{
    n += gsub(/[A-Za-z0-9][A-Za-z0-9_.-]*/, " ")
    gsub(/[\001-\177]/, ""); bytes += length($0) }
    END {print int(n + bytes / 6)}'; }

packets='CONNECT|CONNACK|PUBLISH|PUBACK|PUBREC|PUBREL|PUBCOMP|SUBSCRIBE|SUBACK|UNSUBSCRIBE|UNSUBACK|PINGREQ|PINGRESP|DISCONNECT|AUTH'

# What a title says beside that something is wrong.
title_says() {
    part Title | tr 'A-Z' 'a-z' |
        sed -E 's/\b(the|a|an|is|it|in|of|this|there|bug|bugs|broker|server|error|wrong|broken|fault|faulty|bad|fail|fails|failed|does|not|work|working|problem|issue|report|mqtt)\b//g; s/错误|有错|服务端|有问题|问题|不对|不工作|报告|出错|一个|的//g' | words
}

judge_title() { [ "$(title_says)" -ge 3 ] || { say l12-title; return 1; }; }

judge_steps() {
    [ "$(part Steps | grep -cE '^ *([0-9]+[.)]|[-*]) *[^ ]')" -ge 3 ] &&
        [ "$(part Steps | grep -oE "\b($packets)\b" | sort -u | wc -l)" -ge 2 ] || { say l12-steps; return 1; }
}

sections() { # STATEMENT... : MQTT-3.3.1-5 is of 3.3.1
    echo "$*" | tr ' ' '\n' | sed -nE 's/^MQTT(311)?-(.*)-[0-9]+$/\2/p' | sort -u
}

judge_expected() {
    text=$(part Expected)
    [ "$(echo "$text" | words)" -ge 5 ] || { say l12-expected-words; return 1; }
    # shellcheck disable=SC2086
    for section in $(sections $own); do
        case $text in *"$section"*) return 0 ;; esac
    done
    say l12-expected-section
    return 1
}

# Runs of bytes in the text, as 31 0c, 31:0c, 0x31 or 310c, without what is between.
runs_of_bytes() {
    tr 'A-F\n:,`' 'a-f    ' | awk '{
        gsub(/0x/, " "); gsub(/[^0-9a-f ]/, " & "); run = ""
        for (i = 1; i <= NF + 1; i++)
            if (i <= NF && $i ~ /^([0-9a-f][0-9a-f])+$/ && (length($i) == 2 || $i ~ /[0-9]/)) run = run $i
            else { if (length(run) >= 8) print run; run = "" } }'
}

judge_actual() { # BUG
    part Actual | runs_of_bytes >"$at/runs"
    [ -s "$at/runs" ] || { say l12-actual-bytes "evidence/$1"; return 1; }
    grep "^$1$tab" "$at/caught" | cut -f3 | while read -r id; do show_evidence "$1" "$id"; done
    for capture in "$work/evidence/$1"/*.pcapng; do
        od -An -v -tx1 "$capture" | tr -d ' \n'
        echo
    done >"$at/bytes"
    grep -qF -f "$at/runs" "$at/bytes" || { say l12-actual-elsewhere "$(head -n 1 "$at/runs")" "evidence/$1"; return 1; }
}

judge_statement() {
    text=$(part Statement)
    cited=$(echo "$text" | grep -oE 'MQTT(311)?-[0-9.]+-[0-9]+' | head -n 1)
    [ -n "$cited" ] || { say l12-statement-none; return 1; }
    case " $own " in
    *" $cited "*) ;;
    *) say l12-statement-other "$cited"; return 1 ;;
    esac
    [ "$(echo "$text" | sed "s/$cited//" | words)" -ge 4 ] || { say l12-statement-words "$cited"; return 1; }
}

judge_report() {
    if [ ! -e "$work/report.md" ] || cmp -s "$work/report.md" "$here/given/report.md"; then
        echo 'L12.2 blank 0 5 0 10'
        return
    fi
    bug=$(grep -oE 'bug-[0-9][0-9]' "$work/report.md" | head -n 1)
    fault=$(awk -F'|' -v b="$bug" '$1 == b {print $3}' "$at/bugs")
    good=0
    for name in title steps expected actual statement; do
        case $name in
        title | steps) words=$(judge_$name) ;;
        *)
            if [ -z "$fault" ] || ! grep -q "^$bug$tab" "$at/caught"; then
                words=$(say l12-not-caught "${bug:-bug-__}"; exit 1)
            else
                own="$(sed -nE 's/^statement +//p' "$project/conformance/faults/$fault.fault") $(awk -F'|' -v b="$bug" '$1 == b {print $4}' "$at/bugs")"
                words=$(judge_$name "$bug")
            fi ;;
        esac
        if [ $? -eq 0 ]; then
            good=$((good + 1))
            tell "report/$name" right
        else
            tell "report/$name" wrong "$words"
        fi
    done
    result=wrong
    [ $good -lt 5 ] || result=right
    echo "L12.2 $result $good 5 $((good * 2)) 10"
}
