/* stage.h - one level of a connection: bytes held until it is known what.
 * SPDX-License-Identifier: MIT
 *
 * The lowest stage gets what TCP carried. Once the first bytes are recognised,
 * MQTT goes to the sink, and anything that wraps it gets a layer (layer.h),
 * whose output is the input of another stage above:
 *
 *     stage 0 (TCP) --TLS--> layer --> stage 1 --HTTP--> layer --> stage 2
 *
 * Bounded: bytes held, of one connection and of all, and depth.              */
#ifndef TRACE_UNWRAP_STAGE_H
#define TRACE_UNWRAP_STAGE_H

#include "trace/unwrap/layer.h"
#include "trace/unwrap/unwrap.h"

/* Shared by all connections. */
struct stage_env {
    struct unwrap_options options;
    size_t held;   /* bytes all stages hold, bookkeeping included */
    size_t budget; /* bytes that layers may still keep */
};

/* Something that happened while undecided. */
struct stage_event {
    enum stream_side side;
    struct stream_mark mark;
    uint64_t bytes;        /* of data or gap */
    bool is_gap;
    enum stream_gap cause; /* of a gap */
    size_t at;             /* of data: place in `data` */
};

struct stage {
    struct stage_env *env;     /* borrowed */
    struct unwrap_conn *conn;  /* borrowed; learns what MQTT is found to be */
    struct layer_sink sink;    /* where MQTT goes */
    const struct layer *below; /* what feeds it; NULL: TCP */
    unsigned depth;            /* layers below */
    enum unwrap_app app;       /* what it carries */
    struct layer *layer;       /* that takes it off, owned; NULL: none */
    struct stage *above;       /* what is inside, owned; NULL: none */
    uint64_t at[2];            /* by side: offset of the next byte */
    struct stage_event *held;  /* held_count of them, owned */
    size_t held_count, held_cap;
    struct buf data;           /* bytes of the held data */
    struct buf head[2];        /* by side: what recognise looks at */
    size_t look_at[2];         /* length from which on looking again pays */
    bool is_start[2];          /* the head is the stream's begin */
    bool is_all[2];            /* the head will not grow */
};

struct stage *stage_new(struct stage_env *env, struct unwrap_conn *conn,
                        const struct layer_sink *sink,
                        const struct layer *below, unsigned depth);
void stage_free(struct stage *s); /* NULL is fine; layers and stages above too */

void stage_data(struct stage *s, enum stream_side from, struct slice bytes,
                const struct stream_mark *mark);
void stage_gap(struct stage *s, enum stream_side from, uint64_t bytes,
               enum stream_gap cause, const struct stream_mark *mark);

/* No more will come: decides what is undecided, here and above. Returns what
 * the connection is: what the highest stage that knows carries. */
enum unwrap_app stage_end(struct stage *s);

#endif
