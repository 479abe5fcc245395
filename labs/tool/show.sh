# shellcheck shell=sh
# show.sh - one failure on the terminal.
# Read by labs/lab.

# Colour is for terminals, and for those who want it.
has_colour() { [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; }

paint() { # standard input, with the words that matter in colour
    if ! has_colour; then
        cat
        return
    fi
    esc=$(printf '\033')
    sed -E "s/^(FAIL|ERROR|INCONCLUSIVE|UNSTABLE|$(say fail))( .*)/$esc[1;31m\1$esc[0m\2/
        s/(<== .*)/$esc[1;33m\1$esc[0m/
        s/^( *)(\^[\^ ]*)$/\1$esc[1;31m\2$esc[0m/
        s/^( +[0-9]*x? +-- .* --)(.*)/$esc[35m\1$esc[0m\2/"
}

# What belongs to the project or to .lab/tree is shown by its place in it.
shorten() { sed "s|$work/.lab/tree/||g; s|$work/||g; s|$project/||g"; }

# Where LINE of FILE in .lab/tree stands in the student's own: the same text, nearest.
line_of_yours() { # FILE LINE
    text=$(sed -n "${2}p" "$work/.lab/tree/$1")
    mine=$(grep -nxF -- "$text" "$work/$1" | awk -F: -v near="$2" '
        {d = $1 - near; if (d < 0) d = -d; if (!n++ || d < best) {best = d; at = $1}} END {print at}')
    echo "${mine:-$2}"
}

# The line of a student's own file that a report of a sanitizer leads to.
your_line() { # LOG
    sed -nE "s|^ *#[0-9]+ .* in ([A-Za-z0-9_]+) $work/.lab/tree/([^:]+):([0-9]+).*|\1 \2 \3|p" "$1" | head -n 1 |
        while read -r function file line; do
            printf '   '
            say your-line "$file" "$(line_of_yours "$file" "$line")" "$function"
            sed -n "${line}s/^/   /p" "$work/.lab/tree/$file"
        done
}

# "A == x, B == y" of an assertion that failed, one above the other, with a mark
# where they part. The names say which one was expected; if not, the second.
show_difference() { # WORDS
    printf '%s\n' "$1" | LC_ALL=C awk -v expected="$(pad "$(say expected)" 10)" -v actual="$(pad "$(say actual)" 10)" '
        function fixed(s) { return s ~ /^("|-?[0-9]|0x)/ || s ~ /expected|want|right|EXP/ }
        function spaced(s,  i, t) { # bytes in hex, as ck_assert_mem_eq says them
            if (s !~ /^"?[0-9a-f][0-9a-f]([0-9a-f][0-9a-f])+"?$/ || length(s) < 6) return s
            gsub(/"/, "", s)
            for (i = 1; i <= length(s); i += 2) t = t (i > 1 ? " " : "") substr(s, i, 2)
            return t
        }
        {
            if (!match($0, /failed: /)) exit
            rest = substr($0, RSTART + RLENGTH)
            # "L == x, R == y": both sides of the middle have the same operator or "==".
            n = 0
            for (i = 1; i <= length(rest); i++)
                if (substr(rest, i, 2) == ", ") cut[++n] = i
            for (k = 1; k <= n; k++) {
                left = substr(rest, 1, cut[k] - 1); right = substr(rest, cut[k] + 2)
                if (left ~ / == / && right ~ / == /) break
            }
            if (k > n) exit
            split_at(left); ln = name; lv = value
            split_at(right); rn = name; rv = value
            if (fixed(ln) && !fixed(rn)) { t = lv; lv = rv; rv = t }
            lv = spaced(lv); rv = spaced(rv)
            if (length(lv) > 84 || length(rv) > 84) clip()
            printf "   %s%s\n   %s%s\n", expected, rv, actual, lv
            for (i = 1; i <= length(lv) && substr(lv, i, 1) == substr(rv, i, 1); i++) ;
            printf "   %*s%s\n", 10 + i - 1, "", (lv " " rv) ~ /^[0-9a-f][0-9a-f]( [0-9a-f][0-9a-f])/ ? "^^" : "^"
        }
        function split_at(s,  at) { # at the last " == " outside of quotes
            at = index(s, " == ")
            while (index(substr(s, at + 4), " == ")) {
                if (substr(s, at + 4, 1) == "\"") break
                at += 3 + index(substr(s, at + 4), " == ")
            }
            name = substr(s, 1, at - 1); value = substr(s, at + 4)
        }
        function clip(  from) { # to where they part
            for (i = 1; substr(lv, i, 1) == substr(rv, i, 1) && i < length(lv); i++) ;
            from = i > 40 ? i - 40 : 1
            lv = (from > 1 ? "..." : "") substr(lv, from, 80)
            rv = (from > 1 ? "..." : "") substr(rv, from, 80)
        }'
}

# The lines of the test that gave up, and the one above that it was called from:
# the test itself, when that was a helper.
show_test() { # WORDS LOG
    place=$(printf '%s\n' "$1" | sed -nE 's/^(reference[^: ]*:[0-9]+): .*/\1/p')
    caller=$(sed -nE 's|^ *#[0-9]+ .* in [A-Za-z0-9_]+ (\./)?(reference/[^:]*_test\.c:[0-9]+).*|\2|p' "$2" | head -n 1)
    [ "$caller" = "$place" ] && caller=
    for at in $caller $place; do
        awk -v at="${at##*:}" -v place="$at" '
            NR >= at - 2 && NR <= at {line[NR] = $0; match($0, /^ */); if (!(first++) || RLENGTH < least) least = RLENGTH}
            END {
                print "   " place
                for (n = at - 2; n <= at; n++) if (n in line) print (n == at ? "   > " : "     ") substr(line[n], least + 1)
            }' "$project/${at%:*}" | cut -c1-100
    done
}

# Which hole it is about: the one in which it crashed or looped (LOG), the one it names,
# else, of those that the test needs, the one of whose tests most are wrong.
hole_of() { # TEST LAB [LOG]
    ended_in=$([ -z "${3:-}" ] || sed -nE "s|^ *#[0-9]+ .* in ([A-Za-z0-9_]+) $work/.lab/tree/[^:]+:.*|\1|p" "$3" | head -n 1)
    named=$([ -z "$ended_in" ] || holes | awk -v name="$ended_in" -v n="L$2." 'index($1, n) == 1 && $5 == name {print $1; exit}')
    [ -z "$named" ] || { echo "$named"; return; }
    named=$(cat "$work/.lab/guilty-$2" "$work/.lab/about-$2" 2>/dev/null | awk -v t="$1" '$1 == t {print $2; exit}')
    [ -z "$named" ] || { echo "$named"; return; }
    awk -v t="$1" -v n="$2" -v judged="$work/.lab/judged-$2" -v suspect="${suspect:-}" '
        BEGIN { while ((getline line < judged) > 0) {split(line, w, " "); if (w[4]) share[w[1]] = w[1] == suspect ? 2 : (w[4] - w[3]) / w[4]} }
        {split($1, a, "[L.]")}
        $2 == t && a[2] == n && ($1 in share) && share[$1] > best {best = share[$1]; hole = $1}
        END {print hole}' "$project/labs/needs"
}

show_failure() { # TEST RESULT WORDS LOG LAB RESULTS
    id=${1#?:}
    case $2 in crash | loop) ended=$4 ;; *) ended= ;; esac
    hole=$(hole_of "$1" "${5:-0}" "$ended")
    echo
    case $1-$2 in
    s:*-wrong)
        head -n "${LAB_LINES:-60}" "$4" ;;
    a:*-wrong) # answers, not code
        printf '%s  %s  (%s)\n' "$(say fail)" "$id" "$(say "$2")"
        sed "/./s/^/   /" "$4" | fold_lines ;;
    *)
        printf '%s  %s  (%s)%s\n' "$(say fail)" "$id" "$(say "$2")" "${hole:+  $hole $(field "$hole" 5)}"
        case $2 in
        crash)
            case $3 in
            null | stack | freed | free | bounds | leak | memory | abort | exit | fork | pointer) printf '   %s\n' "$(say "crash-$3")" ;;
            undefined:*) printf '   %s%s\n' "$(say crash-undefined)" "${3#undefined: }" ;;
            *) printf '   %s\n' "$(say crash-unknown)" ;;
            esac ;;
        loop) printf '   %s\n' "$(say crash-loop)" ;;
        *)
            show_test "$3" "$4"
            case $3 in *failed:*) show_difference "$3" ;; -) ;; *) printf '   %s\n' "${3#*: }" | cut -c1-100 ;; esac ;;
        esac
        case $2 in crash | loop) your_line "$4" ;; esac ;;
    esac | shorten | translate | paint
    case $1 in a:*) return ;; esac
    ! grep -qxF "$1 $hole" "$work/.lab/guilty-${5:-0}" 2>/dev/null || printf '   %s\n' "$(say guilty "$(field "$hole" 5)")"
    replay=$(say replay "$id") rule=$(say rule "${hole:-$id}")
    if [ ${#replay} -gt 60 ]; then # two lines of what would be too wide
        printf '   %s\n   %s\n' "$replay" "$rule"
    else
        printf '   %s   %s\n' "$replay" "$rule"
    fi
}
