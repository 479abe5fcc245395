# shellcheck shell=sh
# models.sh - model answers for lab 12, from our own scenarios and proof/models.
# Read by prove and by labs/walk, which say what $here (this folder) and $work (the
# student's directory, judged once: then .lab/12/bugs is there) are.

# FAULT's scenario of ours, with the defines of its chapter that it calls.
model() { # FAULT
    id=$(awk -v f="$1" '$1 == f {print $2}' "$here/proof/models")
    awk -v name="${id##*/}" '
        /^define / { now = $2; sub(/[(].*/, "", now) }
        /^scenario / { now = $2 == name ? "" : "-" }
        { text[now] = text[now] $0 "\n" }
        function show(which,    word) {
            shown[which] = 1
            for (word in text)
                if (!(word in shown) && match(text[which], "(^|[^a-z_])" word "[(]")) show(word)
            printf "%s\n", text[which]
        }
        BEGIN { now = "-" }
        END { show("") }' "scenarios/${id%/*}.scn"
}
models() {
    rm -f "$work"/scenarios/*
    cut -d'|' -f1,3 "$work/.lab/12/bugs" | tr '|' ' ' | while read -r bug fault; do
        model "$fault" >"$work/scenarios/$bug.scn"
    done
}

# A report of bug-01 as somebody might write it who knows what is asked for.
write_report() {
    fault=$(awk -F'|' '$1 == "bug-01" {print $3}' "$work/.lab/12/bugs")
    statement=$(sed -nE 's/^statement +([^ ]+).*/\1/p' "conformance/faults/$fault.fault")
    {
        printf '# Bug report\n\nThis is about bug-01.\n\n## Title\n\n'
        sed -nE 's/^wrong +//p' "conformance/faults/$fault.fault"
        printf '\n## Steps\n\n1. CONNECT as usual\n2. SUBSCRIBE to a topic\n3. PUBLISH to it\n\n## Expected\n\n'
        echo "What section $(echo "$statement" | sed -E 's/MQTT(311)?-//; s/-[0-9]+$//') of the standard demands comes."
        printf '\n## Actual\n\nThese bytes came:\n\n'
        # A CONNACK is always there: the first bytes of it.
        "${OUT:-build}/bin/plumb-trace" --hex "$work"/evidence/bug-01/*.pcapng | awk '
            /^ *[0-9]+ .* (>|<) [A-Z]/ {on = /CONNACK/; if (done) exit}
            on && match($0, /^ *[0-9]+  ([0-9a-f][0-9a-f] )+/) {
                n = split(substr($0, RSTART, RLENGTH), b, " ")
                for (i = 2; i <= n && done < 4; i++) {printf "%s%s", done ? " " : "", b[i]; done++}
            }'
        printf '\n\n## Statement\n\n%s: the server must do what this demands of it.\n' "$statement"
    } >"$work/report.md"
}
