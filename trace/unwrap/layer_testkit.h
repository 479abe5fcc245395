/* layer_testkit.h - any bytes through one layer, for its fuzz target.
 * SPDX-License-Identifier: MIT
 *
 * Records: a byte that says who speaks, whether bytes are there or missing, and
 * how many; then the bytes. Only x_fuzz.c files include this.                */
#ifndef TRACE_UNWRAP_LAYER_TESTKIT_H
#define TRACE_UNWRAP_LAYER_TESTKIT_H

#include "trace/unwrap/layer.h"

/* Touches every byte that comes out. */
static inline void
layer_testkit_data(void *user, enum stream_side from, struct slice bytes,
                   const struct stream_mark *mark)
{
    (void)from;
    (void)mark;
    for (size_t i = 0; i < bytes.len; i++)
        *(uint64_t *)user += bytes.ptr[i];
}

static inline void
layer_testkit_gap(void *user, enum stream_side from, uint64_t bytes,
                  enum stream_gap cause, const struct stream_mark *mark)
{
    (void)user;
    (void)from;
    (void)bytes;
    (void)cause;
    (void)mark;
}

/* Where the inside goes; `sum` is borrowed as long as the layer lives. */
static inline struct layer_sink
layer_testkit_sink(uint64_t *sum)
{
    return (struct layer_sink){sum, layer_testkit_data, layer_testkit_gap};
}

/* All records of `in`, then the description; frees l. */
static inline void
layer_testkit_feed(struct layer *l, struct slice in)
{
    struct stream_mark mark = {0};
    struct buf text = {0};
    while (in.len > 1) {
        uint8_t head = in.ptr[0];
        enum stream_side from = (enum stream_side)(head & 1);
        struct slice bytes = slice_first(slice_from(in, 1), (head >> 1) + 1u);
        if (head >= 0xf0)
            l->kind->gap(l, from, bytes.len, STREAM_GAP_LOST, &mark);
        else
            l->kind->data(l, from, bytes, &mark);
        in = slice_from(in, 1 + bytes.len);
    }
    l->kind->describe(l, &text);
    l->kind->free(l);
    buf_release(&text);
}

#endif
