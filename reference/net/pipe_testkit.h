/* pipe_testkit.h - two transports in memory, each other's far end.
 * SPDX-License-Identifier: MIT
 *
 * They hand over as little at a time as the test likes (step = 1: byte by
 * byte) and hold as little as it likes (room), so that every half-done state
 * of a layer above is met. Nothing waits: a test asks both ends in turn. A
 * layer frees its end, and what it had written can still be read by the other.
 * Only x_test.c files include this.                                          */
#ifndef NET_PIPE_TESTKIT_H
#define NET_PIPE_TESTKIT_H

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "net/transport.h"

/* Bytes on their way in one direction. */
struct pipe_way {
    struct buf bytes;
    bool is_ended; /* the writer has closed */
    bool is_reset; /* in bad manners */
    size_t moved;  /* bytes that were ever written */
};

struct pipe_end {
    struct transport base;
    struct pipe_way *in, *out; /* borrowed from struct pipe_pair */
    size_t *step;              /* most bytes of one read or write */
    size_t *room;              /* most bytes on their way */
};

struct pipe_pair {
    struct pipe_way ways[2];
    size_t step, room;        /* may be changed at any time */
    struct transport *end[2]; /* whoever takes them frees them */
};

static inline size_t
pipe_least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline ptrdiff_t
pipe_read(struct transport *t, void *out, size_t cap, struct error *err)
{
    struct pipe_end *e = (struct pipe_end *)t;
    size_t n = pipe_least(pipe_least(cap, e->in->bytes.len), *e->step);
    if (e->in->is_reset) {
        error_set(err, "connection lost");
        return TRANSPORT_ERROR;
    }
    if (n == 0)
        return e->in->is_ended ? 0 : TRANSPORT_AGAIN;
    memcpy(out, e->in->bytes.data, n);
    buf_drop(&e->in->bytes, n);
    return (ptrdiff_t)n;
}

static inline ptrdiff_t
pipe_write(struct transport *t, struct slice bytes, struct error *err)
{
    struct pipe_end *e = (struct pipe_end *)t;
    size_t space = *e->room > e->out->bytes.len
                       ? *e->room - e->out->bytes.len : 0;
    size_t n = pipe_least(pipe_least(bytes.len, space), *e->step);
    if (e->in->is_reset) {
        error_set(err, "connection lost");
        return TRANSPORT_ERROR;
    }
    if (n == 0)
        return bytes.len ? TRANSPORT_AGAIN : 0;
    buf_add(&e->out->bytes, slice_first(bytes, n));
    e->out->moved += n;
    return (ptrdiff_t)n;
}

static inline unsigned
pipe_want(const struct transport *t, unsigned wish)
{
    (void)t;
    return wish;
}

static inline void
pipe_close(struct transport *t, enum transport_end how)
{
    struct pipe_end *e = (struct pipe_end *)t;
    e->out->is_ended = true;
    e->out->is_reset = how == TRANSPORT_RESET;
    free(e);
}

static const struct transport_ops pipe_ops = {.read = pipe_read,
                                              .write = pipe_write,
                                              .want = pipe_want,
                                              .close = pipe_close};

static inline void
pipe_open(struct pipe_pair *p, size_t step, size_t room)
{
    *p = (struct pipe_pair){.step = step, .room = room};
    for (int i = 0; i < 2; i++) {
        struct pipe_end *e = xcalloc(1, sizeof *e);
        *e = (struct pipe_end){.base = {.ops = &pipe_ops, .fd = -1},
                               .in = &p->ways[1 - i], .out = &p->ways[i],
                               .step = &p->step, .room = &p->room};
        p->end[i] = &e->base;
    }
}

static inline void
pipe_release(struct pipe_pair *p)
{
    buf_release(&p->ways[0].bytes);
    buf_release(&p->ways[1].bytes);
}

/* What can be read from t now is appended to `into`. Returns the last result:
 * 0, TRANSPORT_AGAIN or TRANSPORT_ERROR. */
static inline ptrdiff_t
pipe_drain(struct transport *t, struct buf *into, struct error *err)
{
    ptrdiff_t n;
    uint8_t bytes[4096];
    do {
        n = transport_read(t, bytes, sizeof bytes, err);
        if (n > 0)
            buf_add(into, slice_of(bytes, (size_t)n));
    } while (n > 0 || (n == TRANSPORT_AGAIN &&
                       transport_want(t, LOOP_READ) & TRANSPORT_NOW));
    return n;
}

#endif
