/* on_publish.c - PUBLISH from a client: take it over, pass it on, answer (3.3).
 * SPDX-License-Identifier: MIT */
#include <assert.h>

#include "base/utf8.h"
#include "broker/acl.h"
#include "broker/dispatch.h"
#include "broker/held.h"
#include "broker/note.h"
#include "broker/persist.h"
#include "broker/retain.h"
#include "broker/route.h"
#include "broker/send.h"
#include "broker/session.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"
#include "mqtt/topic.h"

/* The topic that is meant: its own, or the one its alias stands for
 * (3.3.2.3.4). NULL when the connection had to be closed over it.            */
static struct slice
resolve_topic(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    struct mqtt_property alias;
    struct slice none = {NULL, 0};
    if (p->version != MQTT_50 ||
        !mqtt_property_find(p->properties, MQTT_P_topic_alias, &alias))
        return p->topic;
    uint16_t number = (uint16_t)alias.number;
    if (number == 0 || number > c->alias_in.maximum) {
        conn_fail(b, c, MQTT_RC_TOPIC_ALIAS_INVALID,
                  "a Topic Alias above the Topic Alias Maximum");
        return none;
    }
    if (p->topic.len > 0) {
        mqtt_alias_set(&c->alias_in, number, p->topic);
        return p->topic;
    }
    struct slice topic = mqtt_alias_get(&c->alias_in, number);
    if (!topic.ptr)
        conn_fail(b, c, MQTT_RC_PROTOCOL_ERROR,
                  "a Topic Alias that was not set on this connection");
    return topic;
}

/* Limits that we announced in CONNACK and the client did not heed; 0: none. */
static uint8_t
breaks_limit(const struct broker *b, const struct conn *c,
             const struct mqtt_packet *p)
{
    const struct mqtt_pktids *unfinished = &c->unfinished;
    /* 3.x clients cannot be told, and so are not held to it. */
    if (c->version != MQTT_50)
        return 0;
    if (p->qos > b->config.maximum_qos)
        return MQTT_RC_QOS_NOT_SUPPORTED;
    if (p->retain && !b->config.retain_available)
        return MQTT_RC_RETAIN_NOT_SUPPORTED;
    /* QoS 1 is answered at once and so never unfinished, but it counts too. */
    if (p->qos > 0 &&
        unfinished->count >= b->config.receive_maximum &&
        !(p->qos == 2 && mqtt_pktid_in_use(unfinished, p->packet_id)))
        return MQTT_RC_RECEIVE_MAXIMUM_EXCEEDED;
    return 0;
}

/* Only who looks may refuse (3.3.2.3.2), and nobody has to look. */
static bool
payload_is_not_its_format(const struct broker *b, const struct mqtt_packet *p)
{
    return b->config.variant.payload_format == PAYLOAD_CHECKED &&
           p->version == MQTT_50 &&
           mqtt_property_number(p->properties,
                                MQTT_P_payload_format_indicator, 0) == 1 &&
           !utf8_valid(p->payload);
}

/* Why nothing may be published there, as a Reason Code; 0: it may. */
static uint8_t
refuses(struct broker *b, const struct conn *c, const struct mqtt_packet *p,
        struct slice topic)
{
    struct acl_who who = {c->session->client_id,
                          buf_slice(&c->session->user_name)};
    uint8_t reason = route_refuses(b, topic, c->version);
    if (!reason && !acl_allows(b->acl, ACL_PUBLISH, topic, &who))
        reason = MQTT_RC_NOT_AUTHORIZED;
    if (!reason && payload_is_not_its_format(b, p))
        reason = MQTT_RC_PAYLOAD_FORMAT_INVALID;
    /* Better to refuse than to pass it on and not to keep it; where no answer
     * can say so it is passed on. */
    if (!reason && p->version == MQTT_50 && p->qos > 0 && p->retain &&
        p->payload.len > 0 && !retain_has_room(b, topic))
        reason = MQTT_RC_QUOTA_EXCEEDED;
    if (reason)
        broker_note(b, c, NULL, "MQTT311-3.3.5-2",
                    "not allowed: answered as its QoS says, not passed on");
    return reason;
}

/* Passes the message on; the Reason Code to acknowledge it with. */
static uint8_t
deliver(struct broker *b, struct conn *c, const struct mqtt_packet *p,
        struct slice topic)
{
    struct slice properties = slice_of(NULL, 0);
    if (p->retain && p->payload.len == 0)
        broker_note(b, c, "MQTT-3.3.1-6", "MQTT311-3.3.1-10",
                    "RETAIN and no payload: what is retained there is "
                    "removed");
    if (p->version == MQTT_50)
        properties = p->properties;
    struct message place;
    struct message *m =
        message_borrow(&place, &b->messages, topic, p->payload, properties,
                       p->qos, p->retain, b->now_ms);
    bool waits = p->qos == 2 &&
                 b->config.variant.qos2_delivery == QOS2_ON_PUBREL;
    bool tells = b->config.variant.no_subscribers == NO_SUBSCRIBERS_TOLD;
    if (waits)
        persist_receiving(b, c->session, p->packet_id,
                          held_add(&c->session->held, p->packet_id, m));
    bool reached = waits || route_publish(b, m, c->session) > 0;
    message_unref(m);
    return reached || !tells ? MQTT_RC_SUCCESS
                             : MQTT_RC_NO_MATCHING_SUBSCRIBERS;
}

