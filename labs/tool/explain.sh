# shellcheck shell=sh
# explain.sh - a rule in words, its picture, and where it stands: for a statement, a
# hole, a scenario or a unit test. And one test replayed with all that it says.
# Read by labs/lab.

# Ladders and boxes in ASCII where the terminal may not know better.
ascii() { case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in *UTF-8* | *utf8*) ;; *) echo --ascii ;; esac; }
head_of() { printf '\n%s\n' "$(say "$1")"; }
check_program() { (cd "$project" && build/bin/plumb-check "$@"); }

source_lines() { # STATEMENT
    (cd "$project" && grep -rnwF --include='*.[ch]' --include='*.def' -- "$1" reference) |
        grep -v '_test\.c:' | head -n 8 | awk -F: '{file = $1; line = $2; sub(/^[^:]*:[^:]*:[ \t]*/, ""); printf "   %s:%s  %s\n", file, line, $0}' | cut -c1-100
}

# Its number and what it says.
brief() { # STATEMENT
    check_program explain "$1" | awk '
        NR == 1 || /^  says/ {print; next}
        NR > 2 && /^   / {print; next}
        NR > 1 {exit}' | translate_rule
}

statement() { # ID
    text=$(check_program explain "$1" 2>&1) || { echo "$text" | translate_rule >&2; return 2; }
    echo "$text" | translate_rule
    head_of explain-source
    source_lines "$1"
    scenario=$(check_program explain "$1" | awk '/^  judged by/ {on = 1; sub(/^  judged by */, "")} on {print $1; exit}')
    [ -n "$scenario" ] || return 0
    head_of explain-reference
    echo "   $scenario"
    ladder "$scenario"
}

# What the reference and a client say to each other in a scenario, in one version.
ladder() { # SCENARIO
    at=$(mktemp -d)
    for version in 5.0 3.1.1; do
        check_program run --broker-core --quiet --version $version --evidence "$at" "$1" >"$at/log" 2>&1
        # shellcheck disable=SC2046,SC2086
        for f in "$at"/[!l]*.pcapng; do
            [ -e "$f" ] || continue
            "$project/build/bin/plumb-trace" --sequence --width 97 $(ascii) "$f" | head -n 60 | sed 's/^/   /'
            rm -rf "$at"
            return
        done
    done
    rm -rf "$at"
}

# The bytes of what was guilty in the student's own capture, as boxes.
box() { # SCENARIO
    name=$(echo "$1" | tr / .)
    for f in "$work/captures/$name".*.pcapng; do
        [ -e "$f" ] || continue
        number=$(sed -nE 's/^ +([0-9]+) +[0-9]+  .*/\1/p; /<==/q' "$2" | tail -n 1)
        [ -n "$number" ] || return 0
        head_of explain-box
        # shellcheck disable=SC2046
        "$project/build/bin/plumb-trace" --packet "$number" $(ascii) "$f" 2>/dev/null | sed 's/^/   /'
        return
    done
}

script_of() { # SCENARIO : its lines
    file=${1%/*} name=${1##*/}
    awk -v name="$name" '/^scenario / {on = $2 == name} on' "$project/scenarios/$file.scn" 2>/dev/null
}

explain_scenario() { # ID
    [ "$lang" != zh ] || awk -F'\t' -v id="$1" '$1 == id {print "   " $3}' "$project/labs/zh/titles.tsv"
    script_of "$1" | sed 's/^/   /'
    for id in $(script_of "$1" | grep -oE 'MQTT(311)?-[0-9.]+-[0-9]+' | awk '!seen[$0]++'); do
        echo
        brief "$id"
    done
    head_of explain-reference
    ladder "$1"
    log=$(result_of "s:$1" 4)
    [ ! -s "$log" ] || box "$1" "$log"
}

