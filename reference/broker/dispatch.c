/* dispatch.c - which packet, in which phase, goes to whom.
 * SPDX-License-Identifier: MIT */
#include "broker/dispatch.h"

#include "broker/note.h"
#include "mqtt/reason.h"

typedef void handler(struct broker *b, struct conn *c,
                     const struct mqtt_packet *p);

static void
first_not_connect(struct broker *b, struct conn *c,
                  const struct mqtt_packet *p)
{
    (void)p;
    conn_fail(b, c, MQTT_RC_PROTOCOL_ERROR,
              "the first packet must be CONNECT");
}

static void
second_connect(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    (void)p;
    broker_note(b, c, "MQTT-3.1.0-2", "MQTT311-3.1.0-2",
                "a second CONNECT: the connection is closed");
    conn_fail(b, c, MQTT_RC_PROTOCOL_ERROR,
              "a second CONNECT on the same connection");
}

static void
during_exchange(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    (void)p;
    if (b->config.variant.malformed == MALFORMED_IGNORED)
        return; /* the rule binds the client (4.13.1) */
    broker_note(b, c, "MQTT-3.1.2-30", NULL,
                "before CONNACK only AUTH and DISCONNECT may come: closed");
    conn_fail(b, c, MQTT_RC_PROTOCOL_ERROR,
              "only AUTH and DISCONNECT before CONNACK");
}

static void
leaves_exchange(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    (void)p;
    conn_close(b, c);
}

/* clang-format off */
/* Packets that only a server sends never get here: check.c refused them.
 *  type                 before CONNECT     AUTHENTICATING   after CONNACK
 *                       [MQTT-3.1.0-1]     [MQTT-3.1.2-30]  [MQTT-3.1.0-2]    */
static handler *const table[MQTT_TYPES][3] = {
    [MQTT_CONNECT]     = {on_connect,        second_connect,  second_connect},
    [MQTT_PUBLISH]     = {first_not_connect, during_exchange, on_publish},
    [MQTT_PUBACK]      = {first_not_connect, during_exchange, on_puback},
    [MQTT_PUBREC]      = {first_not_connect, during_exchange, on_pubrec},
    [MQTT_PUBREL]      = {first_not_connect, during_exchange, on_pubrel},
    [MQTT_PUBCOMP]     = {first_not_connect, during_exchange, on_pubcomp},
    [MQTT_SUBSCRIBE]   = {first_not_connect, during_exchange, on_subscribe},
    [MQTT_UNSUBSCRIBE] = {first_not_connect, during_exchange, on_unsubscribe},
    [MQTT_PINGREQ]     = {first_not_connect, during_exchange, on_pingreq},
    [MQTT_DISCONNECT]  = {first_not_connect, leaves_exchange, on_disconnect},
    [MQTT_AUTH]        = {first_not_connect, on_auth,         on_auth},
};
/* clang-format on */

void
dispatch_packet(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    static const int columns[CONN_PHASES] = {
        [CONN_AUTHENTICATING] = 1, [CONN_READY] = 2};
    table[p->type][columns[c->phase]](b, c, p);
}
