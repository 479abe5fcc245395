# shellcheck shell=sh
# hint.sh - what is to be known of a hole.
# Read by labs/lab.

# The comment above the declaration in the header, else above the definition, and all
# lines of it, behind a line with its place.
contract() { # ID
    file=$(field "$1" 4) name=$(field "$1" 5)
    for f in "${file%.c}.h" reference/broker/dispatch.h reference/client/client.h "$file"; do
        [ ! -e "$project/$f" ] || ! awk -v name="$name" -v place="$f" '
            /^\/\*/ {text = ""; comment = 1}
            comment {text = text $0 "\n"; if (/\*\//) comment = 0; type = ""; next}
            /^$/ {text = type = ""; next}
            match($0, "(^|[ *])" name "[[(]") {found = 1; printf "%s:%d\n%s%s", place, FNR, text, type}
            found {sub(/ *[{=\\] *$/, ""); if ($0 != "") print; if (/[;)]$/ || /^#/) exit; next}
            {type = /^[a-z][a-z_0-9 *]*$/ ? $0 "\n" : ""}
            END {exit !found}' "$project/$f" || return
    done
}

# What its hand-out says of it.
hint_of_answer() { # ID HANDOUT
    awk -v start="- **$1**" 'index($0, start) == 1 {on = 1; print; next} /^$|^- / {on = 0} on' "$2"
}

# The hand-out has them: "- **L5.4** 1. where to look 2. what is wrong 3. how". One
# line for each level.
hints_of() { # ID LANGUAGE
    lab=${1#L}
    awk -v id="- **$1**" '
        index($0, id) == 1 {on = 1; text = substr($0, length(id) + 1); next}
        on && /^  [^ ]/ {
            # Chinese is set without spaces, unless Latin letters meet there.
            glue = text ~ /[!-~]$/ || $1 ~ /^[!-~]/ ? " " : ""
            text = text glue substr($0, 3); next}
        on {exit}
        END {
            for (n = 1; n <= 3; n++) { # "2. " is a level, that of "3.3.2. " is none
                if (!match(text, "(^|[^0-9.])" n "[.] ")) exit
                if (n > 1) print substr(text, 1, RSTART)
                text = substr(text, RSTART + 1)
            }
            print text
        }' "$project/labs/$(folder_of "${lab%.*}")/handout.$2.md" | sed 's/ *$//'
}

hint() { # ID
    need_tree
    need_hole "$1"
    if [ "$(field "$1" 4)" = - ]; then
        of=${1#L}
        hint_of_answer "$1" "$project/labs/$(folder_of "${of%.*}")/handout.$lang.md" | set_page ''
        note hint "$1"
        return
    fi
    echo "$(field "$1" 4)  $(field "$1" 5)"
    contract "$1" >"$work/.lab/contract"
    say contract "$(head -n 1 "$work/.lab/contract")"
    sed "1d; s/^/   /" "$work/.lab/contract"
    say judged "$(holes | awk -v id="$1" '$1 == id {for (i = 6; i <= NF; i++) printf "%s%s", (i > 6 ? " " : ""), $i}')"
    hints_of "$1" "$lang" >"$work/.lab/hints"
    all=$(wc -l <"$work/.lab/hints" | tr -d ' ')
    [ "$all" -gt 0 ] || { say no-hint "$1"; return 0; }
    open=$(grep -c "	hint	$1:" "$work/progress.tsv" 2>/dev/null)
    [ "${open:-0}" -ge "$all" ] || { open=$((${open:-0} + 1)); note hint "$1:$open"; }
    say hint-levels
    head -n "$open" "$work/.lab/hints" | sed 's/^/   /' | fold_lines
    [ "$open" -eq "$all" ] || say more-hints "$open" "$all"
}
