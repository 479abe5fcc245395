/* state.c - what both ends knew at one packet of a conversation.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/state.h"

#include <stdlib.h>

#include "base/mem.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"

static int
index_of(enum mqtt_side side)
{
    return side == FROM_SERVER;
}

static enum mqtt_side
other(enum mqtt_side side)
{
    return side == FROM_SERVER ? FROM_CLIENT : FROM_SERVER;
}

/* --- connections ---------------------------------------------------------- */

/* Aliases and limits die with the connection [MQTT-3.3.2-7]. */
static void
begin_connection(struct state *s)
{
    for (int i = 0; i < 2; i++) {
        s->alias_count[i] = 0;
        s->receive_max[i] = UINT16_MAX;
        s->alias_max[i] = 0;
        s->packet_max[i] = 0;
    }
    s->connection++;
    s->is_connected = s->session_present = s->has_will = false;
    s->is_answered = false;
    s->is_partial = true;
    s->connect = NULL;
}

static void
forget_session(struct state *s)
{
    s->subscription_count = 0;
    s->flight_count = 0;
}

static void
learn_limits(struct state *s, const struct mqtt_packet *m, int side)
{
    if (m->version != MQTT_50 || !MQTT_HAS(m, properties))
        return;
    s->receive_max[side] = (uint16_t)mqtt_property_number(
        m->properties, MQTT_P_receive_maximum, s->receive_max[side]);
    s->alias_max[side] = (uint16_t)mqtt_property_number(
        m->properties, MQTT_P_topic_alias_maximum, 0);
    s->packet_max[side] = mqtt_property_number(
        m->properties, MQTT_P_maximum_packet_size, 0);
    s->session_expiry = mqtt_property_number(
        m->properties, MQTT_P_session_expiry_interval, s->session_expiry);
}

static void
take_connect(struct state *s, const struct mqtt_packet *m)
{
    if (s->connect || s->connection == 0) /* nobody told that one began */
        begin_connection(s);
    s->connect = m;
    s->is_partial = false;
    s->clean_start = m->clean_start;
    s->keep_alive = m->keep_alive;
    s->has_will = m->will_flag;
    s->session_expiry = m->version == MQTT_50 || m->clean_start ? 0
                                                                : UINT32_MAX;
    learn_limits(s, m, 0);
    if (m->clean_start) /* [MQTT-3.1.2-4] */
        forget_session(s);
}

static void
take_connack(struct state *s, const struct mqtt_packet *m)
{
    if (m->reason != 0)
        return;
    s->is_answered = true;
    s->is_connected = true;
    s->session_present = m->session_present;
    learn_limits(s, m, 1);
    if (m->version == MQTT_50)
        s->keep_alive = (uint16_t)mqtt_property_number(
            m->properties, MQTT_P_server_keep_alive, s->keep_alive);
    if (!m->session_present)
        forget_session(s);
}

/* --- subscriptions -------------------------------------------------------- */

static void
remove_subscription(struct state *s, struct slice filter)
{
    for (size_t i = 0; i < s->subscription_count; i++)
        if (slice_equal(s->subscriptions[i].filter.filter, filter)) {
            memmove(&s->subscriptions[i], &s->subscriptions[i + 1],
                    (--s->subscription_count - i) * sizeof *s->subscriptions);
            return;
        }
}

/* One with the same filter is replaced [MQTT-3.8.4-3]. */
static void
take_subscribe(struct state *s, const struct model_packet *p)
{
    struct slice rest = p->mqtt.filters;
    struct mqtt_filter f;
    while (mqtt_filter_next(&p->mqtt, &rest, &f)) {
        remove_subscription(s, f.filter);
        s->subscriptions = xgrow(s->subscriptions, &s->subscription_cap,
                                 s->subscription_count + 1,
                                 sizeof *s->subscriptions);
        struct state_subscription *new =
            &s->subscriptions[s->subscription_count++];
        *new = (struct state_subscription){.filter = f,
                                           .packet_id = p->mqtt.packet_id,
                                           .packet = p->number};
        if (p->mqtt.version == MQTT_50)
            new->identifier = mqtt_property_number(
                p->mqtt.properties, MQTT_P_subscription_identifier, 0);
    }
}

static void
take_suback(struct state *s, const struct model_packet *p)
{
    size_t at = 0;
    for (size_t i = 0; i < s->subscription_count; i++) {
        struct state_subscription *sub = &s->subscriptions[i];
        if (sub->packet != p->request || at >= p->mqtt.codes.len)
            continue;
        sub->code = p->mqtt.codes.ptr[at++];
        sub->is_answered = true;
    }
}

static void
take_unsubscribe(struct state *s, const struct mqtt_packet *m)
{
    struct slice rest = m->filters;
    struct mqtt_filter f;
    while (mqtt_filter_next(m, &rest, &f))
        remove_subscription(s, f.filter);
}

/* --- messages in flight --------------------------------------------------- */

static struct state_flight *
find_flight(struct state *s, enum mqtt_side begun_by, uint16_t id)
{
    for (size_t i = 0; i < s->flight_count; i++)
        if (s->flights[i].begun_by == begun_by &&
            s->flights[i].packet_id == id)
            return &s->flights[i];
    return NULL;
}

static struct state_flight *
add_flight(struct state *s, const struct model_packet *p,
           enum mqtt_side begun_by)
{
    struct state_flight *f = find_flight(s, begun_by, p->mqtt.packet_id);
    if (f)
        return f;
    s->flights = xgrow(s->flights, &s->flight_cap, s->flight_count + 1,
                       sizeof *s->flights);
    f = &s->flights[s->flight_count++];
    *f = (struct state_flight){.begun_by = begun_by,
                               .packet_id = p->mqtt.packet_id,
                               .qos = 2,
                               .packet = p->number};
    return f;
}

