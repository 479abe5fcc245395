/* reassemble.h - one TCP connection: segments in, two ordered streams out.
 * SPDX-License-Identifier: MIT
 *
 * Each direction delivers what is next in sequence at once and keeps the rest
 * waiting (pieces.h). Two things may make a piece wait:
 *
 *   a hole before it        [next ...missing... piece)
 *   an answer before its    it acknowledges bytes of the other direction that
 *   question                are not here yet (the file has them swapped)
 *
 * If the missing bytes turn up, all is well. If the receiver has acknowledged
 * them, they were on the wire, so the capture lost them: after a grace of 16
 * segments or half a second (files swap frames) they become a gap. If nobody
 * acknowledged them, a retransmission may come: wait, up to the limits. At the
 * end everything that is still missing becomes a gap.
 *
 * Policies: of overlapping bytes the first arrival counts. A segment with a
 * wrong checksum, from a side whose checksums are right for the most part (so
 * it is not its network card that computes them), waits like a hole, and a good
 * copy replaces it; without one it is used after all. An RST counts when
 * its sequence number is near what is expected. Called by conn_table.c only. */
#ifndef TRACE_STREAM_REASSEMBLE_H
#define TRACE_STREAM_REASSEMBLE_H

#include "trace/stream/history.h"
#include "trace/stream/pieces.h"
#include "trace/stream/stream.h"

/* One direction. Offsets count bytes from the first one known (after the SYN,
 * if that was seen); sequence numbers are those of the wire. */
struct reassemble_side {
    bool is_started;         /* the sequence numbers below mean something */
    bool has_fin;            /* fin_at is known */
    uint32_t first_seq;      /* sequence number of offset 0 */
    uint32_t next_seq;       /* of the next byte to deliver */
    uint64_t next;           /* its offset */
    uint64_t highest;        /* one past the furthest byte seen */
    uint64_t acked;          /* what the other side acknowledged, at most */
    uint64_t fin_at;         /* offset of the FIN */
    bool has_hint;           /* before is_started: hint_seq is known */
    uint32_t hint_seq;       /* what the other side expects next */
    uint64_t lost_at;        /* the latest gap that was told: where */
    uint64_t lost_end;       /* and its end */
    uint64_t good_sums;      /* segments with data and a right checksum */
    uint64_t bad_sums;       /* and with a wrong one */
    unsigned far;            /* segments in a row too far ahead to believe */
    unsigned blocked;        /* segments since it got stuck; 0: not stuck */
    int64_t blocked_ns;      /* time it got stuck */
    struct stream_mark mark; /* latest frame delivered */
    struct pieces waiting;
    struct history recent;
};

/* Borrowed by every connection of a table. */
struct reassemble_limits {
    size_t side_max;    /* memory one direction may keep waiting */
    size_t memory_max;  /* memory of all directions of all connections */
    size_t memory_used; /* at the moment */
};

struct reassembly {
    struct stream_conn conn;
    struct reassemble_side side[2];     /* by enum stream_side */
    const struct stream_events *events; /* borrowed */
    struct reassemble_limits *limits;   /* borrowed, shared */
    bool is_closed;                     /* on_close was called */
};

/* `first` opens the connection: it says who is who. Calls on_open; feed it
 * the same segment next. */
void reassemble_init(struct reassembly *r, const struct segment *first,
                     uint64_t number, const struct stream_events *events,
                     struct reassemble_limits *limits);
void reassemble_release(struct reassembly *r);

/* Does this segment of this connection's ports open another connection? */
bool reassemble_is_other(const struct reassembly *r,
                         const struct segment *seg);

void reassemble_feed(struct reassembly *r, const struct segment *seg);

/* Delivers what waits, with gaps, and calls on_close; nothing when closed. */
void reassemble_close(struct reassembly *r, enum stream_close how);

#endif
