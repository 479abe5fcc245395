/* pieces.h - bytes of one direction that arrived before their turn.
 * SPDX-License-Identifier: MIT
 *
 * A sorted list of pieces that never overlap: of bytes that arrive twice the
 * first arrival stays, so adding only fills what is still open.
 *
 *     waiting      [10..20)      [30..40)
 *     add          [ 5..........35)         "abc..."
 *     becomes  [5..10)[10..20)[20..30)[30..40)   15 of the 30 bytes were new
 */
#ifndef TRACE_STREAM_PIECES_H
#define TRACE_STREAM_PIECES_H

#include "base/list.h"
#include "base/slice.h"

struct piece {
    struct list link;
    uint64_t at;     /* offset in the direction */
    uint64_t needs;  /* offset the other direction must reach first */
    uint64_t frame;  /* which brought it */
    int64_t time_ns; /* when */
    uint32_t len;    /* bytes, captured or not */
    bool is_doubtful; /* its checksum is wrong: a good copy replaces it */
    bool is_cut;     /* the snapshot length cut it: data is not there */
    uint8_t data[];  /* len bytes, unless is_cut */
};

struct pieces {
    struct list list; /* by offset; init with pieces_init */
    size_t count;
    size_t memory;    /* bytes all of it takes */
    size_t *total;    /* borrowed; sum over all directions, kept up to date */
};

/* Counters that pieces_add adds to. */
struct pieces_seen {
    uint64_t resent;   /* bytes that were there already */
    uint64_t conflict; /* of those, bytes that differ */
};

void pieces_init(struct pieces *ps, size_t *total);
void pieces_clear(struct pieces *ps);

/* Adds what is new of `like`: its fields, with `data` as its bytes (copied;
 * not looked at when like->is_cut). */
void pieces_add(struct pieces *ps, const struct piece *like,
                const uint8_t *data, struct pieces_seen *seen);

/* The piece with the lowest offset, or NULL. */
struct piece *pieces_first(const struct pieces *ps);

/* Takes the first one out; the caller frees it. */
struct piece *pieces_pop(struct pieces *ps);

#endif
