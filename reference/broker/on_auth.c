/* on_auth.c - AUTH: no method is offered, so none may come (4.12).
 * SPDX-License-Identifier: MIT
 *
 * A CONNECT that names an Authentication Method is refused (on_connect.c), so
 * whoever gets here named none and must not send AUTH [MQTT-4.12.0-7].       */
#include "broker/dispatch.h"
#include "mqtt/reason.h"

void
on_auth(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    (void)p;
    conn_fail(b, c, MQTT_RC_PROTOCOL_ERROR,
              "AUTH without an Authentication Method in CONNECT");
}
