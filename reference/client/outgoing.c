/* outgoing.c - messages that we send.
 * SPDX-License-Identifier: MIT
 *
 *     publish -> waiting -> (QoS 0) written, settled
 *                        -> in_flight -> ... by the tables of flow.c -> settled
 *
 * Both lists are in order, so what is resent is resent in the order of first
 * sending [MQTT-4.6.0-1]. A message at the front that has to wait for quota
 * holds up those behind it, other packets never [MQTT-3.3.4-8].              */
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "client/engine.h"
#include "mqtt/encode.h"
#include "mqtt/property.h"
#include "mqtt/topic.h"
#include "mqtt/varint.h"

/* Bytes of a PUBLISH besides topic, payload and properties, and to spare:
 * lengths, Packet Identifier, an alias. */
#define OVERHEAD_MAX 32

struct outgoing {
    struct list link;      /* in waiting or in_flight */
    uint64_t tag;          /* the owner's */
    uint16_t packet_id;    /* 0: none (yet) */
    uint8_t qos;
    uint8_t state;         /* enum flow_state */
    bool retain;
    bool is_to_resume;     /* begun on an earlier connection, not on this one */
    struct buf topic;      /* owned */
    struct buf payload;    /* owned; empty once it cannot be needed again */
    struct buf properties; /* owned, encoded */
};

static void
outgoing_free(struct outgoing *m)
{
    list_remove(&m->link);
    buf_release(&m->topic);
    buf_release(&m->payload);
    buf_release(&m->properties);
    free(m);
}

/* The end of a message's life. */
static void
settle(struct mqtt_client *c, struct outgoing *m, uint8_t reason,
       const struct mqtt_packet *packet, const char *text)
{
    struct mqtt_client_event e = {.kind = MQTT_CLIENT_SENT,
                                  .packet = packet,
                                  .tag = m->tag,
                                  .reason = reason,
                                  .text = text};
    if (m->packet_id)
        mqtt_pktid_unmark(&c->ids, m->packet_id);
    outgoing_free(m);
    c->unsettled--;
    client_tell(c, &e);
}

/* ---- PUBLISH ------------------------------------------------------------ */

static size_t
encoded_len(const struct mqtt_packet *p)
{
    struct buf scratch = {0};
    mqtt_encode(&scratch, p);
    size_t len = scratch.len;
    buf_release(&scratch);
    return len;
}

/* Puts a Topic Alias in, if there is one for the topic and room for its three
 * bytes. `properties` keeps what p then borrows. */
static void
use_alias(struct mqtt_client *c, struct mqtt_packet *p, struct buf *properties)
{
    struct mqtt_property unused;
    uint16_t alias;
    if (c->aliases_out.maximum == 0 ||
        mqtt_property_find(p->properties, MQTT_P_topic_alias, &unused) ||
        encoded_len(p) + 4 > c->limits.packet_size)
        return;
    enum mqtt_alias_use use =
        mqtt_alias_choose(&c->aliases_out, p->topic, &alias);
    if (use == MQTT_ALIAS_NONE)
        return;
    mqtt_property_add_number(properties, MQTT_P_topic_alias, alias);
    buf_add(properties, p->properties);
    p->properties = buf_slice(properties);
    if (use == MQTT_ALIAS_KNOWN)
        p->topic = (struct slice){0};
}

static bool
send_publish(struct mqtt_client *c, const struct outgoing *m, bool is_again)
{
    struct buf properties = {0};
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, c->config->version);
    MQTT_SET(&p, topic, buf_slice(&m->topic));
    MQTT_SET(&p, payload, buf_slice(&m->payload));
    MQTT_SET(&p, qos, m->qos);
    MQTT_SET(&p, retain, m->retain);
    MQTT_SET(&p, dup, is_again); /* [MQTT-3.3.1-1] */
    if (m->qos > 0)
        MQTT_SET(&p, packet_id, m->packet_id);
    if (c->config->version == MQTT_50) {
        MQTT_SET(&p, properties, buf_slice(&m->properties));
        use_alias(c, &p, &properties);
    }
    bool is_sent = client_send(c, &p);
    buf_release(&properties);
    return is_sent;
}

static void
send_pubrel(struct mqtt_client *c, uint16_t packet_id, uint8_t reason)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBREL, c->config->version);
    MQTT_SET(&p, packet_id, packet_id);
    if (reason)
        MQTT_SET(&p, reason, reason);
    client_send(c, &p);
}

/* ---- by the table ------------------------------------------------------- */

static const struct flow_step *
step_of(const struct outgoing *m, enum flow_event event)
{
    return mqtt_flow_next(mqtt_flow_sender(m->qos), m->state, event);
}

static void
too_large(struct mqtt_client *c, struct outgoing *m)
{
    settle(c, m, MQTT_RC_PACKET_TOO_LARGE, NULL,
           "larger than the server's Maximum Packet Size");
}

