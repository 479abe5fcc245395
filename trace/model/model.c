/* model.c - MQTT connections, packet by packet.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/model.h"

#include <stdlib.h>

#include "base/hex.h"
#include "base/mem.h"

/* What all packets begun may keep together. */
#define KEEP_MAX (12 * 1024 * 1024)

struct model {
    struct model_events events;
    struct unwrap *unwrap;
    size_t budget;    /* of KEEP_MAX, what is left */
    uint64_t packets; /* told so far */
};

/* Who speaks, while framing tells packets. */
struct telling {
    struct model_conn *conn;
    enum mqtt_side from;
};

static struct model_side *
side_of(struct model_conn *c, enum mqtt_side from)
{
    return &c->side[from == FROM_SERVER];
}

static struct model_conn *
new_conn(struct model *m, struct unwrap_conn *u)
{
    struct model_conn *c = xcalloc(1, sizeof *c);
    u->user = c;
    c->model = m;
    c->unwrap = u;
    c->tcp = u->tcp;
    c->number = u->tcp->number;
    c->app = u->app;
    c->is_side_guessed = u->is_client_guessed;
    c->is_start_seen = unwrap_is_start_seen(u, FROM_CLIENT);
    c->client = u->tcp->side[unwrap_side(u, FROM_CLIENT)].endpoint;
    c->server = u->tcp->side[unwrap_side(u, FROM_SERVER)].endpoint;
    framing_init(&c->side[0].framing, unwrap_is_start_seen(u, FROM_CLIENT),
                 &m->budget);
    framing_init(&c->side[1].framing, unwrap_is_start_seen(u, FROM_SERVER),
                 &m->budget);
    return c;
}

static void
note_goodbye(struct model_conn *c, const struct model_packet *p)
{
    if (p->mqtt.type != MQTT_DISCONNECT || c->said_goodbye)
        return;
    c->said_goodbye = p->from;
    if (MQTT_HAS(&p->mqtt, reason))
        c->goodbye_reason = p->mqtt.reason;
}

static void
tell_packet(void *user, const struct framing_packet *f)
{
    struct telling *t = user;
    struct model_conn *c = t->conn;
    struct model *m = c->model;
    struct model_packet p = {
        .number = ++m->packets,
        .frame = f->frame,
        .time_ns = f->time_ns,
        .conn = c,
        .from = t->from,
        .bytes = f->bytes,
        .wire_len = f->wire_len,
        .offset = f->offset,
    };
    if (f->is_cut)
        p.marks |= MODEL_CUT;
    if (f->is_after_gap)
        p.marks |= MODEL_AFTER_GAP;
    if (c->is_side_guessed)
        p.marks |= MODEL_SIDE_GUESSED;
    dialog_next(&c->dialog, &p);
    side_of(c, t->from)->packets++;
    c->findings += p.report.count;
    c->cut_packets += f->is_cut;
    note_goodbye(c, &p);
    if (m->events.on_packet)
        m->events.on_packet(m->events.user, &p);
}

static void
on_data(void *user, struct unwrap_conn *u, enum mqtt_side from,
        struct slice bytes, const struct stream_mark *mark)
{
    struct model_conn *c = u->user ? u->user : new_conn(user, u);
    struct telling t = {c, from};
    struct framing_events events = {&t, tell_packet};
    framing_data(&side_of(c, from)->framing, bytes, mark, &events);
}

static void
on_gap(void *user, struct unwrap_conn *u, enum mqtt_side from, uint64_t bytes,
       enum stream_gap cause, const struct stream_mark *mark)
{
    struct model *m = user;
    struct model_conn *c = u->user ? u->user : new_conn(m, u);
    struct model_side *side = side_of(c, from);
    struct telling t = {c, from};
    struct framing_events events = {&t, tell_packet};
    if (cause == STREAM_GAP_LOST) {
        side->gaps++;
        side->lost_bytes += bytes;
    } else {
        side->cut_bytes += bytes;
    }
    if (m->events.on_gap)
        m->events.on_gap(m->events.user, c, from, bytes, cause, mark);
    dialog_gap(&c->dialog, from);
    framing_gap(&side->framing, bytes, mark, &events);
}

static void
on_close(void *user, struct unwrap_conn *u, enum stream_close how,
         const struct stream_mark *mark)
{
    struct model *m = user;
    struct model_conn *c = u->user ? u->user : new_conn(m, u);
    for (int i = 0; i < 2; i++) {
        struct telling t = {c, i ? FROM_SERVER : FROM_CLIENT};
        struct framing_events events = {&t, tell_packet};
        struct model_side *side = &c->side[i];
        side->rest =
            framing_end(&side->framing, &side->rest_need, &events);
    }
    c->end = stream_close_text(how);
    if (u->tcp->first_to_close >= 0)
        c->first_to_close = u->tcp->first_to_close == (int)u->client
                                ? FROM_CLIENT
                                : FROM_SERVER;
    if (m->events.on_close)
        m->events.on_close(m->events.user, c, mark);
    dialog_release(&c->dialog);
    framing_release(&c->side[0].framing);
    framing_release(&c->side[1].framing);
    free(c);
}

struct model *
model_new(const struct model_events *events,
          const struct unwrap_options *options)
{
    struct model *m = xcalloc(1, sizeof *m);
    struct unwrap_events ue = {m, on_data, on_gap, on_close};
    m->events = *events;
    m->budget = KEEP_MAX;
    m->unwrap = unwrap_new(&ue, options);
    return m;
}

void
model_free(struct model *m)
{
    if (!m)
        return;
    unwrap_free(m->unwrap);
    free(m);
}

struct stream_events
model_stream_events(struct model *m)
{
    return unwrap_stream_events(m->unwrap);
}

void
model_conn_name(struct buf *out, const struct model_conn *c)
{
    if (c->dialog.client_id.len)
        hex_escape(out, buf_slice(&c->dialog.client_id), 0);
    else if (c->dialog.has_connect)
        buf_add_str(out, "(no id)");
    else
        endpoint_print(out, &c->client);
}

enum mqtt_version
model_conn_version(const struct model_conn *c, bool *is_inferred)
{
    *is_inferred = c->dialog.version == MQTT_NO_VERSION;
    return *is_inferred ? c->dialog.guess.version : c->dialog.version;
}
