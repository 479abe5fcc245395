# shellcheck shell=sh
# check.sh - a lab's tests run on a student's work, and what they mean.
# Read by labs/lab.

# Which hole a failed test is about, when what it says names one that it needs:
# "test hole". It may say nothing against the others, nor anything for them.
about() { # LAB RESULTS
    awk -F'\t' -v n="L$1." -v needs="$project/labs/needs" -v manifest="$manifest" '
        BEGIN {
            while ((getline line < manifest) > 0) {split(line, w, " "); name[w[1]] = tolower(w[5])}
            while ((getline line < needs) > 0) {split(line, w, " "); if (index(w[1], n) == 1) need[w[2]] = need[w[2]] " " w[1]} }
        $2 == "wrong" && $1 in need {
            count = split(need[$1], of, " ")
            best = ""
            for (i = 1; i <= count; i++)
                if (index(tolower($3), name[of[i]]) && length(name[of[i]]) > length(name[best])) best = of[i]
            if (best != "") print $1, best }' "$2"
}

# One line per hole: id result passed tests points maximum
judge() { # LAB RESULTS
    about "$1" "$2" >"$work/.lab/about-$1"
    holes | awk -v n="$1" '{split($1, a, "[L.]"); if (a[2] == n) print}' | while read -r id max kind file name by; do
        if is_blank "$id"; then echo "$id blank 0 0 0 $max"; continue; fi
        awk -F'\t' -v id="$id" -v max="$max" -v needs="$project/labs/needs" -v borrowed="$(grep -c "	borrow	$id\$" "$work/progress.tsv" 2>/dev/null)" -v about="$work/.lab/about-$1" '
            BEGIN { while ((getline line < needs) > 0) { split(line, w, " "); if (w[1] == id) need[w[2]] = 1 }
                    while ((getline line < about) > 0) { split(line, w, " "); if (w[2] != id) others[w[1]] = 1 } }
            $1 in need { seen[$1]++; all++; if ($2 == "right") good++; else if ($2 == "crash" || $2 == "loop") bad = $2; else if ($2 == "blank" || $1 in others) open++ }
            # A test without a result is not right: the program ended before it.
            END { for (t in need) if (!(t in seen) && t !~ /^u:[^\/]+\/[^\/]+$/) { all++; if (!bad) bad = "crash" }
                  r = "wrong"; if (all && good == all) r = "right"; else if (bad) r = bad; else if (good + open == all) r = "untried"
                  p = r == "right" && !borrowed ? max : 0
                  printf "%s %s %d %d %d %d\n", id, r, good, all, p, max }' "$2"
    done
}

blank_of() { # LAB : its holes that are blank
    holes | awk -v n="L$1." 'index($1, n) == 1 {print $1}' | while read -r id; do ! is_blank "$id" || echo "$id"; done
}

# A test that reaches no hole of the lab says nothing of it and does not count. One
# that needs rows is blank until they are written, however it ended: rows are no code
# that could say so.
count_what_is_judged() { # LAB RESULTS [1: the reference stood in]
    empty=$([ "${3:-0}" -eq 1 ] || blank_of "$1" | while read -r id; do [ "$(field "$id" 3)" != rows ] || echo "$id"; done | tr "\n" " ")
    awk -F'\t' -v OFS='\t' -v empty=" $empty" -v n="L$1." -v needs="$project/labs/needs" '
        BEGIN { while ((getline line < needs) > 0) {
            split(line, w, " ")
            if (index(w[1], n) == 1) judges[w[2]] = 1
            if (index(empty, " " w[1] " ")) blank[w[2]] = 1 } }
        $1 in judges { if ($1 in blank) $2 = "blank"; print }' "$2" >"$2.new" && mv "$2.new" "$2"
}

# What was right only because the reference stood in for a blank hole.
count_as_blank() { # LAB RESULTS
    awk -F'\t' -v OFS='\t' -v empty=" $(blank_of "$1" | tr "\n" " ")" -v needs="$project/labs/needs" '
        BEGIN { while ((getline line < needs) > 0) {split(line, w, " "); if (index(empty, " " w[1] " ")) blank[w[2]] = 1} }
        $2 == "right" && $1 in blank {$2 = "blank"}
        {print}' "$2" >"$2.new" && mv "$2.new" "$2"
}

