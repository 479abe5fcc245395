# shellcheck shell=sh
# collect.sh - many submissions judged again, with nothing of theirs but the sources
# with holes and the answers. Read by labs/lab.
#
#     labs/lab collect [--out DIR] [--seeds FILE] [--labs "2 5"] SUBMISSION...
#
# Each SUBMISSION is a directory as `start` made it. Of it are taken: the files of the
# manifest, answers (small files beside reference/), and progress.tsv for hours and
# hints. Tests, headers, judges and captures are the project's; bodies that are the
# reference's, byte for byte, are borrowed. A lab of one submission gets
# LAB_COLLECT_SECONDS (1200) of the wall. DIR gets NAME.json, the same for Gradescope
# and Autolab, NAME.log, cohort.csv and cohort.json.

# A plain file of theirs, of a sane size, in place of ours. No link, and no directory
# on its way that leads out of the submission.
take() { # SUBMISSION PLACE TO
    [ -f "$1/$2" ] && [ ! -L "$1/$2" ] && [ "$(wc -c <"$1/$2")" -le 1000000 ] || return 1
    case $(cd -P "$(dirname "$1/$2")" && pwd)/ in
    "$(cd -P "$1" && pwd)"/*) ;;
    *) say leads-out "$2"; return 1 ;;
    esac
    mkdir -p "$(dirname "$3")" && cp "$1/$2" "$3"
}

# $work becomes a directory of ours with what they wrote.
take_over() { # SUBMISSION SEED
    rm -rf "$work"
    mkdir -p "$work/.lab"
    echo "$2" >"$work/.lab/seed"
    for f in $(files); do
        mkdir -p "$work/$(dirname "$f")"
        take "$1" "$f" "$work/$f" || (cd "$project" && "$blank" "$f" $(triples "$f" 0)) >"$work/$f"
    done
    for give in "$project"/labs/*/give; do
        [ ! -x "$give" ] || "$give" "$work" >/dev/null 2>&1 || say given-nothing "$give"
    done
    (cd "$1" && find . -path ./reference -prune -o -path ./.lab -prune -o -path ./.git -prune -o -path ./captures -prune -o \
        -type f ! -name '*.pcap*' ! -name progress.tsv ! -name lab -print | head -n 500) |
        while IFS= read -r f; do take "$1" "$f" "$work/$f"; done
    : >"$work/progress.tsv"
    take "$1" progress.tsv "$work/.lab/theirs" && LC_ALL=C awk -F'\t' '
        $1 ~ /^[0-9]+$/ && $2 ~ /^(hint|borrow|hours)$/ && $3 ~ /^L[0-9.]+(:[0-9])?$/ && $4 ~ /^[0-9.]*$/ && NR < 100000' "$work/.lab/theirs" >"$work/progress.tsv"
    mark_borrowed
}

# The reference's own body is borrowed, whatever the log says. Three lines can be
# the same by chance, and are not counted.
mark_borrowed() {
    holes | while read -r id _ kind file name _; do
        "$blank" --body "$work/$file" "$kind" "$name" >"$work/.lab/yours" 2>/dev/null || continue
        [ "$(wc -l <"$work/.lab/yours")" -gt 6 ] || continue
        "$blank" --body "$project/$file" "$kind" "$name" | cmp -s - "$work/.lab/yours" || continue
        grep -q "	borrow	$id\$" "$work/progress.tsv" || note borrow "$id"
    done
}

# Files that do not compile are blank again, and said: one typing error is not the
# end of twelve labs.
spare() { # LAB
    for _ in 1 2 3 4 5; do
        LAB_DIR="$work" timeout -k 5 "$seconds" "$project/labs/lab" --lang "$lang" check "$1" --all >"$work/.lab/said" 2>&1
        ended=$?
        case $ended in
        124 | 137)
            rm -f "$work/.lab/judged-$1" "$work/.lab/results-$1"
            say lab-too-long "$seconds" >>"$work/.lab/said" ;;
        esac
        [ $ended -eq 2 ] || break
        bad=$(sed -nE 's|.*(reference/[a-z0-9_/]+\.(c\|def)):[0-9]+(:[0-9]+)?: (fatal )?error.*|\1|p' "$work/.lab/log" | sort -u)
        theirs=
        for f in $bad; do
            files | grep -qxF "$f" || continue
            theirs="$theirs $f"
            (cd "$project" && "$blank" "$f" $(triples "$f" 0)) >"$work/$f"
        done
        cat "$work/.lab/said"
        [ -n "$theirs" ] || return
        say counts-as-blank "$theirs"
    done
    cat "$work/.lab/said"
}

