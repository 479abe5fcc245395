/* table.h - what a student wrote into a table.
 * SPDX-License-Identifier: MIT
 *
 * A line per answer, cells parted by tabs; `#` begins a remark. People edit
 * such files by hand, so spaces around cells do not count, quotes around a
 * text neither, and where tabs became spaces the cells are still found.      */
#ifndef LABS_ANSWERS_TABLE_H
#define LABS_ANSWERS_TABLE_H

#include "base/buf.h"
#include "base/error.h"

enum { TABLE_CELLS = 6 };

struct table_row {
    struct slice cells[TABLE_CELLS]; /* the last has the rest of the line */
    size_t count;                    /* how many there are */
    size_t line;                     /* its number in the file, from 1 */
};

struct table {
    struct buf text;        /* owned */
    struct table_row *rows; /* owned */
    size_t count, cap;      /* of rows */
    char problem[160];      /* "line 3: ...": it is no table; "": it is one */
};

/* Cuts text, which is copied, into rows of up to TABLE_CELLS `cells`. What
 * editors and input methods do is undone: a byte order mark, CR, full-width
 * digits and letters. What is no text has no rows, and a problem. */
void table_parse(struct table *t, struct slice text, size_t cells);

/* A file that is not there is an empty table. */
int table_read(struct table *t, const char *path, size_t cells,
               struct error *err);
void table_release(struct table *t);

/* The row whose first cell says this (and whose second, unless NULL), or NULL;
 * the last of several. Case does not count. */
const struct table_row *table_find(const struct table *t, const char *first,
                                   const char *second);

/* Is it this text? Case and quotes around it do not count. */
bool table_is(struct slice cell, const char *text);

/* A number: decimal, or 0x and hexadecimal. */
bool table_number(struct slice cell, uint64_t *out);

#endif
