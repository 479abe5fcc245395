/* stream.h - what a reassembled TCP connection looks like to its consumer.
 * SPDX-License-Identifier: MIT
 *
 * A connection is two streams of bytes. The consumer gets them piece by piece
 * in the order of cause: in each direction in sequence, and between the
 * directions so that an answer does not come before what it acknowledges,
 * even when the frames stand the other way round in the file. What is missing
 * is an event of its own, at its place: data + gap + data always add up to
 * the bytes that were on the wire.
 *
 * Called by conn_table.c; implemented by trace/unwrap and trace/model. Nothing
 * here knows what the bytes mean.                                            */
#ifndef TRACE_STREAM_STREAM_H
#define TRACE_STREAM_STREAM_H

#include "trace/capture/segment.h"

/* A side sends one direction. CLIENT sent the SYN when `is_client_known`;
 * otherwise it is the one whose segment was seen first. */
enum stream_side { STREAM_CLIENT = 0, STREAM_SERVER = 1 };

/* What one side sent, in figures; all of them grow until on_close. */
struct stream_side_info {
    struct endpoint endpoint; /* its address and port */
    bool is_start_seen;       /* its SYN was: offset 0 is its first byte */
    bool is_seen;             /* at least one segment of it was captured */
    bool is_fin_seen;         /* it ended its direction */
    uint64_t segments;        /* all of them, empty ones too */
    uint64_t bytes;           /* delivered to on_data */
    uint64_t gap_bytes;       /* told by on_gap, any cause */
    uint64_t resent_bytes;    /* seen again; the first arrival was used */
    uint64_t conflict_bytes;  /* of those, different from the first arrival */
    uint64_t conflict_frame;  /* first frame that had such; 0: none */
    uint64_t late_bytes;      /* could not be placed: their gap was told, or
                                 they lie before the start or past the end */
    uint64_t keep_alives;     /* TCP keep-alive probes */
    uint64_t out_of_order;    /* segments with new data, not behind the last */
};

struct stream_conn {
    uint64_t number;       /* 0, 1, ... in order of appearance, as tshark's */
    bool is_client_known;  /* a SYN or SYN-ACK showed who opened */
    struct stream_side_info side[2]; /* by enum stream_side */
    uint64_t first_frame;
    int64_t first_time_ns;
    uint64_t last_frame;   /* latest frame of this connection so far */
    int64_t last_time_ns;
    int first_to_close;    /* side of the first FIN or RST; -1: none yet */
    void *user;            /* the consumer's; NULL until it sets it */
};

/* Where a piece stands: the frame that completed it, in its own direction. */
struct stream_mark {
    uint64_t frame;  /* number of the frame */
    int64_t time_ns; /* its time */
    uint64_t offset; /* of the piece in its direction; gaps count */
};

enum stream_gap {
    STREAM_GAP_LOST, /* not in the file: dropped by the capture, or cut off */
    STREAM_GAP_CUT,  /* seen on the wire, but the snapshot length cut it */
};

enum stream_close {
    STREAM_CLOSE_FIN,     /* both sides ended */
    STREAM_CLOSE_RST,     /* reset */
    STREAM_CLOSE_REUSED,  /* a new connection took the same ports */
    STREAM_CLOSE_END,     /* the capture ends with the connection open */
    STREAM_CLOSE_EVICTED, /* too many connections, or idle for too long */
};

/* Called with `user`; any member but on_data may be NULL. The connection
 * lives until on_close returns; bytes are borrowed for the call. No callback
 * may feed the table. */
struct stream_events {
    void *user; /* the consumer's, for all connections */
    void (*on_open)(void *user, struct stream_conn *conn);
    void (*on_data)(void *user, struct stream_conn *conn,
                    enum stream_side from, struct slice bytes,
                    const struct stream_mark *mark);
    /* `bytes` are missing at mark->offset (1 or more). */
    void (*on_gap)(void *user, struct stream_conn *conn,
                   enum stream_side from, uint64_t bytes,
                   enum stream_gap cause, const struct stream_mark *mark);
    void (*on_close)(void *user, struct stream_conn *conn,
                     enum stream_close how, const struct stream_mark *mark);
};

/* "FIN", "RST", "ports reused", "end of capture", "evicted". */
const char *stream_close_text(enum stream_close how);

#endif
