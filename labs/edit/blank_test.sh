#!/bin/sh
# blank_test.sh - bodies and rows taken out, and what only they used.
# SPDX-License-Identifier: MIT
# shellcheck source=labs/edit/cases.sh
. "$(dirname "$0")/cases.sh"
blank=${BLANK:-build/bin/blank}

cat >"$dir/a.c" <<'END_OF_SOURCE'
/* a.c - a source. */
#include <stdio.h>

#define STEPS(STEP) \
    STEP(A, B) \
    STEP(B, C)

static const char words[] = "a line";

static const struct pair {
    int left, right;
} pairs[] = {
    {1, 2},
};

static const int
    one = 1,
    two = 2;

/* Only f needs it. */
static int
helper(int a)
{
    return a + pairs[0].left + (int)sizeof words;
}

int
f(int a)
{
    return helper(a) + one;
}

/* f and helper are words of a comment here. */
int
g(void)
{
    return two;
}
END_OF_SOURCE

"$blank" "$dir/a.c" L1.1 body f >"$dir/out.c"
is 'the body is gone' '    not_written("L1.1"); /* your code in its place */' "$(grep not_written "$dir/out.c")"
is 'with a helper, its comment and its table' '' "$(grep -E 'Only f|^helper|pairs' "$dir/out.c")"
is 'what others use stays' '    return two;' "$(grep 'return' "$dir/out.c")"
is 'several in one declaration stay' '    two = 2;' "$(grep 'two =' "$dir/out.c")"
is 'a hole by name only' 'blank: there is no '"'h'"' (L1.3)' "$("$blank" "$dir/a.c" L1.3 body h 2>&1)"
"$blank" "$dir/a.c" - body f >"$dir/out.c"
is 'a hole called "-" is not blanked' "$(cat "$dir/a.c")" "$(cat "$dir/out.c")"
"$blank" "$dir/a.c" L1.1 body f - body helper >"$dir/out.c"
is 'nor does it go' 'helper(int a)' "$(grep '^helper' "$dir/out.c")"
"$blank" "$dir/a.c" L1.2 rows STEPS >"$dir/out.c"
is 'rows of a list' '#define STEPS(STEP) /* not_written("L1.2"): your rows here */' "$(grep -A1 '#define' "$dir/out.c" | grep .)"
"$blank" "$dir/a.c" L1.4 rows pairs >"$dir/out.c"
is 'rows of a table' '} pairs[] = {
    {0}, /* not_written("L1.4"): your rows here */
};' "$(sed -n '/pairs\[\] =/,/^};/p' "$dir/out.c")"
is 'one definition' "$(sed -n '/^g(void)/,/^}/p' "$dir/a.c")" "$("$blank" --body "$dir/a.c" body g | tail -n 4)"

count
