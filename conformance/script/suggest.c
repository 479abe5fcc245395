/* suggest.c - the nearest of some names.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/suggest.h"

#include <ctype.h>
#include <stdio.h>

enum { LONGEST = 63 };

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
    unsigned m = a < b ? a : b;
    return m < c ? m : c;
}

/* The usual table, of which three rows are enough: cell [j] of `row` is the
 * distance between the first i bytes of a and the first j bytes of b. */
unsigned
suggest_distance(struct slice a, struct slice b)
{
    unsigned rows[3][LONGEST + 1];
    a = slice_first(a, LONGEST);
    b = slice_first(b, LONGEST);
    for (unsigned j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (unsigned i = 1; i <= a.len; i++) {
        unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3];
        unsigned *two_above = rows[(i + 1) % 3];
        int x = tolower(a.ptr[i - 1]);
        row[0] = i;
        for (unsigned j = 1; j <= b.len; j++) {
            int y = tolower(b.ptr[j - 1]);
            row[j] = least(above[j] + 1, row[j - 1] + 1,
                           above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == tolower(b.ptr[j - 2]) &&
                y == tolower(a.ptr[i - 2]) && two_above[j - 2] + 1 < row[j])
                row[j] = two_above[j - 2] + 1;
        }
    }
    return rows[a.len % 3][b.len];
}

struct suggest
suggest_for(struct slice word)
{
    /* One mistake in three letters is still the same word. */
    unsigned worst = (unsigned)(word.len < LONGEST ? word.len : LONGEST) / 3;
    return (struct suggest){word, {NULL, 0}, worst + 1};
}

void
suggest_offer(struct suggest *s, struct slice name)
{
    unsigned distance = suggest_distance(s->word, name);
    if (distance < s->distance || (s->best.len == 0 && distance <= 1)) {
        s->best = name;
        s->distance = distance;
    }
}

struct suggest_text
suggest_hint(const struct suggest *s)
{
    struct suggest_text hint = {""};
    if (s->best.len)
        snprintf(hint.text, sizeof hint.text, "; did you mean `%.*s`?",
                 SLICE_ARG(slice_first(s->best, LONGEST)));
    return hint;
}
