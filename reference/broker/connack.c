/* connack.c - the CONNACK of who is let in.
 * SPDX-License-Identifier: MIT */
#include "broker/connack.h"

#include "broker/auth.h"
#include "broker/note.h"
#include "broker/send.h"
#include "broker/session.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"

/* Appends a property that says how we differ from what holds without it. */
static void
announce(const struct broker *b, struct buf *out, enum mqtt_property_id id,
         uint32_t value, uint32_t otherwise)
{
    /* Maximum QoS 2 and Server Keep Alive 0 are never written: the first is not
     * allowed (3.2.2.3.4), the second would switch the client's own off. */
    bool may_be_written = id != MQTT_P_maximum_qos &&
                          id != MQTT_P_server_keep_alive;
    bool all = b->config.variant.announce == ANNOUNCE_ALL;
    if (value != otherwise || (all && may_be_written))
        mqtt_property_add_number(out, id, value);
}

/* Told only to who asked [MQTT-3.1.2-28]: a topic of its own below which it may
 * have its answers sent (3.2.2.3.15). An identifier that would make wildcards
 * of it, or of another client's topics, gets none. */
static void
add_response_information(const struct broker *b, const struct mqtt_packet *p,
                         struct slice client_id, struct buf *out)
{
    const char *start = b->config.response_information;
    if (!start[0] ||
        !mqtt_property_number(p->properties,
                              MQTT_P_request_response_information, 0))
        return;
    for (size_t i = 0; i < client_id.len; i++)
        if (memchr("+#/", client_id.ptr[i], 3))
            return;
    struct buf text = {0};
    buf_printf(&text, "%s/%.*s", start, SLICE_ARG(client_id));
    mqtt_property_add_text(out, MQTT_P_response_information, buf_slice(&text));
    buf_release(&text);
}

static void
announce_limits(struct broker *b, const struct mqtt_packet *p,
                const struct session *s, struct buf *out)
{
    const struct broker_config *cfg = &b->config;
    uint32_t asked = mqtt_property_number(p->properties,
                                          MQTT_P_session_expiry_interval, 0);
    announce(b, out, MQTT_P_session_expiry_interval, s->expiry_interval, asked);
    announce(b, out, MQTT_P_receive_maximum, cfg->receive_maximum, UINT16_MAX);
    /* [MQTT-3.2.2-9] */
    announce(b, out, MQTT_P_maximum_qos, cfg->maximum_qos, 2);
    announce(b, out, MQTT_P_retain_available, cfg->retain_available, 1);
    mqtt_property_add_number(out, MQTT_P_maximum_packet_size,
                             cfg->maximum_packet_size);
    if (p->client_id.len == 0) /* [MQTT-3.1.3-7, MQTT-3.2.2-16] */
        mqtt_property_add_text(out, MQTT_P_assigned_client_identifier,
                               s->client_id);
    announce(b, out, MQTT_P_topic_alias_maximum, cfg->topic_alias_maximum, 0);
    announce(b, out, MQTT_P_wildcard_subscription_available,
             cfg->wildcard_available, 1);
    announce(b, out, MQTT_P_subscription_identifier_available,
             cfg->subscription_id_available, 1);
    announce(b, out, MQTT_P_shared_subscription_available, cfg->shared_available,
             1);
    announce(b, out, MQTT_P_server_keep_alive, cfg->server_keep_alive, 0);
    add_response_information(b, p, s->client_id, out);
}

static void
note_session(struct broker *b, const struct conn *c,
             const struct mqtt_packet *p, bool resumed)
{
    if (p->client_id.len == 0)
        broker_note(b, c, "MQTT-3.1.3-6", "MQTT311-3.1.3-6",
                    "no Client Identifier: the server assigns one");
    if (resumed)
        broker_note(b, c, "MQTT-3.1.2-5", "MQTT311-3.1.2-4",
                    "the session goes on");
    else if (p->clean_start)
        broker_note(b, c, "MQTT-3.1.2-4", "MQTT311-3.1.2-6",
                    "Clean Start: the session begins empty");
}

void
connack_send(struct broker *b, struct conn *c, const struct mqtt_packet *p,
             bool resumed)
{
    struct mqtt_packet ack = mqtt_packet_make(MQTT_CONNACK, c->version);
    struct buf properties = {0};
    note_session(b, c, p, resumed);
    /* 3.1 has nothing in this bit; there the byte is reserved. */
    ack.session_present = resumed && c->version != MQTT_31;
    MQTT_SET(&ack, reason, MQTT_RC_SUCCESS);
    if (c->version == MQTT_50) {
        announce_limits(b, p, c->session, &properties);
        auth_announce(c, &properties);
        MQTT_SET(&ack, properties, buf_slice(&properties));
    }
    /* A client that cannot take even this has to do without us, and was never
     * connected. */
    if (!send_explained(b, c, &ack, NULL)) {
        will_cancel(b, c->session);
        conn_close(b, c);
    }
    buf_release(&properties);
}
