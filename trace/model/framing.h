/* framing.h - the packets in one direction of a connection, gaps or not.
 * SPDX-License-Identifier: MIT
 *
 * Bytes arrive in pieces of any size, and some may be missing. Three ways to
 * be:
 *
 *   IN_STEP   the next byte begins a packet, or a packet has begun
 *   SEARCHING a packet's start has to be found: the capture began late, or a
 *             gap swallowed a fixed header; bytes skipped are told
 *   LOST      the peer sent what cannot be framed (a fifth length byte);
 *             what follows is only counted
 *
 * A gap inside a packet whose length is known costs only that packet's
 * content: it is told as cut, and the next one begins where it must. A packet
 * that lies whole in one piece is told in place, without a copy.
 * Bounded: of a packet at most FRAMING_KEEP bytes are kept, of all together
 * what the budget allows; what is more is cut.                               */
#ifndef TRACE_MODEL_FRAMING_H
#define TRACE_MODEL_FRAMING_H

#include "base/buf.h"
#include "trace/stream/stream.h"

#define FRAMING_KEEP (1024 * 1024)

enum framing_state {
    FRAMING_IN_STEP,
    FRAMING_SEARCHING,
    FRAMING_LOST,
};

/* A packet as it is told. */
struct framing_packet {
    struct slice bytes;  /* up to the first missing byte; borrowed */
    size_t wire_len;     /* bytes of the whole packet */
    uint64_t offset;     /* of its first byte */
    uint64_t frame;      /* that brought its last byte, or the gap at its end */
    int64_t time_ns;     /* of that frame */
    bool is_cut;         /* bytes are missing in it */
    bool is_after_gap;   /* bytes before it are missing, or were skipped */
};

struct framing {
    enum framing_state state;
    struct buf kept;         /* of the packet begun, or of the search */
    uint64_t at;             /* offset of the next byte expected */
    uint64_t begin;          /* offset of the first kept byte */
    size_t need;             /* length of the packet begun; 0: not known yet */
    bool has_hole;           /* of the packet begun, bytes are missing */
    bool is_after_gap;       /* tell so with the next packet */
    size_t search_at;        /* length from which on searching again pays */
    size_t *budget;          /* borrowed; bytes all framings may still keep */
    struct stream_mark mark; /* latest piece */
    uint64_t skipped;        /* bytes that no packet was found in */
};

struct framing_events {
    void *user;
    void (*on_packet)(void *user, const struct framing_packet *p);
};

/* `is_start`: the first byte begins a packet. */
void framing_init(struct framing *f, bool is_start, size_t *budget);
void framing_release(struct framing *f);

void framing_data(struct framing *f, struct slice bytes,
                  const struct stream_mark *mark,
                  const struct framing_events *events);
void framing_gap(struct framing *f, uint64_t bytes,
                 const struct stream_mark *mark,
                 const struct framing_events *events);

/* The direction is over: what waits for more is told, or counted as skipped.
 * Returns how many bytes of a packet begun were there (0: it ended well), with
 * *need its whole length when that is known. */
size_t framing_end(struct framing *f, size_t *need,
                   const struct framing_events *events);

#endif