static void
await(struct state_flight *f, enum mqtt_type type, enum mqtt_side from)
{
    f->awaited = type;
    f->due_from = from;
}

static void
end_flight(struct state *s, enum mqtt_side begun_by, uint16_t id)
{
    struct state_flight *f = find_flight(s, begun_by, id);
    if (f)
        memmove(f, f + 1,
                (size_t)(s->flights + --s->flight_count - f) * sizeof *f);
}

static void
bind_alias(struct state *s, const struct model_packet *p, int side)
{
    uint32_t alias = p->mqtt.version == MQTT_50
                         ? mqtt_property_number(p->mqtt.properties,
                                                MQTT_P_topic_alias, 0)
                         : 0;
    if (!alias || !p->mqtt.topic.len)
        return;
    size_t i = 0;
    while (i < s->alias_count[side] && s->aliases[side][i].alias != alias)
        i++;
    if (i == s->alias_count[side])
        s->aliases[side] = xgrow(s->aliases[side], &s->alias_cap[side],
                                 ++s->alias_count[side],
                                 sizeof *s->aliases[side]);
    s->aliases[side][i] =
        (struct state_alias){(uint16_t)alias, p->mqtt.topic};
}

static void
take_publish(struct state *s, const struct model_packet *p)
{
    bind_alias(s, p, index_of(p->from));
    if (p->mqtt.qos != 1 && p->mqtt.qos != 2)
        return;
    struct state_flight *f = add_flight(s, p, p->from);
    f->qos = p->mqtt.qos;
    f->topic = p->topic;
    await(f, f->qos == 1 ? MQTT_PUBACK : MQTT_PUBREC, other(p->from));
}

/* PUBACK, PUBREC, PUBREL, PUBCOMP (4.3). */
static void
take_flow(struct state *s, const struct model_packet *p)
{
    enum mqtt_side peer = other(p->from);
    bool has_failed = MQTT_HAS(&p->mqtt, reason) &&
                      mqtt_reason_failed(p->mqtt.reason);
    switch (p->mqtt.type) {
    case MQTT_PUBREC:
        if (has_failed)
            end_flight(s, peer, p->mqtt.packet_id);
        else
            await(add_flight(s, p, peer), MQTT_PUBREL, peer);
        break;
    case MQTT_PUBREL:
        await(add_flight(s, p, p->from), MQTT_PUBCOMP, peer);
        break;
    default: end_flight(s, peer, p->mqtt.packet_id);
    }
}

/* --- all ------------------------------------------------------------------ */

static void
take_disconnect(struct state *s, const struct model_packet *p)
{
    s->is_connected = false;
    if (p->from == FROM_CLIENT && p->mqtt.reason == 0)
        s->has_will = false; /* [MQTT-3.14.4-3] */
    if (p->mqtt.version == MQTT_50 && MQTT_HAS(&p->mqtt, properties))
        s->session_expiry = mqtt_property_number(
            p->mqtt.properties, MQTT_P_session_expiry_interval,
            s->session_expiry);
}

static void
take(struct state *s, const struct model_packet *p)
{
    switch (p->mqtt.type) {
    case MQTT_CONNECT: take_connect(s, &p->mqtt); break;
    case MQTT_CONNACK: take_connack(s, &p->mqtt); break;
    case MQTT_SUBSCRIBE: take_subscribe(s, p); break;
    case MQTT_SUBACK: take_suback(s, p); break;
    case MQTT_UNSUBSCRIBE: take_unsubscribe(s, &p->mqtt); break;
    case MQTT_PUBLISH: take_publish(s, p); break;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP: take_flow(s, p); break;
    case MQTT_DISCONNECT: take_disconnect(s, p); break;
    default: s->is_connected |= s->is_partial; break;
    }
}

static const struct conversation_item *
find_packet(const struct conversation *c, uint64_t number)
{
    for (size_t i = 0; i < c->item_count; i++)
        if (c->items[i]->what == CONVERSATION_PACKET &&
            c->items[i]->packet.number == number)
            return c->items[i];
    return NULL;
}

void
state_next(struct state *s, const struct conversation_item *item)
{
    if (item->what == CONVERSATION_OPEN) {
        begin_connection(s);
    } else if (item->what == CONVERSATION_PACKET) {
        s->is_partial = !s->connect; /* until take has seen a CONNECT */
        s->packet = &item->packet;
        take(s, &item->packet);
    } else if (item->what == CONVERSATION_CLOSE) {
        s->is_connected = s->has_will = false;
    }
}

int
state_at(struct state *s, const struct conversation *c, uint64_t number,
         struct error *err)
{
    const struct conversation_item *last = find_packet(c, number);
    *s = (struct state){0};
    if (!last)
        return error_set(err, "there is no packet %llu%s",
                         (unsigned long long)number,
                         c->dropped ? " in what could be kept of the capture"
                                    : "");
    s->lane = &c->lanes[last->lane];
    for (size_t i = 0; i < c->item_count; i++) {
        const struct conversation_item *item = c->items[i];
        if (item->lane != last->lane)
            continue;
        state_next(s, item);
        if (item == last)
            return 0;
    }
    return 0;
}

void
state_release(struct state *s)
{
    free(s->subscriptions);
    free(s->flights);
    free(s->aliases[0]);
    free(s->aliases[1]);
    *s = (struct state){0};
}

int
state_quota(const struct state *s, enum mqtt_side sender)
{
    int used = 0;
    if (!s->connect || s->connect->version != MQTT_50)
        return -1;
    for (size_t i = 0; i < s->flight_count; i++)
        used += s->flights[i].begun_by == sender;
    return s->receive_max[index_of(other(sender))] - used;
}