/* Does what the step says; `packet` is the acknowledgement that caused it, or
 * NULL. m may be gone afterwards. */
static void
perform(struct mqtt_client *c, struct outgoing *m, const struct flow_step *step,
        const struct mqtt_packet *packet)
{
    m->state = step->to;
    if (step->does & FLOW_DO_TAKE_QUOTA)
        c->quota--;
    if (step->does & FLOW_DO_RETURN_QUOTA)
        c->quota++;
    if (step->does & FLOW_DO_DISCARD_MESSAGE)
        buf_release(&m->payload);
    if (step->does & FLOW_DO_SEND_PUBREL)
        send_pubrel(c, m->packet_id, 0);
    if (step->does & (FLOW_DO_SEND_PUBLISH | FLOW_DO_RESEND_PUBLISH) &&
        !send_publish(c, m, step->does & FLOW_DO_RESEND_PUBLISH)) {
        c->quota++;
        too_large(c, m);
        return;
    }
    if (step->does & FLOW_DO_RELEASE_ID)
        settle(c, m, client_reason(packet), packet, "");
}

/* ---- what may be sent --------------------------------------------------- */

/* Is the Topic Name one, or empty because an alias of the owner's stands for
 * it? */
static bool
has_topic(const struct outgoing *m)
{
    struct slice topic = buf_slice(&m->topic);
    struct mqtt_property unused;
    if (topic.len == 0)
        return mqtt_property_find(buf_slice(&m->properties),
                                  MQTT_P_topic_alias, &unused);
    return topic.len <= UINT16_MAX && utf8_valid(topic) &&
           mqtt_topic_name_valid(topic);
}

/* NULL, or why this message cannot go to this server; then *reason is set. */
static const char *
unwelcome(const struct mqtt_client *c, const struct outgoing *m,
          uint8_t *reason)
{
    if (!has_topic(m)) {
        *reason = MQTT_RC_TOPIC_NAME_INVALID;
        return "not a topic name";
    }
    if (m->topic.len + m->payload.len + m->properties.len >
        MQTT_VARINT_MAX - OVERHEAD_MAX) {
        *reason = MQTT_RC_PACKET_TOO_LARGE;
        return "longer than any MQTT packet can be";
    }
    if (m->qos > c->limits.qos) { /* [MQTT-3.2.2-11] */
        *reason = MQTT_RC_QOS_NOT_SUPPORTED;
        return "above the server's Maximum QoS";
    }
    if (m->retain && !c->limits.retain) { /* [MQTT-3.2.2-14] */
        *reason = MQTT_RC_RETAIN_NOT_SUPPORTED;
        return "the server keeps no retained messages";
    }
    if (mqtt_property_number(buf_slice(&m->properties), MQTT_P_topic_alias, 0) >
        c->limits.topic_alias) { /* [MQTT-3.2.2-17] */
        *reason = MQTT_RC_TOPIC_ALIAS_INVALID;
        return "above the server's Topic Alias Maximum";
    }
    return NULL;
}

/* Tells every exchange of an earlier connection that it goes on; false when
 * one has to wait for quota. A PUBREL never waits [MQTT-3.3.4-8]. */
static bool
resume(struct mqtt_client *c)
{
    bool is_done = true;
    LIST_EACH(link, &c->in_flight) {
        struct outgoing *m = LIST_ITEM(link, struct outgoing, link);
        if (!m->is_to_resume)
            continue;
        const struct flow_step *step = step_of(m, FLOW_RESUMED);
        if (step->does & FLOW_DO_RESEND_PUBLISH && c->quota <= 0) {
            is_done = false;
            continue;
        }
        m->is_to_resume = false;
        perform(c, m, step, NULL);
    }
    return is_done;
}

/* The first message that waits; false when it has to wait on. */
static bool
send_first(struct mqtt_client *c)
{
    if (list_empty(&c->waiting))
        return false;
    struct outgoing *m = LIST_ITEM(c->waiting.next, struct outgoing, link);
    uint8_t reason = 0;
    const char *why = unwelcome(c, m, &reason);
    if (why) {
        settle(c, m, reason, NULL, why);
        return true;
    }
    if (m->qos == 0) {
        if (send_publish(c, m, false))
            settle(c, m, 0, NULL, "");
        else
            too_large(c, m);
        return true;
    }
    if (c->quota <= 0) /* [MQTT-4.9.0-2] */
        return false;
    m->packet_id = mqtt_pktid_next(&c->ids);
    if (m->packet_id == 0)
        return false;
    list_remove(&m->link);
    list_push(&c->in_flight, &m->link);
    perform(c, m, step_of(m, FLOW_SEND), NULL);
    return true;
}

