/* suggest.h - "did you mean ...?": the nearest of some names.
 * SPDX-License-Identifier: MIT
 *
 * Offer every name that would be right; the one with the smallest edit
 * distance wins, if it is near enough to be what was meant.
 *
 *     struct suggest s = suggest_for(word);
 *     suggest_offer(&s, "packet_id"); ...
 *     parser_fail(p, "no field `...`%s", suggest_hint(&s).text);             */
#ifndef SCRIPT_SUGGEST_H
#define SCRIPT_SUGGEST_H

#include "base/slice.h"

struct suggest {
    struct slice word;  /* borrowed; what was written */
    struct slice best;  /* borrowed; the nearest so far, or empty */
    unsigned distance;  /* of best */
};

struct suggest_text {
    char text[96]; /* "; did you mean `packet_id`?" or "" */
};

struct suggest suggest_for(struct slice word);
void suggest_offer(struct suggest *s, struct slice name);
struct suggest_text suggest_hint(const struct suggest *s);

/* Insertions, deletions, replacements and swaps of neighbours that make b of a;
 * case counts for nothing. Of names longer than 63 only the start counts. */
unsigned suggest_distance(struct slice a, struct slice b);

#endif
