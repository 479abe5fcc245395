/* send.c - the packets a server sends.
 * SPDX-License-Identifier: MIT */
#include "broker/send.h"

#include "mqtt/encode.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"
#include "mqtt/varint.h"

bool
send_packet(struct broker *b, struct conn *c, struct mqtt_packet *p)
{
    outbox_lend(&b->outbox, &c->out);
    size_t before = c->out.len;
    mqtt_encode(&c->out, p);
    if (c->out.len - before > c->maximum_packet_size) {
        c->out.len = before;
        return false;
    }
    b->sys.counts[SYS_PACKETS_SENT]++;
    conn_mark_dirty(b, c);
    return true;
}

/* The properties of p, then what explains it. */
static void
add_explanation(struct buf *out, const struct mqtt_packet *p, const char *text,
                bool with_user_property)
{
    if (MQTT_HAS(p, properties))
        buf_add(out, p->properties);
    if (text)
        mqtt_property_add_text(out, MQTT_P_reason_string, slice_str(text));
    if (!with_user_property)
        return;
    struct mqtt_property pair = {
        .row = mqtt_property_parse(slice_str("user_property")),
        .text = slice_str("server"),
        .value = slice_str("plumb-broker")};
    mqtt_property_add(out, &pair);
}

static const char *
reason_string(const struct broker *b, const char *text)
{
    switch (b->config.variant.reason_string) {
    case REASON_NEVER: return NULL;
    case REASON_ALWAYS: return text ? text : "all is well";
    default: return text;
    }
}

/* In full, then without the User Property, then without the Reason String:
 * until it fits. */
bool
send_explained(struct broker *b, struct conn *c, struct mqtt_packet *p,
               const char *text)
{
    bool always = p->type == MQTT_CONNACK || p->type == MQTT_DISCONNECT;
    bool user_property = b->config.variant.user_property == USER_PROPERTY_GIVEN;
    text = reason_string(b, text);
    if (c->version != MQTT_50 || (!c->problem_information && !always))
        return send_packet(b, c, p);
    bool is_sent = false;
    for (; !is_sent && (text || user_property);) {
        struct buf properties = {0};
        struct mqtt_packet full = *p;
        add_explanation(&properties, p, text, user_property);
        MQTT_SET(&full, properties, buf_slice(&properties));
        is_sent = send_packet(b, c, &full);
        buf_release(&properties);
        if (!user_property)
            text = NULL;
        user_property = false;
    }
    return is_sent || send_packet(b, c, p);
}

/* Nothing to add to the four bytes? Three of four packets that are sent at QoS 2
 * are such. */
static bool
is_short_ack(const struct broker *b, const struct conn *c, uint8_t reason,
             const char *text)
{
    const struct variants *v = &b->config.variant;
    if (c->maximum_packet_size < MQTT_SHORT_ACK_LEN)
        return false;
    return c->version != MQTT_50 ||
           (reason == MQTT_RC_SUCCESS && !text && v->ack_form != ACK_FULL &&
            v->reason_string != REASON_ALWAYS &&
            v->user_property != USER_PROPERTY_GIVEN);
}

void
send_ack(struct broker *b, struct conn *c, enum mqtt_type type,
         uint16_t packet_id, uint8_t reason, const char *text)
{
    if (is_short_ack(b, c, reason, text)) {
        outbox_lend(&b->outbox, &c->out);
        mqtt_encode_short_ack(&c->out, type, packet_id);
        b->sys.counts[SYS_PACKETS_SENT]++;
        conn_mark_dirty(b, c);
        return;
    }
    struct mqtt_packet p;
    mqtt_packet_init(&p, type, c->version);
    MQTT_SET(&p, packet_id, packet_id);
    bool is_full = b->config.variant.ack_form == ACK_FULL;
    if (c->version == MQTT_50 && (is_full || reason != MQTT_RC_SUCCESS))
        MQTT_SET(&p, reason, reason);
    if (c->version == MQTT_50 && is_full)
        MQTT_SET(&p, properties, slice_of(NULL, 0));
    send_explained(b, c, &p, text);
}

/* 5.0 code to 3.x return code; the others have none, and the connection is
 * closed without a word [MQTT311-3.2.2-6]. */
