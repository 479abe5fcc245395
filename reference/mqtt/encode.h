/* encode.h - a packet into bytes, by the layout table.
 * SPDX-License-Identifier: MIT
 *
 * The encoder writes what it is told, so that a scripted peer can misbehave:
 * conditional fields are written exactly when their bit in `present` is set.
 * What follows from that is filled in unless the caller said otherwise: the
 * Connect Flags, a Reason Code in front of properties, all lengths.          */
#ifndef MQTT_ENCODE_H
#define MQTT_ENCODE_H

#include "mqtt/packet.h"

/* Appends the packet. Strings are at most 65,535 bytes and the whole at most
 * what Remaining Length can say; asserted. */
void mqtt_encode(struct buf *out, const struct mqtt_packet *p);

/* Appends PUBACK, PUBREC, PUBREL or PUBCOMP with a Packet Identifier and nothing
 * behind it: success in 5.0, always so in 3.x. What mqtt_encode would write, in
 * 20 instructions instead of 90. */
enum { MQTT_SHORT_ACK_LEN = 4 };
void mqtt_encode_short_ack(struct buf *out, enum mqtt_type type,
                           uint16_t packet_id);

#endif
