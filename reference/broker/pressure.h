/* pressure.h - who publishes faster than a subscriber takes waits for it.
 * SPDX-License-Identifier: MIT
 *
 * A queue has a limit, beyond which messages are dropped. For a client that is
 * connected it need not come to that: when its queue is more than half full,
 * the connection whose message went there is held. Nothing is read from it, so
 * in the end its TCP stops its sender. It is let go when the queue is a quarter
 * full, the client has left, or HOLD_MS have passed: then the queue is slow, and
 * nobody is held for it again until it has shrunk.
 *
 * Nobody can wait in a circle, since whoever is waited for is not held: its
 * acknowledgements, for which the others wait, must be read. So who publishes
 * to itself is not held for that, and who is held is let go when others begin
 * to wait for it. Such a one may still fill a queue, which then drops.
 *
 * Keep Alive does not run out while a connection is held: its PINGREQ may be
 * among what is not read.                                                    */
#ifndef BROKER_PRESSURE_H
#define BROKER_PRESSURE_H

#include "broker/broker_state.h"

struct conn;
struct queue;
struct session;

enum { HOLD_MS = 10000 };

/* A connection that is held, or was and is about to go on. */
struct hold {
    struct conn *conn;         /* whose conn.hold this is */
    struct queue *queue;       /* it waits for; NULL: for nothing any more */
    struct list link;          /* in queue.holds, or in broker.let_go */
    struct broker_timer timer; /* HOLD_MS */
};

/* A message of `from` went to `to`: holds it when it must wait. */
void pressure_check(struct broker *b, const struct session *from,
                    struct session *to);

/* The queue has shrunk: lets go who waited for it, if that is enough. */
void pressure_eased(struct broker *b, struct queue *q);

/* The client of that queue has left, or the queue ends: lets all go. */
void pressure_left(struct broker *b, struct queue *q);

/* That connection closes. */
void pressure_forget(struct broker *b, struct conn *c);

/* What had come from those let go and was not looked at is now. Once all else
 * of a call of the driver is done. */
void pressure_go_on(struct broker *b);

#endif
