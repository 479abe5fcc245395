# shellcheck shell=sh
# hint.sh - what is to be known of a hole.
# Read by labs/lab.

# The comment above the declaration in the header, else above the definition.
contract() { # ID
    file=$(field "$1" 4) name=$(field "$1" 5)
    for f in "$project/${file%.c}.h" "$project/reference/broker/dispatch.h" "$project/reference/client/client.h" "$project/$file"; do
        [ -e "$f" ] || continue
        grep -qE "(^|[ *])$name(\(|\[)" "$f" || continue
        awk -v name="$name" '
            /^\/\*/ {text = ""; on = 1}
            on {text = text $0 "\n"; if (/\*\//) on = 0}
            !on && /^$/ {text = ""}
            index($0, name "(") || index($0, name "[") {printf "%s%s\n", text, $0; exit}' "$f"
        return
    done
}

# What its hand-out says of it.
hint_of_answer() { # ID HANDOUT
    awk -v start="- **$1**" 'index($0, start) == 1 {on = 1; print; next} /^$|^- / {on = 0} on' "$2"
}

hint() { # ID
    need_tree
    need_hole "$1"
    if [ "$(field "$1" 4)" = - ]; then
        of=${1#L}
        hint_of_answer "$1" "$project/labs/$(folder_of "${of%.*}")/handout.$lang.md"
        note hint "$1"
        return
    fi
    echo "$(field "$1" 4)  $(field "$1" 5)"
    echo "$(say contract):"
    contract "$1" | sed 's/^/   /'
    echo "$(say judged): $(holes | awk -v id="$1" '$1 == id {for (i = 6; i <= NF; i++) printf "%s ", $i}')"
    awk -F'|' -v id="$1" -v l="$lang" '$1 == id {print "* " (l == "zh" ? $3 : $2)}' "$project/labs/hints" 2>/dev/null
    note hint "$1"
}
