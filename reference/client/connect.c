/* connect.c - CONNECT and CONNACK, and keeping the connection alive.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "base/timer.h"
#include "client/engine.h"
#include "mqtt/property.h"

/* ---- CONNECT (3.1) ------------------------------------------------------ */

static void
add_will(struct mqtt_packet *p, const struct mqtt_client_config *config)
{
    if (!config->will_topic.ptr)
        return;
    MQTT_SET(p, will_topic, config->will_topic);
    MQTT_SET(p, will_payload, config->will_payload);
    MQTT_SET(p, will_qos, config->will_qos);
    MQTT_SET(p, will_retain, config->will_retain);
    MQTT_SET(p, will_properties, config->will_properties);
}

/* A session that was to outlive its connection is asked for again; only the
 * first connection starts as clean as the owner wants it. */
static bool
starts_clean(const struct mqtt_client *c)
{
    if (c->had_session && client_keeps_session(c))
        return false;
    return c->config->clean_start;
}

void
connect_say(struct mqtt_client *c)
{
    const struct mqtt_client_config *config = c->config;
    struct mqtt_packet p = mqtt_packet_make(MQTT_CONNECT, config->version);
    MQTT_SET(&p, clean_start, starts_clean(c));
    MQTT_SET(&p, keep_alive, config->keep_alive);
    MQTT_SET(&p, client_id, buf_slice(&c->client_id));
    MQTT_SET(&p, properties, config->connect_properties);
    add_will(&p, config);
    struct buf properties = {0};
    if (config->auth_method.ptr) { /* says who it is, but no password */
        buf_add(&properties, config->connect_properties);
        auth_say_first(c, &properties);
        MQTT_SET(&p, properties, buf_slice(&properties));
    } else {
        if (config->user_name.ptr)
            MQTT_SET(&p, user_name, config->user_name);
        if (config->password.ptr)
            MQTT_SET(&p, password, config->password);
    }
    c->limits = (struct limits){.packet_size = UINT32_MAX};
    c->reauthenticates = false;
    client_send(c, &p);
    buf_release(&properties);
}

/* ---- CONNACK (3.2) ------------------------------------------------------ */

/* What is not said has a default; before 5.0 nothing can be said. */
static void
learn_limits(struct mqtt_client *c, const struct mqtt_packet *p)
{
    struct slice said = {0};
    if (c->config->version == MQTT_50)
        said = p->properties;
    c->limits = (struct limits){
        .packet_size = mqtt_property_number(
            said, MQTT_P_maximum_packet_size, UINT32_MAX),
        .receive = (uint16_t)mqtt_property_number(
            said, MQTT_P_receive_maximum, UINT16_MAX),
        .topic_alias = (uint16_t)mqtt_property_number(
            said, MQTT_P_topic_alias_maximum, 0),
        .keep_alive = (uint16_t)mqtt_property_number( /* [MQTT-3.2.2-21] */
            said, MQTT_P_server_keep_alive, c->config->keep_alive),
        .qos = (uint8_t)mqtt_property_number(said, MQTT_P_maximum_qos, 2),
        .retain = mqtt_property_number(said, MQTT_P_retain_available, 1),
    };
    struct slice id =
        mqtt_property_text(said, MQTT_P_assigned_client_identifier);
    if (id.ptr) {
        buf_clear(&c->client_id);
        buf_add(&c->client_id, id);
    }
}

/* Aliases and quota are the connection's: both start anew [MQTT-3.3.2-7]. */
static void
start_connection(struct mqtt_client *c)
{
    uint16_t theirs = (uint16_t)mqtt_property_number(
        c->config->connect_properties, MQTT_P_topic_alias_maximum, 0);
    uint16_t ours = c->config->aliases < c->limits.topic_alias
                        ? c->config->aliases
                        : c->limits.topic_alias; /* [MQTT-3.2.2-17] */
    mqtt_alias_release(&c->aliases_in);
    mqtt_alias_release(&c->aliases_out);
    mqtt_alias_init(&c->aliases_in, theirs);
    mqtt_alias_init(&c->aliases_out, ours);
    c->quota = c->limits.receive;
    if (c->config->in_flight && c->config->in_flight < c->quota)
        c->quota = c->config->in_flight;
    c->open_in = 0;
}

