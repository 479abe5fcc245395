/* unwrap.c - from TCP connections to streams of MQTT bytes.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/unwrap.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/unwrap/stage.h"

/* What all layers together may keep: of TLS, records that came in part; of
 * WebSocket, what compressed messages refer to, some 576 full windows. */
#define LAYERS_MAX (18 * 1024 * 1024)

struct conn {
    struct unwrap_conn pub; /* first: a pointer to it is one to us */
    struct unwrap *unwrap;  /* borrowed */
};

struct unwrap {
    struct unwrap_events events;
    struct stage_env env;
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
    return conn->is_start_seen[unwrap_side(conn, from)];
}

void
unwrap_describe(const struct unwrap_conn *conn, struct buf *out)
{
    const char *between = "";
    for (const struct stage *s = conn->stage; s; s = s->above) {
        if (!s->layer)
            continue;
        buf_add_str(out, between);
        s->layer->kind->describe(s->layer, out);
        between = ", ";
    }
}

bool
unwrap_texts(const struct unwrap_conn *conn, enum mqtt_side from,
             uint64_t *texts)
{
    for (const struct stage *s = conn->stage; s; s = s->above) {
        if (!s->layer || !s->layer->is_websocket)
            continue;
        *texts = s->layer->texts[unwrap_side(conn, from)];
        return true;
    }
    return false;
}

/* --- MQTT, from the highest stage ----------------------------------------- */

static void
mqtt_data(void *user, enum stream_side from, struct slice bytes,
          const struct stream_mark *mark)
{
    struct conn *c = user;
    const struct unwrap_events *e = &c->unwrap->events;
    e->on_data(e->user, &c->pub, mqtt_side_of(&c->pub, from), bytes, mark);
}

static void
mqtt_gap(void *user, enum stream_side from, uint64_t bytes,
         enum stream_gap cause, const struct stream_mark *mark)
{
    struct conn *c = user;
    const struct unwrap_events *e = &c->unwrap->events;
    e->on_gap(e->user, &c->pub, mqtt_side_of(&c->pub, from), bytes, cause,
              mark);
}

/* --- TCP, into the lowest one --------------------------------------------- */

static void
on_open(void *user, struct stream_conn *tcp)
{
    struct unwrap *u = user;
    struct conn *c = xcalloc(1, sizeof *c);
    struct layer_sink sink = {c, mqtt_data, mqtt_gap};
    c->unwrap = u;
    c->pub.tcp = tcp;
    c->pub.stage = stage_new(&u->env, &c->pub, &sink, NULL, 0);
    tcp->user = c;
}

static void
on_data(void *user, struct stream_conn *tcp, enum stream_side from,
        struct slice bytes, const struct stream_mark *mark)
{
    struct conn *c = tcp->user;
    (void)user;
    stage_data(c->pub.stage, from, bytes, mark);
}

static void
on_gap(void *user, struct stream_conn *tcp, enum stream_side from,
       uint64_t bytes, enum stream_gap cause, const struct stream_mark *mark)
{
    struct conn *c = tcp->user;
    (void)user;
    stage_gap(c->pub.stage, from, bytes, cause, mark);
}

static void
on_close(void *user, struct stream_conn *tcp, enum stream_close how,
         const struct stream_mark *mark)
{
    struct unwrap *u = user;
    struct conn *c = tcp->user;
    enum unwrap_app app = stage_end(c->pub.stage);
    if (c->pub.app != UNWRAP_MQTT)
        c->pub.app = app;
    u->events.on_close(u->events.user, &c->pub, how, mark);
    stage_free(c->pub.stage);
    free(c);
    tcp->user = NULL;
}

struct stream_events
unwrap_stream_events(struct unwrap *u)
{
    return (struct stream_events){u, on_open, on_data, on_gap, on_close};
}

struct unwrap *
unwrap_new(const struct unwrap_events *events,
           const struct unwrap_options *options)
{
    struct unwrap *u = xcalloc(1, sizeof *u);
    u->events = *events;
    u->env.budget = LAYERS_MAX;
    if (options)
        u->env.options = *options;
    return u;
}

void
unwrap_free(struct unwrap *u)
{
    free(u);
}
