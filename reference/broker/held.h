/* held.h - QoS 2 messages that wait for PUBREL (variant qos2_delivery=pubrel).
 * SPDX-License-Identifier: MIT
 *
 * The receiver of a QoS 2 message may pass it on when PUBLISH comes, which is
 * the default, or when PUBREL does (4.3.3). Then it is kept here, with its
 * session, by Packet Identifier.                                             */
#ifndef BROKER_HELD_H
#define BROKER_HELD_H

#include "base/list.h"
#include "broker/message.h"

struct held {
    struct list link;         /* in session.held */
    uint16_t packet_id;       /* of the client */
    struct message *message;  /* a reference */
};

/* Keeps a reference to m; returns what is kept of it. */
struct message *held_add(struct list *held, uint16_t packet_id, struct message *m);

/* Takes it out; the reference is the caller's. NULL when there is none. */
struct message *held_take(struct list *held, uint16_t packet_id);

/* Forgets all. */
void held_release(struct list *held);

#endif
