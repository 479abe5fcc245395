/* on_ping.c - PINGREQ is answered by PINGRESP [MQTT-3.12.4-1].
 * SPDX-License-Identifier: MIT */
#include "broker/dispatch.h"
#include "broker/send.h"

void
on_pingreq(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    (void)p;
    struct mqtt_packet pong = mqtt_packet_make(MQTT_PINGRESP, c->version);
    send_packet(b, c, &pong);
}
