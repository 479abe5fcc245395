/* dispatch.c - which packet, in which phase, goes to whom.
 * SPDX-License-Identifier: MIT */
#include "broker/dispatch.h"

#include "broker/note.h"

typedef void handler(struct broker *b, struct conn *c,
                     const struct mqtt_packet *p);

static void
first_not_connect(struct broker *b, struct conn *c,
                  const struct mqtt_packet *p)
{
    (void)p;
    conn_fail(b, c, 0x82, "the first packet must be CONNECT");
}

static void
second_connect(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    (void)p;
    broker_note(b, c, "MQTT-3.1.0-2", "MQTT311-3.1.0-2",
                "a second CONNECT: the connection is closed");
    conn_fail(b, c, 0x82, "a second CONNECT on the same connection");
}

/* clang-format off */
/* Packets that only a server sends never get here: check.c refused them.
 *  type                 before CONNECT     [MQTT-3.1.0-1]  after
 *                                          [MQTT-3.1.0-2]                     */
static handler *const table[MQTT_TYPES][2] = {
    [MQTT_CONNECT]     = {on_connect,        second_connect},
    [MQTT_PUBLISH]     = {first_not_connect, on_publish},
    [MQTT_PUBACK]      = {first_not_connect, on_puback},
    [MQTT_PUBREC]      = {first_not_connect, on_pubrec},
    [MQTT_PUBREL]      = {first_not_connect, on_pubrel},
    [MQTT_PUBCOMP]     = {first_not_connect, on_pubcomp},
    [MQTT_SUBSCRIBE]   = {first_not_connect, on_subscribe},
    [MQTT_UNSUBSCRIBE] = {first_not_connect, on_unsubscribe},
    [MQTT_PINGREQ]     = {first_not_connect, on_pingreq},
    [MQTT_DISCONNECT]  = {first_not_connect, on_disconnect},
    [MQTT_AUTH]        = {first_not_connect, on_auth},
};
/* clang-format on */

void
dispatch_packet(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    table[p->type][c->phase == CONN_READY](b, c, p);
}
