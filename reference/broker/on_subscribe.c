/* on_subscribe.c - SUBSCRIBE: one code per filter, then what is retained (3.8).
 * SPDX-License-Identifier: MIT */
#include "broker/acl.h"
#include "broker/dispatch.h"
#include "broker/note.h"
#include "broker/retain.h"
#include "broker/send.h"
#include "broker/session.h"
#include "broker/share.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"
#include "mqtt/topic.h"

/* Announced in CONNACK and not heeded: a Protocol Error that closes the
 * connection (3.2.2.3.11 to 13). 0 when all is well. */
static uint8_t
breaks_limit(const struct broker *b, const struct mqtt_packet *p)
{
    const struct broker_config *cfg = &b->config;
    struct slice rest = p->filters, name, inner;
    struct mqtt_filter f;
    if (p->version != MQTT_50)
        return 0;
    if (!cfg->subscription_id_available &&
        mqtt_property_number(p->properties, MQTT_P_subscription_identifier, 0))
        return MQTT_RC_SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED;
    while (mqtt_filter_next(p, &rest, &f)) {
        if (!cfg->wildcard_available && mqtt_topic_has_wildcard(f.filter))
            return MQTT_RC_WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED;
        if (!cfg->shared_available &&
            share_split(b, f.filter, &name, &inner) != MQTT_SHARE_NONE)
            return MQTT_RC_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
    }
    return 0;
}

static bool
is_forbidden(const struct broker *b, const struct conn *c,
             const struct mqtt_filter *f)
{
    const struct session *s = c->session;
    struct acl_who who = {s->client_id, buf_slice(&s->user_name)};
    struct slice name, inner;
    enum mqtt_share share = share_split(b, f->filter, &name, &inner);
    return !acl_allows(b->acl, ACL_SUBSCRIBE,
                       share == MQTT_SHARE_NONE ? f->filter : inner, &who);
}

/* Why this one filter is refused, or 0. */
static uint8_t
refused(const struct broker *b, const struct conn *c,
        const struct mqtt_filter *f)
{
    const struct session *s = c->session;
    /* 3.1.1 knows no shared subscriptions; here it may use them too, so a bad
     * one is refused there as well. */
    struct slice name, inner;
    enum mqtt_share share = share_split(b, f->filter, &name, &inner);
    if (share == MQTT_SHARE_BAD)
        return MQTT_RC_TOPIC_FILTER_INVALID;
    if (!mqtt_topic_filter_valid(f->filter)) /* variant bad_filter */
        return MQTT_RC_TOPIC_FILTER_INVALID;
    if (share == MQTT_SHARE_GOOD && !b->config.shared_available)
        return MQTT_RC_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
    /* [MQTT311-3.8.3-2] */
    if (!b->config.wildcard_available && mqtt_topic_has_wildcard(f->filter))
        return MQTT_RC_WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED;
    if (is_forbidden(b, c, f))
        return MQTT_RC_NOT_AUTHORIZED;
    if (f->filter.len > b->config.maximum_topic_length ||
        tree_levels(f->filter) > b->config.maximum_topic_levels)
        return MQTT_RC_IMPLEMENTATION_SPECIFIC_ERROR;
    if ((b->is_short_of_memory ||
         s->subscription_count >= b->config.maximum_subscriptions) &&
        !subtree_find(s, f->filter))
        return MQTT_RC_QUOTA_EXCEEDED;
    return 0;
}

/* Why the connection ends over this packet, or 0; then none of its filters is
 * subscribed to. */
static uint8_t
closes_over(const struct broker *b, const struct conn *c,
            const struct mqtt_packet *p)
{
    uint8_t limit = breaks_limit(b, p);
    struct slice rest = p->filters;
    struct mqtt_filter f;
    if (b->config.variant.forbidden_subscribe != FORBIDDEN_FILTER_CLOSES)
        return limit;
    while (!limit && mqtt_filter_next(p, &rest, &f))
        if (refused(b, c, &f) == MQTT_RC_NOT_AUTHORIZED)
            limit = MQTT_RC_NOT_AUTHORIZED;
    return limit;
}

/* Should retained messages be sent for it (3.3.1.3)? Retain Handling 0: always,
 * 1: when the subscription is new, 2: never
 * [MQTT-3.3.1-9, MQTT-3.3.1-10, MQTT-3.3.1-11, MQTT-3.8.4-4].                */
