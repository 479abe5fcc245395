# shellcheck shell=sh
# scenarios.sh - which of a student's scenarios count: those that load, are short, and
# pass on every correct broker, three times, in another order each time.
# Read by judge. $at/ids: what still counts.

most_lines=25 most=60

# Files that load go to $at/scenarios; of the others the first error is told.
take_scenarios() {
    : >"$at/ids"
    : >"$at/lengths"
    (cd "$work" && find scenarios -name '*.scn' 2>/dev/null | sort) >"$at/files"
    while read -r file; do
        case $file in *[!A-Za-z0-9/._-]*) tell "$file" wrong "$(say l12-name)"; continue ;; esac
        rm -rf "$at/one"
        mkdir -p "$at/one/$(dirname "$file")"
        cp "$work/$file" "$at/one/$file"
        if (cd "$at/one" && "$reference" list --scenarios scenarios) >"$at/list" 2>"$at/log"; then
            mkdir -p "$at/$(dirname "$file")"
            cp "$work/$file" "$at/$file"
            chapter=${file#scenarios/}
            awk -v chapter="${chapter%.scn}" -f "$here/lengths.awk" "$work/$file" >>"$at/lengths"
        else
            translate_errors <"$at/log" >"$at/errors"
            tell "$file" wrong "$(say l12-parse "$(sed -n 1p "$at/log" | translate_errors | tr '\n' ' ' | sed 's/ $//')")" "$at/errors"
        fi
    done <"$at/files"
    while IFS=$tab read -r id lines; do
        if [ "$lines" -gt $most_lines ]; then
            tell "$id" wrong "$(say l12-long "$lines" $most_lines)"
        elif [ "$(wc -l <"$at/ids")" -ge $most ]; then
            tell "$id" wrong "$(say l12-many $most)"
        else
            echo "$id" >>"$at/ids"
        fi
    done <"$at/lengths"
}

# On standard output: id, and the first play of it whose verdict fits, of those with NAME.
first() { # NAME VERDICTS
    cat "$at"/play/"$1".[0-9]* 2>/dev/null |
        awk -F'\t' -v v="$2" '$3 ~ "^(" v ")$" && !seen[$1]++'
}

drop() { # ID
    grep -vxF "$1" "$at/ids" >"$at/left"
    mv "$at/left" "$at/ids"
}

brokers() { awk -F'|' '/^[a-z]/ && !seen[$1]++ {print $1}' "$here/variants"; }
settings() { awk -F'|' -v b="$1" '$1 == b {printf " --broker-set variant=%s", $2}' "$here/variants"; }

# Leaves the conversation that went wrong, step by step, in a file and says which. What
# the lint says would give the statement of a bug away.
converse() { # NAME RUNNER SCENARIO OPTION...
    log=$at/$(echo "$1" | tr / -).steps
    runner=$2
    shift 2
    (cd "$at" && timeout 60 "$runner" run --broker-core --slow --quiet --scenarios scenarios \
        --steps all-steps "$@") >/dev/null 2>&1
    awk -v RS= '!/^[A-Z]+  lint\// {last = $0} END {print last}' "$at/all-steps" 2>/dev/null |
        translate | sed -e 1d -e 's/^   //' >"$log"
    rm -f "$at/all-steps"
    echo "$log"
}

# What the reference itself says of them; drops what it does not pass.
judge_on_reference() {
    for seed in 1 2 3; do echo "reference $reference $seed"; done | plays
    first reference 'fail|unstable' >"$at/bad"
    while IFS=$tab read -r id _; do
        tell "$id" wrong "$(say l12-reference)" "$(converse "$id" "$reference" "$id")"
        drop "$id"
    done <"$at/bad"
    first reference 'error' >"$at/bad"
    while IFS=$tab read -r id _ _ _ place source got; do
        tell "$id" wrong "$(say l12-error "$place" "$source" "$(echo "$got" | translate_sentence)")"
        drop "$id"
    done <"$at/bad"
    first reference 'pass|warn|lenient' | cut -f1 >"$at/passed"
    first reference 'inconclusive|skip|unexercised' >"$at/bad"
    while IFS=$tab read -r id _ _ _ place source got; do
        grep -qxF "$id" "$at/passed" && continue
        tell "$id" wrong "$(say l12-open "${place%:}" "$source" "$(echo "$got" | translate_sentence)")"
        drop "$id"
    done <"$at/bad"
    grep -xF -f "$at/ids" "$at/passed" >"$at/left"
    mv "$at/left" "$at/ids"
}

# Which of a broker's choices is it that a scenario trips over? Each is played alone.
name_freedoms() { # BROKER
    awk -F'|' -v b="$1" '$1 == b {print $2}' "$here/variants" | while read -r setting; do
        echo "only-$setting $reference 1 --broker-set variant=$setting"
    done | plays
}

accuse() { # BROKER : those that fail there, and why
    while IFS=$tab read -r id _; do
        drop "$id"
        freedom=$(awk -F'|' -v b="$1" '$1 == b {print $2}' "$here/variants" | while read -r setting; do
            first "only-$setting" 'fail|unstable' | cut -f1 | grep -qxF "$id" && { echo "$setting"; break; }
        done)
        [ -n "$freedom" ] || freedom=$(awk -F'|' -v b="$1" '$1 == b {print $2; exit}' "$here/variants")
        awk -F'|' -v s="$freedom" -v l="$lang" '$2 == s {print $3 "\t" (l == "zh" ? $5 : $4)}' "$here/variants" >"$at/freedom"
        IFS=$tab read -r section words <"$at/freedom"
        tell "$id" wrong "$(say l12-freedom "$freedom" "$words" "$section")" \
            "$(converse "$id" "$reference" "$id" --broker-set "variant=$freedom")"
    done
}

judge_scenarios() {
    [ -s "$at/ids" ] || return 0
    judge_on_reference
    [ -s "$at/ids" ] || return 0
    for broker in $(brokers); do
        for seed in 1 2 3; do echo "$broker $reference $seed $(settings "$broker")"; done
    done | plays
    for broker in $(brokers); do
        first "$broker" 'fail|unstable' >"$at/bad"
        [ -s "$at/bad" ] || continue
        cp "$at/ids" "$at/all-ids"
        cut -f1 "$at/bad" >"$at/ids"
        name_freedoms "$broker"
        mv "$at/all-ids" "$at/ids"
        # Told once, of the first broker.
        grep -F -f "$at/ids" "$at/bad" | accuse "$broker"
    done
    [ ! -s "$at/endless" ] || tell scenarios wrong "$(say l12-endless)"
}