/* clang-format off */
static const struct {
    uint8_t reason, return_code;
} old_codes[] = {
    {MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION, 1},
    {MQTT_RC_CLIENT_IDENTIFIER_NOT_VALID,  2},
    {MQTT_RC_SERVER_UNAVAILABLE,           3},
    {MQTT_RC_SERVER_BUSY,                  3},
    {MQTT_RC_QUOTA_EXCEEDED,               3},
    {MQTT_RC_USE_ANOTHER_SERVER,           3},
    {MQTT_RC_SERVER_MOVED,                 3},
    {MQTT_RC_BAD_USER_NAME_OR_PASSWORD,    4},
    {MQTT_RC_NOT_AUTHORIZED,               5},
};
/* clang-format on */

void
send_refusal(struct broker *b, struct conn *c, uint8_t reason,
             const char *text)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_CONNACK, c->version);
    if (c->version == MQTT_50) {
        MQTT_SET(&p, reason, reason);
        struct buf properties = {0};
        if ((reason == MQTT_RC_USE_ANOTHER_SERVER ||
             reason == MQTT_RC_SERVER_MOVED) &&
            b->config.server_reference[0])
            mqtt_property_add_text(&properties, MQTT_P_server_reference,
                                   slice_str(b->config.server_reference));
        MQTT_SET(&p, properties, buf_slice(&properties));
        /* Whose version is not known may be of 3.1.1, which wants the code
         * [MQTT311-3.1.2-2]. */
        if (b->config.variant.refusal == REFUSAL_CONNACK ||
            reason == MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION)
            send_explained(b, c, &p, text);
        buf_release(&properties);
        return;
    }
    for (size_t i = 0; i < sizeof old_codes / sizeof old_codes[0]; i++) {
        if (old_codes[i].reason != reason)
            continue;
        MQTT_SET(&p, reason, old_codes[i].return_code);
        send_packet(b, c, &p);
        return;
    }
}

/* Codes that say more exactly which error of the protocol it was. */
static bool
is_client_error(uint8_t reason)
{
    static const uint8_t exact[] = {
        MQTT_RC_TOPIC_FILTER_INVALID,
        MQTT_RC_TOPIC_NAME_INVALID,
        MQTT_RC_RECEIVE_MAXIMUM_EXCEEDED,
        MQTT_RC_TOPIC_ALIAS_INVALID,
        MQTT_RC_PACKET_TOO_LARGE,
        MQTT_RC_PAYLOAD_FORMAT_INVALID,
        MQTT_RC_RETAIN_NOT_SUPPORTED,
        MQTT_RC_QOS_NOT_SUPPORTED,
        MQTT_RC_SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
        MQTT_RC_SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
        MQTT_RC_WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED};
    return memchr(exact, reason, sizeof exact) != NULL;
}

void
send_disconnect(struct broker *b, struct conn *c, uint8_t reason,
                const char *text)
{
    const struct variants *v = &b->config.variant;
    if (c->version != MQTT_50 || v->disconnect == DISCONNECT_SILENT)
        return;
    struct mqtt_packet p = mqtt_packet_make(MQTT_DISCONNECT, MQTT_50);
    if (v->disconnect_code == CODE_GENERIC && is_client_error(reason))
        reason = MQTT_RC_PROTOCOL_ERROR;
    MQTT_SET(&p, reason, reason);
    send_explained(b, c, &p, text);
}

/* What travels with the message, what is left of its expiry, and what concerns
 * this client alone. */
static struct slice
publish_properties(struct broker *b, const struct delivery *d)
{
    const struct message *m = d->message;
    bool own_last = b->config.variant.property_order == OWN_LAST;
    buf_clear(&b->scratch);
    if (own_last)
        buf_add(&b->scratch, m->properties);
    if (m->expires)
        mqtt_property_add_number(&b->scratch, MQTT_P_message_expiry_interval,
                                 message_expiry_left(m, b->now_ms));
    if (!own_last)
        buf_add(&b->scratch, m->properties);
    for (size_t i = 0; i < d->sub_id_count; i++)
        mqtt_property_add_number(&b->scratch, MQTT_P_subscription_identifier,
                                 d->sub_ids[i]);
    return buf_slice(&b->scratch);
}

