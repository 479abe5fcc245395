/* definitions.h - the top-level definitions of C source text.
 * SPDX-License-Identifier: MIT
 *
 * Found by lines because the house style lets it: a definition begins in column
 * 0 and ends with '}' in column 0.                                           */
#ifndef LABS_DEFINITIONS_H
#define LABS_DEFINITIONS_H

#include "base/buf.h"
#include "base/error.h"

/* One top-level definition: lines [first, end) of the text. */
struct definition {
    struct slice name;
    struct slice text;  /* from its first line to its last, newline included */
    unsigned line;      /* of its first line, from 1 */
};

struct source {
    const char *path;
    struct buf text;         /* owned */
    struct definition *list; /* owned */
    size_t count, cap;
};

/* Finds the definitions of s->text, which must stay as it is from then on. */
void source_scan(struct source *s);

/* Reads a file and finds its definitions; zero *s before. -1 with err. */
int source_read(struct source *s, const char *path, struct error *err);

/* The definition of that name, or NULL. Borrowed from s. */
const struct definition *source_find(const struct source *s,
                                     struct slice name);

void source_release(struct source *s);

#endif
