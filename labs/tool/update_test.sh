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
labs/lab start "$dir/student" >/dev/null || exit 2
cp "$dir/student/$f" "$dir/today"
expect 'nothing is new at first' sh -c "cd '$dir/student' && ./lab --lang en update | grep -q 'Nothing is new'"

# What was given then had a line less; the student has written a line elsewhere.
older() { # LINE : the file given then is that of today without this line
    sed "$1d" "$dir/today" >"$dir/student/.lab/starter/$f"
    cp "$dir/student/.lab/starter/$f" "$dir/student/$f"
    echo before >"$dir/student/.lab/started"
}
older 1
printf '/* mine */\n' >>"$dir/student/$f"
expect 'it is merged' sh -c "cd '$dir/student' && ./lab update"
{ cat "$dir/today"; printf '/* mine */\n'; } >"$dir/both"
expect 'the line is back, the other is kept' cmp "$dir/both" "$dir/student/$f"
expect 'and then nothing is new' sh -c "cd '$dir/student' && ./lab --lang en update | grep -q 'Nothing is new'"

# Both changed the first line.
older 1
{ echo '/* my first line */'; sed 1d "$dir/student/.lab/starter/$f"; } >"$dir/mine"
cp "$dir/mine" "$dir/student/$f"
expect 'a collision is told' sh -c "cd '$dir/student' && ! ./lab --lang en update >'$dir/said' && grep -q '$f' '$dir/said'"
expect 'and changes nothing of yours' cmp "$dir/mine" "$dir/student/$f"
expect 'an older directory says so when it does not compile' sh -c "
    cd '$dir/student' && echo 'int' >>'$f' && ! ./lab --lang en check 4 >'$dir/said' && grep -q './lab update' '$dir/said'"
# A body that was borrowed, of an older reference, which had another one.
b=reference/broker/session.c
export GIT_INDEX_FILE="$dir/index"
git read-tree HEAD
sed 's/^session_end(struct broker \*b, struct session \*s)$/&/; /^session_end(/,/^}/ s/^{$/{\n    (void)b;/' "$b" >"$dir/then"
git update-index --cacheinfo "100644,$(git hash-object -w "$dir/then"),$b"
then=$(git rev-parse "$(git write-tree):reference")
unset GIT_INDEX_FILE
labs/lab start "$dir/lent" >/dev/null || exit 2
expect 'the older one differs' sh -c "! cmp -s '$dir/then' '$b'"
(cd "$dir/lent" && ./lab borrow 6 >/dev/null)
sed '/^session_end(/,/^}/ s/^{$/{\n    (void)b;/' "$dir/lent/$b" >"$dir/lent/now" && mv "$dir/lent/now" "$dir/lent/$b"
echo "$then" >"$dir/lent/.lab/started"
expect 'it is updated' sh -c "cd '$dir/lent' && ./lab update"
expect 'what was borrowed is that of today' sh -c "! grep -q '(void)b;' '$dir/lent/$b' && ! grep -q 'not_written(.L6.6' '$dir/lent/$b'"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
