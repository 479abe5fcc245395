#!/bin/sh
# collect_test.sh - `labs/lab collect` takes what is theirs to give, and nothing else.
#
# One submission with everything a bad or unlucky one may have in it; the result is
# read by jq, where there is jq. Ends with 0 when all is well.
set -u
project=$(cd "$(dirname "$0")/../.." && pwd)
cd "$project" || exit 2
top=$project/${OUT:-build}/labs/collect.$$
trap 'rm -rf "$top"' EXIT
rm -rf "$top"
mkdir -p "$top/elsewhere"
export LC_ALL=C
unset LAB_QUICK LAB_FLAGS LAB_DIR
failed=0
want() { # WHAT COMMAND...
    what=$1
    shift
    "$@" >/dev/null 2>&1 || { failed=$((failed + 1)); echo "FAIL collect: $what"; }
}
refused() { # COMMAND... : exit 2, and it says why
    "$@" >"$top/said" 2>&1
    [ $? -eq 2 ] && [ -s "$top/said" ]
}
tells() { [ "$(jq -c "$2" "$1")" = "$3" ]; } # FILE FILTER VALUE
never() { ! "$@"; }

theirs="$top/Ann Lee"
labs/lab start "$theirs" >/dev/null || exit 2
printf '1\thint\tL4.4:1\n2\thours\tL4\t5.5\n3\thint\tL4.4:1\n4\thint\tL4.4:2\n' >"$theirs/progress.tsv"
# Written, not borrowed, but the reference's to the byte; and a tree of their own.
LAB_DIR=$theirs labs/lab borrow L4.4 >/dev/null
sed -i '/	borrow	/d' "$theirs/progress.tsv"

# Whatever of theirs is run leaves a mark.
mark="$top/run"
for f in lab judge Makefile labs/lab labs/tool/grade labs/04-topics/judge .git/hooks/post-checkout; do
    mkdir -p "$(dirname "$theirs/$f")"
    printf '#!/bin/sh\n: >"%s"\nall: ; touch "%s"\n' "$mark" "$mark" >"$theirs/$f"
    chmod +x "$theirs/$f"
done
# What leads out of it: a file, a directory, and a name with ".." behind a line break.
echo 'int outside;' >"$top/elsewhere/conn.c"
cp reference/broker/*.c "$top/elsewhere/"
rm -rf "$theirs/reference/broker"
ln -s "$top/elsewhere" "$theirs/reference/broker"
echo secret >"$top/secret"
ln -s "$top/secret" "$theirs/secret"
mkdir -p "$theirs/scenarios/a
.."
echo x >"$theirs/scenarios/a
../secret"
echo 'plain file' >"$theirs/scenarios/ two words .scn"
rm -f "$theirs/.lab/seed"
mkfifo "$theirs/.lab/seed" # nobody ever writes to it

labs/lab collect --out "$top/a b" --labs 4 "$theirs" >"$top/log" 2>&1 &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do kill -0 $pid 2>/dev/null && sleep 5; done
kill -0 $pid 2>/dev/null && { kill $pid; echo 'FAIL collect: no end'; failed=1; }
got="$top/a b/Ann_Lee"
want 'a name with spaces' test -s "$got.json"
want 'something of theirs was run' test ! -e "$mark"
want 'a directory that leads out is not told' grep -q 'leads out.*reference/broker' "$got.log"
want 'a body from elsewhere is taken' never grep -q '"lab":[^4].*"status":"right"' "$got.json"
if command -v jq >/dev/null; then
    want 'not JSON' jq . "$got.json"
    want 'hints' tells "$got.json" .hints '["L4.4:1","L4.4:2"]'
    want 'hours' tells "$got.json" .hours '{"4":5.5}'
    want 'borrowed' tells "$got.json" .borrowed '["L4.4"]'
    want 'points for what is borrowed' tells "$got.json" .points 0
    want 'cohort' tells "$top/a b/cohort.json" '[.submissions,.median_hours]' '[1,{"4":5.5}]'
fi

# A mistake that is known is none of the unknown.
bob=$top/bob
labs/lab start "$bob" >/dev/null
LAB_DIR=$bob labs/lab borrow 4 >/dev/null
"${OUT:-build}/bin/splice" plant conformance/faults/hash-not-the-parent.fault "$bob" >/dev/null
labs/lab collect --out "$top/known" --labs 4 "$bob" >"$top/log" 2>&1
want 'a mistake in its log' grep -q 'looks like a known mistake' "$top/known/bob.log"
if command -v jq >/dev/null; then
    want 'a known mistake among the unknown' tells "$top/known/cohort.json" .unknown_mistakes '[]'
fi

LAB_COLLECT_SECONDS=0.01 labs/lab collect --out "$top/late" --labs 4 "$theirs" >"$top/log" 2>&1
want 'no limit of time' grep -q 'more than 0.01 seconds' "$top/late/Ann_Lee.log"
want 'judged all the same' grep -q '"status":"unchecked"' "$top/late/Ann_Lee.json"
want 'a path that is not there' refused labs/lab collect --out "$top/none" "$theirs" "$top/nobody"
want 'it is named' grep -q nobody "$top/said"
want 'and nothing was judged' test ! -e "$top/none"
want 'an empty list' refused labs/lab collect
want 'an empty list after options' refused labs/lab collect --out "$top/none"
want 'a lab that is not there' refused labs/lab collect --labs 13 --out "$top/none" "$theirs"
want 'seeds that are not there' refused labs/lab collect --seeds "$top/nobody" "$theirs"
[ $failed -eq 0 ] && echo ok