static bool
wants_retained(const struct subscription *sub, const struct mqtt_filter *f)
{
    if (sub->share)
        return false; /* never for a shared subscription (4.8.2) */
    return f->retain_handling == 0 ||
           (f->retain_handling == 1 && sub->is_fresh);
}

static void
send_suback(struct broker *b, struct conn *c, uint16_t packet_id,
            struct slice codes)
{
    broker_note(b, c, "MQTT-3.8.4-6", "MQTT311-3.8.4-5",
                "SUBACK: one code per filter, in their order");
    struct mqtt_packet ack = mqtt_packet_make(MQTT_SUBACK, c->version);
    MQTT_SET(&ack, packet_id, packet_id);
    MQTT_SET(&ack, codes, codes);
    send_explained(b, c, &ack, NULL);
}

/* Never more than was asked (3.8.4); less is the server's to decide. Maximum
 * QoS refuses none [MQTT-3.2.2-10]. */
static uint8_t
granted(const struct broker *b, const struct mqtt_filter *f)
{
    static const uint8_t most[] = {
        [GRANTED_ASKED] = 2, [GRANTED_ONE] = 1, [GRANTED_ZERO] = 0};
    uint8_t limit = most[b->config.variant.granted_qos];
    return f->qos < limit ? f->qos : limit;
}

/* 3.1.1 has one code for every refusal; 3.1 has none and grants QoS 0. */
static uint8_t
code_for(const struct broker *b, enum mqtt_version v, uint8_t refusal,
         uint8_t qos)
{
    bool is_silent =
        refusal == MQTT_RC_NOT_AUTHORIZED &&
        b->config.variant.forbidden_subscribe == FORBIDDEN_FILTER_SILENT;
    if (!refusal || is_silent)
        return qos;
    return v == MQTT_50 ? refusal : v == MQTT_311 ? 0x80 : 0;
}

/* After SUBACK or before it: both are allowed [MQTT-3.8.4-2]. */
static void
send_retained(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    struct slice rest = p->filters;
    struct mqtt_filter f;
    while (mqtt_filter_next(p, &rest, &f)) {
        struct subscription *sub = subtree_find(c->session, f.filter);
        if (sub && wants_retained(sub, &f)) {
            broker_note(b, c, f.retain_handling ? "MQTT-3.3.1-10"
                                                : "MQTT-3.3.1-9",
                        "MQTT311-3.3.1-6",
                        "the retained messages that match are sent");
            retain_send(b, sub);
        } else if (sub && f.retain_handling == 2) {
            broker_note(b, c, "MQTT-3.3.1-11", NULL,
                        "Retain Handling 2: no retained messages");
        }
        /* The same filter once more in this packet finds it there. */
        if (sub)
            sub->is_fresh = false;
    }
}

void
on_subscribe(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    uint8_t limit = closes_over(b, c, p);
    if (limit) {
        conn_fail(b, c, limit,
                  mqtt_reason_name(limit, MQTT_DISCONNECT, MQTT_50));
        return;
    }
    uint32_t id = p->version != MQTT_50
                      ? 0
                      : mqtt_property_number(
                            p->properties, MQTT_P_subscription_identifier, 0);
    struct slice rest = p->filters;
    struct mqtt_filter f;
    struct buf codes = {0};
    /* One after the other, and one code for each, in their order
     * [MQTT-3.8.4-5, MQTT-3.8.4-7, MQTT-3.9.3-1]. */
    while (mqtt_filter_next(p, &rest, &f)) {
        uint8_t why = refused(b, c, &f), qos = granted(b, &f);
        if (!why)
            subtree_add(b, c->session, &f, qos, id);
        buf_add_byte(&codes, code_for(b, c->version, why, qos));
    }
    /* SUBACK first: clients like to know before messages come
     * [MQTT-3.8.4-1, MQTT-3.8.4-2]. */
    bool is_last = b->config.variant.suback_order == SUBACK_AFTER;
    if (is_last)
        send_retained(b, c, p);
    send_suback(b, c, p->packet_id, buf_slice(&codes));
    if (!is_last)
        send_retained(b, c, p);
    buf_release(&codes);
}
