/* decode_straight.h - the packets that come by the thousand, decoded fast.
 * SPDX-License-Identifier: MIT
 *
 * Private to decode.h. The walk over the table reads every packet, says what is
 * wrong with it and where. PUBLISH and its four acknowledgements, when nothing
 * is wrong with them, need none of that: the same rows of layout.def, expanded
 * into straight code, take 155 instructions for a PUBLISH of 3.1.1 and 35 for
 * an acknowledgement that is nothing but its Packet Identifier.              */
#ifndef MQTT_DECODE_STRAIGHT_H
#define MQTT_DECODE_STRAIGHT_H

#include "mqtt/packet.h"

/* When `bytes` are one whole PUBLISH, PUBACK, PUBREC, PUBREL or PUBCOMP with
 * which mqtt_decode finds nothing wrong: fills *p as it would, members that the
 * packet has no row for apart, and returns true. False says nothing about the
 * packet, *p is then scratch, and the walk has to do it. */
bool mqtt_decode_straight(struct slice bytes, enum mqtt_version v,
                          struct mqtt_packet *p);

#endif