is_touched() { # LAB : anything written in it?
    for id in $(holes | awk -v n="$1" '{split($1, a, "[L.]"); if (a[2] == n) print $1}'); do
        is_blank "$id" || return 0
    done
    [ -x "$project/labs/$(folder_of "$1")/judge" ]
}

# One submission; in a process of its own, so that nothing of it stays.
collect_one() ( # SUBMISSION NAME SEED
    ulimit -c 0
    ulimit -f 400000
    work=$out/.work
    take_over "$1" "$3"
    for n in $labs; do
        is_touched "$n" || continue
        echo "== $(say lab-number "$n")"
        spare "$n"
    done
    results_json >"$out/$2.json"
    results_gradescope >"$out/$2.gradescope.json"
    results_autolab >"$out/$2.autolab.json"
    hole_rows | awk -F'\t' -v name="$2" 'BEGIN {OFS = ","} {p[$2] += $7; all += $7; b += $9 == "yes"}
        END {printf "%s", name; for (n = 1; n <= 12; n++) printf ",%d", p[n]; printf ",%d,%d", all, b}' >"$out/.row"
    for n in 1 2 3 4 5 6 7 8 9 10 11 12; do told_of $n; done |
        awk '{h += $1; if ($2 != "-") t += $2} END {printf ",%d,%s\n", h, t + 0}' >>"$out/.row"
    cat "$out/.row" >>"$out/cohort.csv"
    test_rows | awk -F'\t' -v name="$2" '{print "T\t" name "\t" $2 "\t" $1 "\t" $4 "\t" $3}' >>"$out/.all"
    hints_opened | sed "s/^/O	$2	/" >>"$out/.all"
    for n in $labs; do
        told_of "$n" | awk -v name="$2" -v n="$n" '$2 != "-" {print "U\t" name "\t" n "\t" $2}'
        unmatched "$2" "$n"
    done >>"$out/.all"
)

# The tests of a lab that failed together, where no known mistake explains them.
unmatched() { # NAME LAB
    [ -s "$work/.lab/results-$2" ] || return 0
    set=$(awk -F'\t' '$2 != "right" && $2 != "blank" {print $1}' "$work/.lab/results-$2" | sort | tr '\n' ' ')
    [ -n "$set" ] || return 0
    [ ! -s "$work/.lab/known-$2" ] || return 0
    printf 'M\t%s\t%s\t%s\n' "$1" "$2" "$set"
}

