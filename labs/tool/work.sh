# shellcheck shell=sh
# work.sh - a student's directory: made, filled with the reference's
# bodies, blanked again, put together for a check.
# Read by labs/lab.

need_tree() { [ -e "$work/.lab/seed" ] || die no-tree; }
need_ready() { "$project/labs/tool/ready" || exit 2; }
need_hole() { [ -n "$(field "$1" 1)" ] || die no-hole "$1"; }
is_blank() { grep -q "not_written(\"$1\")" "$work/$(field "$1" 4)"; }
note() { printf '%s\t%s\t%s\n' "$(date +%s)" "$1" "$2" >>"$work/progress.tsv"; }

start() { # DIR
    [ -e "$1" ] && die exists "$1"
    need_ready
    mkdir -p "$1/.lab" && work=$(cd "$1" && pwd)
    starter "$work/.lab/starter"
    cp -R "$work/.lab/starter/." "$work"
    state_of_reference >"$work/.lab/started"
    od -An -N4 -tu4 /dev/urandom | tr -d ' ' >"$work/.lab/seed"
    for give in "$project"/labs/*/give; do
        [ ! -x "$give" ] || "$give" "$work" || exit 2
    done
    printf '#!/bin/sh\nLAB_DIR=$(cd "$(dirname "$0")" && pwd) exec "%s/labs/lab" "$@"\n' "$project" >"$work/lab"
    chmod +x "$work/lab"
    printf '.lab/tree\n.lab/build\ncaptures\n' >"$work/.gitignore"
    (cd "$work" && git init -q && git add -A && git -c user.name=lab -c user.email=lab@localhost commit -qm start)
    say started "$1" "$1"
}

# FILE on standard output with the holes named on standard input blank, no others.
blanked() { # FILE
    cat >"$work/.lab/stay"
    # shellcheck disable=SC2046
    (cd "$project" && "$blank" "$1" $(triples "$1" 0 | awk -v stay="$work/.lab/stay" '
        BEGIN { while ((getline id < stay) > 0) in_it[id] = 1 }
        { print ($1 in in_it ? $1 : "-"), $2, $3 }'))
}

# .lab/yours becomes your FILE with the reference's bodies for the holes that are
# blank in it and not on standard input. Two ways to see what you changed: against
# the starter code, or against the reference with the same holes.
fill() { # FILE
    cat >"$work/.lab/want"
    triples "$1" 0 | awk '{print $1}' >"$work/.lab/ids"
    : >"$work/.lab/open"
    while read -r id; do is_blank "$id" && echo "$id" >>"$work/.lab/open"; done <"$work/.lab/ids"
    grep -xF -f "$work/.lab/want" "$work/.lab/open" >"$work/.lab/both"
    # What was only borrowed is the reference's, helpers and all: no merge to fear.
    blanked "$1" <"$work/.lab/open" >"$work/.lab/before"
    order='ids open'
    cmp -s "$work/.lab/before" "$work/$1" && order='open ids'
    for now in $order; do
        cp "$work/$1" "$work/.lab/yours"
        blanked "$1" <"$work/.lab/$now" >"$work/.lab/before"
        if [ "$now" = open ]; then blanked "$1" <"$work/.lab/both"
        else
            # What you wrote stays blank on this side, so that yours is kept.
            { cat "$work/.lab/both"; grep -vxF -f "$work/.lab/open" "$work/.lab/ids"; } >"$work/.lab/kept"
            blanked "$1" <"$work/.lab/kept"
        fi >"$work/.lab/after"
        git merge-file -q "$work/.lab/yours" "$work/.lab/before" "$work/.lab/after" && return
    done
    return 1
}

# Yours in .lab/tree, with the reference's bodies for whatever is blank: no lab, and
# no hole, has to wait for another. With "open" what is blank in LAB stays so.
assemble() { # LAB [open]
    tree=$work/.lab/tree
    began=$(($(date +%s) - 1)) # a save while this runs is seen the next time
    # What did not change since it was put there for this lab need not be looked at.
    [ "$(cat "$tree/.for" 2>/dev/null)" = "$* $project" ] || rm -f "$tree"/.since
    for f in $(files); do
        [ ! -e "$tree/.since" ] || [ "$work/$f" -nt "$tree/.since" ] || [ "$project/$f" -nt "$tree/.since" ] ||
            [ "$manifest" -nt "$tree/.since" ] || continue
        mkdir -p "$tree/$(dirname "$f")"
        triples "$f" 0 | awk -v n="$1" -v open="${2:-}" 'open && index($1, "L" n ".") == 1 {print $1}' >"$work/.lab/lab"
        fill "$f" <"$work/.lab/lab" || { collided=$f; return 1; }
        cmp -s "$work/.lab/yours" "$project/$f" && { rm -f "$tree/$f"; continue; }
        cmp -s "$work/.lab/yours" "$tree/$f" || cp "$work/.lab/yours" "$tree/$f"
    done
    touch "$tree/.since.new" -d "@$began" 2>/dev/null || touch "$tree/.since.new"
    mv "$tree/.since.new" "$tree/.since"
    echo "$* $project" >"$tree/.for"
}

# What hand-outs call plumb-trace, plumb-check ... ; a file that is not here may be
# one of the project.
program() { # NAME ARGUMENT...
    need_ready
    program=$project/build/bin/$1
    [ -x "$program" ] || die usage
    shift
    for argument; do
        [ -e "$argument" ] || [ ! -e "$project/$argument" ] || argument=$project/$argument
        set -- "$@" "$argument"
        shift
    done
    # Scenarios are the project's, unless they are asked for: yours are few.
    case "$program $* " in
    *plumb-check\ *" --scenarios"*) ;;
    *"plumb-check run "* | *"plumb-check list "* | *"plumb-check explain "* | *"plumb-check coverage "*)
        subcommand=$1
        shift
        set -- "$subcommand" --scenarios "$project/scenarios" "$@" ;;
    esac
    exec "$program" "$@"
}

borrow() {
    case $1 in
    L*) ;;
    *) for id in $(holes | awk -v n="$1" '{split($1, a, "[L.]"); if (a[2] == n) print $1}'); do borrow "$id" || return; done
       return ;;
    esac
    need_tree
    need_ready
    need_hole "$1"
    is_blank "$1" || return 0
    file=$(field "$1" 4)
    triples "$file" 0 | awk -v id="$1" '$1 != id {print $1}' >"$work/.lab/others"
    fill "$file" <"$work/.lab/others" || die collides "$file"
    cp "$work/.lab/yours" "$work/$file"
    note borrow "$1"
    say borrowed "$1" "$file"
}

reset() {
    need_tree
    need_hole "$1"
    is_blank "$1" && return 0
    need_ready
    file=$(field "$1" 4)
    # Yours may differ from the reference there: cut it with the same knife.
    # shellcheck disable=SC2086
    "$blank" "$work/$file" "$1" "$(field "$1" 3)" "$(field "$1" 5)" >"$work/.lab/yours" || exit 2
    cp "$work/.lab/yours" "$work/$file"
    note reset "$1"
    say reset "$1" "$file"
}

compare() {
    need_tree
    need_ready
    need_hole "$1"
    is_blank "$1" && die written-first
    file=$(field "$1" 4) kind=$(field "$1" 3) name=$(field "$1" 5)
    "$blank" --body "$work/$file" "$kind" "$name" >"$work/.lab/yours"
    "$blank" --body "$project/$file" "$kind" "$name" >"$work/.lab/reference"
    diff -u "$work/.lab/yours" "$work/.lab/reference" && say right
    return 0
}
