/* unwrap.c - from TCP connections to streams of MQTT bytes.
 * SPDX-License-Identifier: MIT
 *
 * An undecided connection keeps its events in a list, to be told again once
 * it is known what they are, and the bytes to decide by in head[].           */
#include "trace/unwrap/unwrap.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"

#define HEAD_MAX 8192               /* bytes of one side held undecided */
#define HELD_MAX (16 * 1024 * 1024) /* of all connections together */

/* Something that happened while undecided. */
struct held {
    enum stream_side side;
    struct stream_mark mark;
    uint64_t bytes;        /* of data or gap */
    bool is_gap;
    enum stream_gap cause; /* of a gap */
    size_t at;             /* of data: place in `data` */
};

struct conn {
    struct unwrap_conn pub; /* first: a pointer to it is one to us */
    struct held *held;      /* held_count of them, owned */
    size_t held_count, held_cap;
    struct buf data;        /* bytes of the held data */
    struct buf head[2];     /* by stream side: what recognise looks at */
    size_t look_at[2];      /* length from which on looking again pays */
    bool is_start[2];       /* the head is the stream's begin */
    bool is_all[2];         /* the head will not grow */
};

struct unwrap {
    struct unwrap_events events;
    uint16_t mqtt_port;
    size_t held_bytes; /* in `data` of all connections */
};

static enum mqtt_side
mqtt_side_of(const struct unwrap_conn *c, enum stream_side side)
{
    return side == c->client ? FROM_CLIENT : FROM_SERVER;
}

enum stream_side
unwrap_side(const struct unwrap_conn *conn, enum mqtt_side from)
{
    return from == FROM_CLIENT ? conn->client
                               : (enum stream_side)!conn->client;
}

bool
unwrap_is_start_seen(const struct unwrap_conn *conn, enum mqtt_side from)
{
    return conn->tcp->side[unwrap_side(conn, from)].is_start_seen;
}

/* Where bytes of a decided connection go. A layer that takes off WebSocket
 * frames or TLS records belongs here, between the switch and the events. */
static void
deliver(struct unwrap *u, struct conn *c, enum stream_side side,
        struct slice bytes, const struct stream_mark *mark)
{
    if (c->pub.app == UNWRAP_MQTT)
        u->events.on_data(u->events.user, &c->pub,
                          mqtt_side_of(&c->pub, side), bytes, mark);
}

static void
deliver_gap(struct unwrap *u, struct conn *c, enum stream_side side,
            uint64_t bytes, enum stream_gap cause,
            const struct stream_mark *mark)
{
    if (c->pub.app == UNWRAP_MQTT)
        u->events.on_gap(u->events.user, &c->pub,
                         mqtt_side_of(&c->pub, side), bytes, cause, mark);
}

static void
release_held(struct unwrap *u, struct conn *c)
{
    u->held_bytes -= c->data.len;
    free(c->held);
    c->held = NULL;
    c->held_count = c->held_cap = 0;
    buf_release(&c->data);
    buf_release(&c->head[0]);
    buf_release(&c->head[1]);
}

/* Tells again what was held, now that it is known what it is. */
static void
tell_held(struct unwrap *u, struct conn *c)
{
    for (size_t i = 0; i < c->held_count; i++) {
        const struct held *h = &c->held[i];
        if (h->is_gap)
            deliver_gap(u, c, h->side, h->bytes, h->cause, &h->mark);
        else
            deliver(u, c, h->side,
                    slice_of(c->data.data + h->at, (size_t)h->bytes),
                    &h->mark);
    }
    release_held(u, c);
}

static void
decide(struct unwrap *u, struct conn *c, bool is_last)
{
    struct recognise in = {.conn = c->pub.tcp, .mqtt_port = u->mqtt_port};
    for (int i = 0; i < 2; i++) {
        in.head[i] = buf_slice(&c->head[i]);
        in.is_start[i] = c->is_start[i];
        in.is_all[i] = c->is_all[i] || is_last;
    }
    c->pub.app = recognise(&in, &c->pub.client, &c->pub.is_client_guessed);
    if (c->pub.app != UNWRAP_UNDECIDED)
        tell_held(u, c);
}

static struct held *
hold(struct conn *c, enum stream_side side, uint64_t bytes,
     const struct stream_mark *mark)
{
    c->held = xgrow(c->held, &c->held_cap, c->held_count + 1, sizeof *c->held);
    struct held *h = &c->held[c->held_count++];
    *h = (struct held){.side = side, .bytes = bytes, .mark = *mark};
    return h;
}

static void
hold_data(struct unwrap *u, struct conn *c, enum stream_side side,
          struct slice bytes, const struct stream_mark *mark)
{
    struct buf *head = &c->head[side];
    hold(c, side, bytes.len, mark)->at = c->data.len;
    buf_add(&c->data, bytes);
    u->held_bytes += bytes.len;
    if (c->is_all[side]) { /* what came before a gap did not tell: try this */
        buf_clear(head);
        c->is_all[side] = c->is_start[side] = false;
        c->look_at[side] = 0;
    }
    buf_add(head, bytes);
    bool is_last = c->data.len > HEAD_MAX || u->held_bytes > HELD_MAX;
    if (head->len < c->look_at[side] && !is_last)
        return;
    c->look_at[side] = head->len < 64 ? 0 : head->len + head->len / 4;
    decide(u, c, is_last);
}

static void
on_open(void *user, struct stream_conn *tcp)
{
    (void)user;
    struct conn *c = xcalloc(1, sizeof *c);
    c->pub.tcp = tcp;
    tcp->user = c;
}

static void
on_data(void *user, struct stream_conn *tcp, enum stream_side from,
        struct slice bytes, const struct stream_mark *mark)
{
    struct conn *c = tcp->user;
    if (c->pub.app != UNWRAP_UNDECIDED) {
        deliver(user, c, from, bytes, mark);
        return;
    }
    if (mark->offset == 0)
        c->is_start[from] = tcp->side[from].is_start_seen;
    hold_data(user, c, from, bytes, mark);
}

static void
on_gap(void *user, struct stream_conn *tcp, enum stream_side from,
       uint64_t bytes, enum stream_gap cause, const struct stream_mark *mark)
{
    struct conn *c = tcp->user;
    if (c->pub.app != UNWRAP_UNDECIDED) {
        deliver_gap(user, c, from, bytes, cause, mark);
        return;
    }
    struct held *h = hold(c, from, bytes, mark);
    h->is_gap = true;
    h->cause = cause;
    c->is_all[from] = true;
    decide(user, c, c->held_count > HEAD_MAX);
}

static void
on_close(void *user, struct stream_conn *tcp, enum stream_close how,
         const struct stream_mark *mark)
{
    struct unwrap *u = user;
    struct conn *c = tcp->user;
    if (c->pub.app == UNWRAP_UNDECIDED)
        decide(u, c, true);
    u->events.on_close(u->events.user, &c->pub, how, mark);
    release_held(u, c);
    free(c);
    tcp->user = NULL;
}

struct stream_events
unwrap_stream_events(struct unwrap *u)
{
    return (struct stream_events){u, on_open, on_data, on_gap, on_close};
}

struct unwrap *
unwrap_new(const struct unwrap_events *events, uint16_t mqtt_port)
{
    struct unwrap *u = xcalloc(1, sizeof *u);
    u->events = *events;
    u->mqtt_port = mqtt_port;
    return u;
}

void
unwrap_free(struct unwrap *u)
{
    free(u);
}