cohort() { # all of .all, summed up
    LC_ALL=C awk -F'\t' "$JSON_TEXT"'
        $1 == "N" { names++ ; next }
        $1 == "T" && $5 == "blank" { next } # says nothing of the test
        $1 == "T" { of[$4]++; if ($5 != "right") wrong[$4]++; hole[$4] = $6; next }
        $1 == "O" { opened[$3]++; next }
        $1 == "U" { hours[$3] = hours[$3] " " $4; next }
        $1 == "M" { key = $3 "\t" $4; if (!(key in who)) order[++sets] = key; who[key] = who[key] (who[key] == "" ? "" : ",") json($2) }
        function top(count, what, limit,  n, best, k, done, s) { # the largest first
            for (n = 0; n < limit; n++) {
                best = ""
                for (k in count) if (!(k in done) && (best == "" || count[k] > count[best] || (count[k] == count[best] && k < best))) best = k
                if (best == "") break
                done[best] = 1
                s = s (n ? "," : "") "\n  {" what ":" json(best) ",\"count\":" count[best] (what ~ /test/ ? ",\"of\":" of[best] ",\"hole\":" json(hole[best]) : "") "}"
            }
            return s
        }
        function median(list,  a, n, i, j, t) {
            n = split(list, a, " ")
            for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j - 1] + 0 > a[j] + 0; j--) {t = a[j]; a[j] = a[j - 1]; a[j - 1] = t}
            return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
        }
        END {
            printf "{\"submissions\":%d,\n\"median_hours\":{", names
            for (n = 1; n <= 12; n++) if (n in hours) printf "%s\"%d\":%s", k++ ? "," : "", n, median(hours[n])
            printf "},\n\"hardest_tests\":[%s],\n\"most_opened_hints\":[%s],\n\"unknown_mistakes\":[", top(wrong, "\"test\"", 20), top(opened, "\"hint\"", 20)
            for (i = 1; i <= sets; i++) {
                split(order[i], w, "\t"); m = split(w[2], tests, " "); s = ""
                for (j = 1; j <= m; j++) s = s (j > 1 ? "," : "") json(tests[j])
                printf "%s\n  {\"lab\":%d,\"submissions\":[%s],\"tests\":[%s]}", (i > 1 ? "," : ""), w[1], who[order[i]], s
            }
            print "]}"
        }' "$out/.all"
}

collect() {
    out=collected seeds='' labs='1 2 3 4 5 6 7 8 9 10 11 12'
    while :; do
        case ${1:-} in
        --out) [ $# -ge 2 ] || die usage; out=$2; shift 2 ;;
        --seeds) [ $# -ge 2 ] || die usage; seeds=$2; shift 2 ;;
        --labs) [ $# -ge 2 ] || die usage; labs=$2; shift 2 ;;
        --*) die usage ;;
        *) break ;;
        esac
    done
    [ $# -ge 1 ] || die usage
    [ -z "$seeds" ] || [ -r "$seeds" ] || die no-submission "$seeds"
    for n in $labs; do case $n in [1-9] | 1[0-2]) ;; *) die no-lab "$n" ;; esac; done
    for submission; do [ -d "$submission" ] || die no-submission "$submission"; done
    seconds=${LAB_COLLECT_SECONDS:-1200}
    need_ready
    mkdir -p "$out" && out=$(cd "$out" && pwd) || exit 2
    : >"$out/.all"
    echo "name,lab1,lab2,lab3,lab4,lab5,lab6,lab7,lab8,lab9,lab10,lab11,lab12,points,borrowed,hints,hours" >"$out/cohort.csv"
    for submission in "$@"; do
        submission=$(cd "$submission" && pwd) || continue
        name=$(basename "$submission" | LC_ALL=C tr -c 'A-Za-z0-9._\n-' _)
        again=$(grep -cE "^N	$name(-[0-9]+)?\$" "$out/.all")
        [ "$again" -eq 0 ] || name=$name-$again
        printf 'N\t%s\n' "$name" >>"$out/.all"
        seed=$([ -z "$seeds" ] || awk -v n="$name" '$1 == n {print $2}' "$seeds")
        [ -n "$seed" ] || seed=$(take "$submission" .lab/seed "$out/.seed" >/dev/null && LC_ALL=C tr -cd 0-9 <"$out/.seed" | cut -c1-10)
        if [ ! -d "$submission/reference" ]; then
            say no-reference "$submission" >"$out/$name.log"
            say collected "$name" '-'
            echo "$name,,,,,,,,,,,,,0,0,0,0" >>"$out/cohort.csv"
            continue
        fi
        collect_one "$submission" "$name" "${seed:-1}" >"$out/$name.log" 2>&1 || say not-to-the-end >>"$out/$name.log"
        say collected "$name" "$(awk -F, -v n="$name" '$1 == n {p = $14} END {print p + 0}' "$out/cohort.csv")"
    done
    cohort >"$out/cohort.json"
    rm -rf "$out/.work" "$out/.all" "$out/.row" "$out/.seed"
    say collected-in "$out"
}
