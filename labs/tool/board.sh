# shellcheck shell=sh
# board.sh - what the last checks found, for people and for machines.
# Read by labs/lab.

board() {
    need_tree
    while read -r n folder _ en zh; do
        case $n in \#) continue ;; esac
        title=$(echo "$en" | tr _ ' ')
        [ $lang = zh ] && title=$(echo "$zh" | tr _ ' ')
        max=$(awk -v n="$n" '/^L/ {split($1, a, "[L.]"); if (a[2] == n) m += $2} END {print m}' "$manifest")
        got=$(awk '{p += $5} END {print p + 0}' "$work/.lab/judged-$n" 2>/dev/null || echo 0)
        bar=$(awk -v g="${got:-0}" -v m="$max" 'BEGIN {for (i = 1; i <= 20; i++) printf "%s", i * m <= g * 20 ? "#" : "."}')
        printf '%3s  [%s] %3s/%-3s  %s\n' "$n" "$bar" "${got:-0}" "$max" "$title"
    done <"$project/labs/list"
    say total "$(cat "$work"/.lab/judged-* 2>/dev/null | awk '{p += $5} END {print p + 0}')" 500
}

# results.json: what the last checks found, for machines; --gradescope and --csv: the
# same as others want it.
results() {
    need_tree
    cat "$work"/.lab/judged-* 2>/dev/null | awk -v form="${1:-}" -v seed="$(cat "$work/.lab/seed")" '
        BEGIN { if (form == "--csv") print "hole,result,right,tests,points,maximum"
                else if (form == "--gradescope") printf "{\"tests\":["
                else printf "{\"seed\":%s,\"holes\":[", seed }
        form == "--csv" { print $1 "," $2 "," $3 "," $4 "," $5 "," $6; next }
        form == "--gradescope" { printf "%s{\"name\":\"%s\",\"score\":%d,\"max_score\":%d,\"output\":\"%s, %d of %d tests\"}", (n++ ? "," : ""), $1, $5, $6, $2, $3, $4; next }
        { printf "%s{\"id\":\"%s\",\"result\":\"%s\",\"right\":%d,\"tests\":%d,\"points\":%d,\"max\":%d}", (n++ ? "," : ""), $1, $2, $3, $4, $5, $6; p += $5 }
        END { if (form == "--gradescope") print "]}"
              else if (form != "--csv") printf "],\"points\":%d}\n", p }'
}
