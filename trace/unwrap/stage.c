/* stage.c - one level of a connection: bytes held until it is known what.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/stage.h"

#include <stdlib.h>

#include "base/mem.h"

#define HEAD_MAX 8192              /* bytes of a connection held undecided */
#define HELD_MAX (4 * 1024 * 1024) /* of all together */
#define DEPTH_MAX 4                /* PROXY, TLS, WebSocket and one more */

struct stage *
stage_new(struct stage_env *env, struct unwrap_conn *conn,
          const struct layer_sink *sink, const struct layer *below,
          unsigned depth)
{
    struct stage *s = xcalloc(1, sizeof *s);
    s->env = env;
    s->conn = conn;
    s->sink = *sink;
    s->below = below;
    s->depth = depth;
    return s;
}

static void
release_held(struct stage *s)
{
    s->env->held -= s->data.len + s->held_count * sizeof *s->held;
    free(s->held);
    s->held = NULL;
    s->held_count = s->held_cap = 0;
    buf_release(&s->data);
    buf_release(&s->head[0]);
    buf_release(&s->head[1]);
}

void
stage_free(struct stage *s)
{
    if (!s)
        return;
    stage_free(s->above);
    if (s->layer)
        s->layer->kind->free(s->layer);
    release_held(s);
    free(s);
}

/* --- what is inside ------------------------------------------------------- */

static void
inside_data(void *user, enum stream_side from, struct slice bytes,
            const struct stream_mark *mark)
{
    struct stage *s = user;
    if (bytes.len)
        stage_data(s->above, from, bytes, mark);
}

static void
inside_gap(void *user, enum stream_side from, uint64_t bytes,
           enum stream_gap cause, const struct stream_mark *mark)
{
    struct stage *s = user;
    if (bytes)
        stage_gap(s->above, from, bytes, cause, mark);
}

static struct layer *
layer_for(struct stage *s)
{
    if (s->depth == DEPTH_MAX)
        return NULL;
    switch (s->app) {
    case UNWRAP_PROXY: return proxy_new();
    case UNWRAP_TLS: return tls_new(s->env->options.keys, &s->env->budget);
    case UNWRAP_HTTP: return ws_new(&s->env->budget, false);
    case UNWRAP_FRAMES: return ws_new(&s->env->budget, true);
    default: return NULL;
    }
}

static void
open_layer(struct stage *s)
{
    s->layer = layer_for(s);
    if (!s->layer)
        return;
    s->layer->sink = (struct layer_sink){s, inside_data, inside_gap};
    if (s->below && s->below->is_client_known) {
        s->layer->is_client_known = true;
        s->layer->client = s->below->client;
    }
    s->above = stage_new(s->env, s->conn, &s->sink, s->layer, s->depth + 1);
}

/* --- what is known of it -------------------------------------------------- */

static void
deliver(struct stage *s, enum stream_side side, struct slice bytes,
        const struct stream_mark *mark)
{
    if (s->app == UNWRAP_MQTT)
        s->sink.data(s->sink.user, side, bytes, mark);
    else if (s->layer)
        s->layer->kind->data(s->layer, side, bytes, mark);
}

static void
deliver_gap(struct stage *s, enum stream_side side, uint64_t bytes,
            enum stream_gap cause, const struct stream_mark *mark)
{
    if (s->app == UNWRAP_MQTT)
        s->sink.gap(s->sink.user, side, bytes, cause, mark);
    else if (s->layer)
        s->layer->kind->gap(s->layer, side, bytes, cause, mark);
}

/* Tells again what was held, now that it is known what it is. */
static void
tell_held(struct stage *s)
{
    for (size_t i = 0; i < s->held_count; i++) {
        const struct stage_event *h = &s->held[i];
        if (h->is_gap)
            deliver_gap(s, h->side, h->bytes, h->cause, &h->mark);
        else
            deliver(s, h->side,
                    slice_of(s->data.data + h->at, (size_t)h->bytes),
                    &h->mark);
    }
    release_held(s);
}

/* Does the stream of that side begin with the first byte that comes? */
static bool
begins(const struct stage *s, enum stream_side side)
{
    return s->below ? s->below->is_start[side]
                    : s->conn->tcp->side[side].is_start_seen;
}

