# shellcheck shell=sh
# bugs.sh - which bugs the scenarios catch, and whether by the right statement; the
# matrix; the points.
# Read by judge. $at/caught: bug, precise|imprecise, scenario, statements it cites.

most_cited=3 # of one line in one version: who cites everything is right by chance

missing_runners() {
    cut -d'|' -f3 "$at/bugs" | while read -r fault; do
        [ -e "$runners/$fault" ] && [ ! "$runners/$fault" -ot "$reference" ] &&
            [ ! "$runners/$fault" -ot "$project/conformance/faults/$fault.fault" ] || echo "$fault"
    done
}

# Brokers with a fault are made once, for all students of this project.
need_runners() {
    mkdir -p "$runners"
    missing_runners >"$at/missing"
    [ -s "$at/missing" ] || return 0
    say l12-building "$(wc -l <"$at/missing" | tr -d ' ')"
    # shellcheck disable=SC2046
    MUTANTS=$at/made "$project/ci/mutants" --runners "$runners" $(cat "$at/missing") >"$at/log" 2>&1
    missing_runners >"$at/missing"
    [ ! -s "$at/missing" ] || { say l12-no-broker; cat "$at/log"; return 1; }
}

judge_bugs() {
    : >"$at/caught"
    [ -s "$at/ids" ] || return 0
    while IFS='|' read -r bug _ fault _; do echo "$bug $runners/$fault 1"; done <"$at/bugs" | plays
    while IFS='|' read -r bug _ fault also _; do
        own=$(sed -nE 's/^statement +//p' "$project/conformance/faults/$fault.fault")
        awk -F'\t' -v bug="$bug" -v own="$own $also" -v most=$most_cited -v ids="$at/ids" '
            BEGIN { while ((getline id < ids) > 0) counts[id] = 1
                    n = split(own, o, " "); for (i = 1; i <= n; i++) is[o[i]] = 1 }
            ($3 == "fail" || $3 == "unstable") && $1 in counts {
                n = split($4, cited, " "); how = "imprecise"
                for (i = 1; i <= n; i++) if (cited[i] in is && n <= most) how = "precise"
                if (how == "precise" || !($1 in found)) { found[$1] = how; with[$1] = $4 }
            }
            END { for (id in found) print bug "\t" found[id] "\t" id "\t" with[id] }' "$at/play/$bug".[0-9]* |
            sort -t"$tab" -k2,2r -k3,3 >>"$at/caught"
    done <"$at/bugs"
    keep_evidence
    tell_bugs
}

wrong_of() { # FAULT : what it does, in words
    if [ "$lang" = zh ]; then awk -F'|' -v f="$1" '$3 == f {print $5}' "$at/bugs"
    else sed -nE 's/^wrong +//p' "$project/conformance/faults/$1.fault"; fi
}

tell_bugs() {
    while IFS='|' read -r bug _ fault _; do
        grep "^$bug$tab" "$at/caught" | sort -t"$tab" -k2,2r | head -n 1 >"$at/best"
        if [ ! -s "$at/best" ]; then
            tell "$bug" blank
        elif IFS=$tab read -r _ how id cited <"$at/best" && [ "$how" = precise ]; then
            tell "$bug" right "$fault" "$at/$bug.steps"
        elif [ "$(echo "$cited" | wc -w)" -gt $most_cited ]; then
            tell "$bug" wrong "$(say l12-shotgun "$(wrong_of "$fault")" "$id" "$cited" $most_cited)" "$at/$bug.steps"
        else
            tell "$bug" wrong "$(say l12-imprecise "$(wrong_of "$fault")" "$id" "$cited")" "$at/$bug.steps"
        fi
    done <"$at/bugs"
}

runner_of() { echo "$runners/$(awk -F'|' -v b="$1" '$1 == b {print $3}' "$at/bugs")"; }

# The captures of each bug's first scenario, played alone, so that it is the same
# bytes the next time; and the conversation, for `lab run BUG`.
keep_evidence() {
    rm -rf "$work/evidence"
    cut -f1 "$at/caught" | uniq | while read -r bug; do
        awk -F'\t' -v b="$bug" '$1 == b {print $3; exit}' "$at/caught" >"$at/first"
        show_evidence "$bug" "$(cat "$at/first")"
    done
}

show_evidence() { # BUG SCENARIO
    converse "$1" "$(runner_of "$1")" "$2" --evidence "$work/evidence/$1" >/dev/null
    rm -f "$work/evidence/$1"/lint.*
}

# Scenarios against brokers; only what counts has a mark at the bugs.
show_matrix() {
    for broker in reference $(brokers); do cat "$at/play/$broker".[0-9]* 2>/dev/null >"$at/of-$broker"; done
    [ -s "$at/lengths" ] || { say l12-none; return 0; }
    awk -F'\t' -v brokers="reference $(brokers | tr '\n' ' ')" -v at="$at" -f "$here/matrix.awk" "$at/lengths"
    say l12-legend
    echo
    while IFS='|' read -r bug level fault _; do
        id=$(awk -F'\t' -v b="$bug" '$1 == b {print $3; exit}' "$at/caught")
        [ -z "$id" ] || printf '  %s  %s\n          %s (%s)\n' "$bug" "$fault" "$(wrong_of "$fault")" "$id"
    done <"$at/bugs"
    first=$(cut -c1-6 "$at/caught" | sort | head -n 1)
    [ -z "$first" ] || say l12-caught "$first" "$first"
    # shellcheck disable=SC2046
    say l12-left $(for level in easy medium hard; do
        awk -F'|' -v l=$level -v caught="$at/caught" '
            BEGIN { while ((getline line < caught) > 0) got[substr(line, 1, 6)] = 1 }
            $2 == l && !($1 in got) { n++ }
            END { print n + 0 }' "$at/bugs"
    done)
    echo
}

# 20 bugs, 30 points: 1.5 for one that is caught by its own statement, half of that by
# another; rounded down.
points_of_scenarios() {
    awk -F'\t' '$2 == "precise" {p[$1] = 1} {all[$1] = 1}
        END { for (b in all) { n++; if (b in p) good++ }
              points = int((good + n) * 30 / 40)
              print "L12.1", good == 20 ? "right" : n ? "wrong" : "blank", good + 0, 20, points, 30 }' "$at/caught"
}
