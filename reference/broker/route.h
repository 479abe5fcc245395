/* route.h - from one message to everyone who subscribed to it.
 * SPDX-License-Identifier: MIT
 *
 * Every session with a subscription that matches gets it [MQTT-4.5.0-1], in the
 * order of publication, on all topics alike [MQTT-4.6.0-6].
 *
 * A client whose subscriptions overlap gets the message once, at the highest
 * QoS of those that match [MQTT-3.3.4-2], with the Subscription Identifiers of
 * all of them [MQTT-3.3.4-4].                                                */
#ifndef BROKER_ROUTE_H
#define BROKER_ROUTE_H

#include "broker/broker_state.h"
#include "broker/message.h"

struct session;

/* Why a client of version v may not publish to this topic, as a Reason Code:
 * it is the server's own (4.7.2), has more levels than are allowed, or is not
 * text. 0 when it may. */
uint8_t route_refuses(const struct broker *b, struct slice topic,
                      enum mqtt_version v);

/* Hands m to the queue of every session with a subscription that matches, and
 * stores it when it is retained. `from` is the publisher's session, for No
 * Local. Returns how many sessions got it. */
size_t route_publish(struct broker *b, struct message *m,
                     const struct session *from);

/* Gives back what is kept from one message to the next. */
void route_release(struct broker *b);

#endif
