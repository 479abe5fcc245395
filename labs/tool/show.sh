# shellcheck shell=sh
# show.sh - one failure on the terminal.
# Read by labs/lab.

# The line of a student's own file that a report of a sanitizer leads to.
your_line() { # LOG
    sed -nE "s|^ *#[0-9]+ .* in ([A-Za-z0-9_]+) $work/.lab/tree/([^:]+):([0-9]+).*|\1 \2 \3|p" "$1" | head -n 1 |
        while read -r function file line; do
            text=$(sed -n "${line}p" "$work/.lab/tree/$file")
            mine=$(grep -nxF -- "$text" "$work/$file" | head -n 1 | cut -d: -f1)
            printf '   '
            say your-line "$file" "${mine:-$line}" "$function"
            printf '   %s\n' "$text"
        done
}

show_failure() { # TEST RESULT WORDS LOG
    case $1 in
    s:* | a:*) printf '\n%s %s  (%s)\n' "$(say fail)" "${1#?:}" "$(say "$2")" ;;
    *) printf '\n%s %s  (%s)\n' "$(say fail)" "$1" "$(say "$2")" ;;
    esac
    case $3-$1-$2 in
    --*) ;;
    *-a:*-wrong) sed "s/^/   /" "$4" ;; # answers, not code
    *-s:*-wrong) awk '/^ *(FAIL|ERROR)/ {on = 1} on && n++ < 40' "$4" ;;
    *) printf '   %s\n' "$3" | sed "s|$work/.lab/tree/||; s|$project/||" ;;
    esac
    case $2 in crash | loop) your_line "$4" ;; esac
    # What the test says there, in the project's own words.
    echo "$3" | sed -nE 's/^(reference[^:]*):([0-9]+): .*/\1 \2/p' | while read -r file line; do
        printf '   %s:%s: %s\n' "$file" "$line" "$(sed -n "${line}s/^ *//p" "$project/$file")"
    done
}