# What judges a hole; with "L4.", all of a lab.
tests_of() { # ID
    holes | awk -v id="$1" '$1 == id || (id ~ /[.]$/ && index($1, id) == 1) {for (i = 6; i <= NF; i++) printf "%s ", $i}'
}

# labs/tool/grade on what was put together. One program of unit tests serves for the
# lab and for each of its holes.
grade() { # LAB TESTS RESULTS [HOLES that are blank in it]
    LAB_CAPTURES=$work/captures LAB_READY=1 LAB_BLANK=${4:-} LAB_LINK=$(tests_of "L$1." | tr ' ' '\n' | grep '^u:' | tr '\n' ' ') \
        "$project/labs/tool/grade" "$work/.lab/tree" "$2" "$3" >"$work/.lab/log" 2>&1
}

# Yours put together and tried. While some of the lab is blank and some is not, the
# reference stands in for the blank holes, so that what is written is judged already;
# if that cannot be put together (two helpers of one name), what is blank stays so.
try() { # LAB TESTS RESULTS : 0 as it is, 1 with the reference standing in, 2 does not compile
    all=$(holes | grep -c "^L$1[.]")
    some=$(blank_of "$1" | grep -c .)
    if [ "$some" -gt 0 ] && [ "$some" -lt "$all" ] && assemble "$1" &&
        grade "$1" "$2" "$3"; then
        return 1
    fi
    assemble "$1" open || {
        ! is_older || say older >&2
        die collides "$collided"
    }
    grade "$1" "$2" "$3" "$(blank_of "$1" | tr '\n' ' ')" || return 2
}

# What the compiler says, with the lines of your files: those of .lab/tree have the
# reference's bodies in between.
your_lines() { # on standard input
    shorten | while IFS= read -r said; do
        file=${said%%:*} rest=${said#*:}
        line=${rest%%:*}
        case $line in '' | *[!0-9]*) line= ;; esac
        if [ -n "$line" ] && [ -e "$work/$file" ] && [ -e "$work/.lab/tree/$file" ]; then
            printf '%s:%s:%s\n' "$file" "$(line_of_yours "$file" "$line")" "${rest#*:}"
        else printf '%s\n' "$said"; fi
    done | sed -E 's/^ +[0-9]+ \|/      |/'
}

# A lab of answers has a program of its own that gives what the student works on
# (labs/NN-name/give WORK) and one that judges (labs/NN-name/judge WORK RESULTS
# JUDGED LANGUAGE): it writes the same two files as the code below.
judge_answers() { # LAB RESULTS JUDGED
    "$project/labs/$(folder_of "$1")/judge" "$work" "$2" "$3" "$lang"
}

judge_code() { # LAB RESULTS JUDGED
    tests=$(tests_of "L$1.")
    [ -n "$tests" ] || { say no-code "$1"; return 1; }
    rm -rf "$work/captures"
    try "$1" "$tests" "$2"
    stood_in=$?
    if [ $stood_in -eq 2 ]; then
        say no-compile
        ! is_older || say older
        head -n 30 "$work/.lab/log" | your_lines
        return 2
    fi
    count_what_is_judged "$1" "$2" $stood_in
    judge "$1" "$2" >"$3"
    [ $stood_in -eq 0 ] || count_as_blank "$1" "$2"
}

# Failures, cheapest cause first: what crashed, then by the hole that a test is about
# (the suspect of known.sh, else the one with most tests wrong); small tests before
# whole conversations.
in_order() { # LAB
    awk -F'\t' -v n="$1" -v needs="$project/labs/needs" -v judged="$work/.lab/judged-$1" -v suspect="$suspect" '
        BEGIN {
            while ((getline line < judged) > 0) {split(line, w, " "); if (w[4]) share[w[1]] = w[1] == suspect ? 2 : (w[4] - w[3]) / w[4]}
            while ((getline line < needs) > 0) {
                split(line, w, " "); split(w[1], a, "[L.]")
                if (a[2] == n && share[w[1]] > best[w[2]]) {best[w[2]] = share[w[1]]; about[w[2]] = w[1] == suspect ? 0 : a[3]} } }
        { print ($2 == "crash" || $2 == "loop" ? 0 : 1) "\t" ($1 in about ? about[$1] : 99) "\t" ($1 ~ /^u:/ ? 0 : 1) "\t" NR "\t" $0 }' |
        sort -t'	' -k1,1n -k2,2n -k3,3n -k4,4n | cut -f5-
}

