/* why.c - why a connection ended, in a sentence.
 * SPDX-License-Identifier: MIT
 *
 * Reasons are tried in the order of how much they prove: what somebody said
 * comes before what the clock and other connections say.                     */
#include "trace/model/why.h"

#include <stdlib.h>

#include "base/mem.h"
#include "mqtt/reason.h"

enum { CLIENTS_MAX = 100000 }; /* Client Identifiers remembered */

/* The latest connection of a Client Identifier. */
struct why_client {
    uint64_t number;    /* of the connection */
    uint64_t packet;    /* its CONNECT */
    int64_t time_ns;    /* of that */
    size_t len;         /* of the name, which stands behind the struct */
};

static int
side_of(enum mqtt_side from)
{
    return from == FROM_SERVER;
}

void
why_release(struct why *w)
{
    struct why_client *client;
    struct why_conn *c;
    size_t at = 0;
    while ((c = map_next(&w->by_number, &at)))
        free(c);
    map_release(&w->by_number);
    at = 0;
    while ((client = map_next(&w->by_client, &at)))
        free(client);
    map_release(&w->by_client);
}

static struct why_conn *
conn_of(struct why *w, uint64_t number)
{
    struct why_conn *c =
        map_get(&w->by_number, slice_of(&number, sizeof number));
    if (c)
        return c;
    c = xcalloc(1, sizeof *c);
    c->number = number;
    map_put(&w->by_number, slice_of(&c->number, sizeof c->number), c);
    return c;
}

/* --- what is remembered --------------------------------------------------- */

static void
remember_client(struct why *w, const struct model_packet *p)
{
    struct slice id = buf_slice(&p->conn->dialog.client_id);
    struct why_client *client = id.len ? map_get(&w->by_client, id) : NULL;
    if (!id.len || (!client && w->by_client.count >= CLIENTS_MAX))
        return;
    if (!client) {
        client = xcalloc(1, sizeof *client + id.len);
        client->len = id.len;
        memcpy(client + 1, id.ptr, id.len);
        map_put(&w->by_client, slice_of(client + 1, id.len), client);
    }
    client->number = p->conn->number;
    client->packet = p->number;
    client->time_ns = p->time_ns;
}

static void
remember_limits(struct why_conn *c, const struct model_packet *p)
{
    struct slice rest = p->mqtt.properties;
    struct mqtt_property property;
    if (p->mqtt.version != MQTT_50 || !MQTT_HAS(&p->mqtt, properties))
        return;
    while (mqtt_property_next(&rest, &property))
        if (property.row->id == MQTT_P_maximum_packet_size)
            c->packet_max[side_of(p->from)] = property.number;
}

/* What breaks a rule by itself, or by what went before it on the connection. */
static void
remember_broken(struct why_conn *c, const struct model_packet *p)
{
    bool is_5 = p->mqtt.version == MQTT_50;
    const char *id = NULL, *text = NULL;
    if (p->report.count) {
        id = p->report.list[0].statement;
        text = p->report.list[0].text;
    } else if (p->mqtt.type == MQTT_CONNECT && c->has_connect) {
        id = is_5 ? "MQTT-3.1.0-2" : "MQTT311-3.1.0-2";
        text = "a second CONNECT";
    } else if ((p->marks & MODEL_NO_ALIAS) && c->has_connect) {
        id = "";
        text = "a Topic Alias that was never set";
    }
    if (!id)
        return;
    c->broken_at = p->number;
    c->broken_id = id;
    c->broken_text = text;
}

void
why_packet(struct why *w, const struct model_packet *p)
{
    struct why_conn *c = conn_of(w, p->conn->number);
    int side = side_of(p->from);
    c->last_ns[side] = p->time_ns;
    c->last_packet[side] = p->number;
    if (c->packet_max[!side] && p->wire_len > c->packet_max[!side]) {
        c->too_long[side] = p->wire_len;
        c->too_long_at[side] = p->number;
    }
    if (p->from == FROM_CLIENT)
        remember_broken(c, p);
    if (p->mqtt.type == MQTT_CONNECT) {
        c->connect_ns = p->time_ns;
        c->has_connect = true;
        c->has_will = MQTT_HAS(&p->mqtt, will_topic);
        remember_client(w, p);
    }
    if (p->mqtt.type == MQTT_CONNACK && MQTT_HAS(&p->mqtt, reason))
        c->connack = p->mqtt.reason;
    if (p->mqtt.type == MQTT_CONNECT || p->mqtt.type == MQTT_CONNACK)
        remember_limits(c, p);
}

