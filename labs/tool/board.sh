# shellcheck shell=sh
# board.sh - where the student stands: points, hints opened, hours, what is next.
# Read by labs/lab.

# What progress.tsv says of a lab: hints opened, hours told last ("-": none).
told_of() { # LAB
    awk -F'\t' -v n="$1" '
        {split($3, a, "[L.:]")}
        a[2] != n {next}
        $2 == "hint" && !($3 in seen) {seen[$3] = 1; hints++}
        $2 == "hours" {hours = $4}
        END {print hints + 0, hours == "" ? "-" : hours}' "$work/progress.tsv" 2>/dev/null || echo '0 -'
}

judged_all() { cat "$work"/.lab/judged-[0-9]* 2>/dev/null; }

board() {
    need_tree
    [ -e "$work/progress.tsv" ] || : >"$work/progress.tsv"
    printf '%3s  %-22s %-7s  %s %s\n' '' '' "$(say points)" "$(pad "$(say hints)" 5)" "$(say hours)"
    while read -r n _ _ en zh; do
        case $n in \#) continue ;; esac
        title=$(echo "$en" | tr _ ' ')
        [ "$lang" = zh ] && title=$(echo "$zh" | tr _ ' ')
        max=$(awk -v n="$n" '/^L/ {split($1, a, "[L.]"); if (a[2] == n) m += $2} END {print m}' "$manifest")
        got=$(awk '{p += $5} END {print p + 0}' "$work/.lab/judged-$n" 2>/dev/null || echo 0)
        bar=$(awk -v g="${got:-0}" -v m="$max" 'BEGIN {for (i = 1; i <= 20; i++) printf "%s", i * m <= g * 20 ? "#" : "."}')
        told_of "$n" | { read -r hints hours
            printf '%3s  [%s] %3s/%-3s  %5s %5s  %s\n' "$n" "$bar" "${got:-0}" "$max" "$hints" "$hours" "$title"; }
    done <"$project/labs/list"
    say total "$(judged_all | awk '{p += $5} END {print p + 0}')" 500
    board_next
}

# The first hole without its points, of the first lab that is not done.
board_next() {
    next=$(awk -v work="$work/.lab/judged-" '
        /^L/ {
            split($1, a, "[L.]"); lab = a[2]
            if (!(lab in read_it)) {
                read_it[lab] = 1
                while ((getline line < (work lab)) > 0) {split(line, w, " "); if (w[2] == "right") done[w[1]] = 1}
            }
            if (!($1 in done)) {print $1; exit}
        }' "$manifest")
    [ -n "$next" ] || { say all-done; return 0; }
    lab=${next#L}
    say board-next "$next" "$(field "$next" 5)" "${lab%.*}" "$project/labs/$(folder_of "${lab%.*}")/handout.$lang.md"
}

hours() { # LAB HOURS
    need_tree
    case $1 in [1-9] | 1[0-2]) ;; *) die no-lab "$1" ;; esac
    echo "$2" | grep -qE '^[0-9]{1,3}([.][0-9]{1,2})?$' || die no-hours "$2"
    printf '%s\thours\tL%s\t%s\n' "$(date +%s)" "$1" "$2" >>"$work/progress.tsv"
    say hours-noted "$1" "$2"
}

# Asked once, when a lab is done and somebody is there to answer.
ask_hours() { # LAB
    [ -t 0 ] && [ -t 1 ] || return 0
    told_of "$1" | grep -q -- ' -$' || return 0
    printf '%s ' "$(say hours-question "$1")"
    read -r answer || return 0
    [ -z "$answer" ] || (hours "$1" "$answer")
}
