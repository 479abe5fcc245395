#!/bin/sh
# update_test - a directory of an older project is brought up to date, and what the
# student wrote in it stays.
set -u
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0 failed=0
expect() { # WORDS COMMAND...
    words=$1
    shift
    if "$@" >/dev/null 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL: $words"; fi
}
f=reference/mqtt/topic.c
labs/lab start "$dir/work" >/dev/null || exit 2
cp "$dir/work/$f" "$dir/today"
expect 'nothing is new at first' sh -c "cd '$dir/work' && ./lab --lang en update | grep -q 'Nothing is new'"

# What was given then had a line less; the student has written a line elsewhere.
older() { # LINE : the file given then is that of today without this line
    sed "$1d" "$dir/today" >"$dir/work/.lab/starter/$f"
    cp "$dir/work/.lab/starter/$f" "$dir/work/$f"
    echo before >"$dir/work/.lab/started"
}
older 1
printf '/* mine */\n' >>"$dir/work/$f"
expect 'it is merged' sh -c "cd '$dir/work' && ./lab update"
{ cat "$dir/today"; printf '/* mine */\n'; } >"$dir/both"
expect 'the line is back, the other is kept' cmp "$dir/both" "$dir/work/$f"
expect 'and then nothing is new' sh -c "cd '$dir/work' && ./lab --lang en update | grep -q 'Nothing is new'"

# Both changed the first line.
older 1
{ echo '/* my first line */'; sed 1d "$dir/work/.lab/starter/$f"; } >"$dir/mine"
cp "$dir/mine" "$dir/work/$f"
expect 'a collision is told' sh -c "cd '$dir/work' && ! ./lab --lang en update >'$dir/said' && grep -q '$f' '$dir/said'"
expect 'and changes nothing of yours' cmp "$dir/mine" "$dir/work/$f"
expect 'an older directory says so when it does not compile' sh -c "
    cd '$dir/work' && echo 'int' >>'$f' && ! ./lab --lang en check 4 >'$dir/said' && grep -q './lab update' '$dir/said'"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