/* Uses a Topic Alias towards a client that allows some [MQTT-3.1.2-26]. */
static void
use_alias(struct broker *b, struct conn *c, struct mqtt_packet *p)
{
    uint16_t alias;
    enum mqtt_alias_use use =
        mqtt_alias_choose(&c->alias_out, p->topic, &alias);
    if (use == MQTT_ALIAS_NONE)
        return;
    mqtt_property_add_number(&b->scratch, MQTT_P_topic_alias, alias);
    p->properties = buf_slice(&b->scratch);
    if (use == MQTT_ALIAS_KNOWN)
        p->topic = slice_of(NULL, 0);
}

/* Bytes that the packet takes at most, with a Topic Alias. */
static size_t
most_bytes(const struct mqtt_packet *p)
{
    enum { HEADER = 5, LENGTHS = 2 + 4, PACKET_ID = 2, ALIAS = 3 };
    size_t properties = MQTT_HAS(p, properties) ? p->properties.len : 0;
    return HEADER + LENGTHS + PACKET_ID + ALIAS + p->topic.len + properties +
           p->payload.len;
}

/* The Subscription Identifier, when a form may be made or used for d. */
static uint32_t
form_id(const struct delivery *d)
{
    return d->sub_id_count ? d->sub_ids[0] : 0;
}

static bool
has_form(const struct broker *b, const struct conn *c,
         const struct delivery *d, bool dup)
{
    return message_is(b->forms.of, d->message) && !dup && d->sub_id_count <= 1 &&
           c->alias_out.maximum == 0;
}

static bool
send_form(struct broker *b, struct conn *c, const struct form *f,
          const struct delivery *d)
{
    struct slice payload = d->message->payload;
    if (f->start.len + payload.len > c->maximum_packet_size)
        return false;
    outbox_lend(&b->outbox, &c->out);
    if (payload.len >= OUTPUT_REFERS) {
        form_copy(f, d->packet_id, slice_of(NULL, 0), &c->out);
        output_refer(c, d->message);
    } else {
        form_copy(f, d->packet_id, payload, &c->out);
    }
    b->sys.counts[SYS_PACKETS_SENT]++;
    conn_mark_dirty(b, c);
    return true;
}

static bool
encode_publish(struct broker *b, struct conn *c, const struct delivery *d,
               bool dup)
{
    struct mqtt_packet p;
    mqtt_packet_init(&p, MQTT_PUBLISH, c->version);
    p.dup = dup;
    p.qos = d->qos;
    p.retain = d->retain;
    MQTT_SET(&p, topic, d->message->topic);
    MQTT_SET(&p, payload, d->message->payload);
    /* None at QoS 0, and no DUP [MQTT-2.2.1-2, MQTT-4.3.1-1]. */
    if (d->qos > 0)
        MQTT_SET(&p, packet_id, d->packet_id);
    if (c->version == MQTT_50)
        MQTT_SET(&p, properties, publish_properties(b, d));
    size_t most = most_bytes(&p);
    if (most > MQTT_VARINT_MAX)
        return false; /* grew on its way beyond what a length can say */
    /* Only when it is sure to be sent may the client be thought to know it. */
    if (c->alias_out.maximum > 0 && most <= c->maximum_packet_size)
        use_alias(b, c, &p);
    size_t before = c->out.len;
    bool is_sent = send_packet(b, c, &p);
    if (is_sent && has_form(b, c, d, dup))
        forms_add(&b->forms, &p, form_id(d),
                  slice_from(buf_slice(&c->out), before));
    return is_sent;
}

bool
send_publish(struct broker *b, struct conn *c, const struct delivery *d,
             bool dup)
{
    const struct form *f = NULL;
    if (has_form(b, c, d, dup))
        f = forms_find(&b->forms, c->version, d->qos, d->retain, form_id(d));
    bool is_sent = f ? send_form(b, c, f, d) : encode_publish(b, c, d, dup);
    b->sys.counts[SYS_PUBLISH_SENT] += is_sent;
    return is_sent;
}
