/* on_auth.c - AUTH: one step of an exchange, or the first of another (4.12).
 * SPDX-License-Identifier: MIT
 *
 *     before CONNACK                      after: re-authentication (4.12.1)
 *     CONNECT method, client-first        AUTH 0x19 method, client-first
 *         AUTH 0x18 server-first              AUTH 0x18 server-first
 *     AUTH 0x18 client-final              AUTH 0x18 client-final
 *         CONNACK 0x00 server-final           AUTH 0x00 server-final
 *
 * Whoever fails gets CONNACK 0x87, later DISCONNECT 0x87, and is closed
 * [MQTT-4.12.0-4, MQTT-4.12.1-2].                                            */
#include "broker/auth.h"
#include "broker/dispatch.h"
#include "broker/note.h"
#include "broker/send.h"
#include "broker/session.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"

/* The method stands in every AUTH [MQTT-4.12.0-5]. */
static void
send_auth(struct broker *b, struct conn *c, uint8_t reason, struct slice data)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_AUTH, MQTT_50);
    struct buf properties = {0};
    MQTT_SET(&p, reason, reason);
    mqtt_property_add_text(&properties, MQTT_P_authentication_method,
                           slice_str(c->login->method->name));
    if (data.len > 0)
        mqtt_property_add_text(&properties, MQTT_P_authentication_data, data);
    MQTT_SET(&p, properties, buf_slice(&properties));
    if (!send_explained(b, c, &p, NULL)) /* [MQTT-3.15.2-2, MQTT-3.15.2-3] */
        conn_close(b, c);
    buf_release(&properties);
}

void
auth_announce(struct conn *c, struct buf *properties)
{
    if (!c->login->method)
        return;
    mqtt_property_add_text(properties, MQTT_P_authentication_method,
                           slice_str(c->login->method->name));
    mqtt_property_add_text(properties, MQTT_P_authentication_data,
                           buf_slice(&c->login->connack_data));
}

/* A session stays with its user: what it was allowed to subscribe to, another
 * one might not be. */
static void
finish_again(struct broker *b, struct conn *c, struct slice data)
{
    if (!slice_equal(buf_slice(&c->login->exchange->user_name),
                     buf_slice(&c->login->user_name))) {
        conn_fail(b, c, MQTT_RC_NOT_AUTHORIZED,
                  "re-authentication as another user");
        return;
    }
    auth_scram_end(c);
    send_auth(b, c, MQTT_RC_SUCCESS, data);
}

static void
finish(struct broker *b, struct conn *c, struct slice data)
{
    if (c->phase == CONN_READY) {
        finish_again(b, c, data);
        return;
    }
    buf_clear(&c->login->user_name);
    buf_add(&c->login->user_name, buf_slice(&c->login->exchange->user_name));
    buf_add(&c->login->connack_data, data);
    auth_accepted(b, c);
    buf_release(&c->login->connack_data);
}

static void
step(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    struct buf answer = {0};
    const char *why = "";
    struct slice said =
        mqtt_property_text(p->properties, MQTT_P_authentication_data);
    switch (auth_scram_step(b, c, said, &answer, &why)) {
    case AUTH_GOES_ON:
        broker_note(b, c, "MQTT-4.12.0-2", NULL,
                    "the server needs more to know who it is: AUTH 0x18");
        send_auth(b, c, MQTT_RC_CONTINUE_AUTHENTICATION, buf_slice(&answer));
        break;
    case AUTH_FAILED:
        broker_note(b, c,
                    c->phase == CONN_READY ? "MQTT-4.12.1-2" : "MQTT-4.12.0-4",
                    NULL, "the authentication failed: closed");
        conn_fail(b, c, MQTT_RC_NOT_AUTHORIZED, why);
        break;
    case AUTH_DONE: finish(b, c, buf_slice(&answer)); break;
    }
    buf_release(&answer);
}

/* What is wrong with an AUTH at this point; NULL: nothing. */
static const char *
out_of_place(const struct conn *c, const struct mqtt_packet *p)
{
    bool again = p->reason == MQTT_RC_RE_AUTHENTICATE;
    if (!c->login || !c->login->method) /* [MQTT-4.12.0-7] */
        return "AUTH without an Authentication Method in CONNECT";
    if (!slice_is(auth_method(p), c->login->method->name)) /* [MQTT-4.12.1-1] */
        return "another Authentication Method than in CONNECT";
    if (again && c->login->exchange)
        return "AUTH 0x19 in the middle of an exchange";
    if (!again && !c->login->exchange)
        return "AUTH 0x18 without an exchange under way";
    return NULL;
}

void
on_auth(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    const char *wrong = out_of_place(c, p);
    if (wrong && c->phase == CONN_READY &&
        b->config.variant.malformed == MALFORMED_IGNORED)
        return; /* no statement orders the server to look (4.13.1) */
    if (wrong) {
        conn_fail(b, c, MQTT_RC_PROTOCOL_ERROR, wrong);
        return;
    }
    if (!c->login->exchange)
        auth_scram_begin(c);
    step(b, c, p);
}

void
on_connect_with_method(struct broker *b, struct conn *c,
                       const struct mqtt_packet *p)
{
    auth_begin(b, c, p);
    step(b, c, p);
}