/* --- the sentence --------------------------------------------------------- */

/* What the end is about: everything a reason may look at. */
struct ending {
    struct why *why;
    const struct why_conn *c;
    const struct model_conn *model;
    int64_t time_ns;
    struct buf *out;
    const char *cause; /* the reason, without what is only this connection's */
};

static const char CAUSE_TAKEN_OVER[] =
    "taken over: the same Client Identifier came again";
static const char CAUSE_SILENT[] = "Keep Alive exceeded";

/* "0x8e Session taken over" */
static void
add_reason(struct ending *e, uint8_t code, enum mqtt_type type)
{
    bool is_inferred;
    enum mqtt_version v = model_conn_version(e->model, &is_inferred);
    buf_printf(e->out, "0x%02x %s", code, mqtt_reason_name(code, type, v));
}

/* The connection that came later with the same Client Identifier, or NULL. */
static const struct why_client *
successor(const struct ending *e)
{
    struct slice id = buf_slice(&e->model->dialog.client_id);
    const struct why_client *client =
        id.len ? map_get(&e->why->by_client, id) : NULL;
    return client && client->number != e->c->number &&
                   client->time_ns >= e->c->connect_ns
               ? client
               : NULL;
}

static void
add_successor(struct ending *e)
{
    const struct why_client *client = successor(e);
    if (client)
        buf_printf(e->out, ": connection %llu came with the same Client "
                           "Identifier (packet %llu)",
                   (unsigned long long)client->number,
                   (unsigned long long)client->packet);
}

/* Packet Too Large: which one, and than what. `by` complains. */
static void
add_too_large(struct ending *e, int by)
{
    uint32_t max = e->c->packet_max[by];
    if (e->c->too_long[!by])
        buf_printf(e->out, ": packet %llu has %llu bytes, %s takes %u",
                   (unsigned long long)e->c->too_long_at[!by],
                   (unsigned long long)e->c->too_long[!by],
                   by ? "the broker" : "the client", max);
}

static void
add_broken(struct ending *e)
{
    if (!e->c->broken_at)
        return;
    buf_printf(e->out, ": packet %llu breaks %s%s%s",
               (unsigned long long)e->c->broken_at,
               *e->c->broken_id ? e->c->broken_id : "the standard",
               ", ", e->c->broken_text);
}

/* Seconds without a packet of the client, against 1.5 times the Keep Alive
 * [MQTT-3.1.2-22]. */
static bool
is_overdue(const struct ending *e)
{
    double silence = (double)(e->time_ns - e->c->last_ns[0]) / 1e9;
    return e->model->dialog.has_connect && e->model->dialog.keep_alive &&
           silence >= 1.45 * e->model->dialog.keep_alive;
}

static void
add_overdue(struct ending *e)
{
    double silence = (double)(e->time_ns - e->c->last_ns[0]) / 1e9;
    unsigned keep_alive = e->model->dialog.keep_alive;
    buf_printf(e->out, "nothing from the client for %.1f s, that is 1.5 times "
                       "its Keep Alive of %u s exceeded by %.1f s",
               silence, keep_alive, silence - 1.5 * keep_alive);
}

/* The client said DISCONNECT. */
static bool
by_client_goodbye(struct ending *e)
{
    if (e->model->said_goodbye != FROM_CLIENT)
        return false;
    uint8_t code = e->model->goodbye_reason;
    buf_add_str(e->out, "the client said DISCONNECT");
    e->cause = code >= 0x80 ? "the client said DISCONNECT with an error"
                            : "the client said DISCONNECT";
    if (code) {
        buf_add_byte(e->out, ' ');
        add_reason(e, code, MQTT_DISCONNECT);
    }
    if (code == MQTT_RC_PACKET_TOO_LARGE)
        add_too_large(e, 0);
    else if (e->c->has_will && code)
        buf_add_str(e->out, "; its will is published");
    return true;
}

