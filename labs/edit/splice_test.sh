#!/bin/sh
# splice_test.sh - definitions found, and put in place of others.
# SPDX-License-Identifier: MIT
# shellcheck source=labs/edit/cases.sh
. "$(dirname "$0")/cases.sh"
splice=${SPLICE:-build/bin/splice}

cat >"$dir/a.c" <<'END'
/* a.c - "int no(void) {" is only a comment. */
#include <stdio.h>

struct pair {
    int left; /* = ( [ */
};

int declared(void);

static const struct row {
    int (*call)(void);
} rows[] = {
    {declared},
};

/* Of f. */
static int
f(int a)
{
    if (a) {
        return 1;
    }
    return 2;
}

int one_line[] = {1, 2};

int
g(void)
{
    return f(3);
}
END

is 'what there is, with lines' \
"$dir/a.c:4: pair
$dir/a.c:10: rows
$dir/a.c:17: f
$dir/a.c:26: one_line
$dir/a.c:28: g" "$("$splice" list "$dir/a.c")"

cat >"$dir/with.c" <<'END'
/* With a fault. */
static int
f(int a)
{
    return a;
}
END
"$splice" replace "$dir/a.c" "$dir/with.c" >"$dir/out.c"
is 'one definition in place of another, lines named' \
"$(sed -n 1,16p "$dir/a.c")
#line 2 \"$dir/with.c\"
$(sed -n 2,6p "$dir/with.c")
#line 25 \"$dir/a.c\"
$(sed -n '25,$p' "$dir/a.c")" "$(cat "$dir/out.c")"

# The compiler has to find the lines that the directives say.
printf '\nint\nh(void)\n{\n    return missing;\n}\n' >"$dir/b.c"
printf 'int\nh(void)\n{\n    return wrong;\n}\n' >"$dir/bad.c"
"$splice" replace "$dir/b.c" "$dir/bad.c" >"$dir/out.c"
is 'a message of the compiler names the right file' 1 \
    "$(${CC:-cc} -c -o "$dir/o" "$dir/out.c" 2>&1 | grep -c 'bad.c:4:.*error')"

printf 'int\nunknown(void)\n{\n}\n' >"$dir/unknown.c"
is 'what there is not' \
    "splice: $dir/unknown.c:1: $dir/a.c defines no 'unknown' to replace" \
    "$("$splice" replace "$dir/a.c" "$dir/unknown.c" 2>&1)"
printf '/* nothing */\n' >"$dir/empty.c"
is 'nothing to replace with' "splice: $dir/empty.c: contains no definition" \
    "$("$splice" replace "$dir/a.c" "$dir/empty.c" 2>&1 >"$dir/out.c")"
is 'no file' \
    "splice: $dir/none: cannot be read: No such file or directory
2" \
    "$("$splice" list "$dir/none" 2>&1; echo $?)"

# Definitions that replace themselves change nothing but the line directives.
for file in reference/mqtt/check.c reference/broker/on_publish.c; do
    "$splice" replace "$file" "$file" | grep -v '^#line' >"$dir/out.c"
    is "$file by itself" "$(cat "$file")" "$(cat "$dir/out.c")"
done

# A fault: words that are there once, whatever the white space between them.
mkdir "$dir/src"
printf 'int\nf(int a)\n{\n    return a <\n           1;\n}\n\nint\ng(int a)\n{\n    return a < 1;\n}\n' \
    >"$dir/src/f.c"
fault() { # LINE... : plants a fault of these lines
    printf '%s\n' "$@" >"$dir/x.fault"
    (cd "$dir" && "$OLDPWD/$splice" plant x.fault planted 2>&1)
}
is 'what was changed' 'src/f.c' "$(fault 'statement MQTT-1.5.4-1' 'in src/f.c g' '- a < 1;' '+ a <' '+ 2;')"
is 'only there' "$(sed '11s/a < 1;/a <\n2;/' "$dir/src/f.c")" "$(cat "$dir/planted/src/f.c")"
fault 'in src/f.c f' '- return a < 1;' '+ return a;' 'in src/f.c g' '- a' '- < 1' '+ 0' >"$dir/names"
is 'two places of a file' 'return a;return 0;' "$(grep return "$dir/planted/src/f.c" | tr -d '\n' | sed 's/    //g')"
is 'words twice' 'splice: x.fault:2: these words are there 2 times, not once: a < 1' \
    "$(fault 'in src/f.c' '- a < 1')"
is 'words that are gone' 'splice: x.fault:3: these words are there 0 times, not once: a < 2' \
    "$(fault 'in src/f.c f' '- a < 2' '+ a')"
is 'a definition that is gone' "splice: x.fault:2: src/f.c defines no 'h'" \
    "$(fault 'in src/f.c h' '- a')"
is 'new words alone' "splice: x.fault:2: '+' without '-' before: in place of what?" \
    "$(fault 'in src/f.c f' '+ a')"
is 'nothing' "splice: x.fault: changes nothing: no 'in FILE'" "$(fault 'wrong nothing')"

count
