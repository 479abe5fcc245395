# shellcheck shell=sh
# known.sh - the mistakes that others made before: a fault of conformance/faults/ or
# labs/mistakes/ with a line `hole ID`. Read by labs/lab.

mistake_file() { # NAME
    for f in "$project/conformance/faults/$1.fault" "$project/labs/mistakes/$1.fault"; do
        [ -e "$f" ] && echo "$f" && return
    done
}

what_is_wrong() { # NAME
    key=wrong
    [ "$lang" = zh ] && key=wrong-zh
    sed -nE "s/^$key  *(.*)/\\1/p" "$(mistake_file "$1")"
}

# For each wrong hole: which mistakes does it look like? "hole likeness name", the
# likest first.
recognise() { # JUDGED RESULTS
    while read -r id result _; do
        case $result in wrong | crash | loop | untried) ;; *) continue ;; esac
        LC_ALL=C awk -F'\t' -v hole="$id" -v needs="$project/labs/needs" \
            -v known="$project/labs/mistakes.tsv" -f "$project/labs/tool/known.awk" "$2" |
            sed "s/^/$id	/"
    done <"$1" | sort -t'	' -s -k2,2rn
}

# The one hole that looks exactly like a mistake, if there is one.
suspect() { # RECOGNISED
    awk -F'\t' '$2 == "1.00" {if (hole != $1) n++; hole = $1} END {if (n == 1) print hole}' "$1"
}

# When some hole looks exactly like one, the others failed because of it, and nothing
# is said of them; nor when the failure was traced to one hole (find_guilty).
known_mistakes() { # LAB
    awk -F'\t' -v guilty="$(cut -d' ' -f2 "$work/.lab/guilty-$1" 2>/dev/null)" '
        guilty != "" && $1 != guilty {next}
        !n++ {best = $2}
        $2 == best && n <= 3' "$work/.lab/known-$1" |
        while IFS='	' read -r id _ name; do
            say known "$id" "$(what_is_wrong "$name")"
        done
}
