# shellcheck shell=sh
# update.sh - the project has moved on since a student began: the starter code of today
# merged into what is written. .lab/starter keeps what was given, .lab/started of which
# state of reference/.
# Read by labs/lab.

state_of_reference() { git -C "$project" rev-parse HEAD:reference; }
is_older() { [ "$(cat "$work/.lab/started" 2>/dev/null)" != "$(state_of_reference)" ]; }

starter() { # DIR : reference/ with every hole blank
    mkdir -p "$1"
    (cd "$project" && git ls-files reference | tar cf - -T -) | tar xf - -C "$1" || exit 2
    for f in $(files); do
        # shellcheck disable=SC2046
        (cd "$project" && "$blank" "$f" $(triples "$f" 0)) >"$1/$f" || exit 2
    done
}

# What was borrowed and never touched is no work of yours: it is blank while the rest is
# merged, and borrowed again, as it is today. Prints those holes.
give_back() {
    old=$(cat "$work/.lab/started")
    awk -F'\t' '$2 == "borrow" && !seen[$3]++ {print $3}' "$work/progress.tsv" 2>/dev/null | while read -r id; do
        file=$(field "$id" 4) kind=$(field "$id" 3) name=$(field "$id" 5)
        [ -n "$file" ] && [ "$file" != - ] && ! is_blank "$id" || continue
        git -C "$project" show "$old:${file#reference/}" >"$work/.lab/old" 2>/dev/null || continue
        "$blank" --body "$work/.lab/old" "$kind" "$name" >"$work/.lab/theirs" 2>/dev/null &&
            "$blank" --body "$work/$file" "$kind" "$name" 2>/dev/null | cmp -s - "$work/.lab/theirs" &&
            "$blank" "$work/$file" "$id" "$kind" "$name" >"$work/.lab/yours" 2>/dev/null || continue
        cp "$work/.lab/yours" "$work/$file"
        echo "$id"
    done
}

# Where yours and the project's changes touch the same lines, yours stays as it is, and
# so does its starter: the next update tries again.
update() {
    need_tree
    need_ready
    is_older || { say up-to-date; return 0; }
    again=$(give_back)
    rm -rf "$work/.lab/newer"
    starter "$work/.lab/newer"
    collided=
    for f in $(cd "$work/.lab/newer" && find reference -type f | sort); do
        mkdir -p "$work/$(dirname "$f")" "$work/.lab/starter/$(dirname "$f")"
        if [ -e "$work/$f" ] && files | grep -qxF "$f"; then
            cp "$work/$f" "$work/.lab/yours"
            git merge-file -q "$work/.lab/yours" "$work/.lab/starter/$f" "$work/.lab/newer/$f" || {
                collided="$collided $f"
                say update-collides "$f"
                continue
            }
            cp "$work/.lab/yours" "$work/$f"
        else
            cp "$work/.lab/newer/$f" "$work/$f"
        fi
        cp "$work/.lab/newer/$f" "$work/.lab/starter/$f"
    done
    for id in $again; do
        (borrow "$id") >/dev/null 2>&1 || say not-again "$id"
    done
    [ -z "$collided" ] || return 1
    state_of_reference >"$work/.lab/started"
    note update all
    say updated
}