quick_test() { # of those that failed: one that ends soon, and alone
    awk -F'\t' '!first {first = $1} $2 == "wrong" && $1 !~ /^r:/ {print $1; found = 1; exit} END {if (!found) print first}' "$work/.lab/ordered"
}

# Whose fault is it? Of the holes that a failed test needs, the one with which it is
# right once the reference's body stands in place of yours. Said, and noted for
# hole_of and next_hole; nothing, when there is but one, or none does it alone.
find_guilty() { # LAB TEST
    rm -f "$work/.lab/guilty-$1"
    awk -v t="$2" -v n="L$1." -v judged="$work/.lab/judged-$1" -v suspect="$suspect" '
        BEGIN { while ((getline line < judged) > 0) {split(line, w, " "); if (index("wrong crash loop untried", w[2])) share[w[1]] = w[1] == suspect ? 2 : (w[4] - w[3]) / w[4]} }
        $2 == t && $1 in share {print share[$1], $1}' "$project/labs/needs" | sort -rn | cut -d' ' -f2 >"$work/.lab/suspects"
    [ "$(wc -l <"$work/.lab/suspects")" -gt 1 ] && [ -z "${LAB_QUICK:-}" ] || return 0
    make -s -C "$project" build/bin/splice || return 0
    case $2 in u:*) what=${2%/*} ;; r:tcp/*) what=r:tcp ;; r:*) what=r:request ;; *) what=$2 ;; esac
    trial=$work/.lab/trial
    head -n 6 "$work/.lab/suspects" | while read -r id; do
        file=$(field "$id" 4)
        rm -rf "$trial"
        cp -pR "$work/.lab/tree" "$trial"
        "$blank" --body "$project/$file" "$(field "$id" 3)" "$(field "$id" 5)" >"$work/.lab/theirs"
        "$project/build/bin/splice" replace "$work/.lab/tree/$file" "$work/.lab/theirs" >"$trial/$file" 2>/dev/null &&
            LAB_QUICK=1 "$project/labs/tool/grade" "$trial" "$what" "$work/.lab/tried" >/dev/null 2>&1 || continue
        grep -qF "$2	right	" "$work/.lab/tried" || continue
        echo "$2 $id" >"$work/.lab/guilty-$1"
        break
    done
    rm -rf "$trial"
}

# What a failure was traced to, else what is written and wrong for most of its tests,
# else the first that is not right.
next_hole() { # LAB
    awk '{print $2; found = 1; exit} END {exit !found}' "$work/.lab/guilty-$1" 2>/dev/null && return
    [ -z "${suspect:-}" ] || { echo "$suspect"; return; }
    awk '$2 == "right" {next}
        $2 != "blank" && $2 != "untried" && $4 && ($4 - $3) / $4 > best {best = ($4 - $3) / $4; suspect = $1}
        !first && $2 != "untried" {first = $1}
        !last {last = $1}
        END {print suspect ? suspect : first ? first : last}' "$work/.lab/judged-$1" 2>/dev/null
}

check() { # LAB [--all]
    need_tree
    need_ready
    case $1 in [1-9] | 1[0-2]) ;; *) die no-lab "$1" ;; esac
    results=$work/.lab/results-$1
    by=judge_code
    [ ! -x "$project/labs/$(folder_of "$1")/judge" ] || by=judge_answers
    $by "$1" "$results" "$work/.lab/judged-$1" || return
    title=$(awk -v n="$1" -v l="$lang" '$1 == n {t = l == "zh" ? $5 : $4; gsub("_", " ", t); print t}' "$project/labs/list")
    awk '{h += $2 == "right"; n++; p += $5; m += $6} END {print h "/" n, p "/" m}' "$work/.lab/judged-$1" | {
        read -r h p
        good=$(cut -f2 "$results" | grep -c right)
        printf '%s  %s    %s %s  %s %s/%s  %s %s\n' "$(say lab-number "$1")" "$title" "$(say holes)" "$h" \
            "$(say tests)" "$good" "$(wc -l <"$results" | tr -d ' ')" "$(say points)" "$p"
    }
    while read -r id result good all _; do
        [ "$result-$good" = untried-0 ] || [ "$result" != untried ] || result=so-far
        printf '  %-6s %-26s %3s/%-3s %s\n' "$id" "$(field "$id" 5)" "$good" "$all" "$(say "$result")"
    done <"$work/.lab/judged-$1"
    most=3
    [ "${2:-}" = --all ] && most=1000
    # A test that only ran into a blank hole says nothing of what is written.
    awk -F'\t' '$2 != "right" && $2 != "blank"' "$results" >"$work/.lab/failed"
    : >"$work/.lab/known-$1"
    [ $by != judge_code ] || recognise "$work/.lab/judged-$1" "$results" >"$work/.lab/known-$1"
    suspect=$(suspect "$work/.lab/known-$1")
    in_order "$1" <"$work/.lab/failed" >"$work/.lab/ordered"
    rm -f "$work/.lab/guilty-$1"
    [ $by != judge_code ] || [ ! -s "$work/.lab/ordered" ] || find_guilty "$1" "$(quick_test)"
    head -n $most "$work/.lab/ordered" | while IFS='	' read -r test result words log; do
        show_failure "$test" "$result" "$words" "$log" "$1" "$results"
    done
    failed=$(wc -l <"$work/.lab/failed" | tr -d ' ')
    [ "$failed" -le $most ] || say others $((failed - most)) "$1"
    known_mistakes "$1"
    points=$(awk '{p += $5} END {print p + 0}' "$work/.lab/judged-$1")
    printf '%s\tcheck\tL%s\t%s\n' "$(date +%s)" "$1" "$points" >>"$work/progress.tsv"
    next=$(next_hole "$1")
    echo
    [ -n "$next" ] || { say "done"; ask_hours "$1"; return 0; }
    file=$(field "$next" 4)
    case $file in
    -) say next-answer "$next" "$(field "$next" 5)" "$next" ;;
    *) say next "$next" "$(field "$next" 5)" "$file" "$next" ;;
    esac
    return 1
}

# The tests of one hole, in its lab as it is now; nothing is noted.
check_hole() { # ID
    lab=${1#L}
    lab=${lab%.*}
    try "$lab" "$(tests_of "$1")" "$work/.lab/one"
    if [ $? -eq 2 ]; then
        say no-compile
        ! is_older || say older
        head -n 20 "$work/.lab/log" | your_lines
        return 2
    fi
    if is_blank "$1"; then # what the reference can do is nobody's news
        say blank
        return 1
    fi
    # Of other tests of the same programs nothing is said here.
    awk -F'\t' -v id="$1" -v needs="$project/labs/needs" '
        BEGIN { while ((getline line < needs) > 0) {split(line, w, " "); if (w[1] == id) need[w[2]] = 1} }
        $1 in need' "$work/.lab/one" >"$work/.lab/mine"
    awk -F'\t' '$2 != "right" && $2 != "blank"' "$work/.lab/mine" | head -n 1 | while IFS='	' read -r test result words log; do
        show_failure "$test" "$result" "$words" "$log" "$lab" "$work/.lab/mine"
    done
    printf '%s %s  %s %s/%s\n' "$1" "$(field "$1" 5)" "$(say tests)" "$(grep -c '	right	' "$work/.lab/mine")" "$(wc -l <"$work/.lab/mine" | tr -d ' ')"
    [ "$(cut -f2 "$work/.lab/mine" | sort -u)" = right ]
}

# On every save the tests of the hole at hand; when they are right, the whole lab.
watch() { # LAB
    need_tree
    need_ready
    case $1 in [1-9] | 1[0-2]) ;; *) die no-lab "$1" ;; esac
    say watching "$1"
    last=
    while :; do
        # shellcheck disable=SC2046
        now=$(cd "$work" && cksum $(files) 2>/dev/null; find "$work" -maxdepth 2 -newer "$work/.lab/watched" -name '*.tsv' 2>/dev/null | grep -v progress)
        if [ "$now" != "$last" ]; then
            last=$now
            : >"$work/.lab/watched"
            hole=$(next_hole "$1")
            if [ -z "$hole" ] || [ "$(field "$hole" 4)" = - ]; then check "$1"
            else
                say watch-now "$hole" "$(tests_of "$hole")"
                ! check_hole "$hole" || check "$1"
            fi
        fi
        sleep 0.3 2>/dev/null || sleep 1
    done
}
