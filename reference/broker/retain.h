/* retain.h - retained messages: the last one of each topic (3.3.1.3).
 * SPDX-License-Identifier: MIT
 *
 * They belong to the broker: no session takes its own along when it ends
 * [MQTT311-3.1.2-7].                                                         */
#ifndef BROKER_RETAIN_H
#define BROKER_RETAIN_H

#include "broker/broker_state.h"
#include "broker/message.h"
#include "broker/subtree.h"

/* A PUBLISH with RETAIN 1 came: it replaces what was kept for its topic
 * [MQTT-3.3.1-5]; with an empty payload it only removes it [MQTT-3.3.1-6,
 * MQTT-3.3.1-7]. With RETAIN 0 nobody calls this [MQTT-3.3.1-8]. */
void retain_store(struct broker *b, struct message *m);

/* Can a message be kept for that topic? Not a first one when there are as many
 * topics as are allowed, or memory is short. */
bool retain_has_room(struct broker *b, struct slice topic);

/* Sends everything retained that matches the filter of a subscription which has
 * just been made, with RETAIN 1 [MQTT311-3.3.1-8]. */
void retain_send(struct broker *b, struct subscription *sub);

/* Frees all, when the broker stops. */
void retain_release(struct broker *b);

#endif
