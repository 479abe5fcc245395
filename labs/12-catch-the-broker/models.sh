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
        # The CONNACK of 3.1.1 and 5.0: always there; some bytes of it.
        od -An -v -tx1 "$work"/evidence/bug-01/*.pcapng | tr '\n' ' ' | grep -oE '20 [0-9a-f]{2}  ?0[01]  ?00( [0-9a-f]{2})*' | head -c 14
        printf '\n\n## Statement\n\n%s: the server must do what this demands of it.\n' "$statement"
    } >"$work/report.md"
}