/* The broker said DISCONNECT, which only 5.0 has. */
static bool
by_server_goodbye(struct ending *e)
{
    if (e->model->said_goodbye != FROM_SERVER)
        return false;
    uint8_t code = e->model->goodbye_reason;
    buf_add_str(e->out, "the broker said DISCONNECT ");
    e->cause = code == MQTT_RC_SESSION_TAKEN_OVER   ? CAUSE_TAKEN_OVER
               : code == MQTT_RC_KEEP_ALIVE_TIMEOUT ? CAUSE_SILENT
               : code >= 0x80 ? "the broker said DISCONNECT with an error"
                              : "the broker said DISCONNECT";
    add_reason(e, code, MQTT_DISCONNECT);
    if (code == MQTT_RC_SESSION_TAKEN_OVER) {
        add_successor(e);
    } else if (code == MQTT_RC_PACKET_TOO_LARGE) {
        add_too_large(e, 1);
    } else if (code == MQTT_RC_KEEP_ALIVE_TIMEOUT) {
        buf_add_str(e->out, ": ");
        add_overdue(e);
    } else if (mqtt_reason_failed(code)) {
        add_broken(e);
    }
    return true;
}

static bool
by_refusal(struct ending *e)
{
    if (!e->c->connack)
        return false;
    e->cause = "the broker refused the CONNECT";
    buf_add_str(e->out, "the broker refused the CONNECT with ");
    add_reason(e, e->c->connack, MQTT_CONNACK);
    return true;
}

/* The capture is over, or the connection was forgotten. */
static bool
by_capture(struct ending *e)
{
    if (e->model->first_to_close)
        return false;
    e->cause = "still open, or its end not captured";
    if (strcmp(e->model->end, "end of capture") == 0)
        buf_add_str(e->out, "still open when the capture ends");
    else
        buf_printf(e->out, "its end was not captured (%s)", e->model->end);
    if (is_overdue(e)) {
        buf_add_str(e->out, "; ");
        add_overdue(e);
    }
    return true;
}

static bool
by_broker_alone(struct ending *e)
{
    if (e->model->first_to_close != FROM_SERVER)
        return false;
    buf_printf(e->out, "the broker closed (%s) without a word", e->model->end);
    e->cause = "the broker closed without a word";
    if (successor(e)) {
        buf_add_str(e->out, ", probably a takeover [MQTT-3.1.4-3]");
        e->cause = CAUSE_TAKEN_OVER;
        add_successor(e);
    } else if (is_overdue(e)) {
        e->cause = CAUSE_SILENT;
        buf_add_str(e->out, ": ");
        add_overdue(e);
    } else if (e->c->broken_at && e->c->broken_at >= e->c->last_packet[0]) {
        e->cause = "the broker closed after a packet that breaks a rule";
        add_broken(e);
    } else if (!e->c->last_packet[0]) {
        buf_add_str(e->out, ": no CONNECT came");
    } else if (e->c->last_packet[0]) {
        buf_printf(e->out, ", %.1f s after packet %llu of the client",
                   (double)(e->time_ns - e->c->last_ns[0]) / 1e9,
                   (unsigned long long)e->c->last_packet[0]);
    }
    return true;
}

/* Its CONNECT came to nothing, and all that the broker said is here. */
static bool
is_without_answer(const struct ending *e)
{
    return e->c->has_connect && !e->c->last_packet[1] &&
           !e->model->side[1].gaps && !e->model->side[1].rest;
}

static bool
by_client_alone(struct ending *e)
{
    bool is_unanswered = is_without_answer(e);
    e->cause = is_unanswered ? "the client closed: no CONNACK came"
                             : "the client closed without DISCONNECT";
    if (is_unanswered) {
        buf_printf(e->out, "the client closed (%s): no CONNACK came for %.1f s",
                   e->model->end, (double)(e->time_ns - e->c->connect_ns) / 1e9);
        return true;
    }
    buf_printf(e->out, "the client closed (%s) without DISCONNECT%s",
               e->model->end,
               e->c->has_will ? ": its will is published" : "");
    return true;
}

static void
add_rest(struct ending *e)
{
    for (int i = 0; i < 2; i++) {
        const struct model_side *side = &e->model->side[i];
        if (!side->rest)
            continue;
        buf_printf(e->out, "; in the middle of a packet of the %s: %zu bytes",
                   i ? "broker" : "client", side->rest);
        if (side->rest_need)
            buf_printf(e->out, " of %zu", side->rest_need);
    }
}

const char *
why_close(struct why *w, const struct model_conn *c, int64_t time_ns,
          struct buf *out)
{
    static bool (*const reasons[])(struct ending *) = {
        by_refusal, by_server_goodbye, by_client_goodbye,
        by_capture, by_broker_alone,   by_client_alone,
    };
    struct why_conn *known = conn_of(w, c->number);
    struct ending e = {w, known, c, time_ns, out, ""};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i](&e))
            break;
    add_rest(&e);
    map_remove(&w->by_number, slice_of(&known->number, sizeof known->number));
    free(known);
    return e.cause;
}