void
outgoing_pump(struct mqtt_client *c)
{
    /* Busier: a callback is on the stack; whoever called it pumps later. */
    if (c->phase != CONNECTED || c->busy > 1)
        return;
    client_enter(c);
    if (c->is_resuming)
        c->is_resuming = !resume(c);
    if (!c->is_resuming)
        while (!c->farewell.is_due && send_first(c))
            ;
    client_leave(c);
}

void
mqtt_client_publish(struct mqtt_client *c, const struct mqtt_client_message *in)
{
    struct outgoing *m = xcalloc(1, sizeof *m);
    m->tag = in->tag;
    m->qos = in->qos;
    m->retain = in->retain;
    buf_add(&m->topic, in->topic);
    buf_add(&m->payload, in->payload);
    if (c->config->version == MQTT_50)
        buf_add(&m->properties, in->properties);
    list_push(&c->waiting, &m->link);
    c->unsettled++;
    outgoing_pump(c);
}

size_t
mqtt_client_unsettled(const struct mqtt_client *c)
{
    return c->unsettled;
}

/* ---- the server's part -------------------------------------------------- */

static struct outgoing *
find(struct mqtt_client *c, uint16_t packet_id)
{
    LIST_EACH(link, &c->in_flight) {
        struct outgoing *m = LIST_ITEM(link, struct outgoing, link);
        if (m->packet_id == packet_id)
            return m;
    }
    return NULL;
}

static enum flow_event
event_of(const struct mqtt_packet *p)
{
    switch (p->type) {
    case MQTT_PUBACK: return FLOW_GOT_PUBACK;
    case MQTT_PUBCOMP: return FLOW_GOT_PUBCOMP;
    default:
        return mqtt_reason_failed(client_reason(p)) ? FLOW_GOT_PUBREC_ERROR
                                                    : FLOW_GOT_PUBREC;
    }
}

static void
on_stray(struct mqtt_client *c, const struct mqtt_packet *p)
{
    const struct flow_step *step =
        mqtt_flow_next(mqtt_flow_sender(2), FLOW_FREE, event_of(p));
    if (step->does & FLOW_DO_SEND_PUBREL_NOT_FOUND)
        send_pubrel(c, p->packet_id,
                    c->config->version == MQTT_50
                        ? MQTT_RC_PACKET_IDENTIFIER_NOT_FOUND
                        : 0);
}

void
outgoing_on_ack(struct mqtt_client *c, const struct mqtt_packet *p)
{
    struct outgoing *m = find(c, p->packet_id);
    if (!m) {
        on_stray(c, p);
        return;
    }
    enum flow_event event = event_of(p);
    const struct flow_step *step = step_of(m, event);
    if (!step) {
        const struct flow_error *e =
            mqtt_flow_error(mqtt_flow_sender(m->qos), m->state, event);
        client_fail(c, MQTT_RC_PROTOCOL_ERROR,
                    "the server sent %s for a message of QoS %u that is in "
                    "state %s [%s]", mqtt_packet_row(p->type)->name, m->qos,
                    mqtt_flow_state_name(m->state),
                    client_cite(c, e->statement5, e->statement311));
        return;
    }
    if (m->is_to_resume) { /* answered before we repeated it: it counts now */
        m->is_to_resume = false;
        c->quota--;
    }
    perform(c, m, step, p);
}

/* A new session: the server knows nothing of what was in flight. Of QoS 1 it
 * gets it again, as new; of QoS 2 nobody can say whether it was delivered, and
 * sending it again could deliver it twice. */
static void
forget(struct mqtt_client *c, struct outgoing *m, struct list *again)
{
    if (m->qos == 1) {
        list_remove(&m->link);
        list_push(again, &m->link);
        mqtt_pktid_unmark(&c->ids, m->packet_id);
        m->packet_id = 0;
        m->state = FLOW_FREE;
    } else if (m->state == FLOW_AWAIT_PUBCOMP) {
        settle(c, m, 0, NULL, "");
    } else {
        settle(c, m, MQTT_RC_UNSPECIFIED_ERROR, NULL,
               "the server has lost the session; whether the message was "
               "delivered is unknown");
    }
}

void
outgoing_on_connected(struct mqtt_client *c, bool session_present)
{
    struct list again;
    list_init(&again);
    c->is_resuming = session_present;
    LIST_EACH(link, &c->in_flight) {
        struct outgoing *m = LIST_ITEM(link, struct outgoing, link);
        m->is_to_resume = session_present;
        if (!session_present)
            forget(c, m, &again);
    }
    /* In front of what was never sent, and in the old order. */
    while (!list_empty(&again)) {
        struct list *last = again.prev;
        list_remove(last);
        list_push(c->waiting.next, last);
    }
}

void
outgoing_release(struct mqtt_client *c)
{
    LIST_EACH(link, &c->waiting)
        outgoing_free(LIST_ITEM(link, struct outgoing, link));
    LIST_EACH(link, &c->in_flight)
        outgoing_free(LIST_ITEM(link, struct outgoing, link));
}
