# shellcheck shell=sh
# compile.sh - what a student wrote becomes objects: what changed, and no more.
# Read by labs/tool/grade.

# Lines "sum size file" of all that is compiled, from TREE or, where a table of the
# student's is in it, from here.
sources() {
    (cd "$tree" && find reference -name '*.c' -o -name '*.def' | sort | xargs cksum)
    cksum labs/tool/student.c labs/tool/student.h
    [ ! -e "$tree/reference/mqtt/layout.def" ] || for f in $(grep -l '"mqtt/layout.def"' reference/mqtt/*.c); do
        [ -e "$tree/$f" ] || cksum "$f"
    done
}

object_of() { echo "$work/$(echo "${1%.c}" | tr / -).o"; }

# One of them; in a shell of its own, as several are compiled at the same time.
compile_one() { # SOURCE
    o=$(object_of "$1") from=$1
    [ ! -e "$tree/$1" ] || from=$tree/$1
    # shellcheck disable=SC2086
    $compile -I"$tree" -I"$tree/reference" -I. -Ireference -include labs/tool/student.h \
        -c -o "$o" "$from" >"$o.log" 2>&1 || { rm -f "$o"; echo "$1" >>"$work/bad"; }
}

compile_all() {
    # Of the whole build: everything is compiled again when it changes.
    build=$(echo "$compile" "$link" | cat - build/labs/ready.id 2>/dev/null | cksum)
    sources >"$work/sums"
    [ "$(cat "$work/build" 2>/dev/null)" = "$build" ] || rm -f "$work/compiled"
    echo "$build" >"$work/build"
    touch "$work/compiled"
    # A header of theirs or a table is in all.
    awk 'FILENAME == ARGV[1] {had[$3] = $1 " " $2; next}
        $3 !~ /[.]c$/ && had[$3] != $1 " " $2 {all = 1}
        $3 ~ /[.]c$/ {file[++n] = $3; same[n] = had[$3] == $1 " " $2}
        END {for (i = 1; i <= n; i++) if (all || !same[i]) print file[i]}' "$work/compiled" "$work/sums" >"$work/stale"
    rm -f "$work/bad"
    jobs=0
    while read -r f; do
        compile_one "$f" &
        jobs=$((jobs + 1))
        [ $((jobs % 2)) -eq 1 ] || wait
    done <"$work/stale"
    wait
    if [ -e "$work/bad" ]; then
        rm -f "$work/compiled"
        for f in $(sort "$work/bad"); do cat "$(object_of "$f").log"; done
        return 1
    fi
    mv "$work/sums" "$work/compiled"
    # For the linker (@file), in quotes: a directory may have a space in its name.
    awk -v w="$work/" '$3 ~ /[.]c$/ {f = $3; sub(/[.]c$/, ".o", f); gsub("/", "-", f); print "\"" w f "\""}' "$work/compiled" >"$work/objects"
    grep -e /reference-broker- -e labs-tool-student "$work/objects" >"$work/broker-objects"
    grep -v reference-net-loop.o "$work/objects" >"$work/loop-objects"
}

# What stands for all objects whose path in reference/ matches: equal, and nothing
# that is made of them differs.
key() { # PATTERN
    grep -E "$1|layout.def|labs/tool" "$work/compiled" | cat "$work/build" - | cksum
}
