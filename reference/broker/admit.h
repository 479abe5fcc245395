/* admit.h - may one more client come in? Limits, and sending clients away.
 * SPDX-License-Identifier: MIT
 *
 * What a CONNECT asks for and whether it may is on_connect.c; here is whether
 * this server takes anybody at all just now.                                 */
#ifndef BROKER_ADMIT_H
#define BROKER_ADMIT_H

#include "broker/broker_state.h"
#include "mqtt/packet.h"

/* Why the client of this CONNECT cannot be taken, as a Reason Code; 0: it can.
 * A client that is here already, or whose session is, takes no new room. */
uint8_t admit_refuses(const struct broker *b, const struct mqtt_packet *p);

#endif