static void
refused(struct mqtt_client *c, const struct mqtt_packet *p, uint8_t reason,
        const char *text)
{
    c->phase = CLOSED;
    client_tell(c, &(struct mqtt_client_event){.kind = MQTT_CLIENT_REFUSED,
                                               .packet = p,
                                               .reason = reason,
                                               .by = MQTT_CLIENT_BY_SERVER,
                                               .text = text});
}

void
connect_on_refusal_of_3(struct mqtt_client *c, const struct mqtt_packet *p)
{
    refused(c, p, MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION, "");
}

void
connect_on_connack(struct mqtt_client *c, const struct mqtt_packet *p)
{
    if (c->phase == CONNECTED) {
        client_fail(c, MQTT_RC_PROTOCOL_ERROR,
                    "the server sent a second CONNACK [%s]",
                    client_cite(c, "MQTT-3.2.0-2", "MQTT311-3.2.0-1"));
        return;
    }
    if (p->reason != 0) {
        char text[256];
        refused(c, p, p->reason, client_reason_string(p, text, sizeof text));
        return;
    }
    const char *impostor = auth_check_server(c, p);
    if (impostor) {
        client_fail(c, MQTT_RC_NOT_AUTHORIZED, "%s", impostor);
        return;
    }
    /* 3.1 has no such flag. To one who asked for the session (Clean Start 0)
     * Session Present 1 is no surprise, even if all that this process has kept
     * of it is nothing [MQTT-3.2.2-4]. */
    bool is_present = c->config->version != MQTT_31 && p->session_present;
    if (is_present && starts_clean(c)) {
        client_fail(c, MQTT_RC_PROTOCOL_ERROR,
                    "the server says Session Present after Clean Start [%s]",
                    client_cite(c, "MQTT-3.2.2-2", "MQTT311-3.2.2-1"));
        return;
    }
    learn_limits(c, p);
    start_connection(c);
    c->phase = CONNECTED;
    c->had_session = true;
    c->accepted_ms = c->now_ms;
    if (!is_present) /* [MQTT-3.2.2-5] */
        mqtt_pktid_release(&c->ids_in);
    outgoing_on_connected(c, is_present);
    client_tell(c, &(struct mqtt_client_event){.kind = MQTT_CLIENT_CONNECTED,
                                               .packet = p,
                                               .text = ""});
}

/* ---- the clock ---------------------------------------------------------- */

static uint64_t
keep_alive_ms(const struct mqtt_client *c)
{
    return c->limits.keep_alive * UINT64_C(1000);
}

/* PINGREQ goes out when an eighth of the interval is left, so that it is there
 * before the interval is over [MQTT-3.1.2-20]. For the PINGRESP we wait as long
 * as the server would wait for us. */
uint64_t
connect_deadline(const struct mqtt_client *c)
{
    if (c->phase == WAIT_CONNACK)
        return c->config->connack_ms ? c->opened_ms + c->config->connack_ms
                                     : TIMER_NEVER;
    if (c->limits.keep_alive == 0)
        return TIMER_NEVER;
    if (c->awaits_pingresp)
        return c->ping_ms + keep_alive_ms(c);
    return c->sent_ms + keep_alive_ms(c) * 7 / 8;
}

void
connect_tick(struct mqtt_client *c)
{
    char text[128] = "the server did not answer CONNECT in time";
    if (c->phase == CONNECTED && !c->awaits_pingresp) {
        struct mqtt_packet p = mqtt_packet_make(MQTT_PINGREQ,
                                                c->config->version);
        client_send(c, &p);
        c->awaits_pingresp = true;
        c->ping_ms = c->now_ms;
        return;
    }
    if (c->phase == CONNECTED)
        snprintf(text, sizeof text,
                 "no PINGRESP for %u seconds: the server, or the way to it, is "
                 "gone", c->limits.keep_alive);
    client_close(c, MQTT_CLIENT_BY_US, 0, NULL, text);
}
