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

#endif