explain_unit() { # mqtt/flow/qos_2_delivers_exactly_once
    name=${1##*/} file=reference/${1%/*}_test.c
    line=$(grep -n "START_TEST($name)" "$project/$file" | cut -d: -f1)
    echo "$file:${line:-?}"
    awk -v name="$name" 'index($0, "START_TEST(" name ")") {on = 1} on {print "   " $0} on && /^END_TEST/ {exit}' "$project/$file"
    for id in $(awk -v t="u:$1" '$2 == t {print $1}' "$project/labs/needs"); do
        echo "$(say explain-needs) $id $(field "$id" 5)  $(field "$id" 4)"
    done
}

explain_hole() { # ID
    lab=${1#L}
    lab=${lab%.*}
    page=$project/labs/$(folder_of "$lab")/handout.$lang.md
    if [ "$(field "$1" 4)" != - ]; then
        echo "$1  $(field "$1" 5)  $(field "$1" 4):$(grep -nE "(^|define )$(field "$1" 5)[( ]|$(field "$1" 5)\[" "$project/$(field "$1" 4)" | head -n 1 | cut -d: -f1)"
        contract "$1" | sed '1d; s/^/   /'
    fi
    head_of explain-page
    awk -v id="$1" '/^##/ {on = index($0, "### " id " ") == 1 || $0 == "### " id} on' "$page" | set_page '   '
    for id in $(awk -v id="$1" '/^##/ {on = index($0, "### " id " ") == 1} on' "$page" | grep -oE 'MQTT(311)?-[0-9.]+-[0-9]+' | awk '!seen[$0]++'); do
        brief "$id"
    done
    head_of explain-picture
    grep -oE '\]\([^)]*\.svg\)' "$page" | sed 's/^..//; s/)$//' | while read -r svg; do
        echo "   labs/$(folder_of "$lab")/$svg" | sed -E 's|labs/[^/]*/\.\./\.\./||'
    done
    scenario=$(awk -v id="$1" '$1 == id && $2 ~ /^s:/ {sub(/^s:/, "", $2); print $2; exit}' "$project/labs/needs")
    [ -z "$scenario" ] || { echo "   $scenario"; ladder "$scenario"; }
}

explain() { # MQTT-3.3.1-2, L5.4, or a test
    need_ready
    case $1 in
    MQTT*) statement "$1" ;;
    L*.*) need_hole "$1"; explain_hole "$1" ;;
    *)
        id=${1#?:}
        if [ -n "$(script_of "$id")" ]; then explain_scenario "$id"
        elif grep -q "START_TEST(${id##*/})" "$project/reference/${id%/*}_test.c" 2>/dev/null; then explain_unit "$id"
        else die no-test "$1"; fi ;;
    esac
}

# --- one test, again ----------------------------------------------------------------
result_of() { # TEST COLUMN : in the last results that have it
    cat "$work"/.lab/results-* 2>/dev/null | awk -F'\t' -v t="$1" -v c="$2" '$1 == t {v = $c} END {print v}'
}

# The lab whose tests it belongs to: as needed, or by pattern.
lab_of() { # TEST
    lab=$(awk -v t="$1" '$2 == t {split($1, a, "[L.]"); print a[2]; exit}' "$project/labs/needs")
    [ -n "$lab" ] || lab=$(for f in "$work"/.lab/results-*; do awk -F'\t' -v t="$1" '$1 == t {n = FILENAME; sub(/.*-/, "", n); print n; exit}' "$f"; done | head -n 1)
    echo "${lab:-2}"
}

run() { # ID : built from what is there now, with everything it says
    need_tree
    need_ready
    id=${1#[usar]:}
    if grep -q " r:$id\$" "$project/labs/needs"; then
        test=r:$id what=r:request
        case $id in tcp/*) what=r:tcp ;; esac
    elif [ -n "$(script_of "$id")" ]; then test=s:$id what=s:$id
    elif [ -e "$project/reference/${id%/*}_test.c" ]; then test=u:$id what=u:${id%/*}
    else
        log=$(result_of "a:$id" 4)
        [ -n "$log" ] || die no-test "$1"
        shorten <"$log"
        return
    fi
    n=$(lab_of "$test")
    assemble "$n" || assemble "$n" open || die collides "$collided"
    export LAB_VERBOSE=1
    grade "$n" "$what" "$work/.lab/one" ||
        { say no-compile; shorten <"$work/.lab/log" | head -n 30; return 2; }
    row=$(awk -F'\t' -v t="$test" '$1 == t' "$work/.lab/one")
    [ -n "$row" ] || die no-test "$1"
    open=$(awk -v t="$test" -v n="L$n." '$2 == t && index($1, n) == 1 {print $1}' "$project/labs/needs" | while read -r hole; do ! is_blank "$hole" || echo "$hole"; done | head -n 1)
    case $row in *'	right	'*) [ -z "$open" ] || { printf '%s  %s: %s\n' "$id" "$(say blank)" "$open"; return 1; } ;; esac
    echo "$row" | while IFS='	' read -r test result words log; do
        case $result in
        right) printf '%s  %s\n' "$id" "$(say right)" ;;
        blank) printf '%s  %s: %s\n' "$id" "$(say blank)" "${words#not written: }" ;;
        *) LAB_LINES=400 show_failure "$test" "$result" "$words" "$log" "$n" "$work/.lab/one" ;;
        esac
        case $test-$result in
        r:*-wrong | u:*-wrong | u:*-crash | u:*-loop) echo; grep -vE "in (__|_start|srunner|test_run|main )" "$log" | head -n 60 | shorten | sed "s/^/   /" | translate ;;
        s:*-right) ladder_of_captures "$id" ;;
        esac
        [ "$result" = right ]
    done
}

ladder_of_captures() { # SCENARIO : the student's broker, as just played
    for f in "$work/.lab/tree/.build/captures/$(echo "$1" | tr / .)".*.pcapng; do
        [ -e "$f" ] || continue
        # shellcheck disable=SC2046
        "$project/build/bin/plumb-trace" --sequence --width 97 $(ascii) "$f" | head -n 80 | sed 's/^/   /'
    done
}