/* What follows from a refusal. That a topic may not be used is the only one
 * that may be kept quiet about or end the connection (variants.def). */
static enum variant_forbidden_publish
consequence(const struct broker *b, uint8_t refusal)
{
    bool is_forbidden = refusal == MQTT_RC_NOT_AUTHORIZED ||
                        refusal == MQTT_RC_TOPIC_NAME_INVALID;
    return is_forbidden ? b->config.variant.forbidden_publish
                        : FORBIDDEN_TOLD;
}

static const char *
refusal_text(uint8_t reason)
{
    if (!mqtt_reason_failed(reason))
        return NULL;
    return reason == MQTT_RC_PAYLOAD_FORMAT_INVALID
               ? "the payload is not the text it claims to be"
           : reason == MQTT_RC_QUOTA_EXCEEDED
               ? "no more retained messages can be kept"
               : "clients may not publish to this topic";
}

enum {
    ANY_PUBACK = FLOW_DO_SEND_PUBACK | FLOW_DO_SEND_PUBACK_REFUSED,
    ANY_PUBREC = FLOW_DO_SEND_PUBREC | FLOW_DO_SEND_PUBREC_REFUSED
};

static void
answer(struct broker *b, struct conn *c, const struct mqtt_packet *p,
       unsigned does, uint8_t reason)
{
    /* The publisher may have been its own subscriber, and closed over it. */
    if (c->phase == CONN_READY && (does & (ANY_PUBACK | ANY_PUBREC)))
        send_ack(b, c, does & ANY_PUBACK ? MQTT_PUBACK : MQTT_PUBREC,
                 p->packet_id, reason, refusal_text(reason));
}

/* At QoS 1 and 2: does what the tables say (mqtt/flow.h). */
static void
take_over(struct broker *b, struct conn *c, const struct mqtt_packet *p,
          struct slice topic, uint8_t refusal)
{
    struct mqtt_pktids *receiving = &c->session->receiving;
    bool known = p->qos == 2 && mqtt_pktid_in_use(receiving, p->packet_id);
    /* 3.x has no way to refuse: it acknowledges and drops [MQTT311-3.3.5-2]. */
    bool tells = refusal && c->version == MQTT_50 &&
                 consequence(b, refusal) == FORBIDDEN_TOLD;
    const struct flow_step *step = mqtt_flow_next(
        mqtt_flow_receiver(p->qos), known ? FLOW_AWAIT_PUBREL : FLOW_FREE,
        tells ? FLOW_GOT_UNWANTED : FLOW_GOT_PUBLISH);
    if (!refusal || tells)
        broker_note(b, c, step->statement5, step->statement311,
                    known     ? "a repetition: acknowledged once more, not "
                                "delivered"
                    : refusal ? "a message: refused"
                              : "a message: taken over and acknowledged");
    assert(step->to == FLOW_AWAIT_PUBREL || (step->to == FLOW_FREE && !known));
    if (step->to == FLOW_AWAIT_PUBREL) {
        if (mqtt_pktid_mark(receiving, p->packet_id))
            persist_receiving(b, c->session, p->packet_id, NULL);
        /* A repetition counts over the new connection. 3.x clients are not held
         * to a limit. */
        if (c->version == MQTT_50 && (known || step->does & FLOW_DO_TAKE_QUOTA))
            mqtt_pktid_mark(&c->unfinished, p->packet_id);
    }
    bool delivers = (step->does & FLOW_DO_DELIVER) && !refusal;
    bool is_before = delivers &&
                     b->config.variant.puback_order == PUBACK_BEFORE;
    uint8_t reason = MQTT_RC_SUCCESS;
    if (step->does &
        (FLOW_DO_SEND_PUBACK_REFUSED | FLOW_DO_SEND_PUBREC_REFUSED))
        reason = refusal;
    if (is_before)
        answer(b, c, p, step->does, reason);
    if (delivers)
        reason = deliver(b, c, p, topic);
    if (!is_before)
        answer(b, c, p, step->does, reason);
}

void
on_publish(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    struct slice topic = resolve_topic(b, c, p);
    b->sys.counts[SYS_PUBLISH_RECEIVED]++;
    if (c->phase == CONN_CLOSING)
        return;
    uint8_t limit = breaks_limit(b, c, p);
    if (limit) {
        conn_fail(b, c, limit,
                  mqtt_reason_name(limit, MQTT_DISCONNECT, MQTT_50));
        return;
    }
    uint8_t refusal = refuses(b, c, p, topic);
    if (refusal && consequence(b, refusal) == FORBIDDEN_CLOSES)
        conn_fail(b, c, refusal, refusal_text(refusal));
    else if (p->qos > 0)
        take_over(b, c, p, topic, refusal);
    else if (!refusal)
        deliver(b, c, p, topic);
}
