/* connack.h - the CONNACK of who is let in, and what it announces (3.2).
 * SPDX-License-Identifier: MIT
 *
 * A 5.0 client hears of every limit in which this server differs from what holds
 * when nothing is said (3.2.2.3), and of the names it was given. Who is not let
 * in gets send_refusal (send.h).                                             */
#ifndef BROKER_CONNACK_H
#define BROKER_CONNACK_H

#include "broker/conn.h"

/* To c, whose session has been attached; p is its CONNECT. A client that cannot
 * take even this is closed, its will forgotten; then c has no session. */
void connack_send(struct broker *b, struct conn *c, const struct mqtt_packet *p,
                  bool resumed);

#endif
