/* draw.h - what a student's seed chooses.
 * SPDX-License-Identifier: MIT
 *
 * Everything that differs between students is drawn from the seed and a name,
 * never from the order of calls: a question that is added changes no other. */
#ifndef LABS_ANSWERS_DRAW_H
#define LABS_ANSWERS_DRAW_H

#include "base/buf.h"

/* A number below `limit` (not 0), for this seed and this name. */
size_t draw(uint64_t seed, const char *name, size_t limit);

/* Puts 0 .. count-1 into `order`, shuffled. */
void draw_order(uint64_t seed, const char *name, size_t *order, size_t count);

/* Appends a template with its words filled in: `@place1@` and `@place2@` are
 * two different places, `@30..90#a@` a number in these bounds, `@text9..20#a@`
 * that many letters. Lists are in draw.c. False: a word in it is unknown. */
bool draw_dress(struct buf *out, struct slice text, uint64_t seed);

/* The word that `kind` 0, 1, ... has for this seed; NULL: no such kind. All
 * words of a kind whose name ends in 6 have six bytes. */
const char *draw_word(uint64_t seed, const char *kind, size_t nth);

#endif