static void
found_mqtt(struct stage *s, enum stream_side client, bool is_guess)
{
    s->conn->app = UNWRAP_MQTT;
    s->conn->client = client;
    s->conn->is_client_guessed = is_guess;
    for (int i = 0; i < 2; i++)
        s->conn->is_start_seen[i] = begins(s, (enum stream_side)i);
}

static void
decide(struct stage *s, bool is_last)
{
    struct recognise in = {.conn = s->conn->tcp,
                           .options = &s->env->options,
                           .is_client_known = s->conn->tcp->is_client_known};
    enum stream_side client = STREAM_CLIENT;
    bool is_guess = false;
    if (s->below && s->below->is_client_known) {
        in.is_client_known = true;
        in.client = s->below->client;
    }
    in.is_announced = s->below && s->below->is_mqtt_announced;
    for (int i = 0; i < 2; i++) {
        in.head[i] = buf_slice(&s->head[i]);
        in.is_start[i] = s->is_start[i];
        in.is_all[i] = s->is_all[i] || is_last;
    }
    s->app = recognise(&in, &client, &is_guess);
    if (s->app == UNWRAP_UNDECIDED)
        return;
    if (s->app == UNWRAP_MQTT)
        found_mqtt(s, client, is_guess);
    else
        open_layer(s);
    tell_held(s);
}

static struct stage_event *
hold(struct stage *s, enum stream_side side, uint64_t bytes,
     const struct stream_mark *mark)
{
    s->held = xgrow(s->held, &s->held_cap, s->held_count + 1, sizeof *s->held);
    struct stage_event *h = &s->held[s->held_count++];
    *h = (struct stage_event){.side = side, .bytes = bytes, .mark = *mark};
    s->env->held += sizeof *h;
    return h;
}

static void
hold_data(struct stage *s, enum stream_side side, struct slice bytes,
          const struct stream_mark *mark)
{
    struct buf *head = &s->head[side];
    hold(s, side, bytes.len, mark)->at = s->data.len;
    buf_add(&s->data, bytes);
    s->env->held += bytes.len;
    if (s->is_all[side]) { /* what came before a gap did not tell: try this */
        buf_clear(head);
        s->is_all[side] = s->is_start[side] = false;
        s->look_at[side] = 0;
    }
    buf_add(head, bytes);
    bool is_last = s->data.len > HEAD_MAX || s->env->held > HELD_MAX;
    if (head->len < s->look_at[side] && !is_last)
        return;
    s->look_at[side] = head->len < 64 ? 0 : head->len + head->len / 4;
    decide(s, is_last);
}

void
stage_data(struct stage *s, enum stream_side from, struct slice bytes,
           const struct stream_mark *mark)
{
    struct stream_mark here = *mark;
    here.offset = s->at[from];
    s->at[from] += bytes.len;
    if (s->app != UNWRAP_UNDECIDED) {
        deliver(s, from, bytes, &here);
        return;
    }
    if (here.offset == 0)
        s->is_start[from] = begins(s, from);
    hold_data(s, from, bytes, &here);
}

void
stage_gap(struct stage *s, enum stream_side from, uint64_t bytes,
          enum stream_gap cause, const struct stream_mark *mark)
{
    struct stream_mark here = *mark;
    here.offset = s->at[from];
    s->at[from] += bytes;
    if (s->app != UNWRAP_UNDECIDED) {
        deliver_gap(s, from, bytes, cause, &here);
        return;
    }
    struct stage_event *h = hold(s, from, bytes, &here);
    h->is_gap = true;
    h->cause = cause;
    s->is_all[from] = true;
    decide(s, s->held_count > HEAD_MAX || s->env->held > HELD_MAX);
}

enum unwrap_app
stage_end(struct stage *s)
{
    if (s->app == UNWRAP_UNDECIDED)
        decide(s, true);
    enum unwrap_app inside = s->above ? stage_end(s->above) : UNWRAP_EMPTY;
    return inside == UNWRAP_EMPTY || inside == UNWRAP_OTHER ? s->app : inside;
}
