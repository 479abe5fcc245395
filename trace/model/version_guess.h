/* version_guess.h - which version does a connection speak, without a CONNECT?
 * SPDX-License-Identifier: MIT
 *
 * Packets differ in shape: an UNSUBACK of two bytes is 3.x, a CONNACK of three
 * or more is 5.0, a PUBLISH of 5.0 has properties where 3.x has payload. Each
 * packet is decoded both ways. One that fits only one version settles it; one
 * that fits both leans to the likelier one. What was once settled changes
 * only when later packets settle it the other way.                           */
#ifndef TRACE_MODEL_VERSION_GUESS_H
#define TRACE_MODEL_VERSION_GUESS_H

#include "mqtt/packet.h"

#define VERSION_GUESS_SETTLED 100

struct version_guess {
    enum mqtt_version version; /* best guess; MQTT_NO_VERSION: no idea yet */
    int weight;                /* how sure: 0 not at all, 100 settled */
};

/* Learns from one whole packet. `filters`: how many Topic Filters the
 * SUBSCRIBE or UNSUBSCRIBE had that this answers; 0: not known. */
void version_guess_learn(struct version_guess *g, struct slice bytes,
                         enum mqtt_side from, size_t filters);

/* The version to decode with: the guess, or 3.1.1. */
enum mqtt_version version_guess_best(const struct version_guess *g);

#endif
