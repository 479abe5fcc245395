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
    size_t before = c->out.len;
    mqtt_encode(&c->out, p);
    if (c->out.len - before > c->maximum_packet_size) {
        c->out.len = before;
        return false;
    }
    conn_mark_dirty(b, c);
    return true;
}

/* Sends p with a Reason String if the client wants one (3.1.2.11.7) and it
 * fits, else without. p has no other properties. */
static void
send_with_reason(struct broker *b, struct conn *c, struct mqtt_packet *p,
                 const char *text)
{
    bool always = p->type == MQTT_CONNACK || p->type == MQTT_DISCONNECT;
    if (text && c->version == MQTT_50 && (c->problem_information || always)) {
        struct buf properties = {0};
        mqtt_property_add_text(&properties, MQTT_P_reason_string,
                               slice_str(text));
        struct mqtt_packet full = *p;
        MQTT_SET(&full, properties, buf_slice(&properties));
        bool sent = send_packet(b, c, &full);
        buf_release(&properties);
        if (sent)
            return;
    }
    send_packet(b, c, p);
}

void
send_ack(struct broker *b, struct conn *c, enum mqtt_type type,
         uint16_t packet_id, uint8_t reason, const char *text)
{
    struct mqtt_packet p = mqtt_packet_make(type, c->version);
    MQTT_SET(&p, packet_id, packet_id);
    if (reason != MQTT_RC_SUCCESS && c->version == MQTT_50)
        MQTT_SET(&p, reason, reason);
    send_with_reason(b, c, &p, text);
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
        send_with_reason(b, c, &p, text);
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

void
send_disconnect(struct broker *b, struct conn *c, uint8_t reason,
                const char *text)
{
    if (c->version != MQTT_50)
        return;
    struct mqtt_packet p = mqtt_packet_make(MQTT_DISCONNECT, MQTT_50);
    MQTT_SET(&p, reason, reason);
    send_with_reason(b, c, &p, text);
}

/* What travels with the message, what is left of its expiry, and what concerns
 * this client alone. */
static struct slice
publish_properties(struct broker *b, const struct delivery *d)
{
    const struct message *m = d->message;
    buf_clear(&b->scratch);
    if (m->expires)
        mqtt_property_add_number(&b->scratch, MQTT_P_message_expiry_interval,
                                 message_expiry_left(m, b->now_ms));
    buf_add(&b->scratch, m->properties);
    for (size_t i = 0; i < d->sub_id_count; i++)
        mqtt_property_add_number(&b->scratch, MQTT_P_subscription_identifier,
                                 d->sub_ids[i]);
    return buf_slice(&b->scratch);
}

/* Uses a Topic Alias towards the client if it allows any [MQTT-3.1.2-26]. */
static void
use_alias(struct broker *b, struct conn *c, struct mqtt_packet *p)
{
    uint16_t alias;
    if (c->alias_out.maximum == 0)
        return;
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
    return HEADER + LENGTHS + PACKET_ID + ALIAS + p->topic.len +
           p->properties.len + p->payload.len;
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
    form_copy(f, d->packet_id, payload, &c->out);
    conn_mark_dirty(b, c);
    return true;
}

static bool
encode_publish(struct broker *b, struct conn *c, const struct delivery *d,
               bool dup)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, c->version);
    p.dup = dup;
    p.qos = d->qos;
    p.retain = d->retain;
    MQTT_SET(&p, topic, d->message->topic);
    MQTT_SET(&p, payload, d->message->payload);
    if (d->qos > 0)
        MQTT_SET(&p, packet_id, d->packet_id);
    if (c->version == MQTT_50)
        MQTT_SET(&p, properties, publish_properties(b, d));
    size_t most = most_bytes(&p);
    if (most > MQTT_VARINT_MAX)
        return false; /* grew on its way beyond what a length can say */
    /* Only when it is sure to be sent may the client be thought to know it. */
    if (c->version == MQTT_50 && most <= c->maximum_packet_size)
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
    b->sys.sent += is_sent;
    return is_sent;
}
