/* unwrap_testkit.h - for tests: one TCP connection, and what unwrap made of it.
 * SPDX-License-Identifier: MIT */
#ifndef TRACE_UNWRAP_UNWRAP_TESTKIT_H
#define TRACE_UNWRAP_UNWRAP_TESTKIT_H

#include "base/hex.h"
#include "trace/unwrap/unwrap.h"

/* Two MQTT packets each way, to be found again inside. */
#define TEST_CONNECT "100e 0004 4d515454 04 02 003c 0002 6331 "
#define TEST_PUBLISH "3006 0003 612f62 78 "
#define TEST_CONNACK "2002 0000 "
#define TEST_PINGRESP "d000 "

struct wire {
    struct stream_conn conn;
    struct unwrap *unwrap;
    struct stream_events events;
    struct buf came[2];     /* MQTT bytes by MQTT side: 0 client */
    uint64_t gaps[2];       /* bytes told missing, likewise */
    struct buf description; /* at the end */
    enum unwrap_app app;    /* at the end */
    uint64_t at[2];
    size_t chunk;           /* cut what is said into pieces; 0: do not */
};

static inline void
wire_data(void *user, struct unwrap_conn *c, enum mqtt_side from,
          struct slice bytes, const struct stream_mark *mark)
{
    struct wire *w = user;
    (void)c;
    (void)mark;
    buf_add(&w->came[from == FROM_SERVER], bytes);
}

static inline void
wire_gap(void *user, struct unwrap_conn *c, enum mqtt_side from,
         uint64_t bytes, enum stream_gap cause,
         const struct stream_mark *mark)
{
    struct wire *w = user;
    (void)c;
    (void)mark;
    (void)cause;
    w->gaps[from == FROM_SERVER] += bytes;
}

static inline void
wire_close(void *user, struct unwrap_conn *c, enum stream_close how,
           const struct stream_mark *mark)
{
    struct wire *w = user;
    (void)how;
    (void)mark;
    w->app = c->app;
    unwrap_describe(c, &w->description);
}

static inline void
wire_begin(struct wire *w, struct keylog *keys)
{
    struct unwrap_events ue = {w, wire_data, wire_gap, wire_close};
    struct unwrap_options options = {.keys = keys};
    *w = (struct wire){.unwrap = unwrap_new(&ue, &options)};
    w->events = unwrap_stream_events(w->unwrap);
    w->conn.is_client_known = true;
    w->conn.side[0].endpoint.port = 40000;
    w->conn.side[1].endpoint.port = 8883;
    w->conn.side[0].is_start_seen = w->conn.side[1].is_start_seen = true;
    w->events.on_open(w->events.user, &w->conn);
}

static inline void
wire_say(struct wire *w, int side, struct slice bytes)
{
    while (bytes.len) {
        struct slice piece = slice_first(bytes, w->chunk ? w->chunk
                                                         : bytes.len);
        struct stream_mark mark = {.offset = w->at[side], .frame = 1};
        w->events.on_data(w->events.user, &w->conn, (enum stream_side)side,
                          piece, &mark);
        w->at[side] += piece.len;
        bytes = slice_from(bytes, piece.len);
    }
}

static inline void
wire_say_hex(struct wire *w, int side, const char *hex)
{
    struct buf bytes = {0};
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    wire_say(w, side, buf_slice(&bytes));
    buf_release(&bytes);
}

static inline void
wire_lose(struct wire *w, int side, uint64_t bytes)
{
    struct stream_mark mark = {.offset = w->at[side]};
    w->events.on_gap(w->events.user, &w->conn, (enum stream_side)side, bytes,
                     STREAM_GAP_LOST, &mark);
    w->at[side] += bytes;
}

static inline void
wire_end(struct wire *w)
{
    struct stream_mark mark = {0};
    w->events.on_close(w->events.user, &w->conn, STREAM_CLOSE_END, &mark);
    unwrap_free(w->unwrap);
}

static inline void
wire_release(struct wire *w)
{
    buf_release(&w->came[0]);
    buf_release(&w->came[1]);
    buf_release(&w->description);
}

/* Did that side say exactly this, in MQTT? */
static inline bool
wire_came(const struct wire *w, int side, const char *hex)
{
    struct buf want = {0};
    ck_assert(hex_parse(&want, slice_str(hex)));
    bool is_same = slice_equal(buf_slice(&w->came[side]), buf_slice(&want));
    buf_release(&want);
    return is_same;
}

#endif
