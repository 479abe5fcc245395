/* history.h - the last bytes that one direction delivered.
 * SPDX-License-Identifier: MIT
 *
 * Kept for one question: does a segment that arrives again say the same? If
 * it does not, somebody rewrote the stream or tries to confuse observers.    */
#ifndef TRACE_STREAM_HISTORY_H
#define TRACE_STREAM_HISTORY_H

#include "base/slice.h"

#define HISTORY_LEN 2048 /* a power of two; more than a usual segment */

struct history {
    uint8_t *ring;  /* owned, HISTORY_LEN; NULL until there is something */
    uint64_t start; /* offset of the oldest byte known */
    uint64_t end;   /* one past the newest */
};

void history_release(struct history *h);

/* Bytes delivered at offset `at`; where that is not h->end, what was known
 * before is forgotten. */
void history_add(struct history *h, uint64_t at, struct slice bytes);

/* How many of these bytes, at offset `at`, differ from what was delivered. */
uint64_t history_conflicts(const struct history *h, uint64_t at,
                           struct slice bytes);

#endif
