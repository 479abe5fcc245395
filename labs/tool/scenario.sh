# shellcheck shell=sh
# scenario.sh - scenarios against a broker core with the student's objects, in virtual
# time. Read by labs/tool/grade.
#
# Right is what the reference says too, in a report that is whole. All are played in
# one process; when that comes to no end (a crash, a blank hole, a leak), six in one,
# and of those six each alone.

linked() { # plumb-check with the student's broker
    made=$(key reference/broker/)
    [ "$(cat "$work/linked" 2>/dev/null)" != "$made" ] || return 0
    rm -f "$work/linked"
    # A rule that is the runner's too stays ours there: it has to judge.
    # shellcheck disable=SC2086
    $link -o "$work/plumb-check" "$san/obj/conformance/main.o" @"$work/broker-objects" $check_libs >"$work/link.log" 2>&1 && echo "$made" >"$work/linked"
}

# "ok id version" of each scenario in a report, with what it was excused by: to be
# right is to do what the reference does, and to come to the end of the report.
verdicts() { # TAP
    sed -nE 's/^(ok|not ok) [0-9]+ - ([^ ]+ [0-9.]+ over [a-z]+)( # [A-Z]+ ([a-z]+))?.*/\1 \2 \4/p' "$1" 2>/dev/null
}

player() { # PROGRAM NAME OPTION... : one run; NAME.tap is its report, NAME.log the rest
    program=$1 name=$2
    shift 2
    rm -f "$name.tap" "$name.steps"
    limited "$program" run --broker-core --slow --jobs 1 --quiet --tap "$name.tap" "$@" >"$name.log" 2>&1
}

# The part of a file of steps that is about one scenario.
steps_of() { # ID STEPS
    awk -v id="$1" '/^(FAIL|ERROR|INCONCLUSIVE|UNSTABLE)  / {on = $2 == id} on' "$2" 2>/dev/null
}

keep_captures() { # STEPS
    mkdir -p "$LAB_CAPTURES"
    sed -nE 's/^ *capture: (.*)/\1/p' "$1" | while read -r file; do
        cp "$file" "$LAB_CAPTURES/"
    done
    sed "s|$work/captures|$LAB_CAPTURES|" "$1" >"$1.new" && mv "$1.new" "$1"
}

# One, of a report that is whole.
judge_scenario() { # ID NAME
    if [ "$(verdicts "$2.tap" | grep " $1 ")" = "$(grep " $1 " "$work/expected")" ]; then
        tell "s:$1" right '' "$2.log"
        return
    fi
    steps=$work/steps-$(echo "$1" | tr / -)
    steps_of "$1" "$2.steps" >"$steps"
    [ -z "${LAB_CAPTURES:-}" ] || keep_captures "$steps"
    tell "s:$1" wrong "$(sed -nE '/^(FAIL|ERROR|INCONCLUSIVE|UNSTABLE)/{p;q}' "$steps" | tr '\t' ' ')" "$steps"
}

# One whose process came to no end.
judge_end() { # ID STATUS NAME
    case $2 in
    0 | 1 | 3) tell "s:$1" crash exit "$3.log" ;;
    77) tell "s:$1" blank "$(sed -n '/^not written/{p;q}' "$3.log")" "$3.log" ;;
    78 | 124 | 137)
        # Once it is clear that it loops, a second each is enough.
        loops=$((loops + 1))
        [ $loops -lt 3 ] || LAB_SECONDS=1
        tell "s:$1" loop '' "$3.log" ;;
    *) tell "s:$1" crash "$(kind_of_crash "$3.log")" "$3.log" ;;
    esac
}

play() { # ID... : is all told?
    name=$work/play-$(echo "$1" | tr / -)
    if [ -n "${LAB_QUICK:-}" ]; then player "$work/plumb-check" "$name" "$@"
    else player "$work/plumb-check" "$name" ${LAB_VERBOSE:+--verbose} --steps "$name.steps" --evidence "$work/captures" "$@"; fi
    ended=$?
    whole=yes
    case $ended in 0 | 1 | 3) ;; *) whole=no ;; esac # a leak is told at the very end
    verdicts "$name.tap" >"$name.verdicts"
    # Alone, a packet of the broker's that is wrong by itself is told with its steps.
    if [ $# -gt 1 ]; then
        grep -q / "$name.verdicts" && ! grep -q '^not ok lint/' "$name.verdicts" || whole=no
        [ $whole = yes ] || return 1
        at=$name
        for id; do judge_scenario "$id" "$at"; done
    elif [ $whole = no ] || [ ! -s "$name.tap" ]; then judge_end "$1" $ended "$name"
    elif grep -q '^not ok' "$name.verdicts"; then
        lint_or_wrong "$1"
    else judge_scenario "$1" "$name"; fi
}

# Played alone, and something is not ok: this, or what a packet was in itself.
lint_or_wrong() { # ID
    cp "$name.steps" "$name.all" 2>/dev/null
    [ -z "${LAB_CAPTURES:-}" ] || keep_captures "$name.all"
    tell "s:$1" wrong "$(sed -nE '/^(FAIL|ERROR|INCONCLUSIVE|UNSTABLE)/{p;q}' "$name.all" | tr '\t' ' ')" "$name.all"
}

play_in_parts() { # ID...
    play "$@" && return
    while [ $# -gt 0 ]; do
        part= n=0
        while [ $# -gt 0 ] && [ $n -lt 6 ]; do
            part="$part $1" n=$((n + 1))
            shift
        done
        # shellcheck disable=SC2086
        [ $n -gt 1 ] && play $part && continue
        for id in $part; do play "$id"; done
    done
}

# What ours does there, once.
expected_of() { # PATTERN...
    report=$san/labs/expected-$(echo "$@" | cksum | cut -d' ' -f1)
    if [ ! -s "$report" ] || [ "$san/bin/plumb-check" -nt "$report" ] || [ -n "$(find scenarios -newer "$report" | head -n 1)" ]; then
        player "$san/bin/plumb-check" "$work/ours" "$@"
        verdicts "$work/ours.tap" >"$report.$$" && mv "$report.$$" "$report"
    fi
    cp "$report" "$work/expected"
}

# Those expected, in the order of the patterns.
ids_of() { # PATTERN...
    awk '{for (i = 1; i <= NF; i++) if ($i ~ /\//) {print $i; next}}' "$work/expected" | grep -v '^lint/' | sort -u >"$work/ids"
    for pattern; do
        while read -r id; do
            # shellcheck disable=SC2254
            case $id in $pattern) echo "$id" ;; esac
        done <"$work/ids"
    done | awk '!seen[$0]++'
}

scenarios() { # PATTERN...
    [ $# -gt 0 ] || return 0
    expected_of "$@"
    key="$(key reference/broker/) $(cksum <"$work/expected") ${LAB_BLANK:-}"
    file=s-$(echo "$*" | cksum | cut -d' ' -f1)
    again "$file" "$key" && return
    if ! linked; then
        for t; do tell "s:$t" wrong 'does not link' "$work/link.log"; done
        return
    fi
    first=$(next_line) loops=0 to_play=
    for id in $(ids_of "$@"); do
        if hole=$(known_blank "s:$id"); then tell "s:$id" blank "not written: $hole" /dev/null
        else to_play="$to_play $id"; fi
    done
    # shellcheck disable=SC2086
    [ -z "$to_play" ] || play_in_parts $to_play
    keep "$file" "$key" "$first"
}
