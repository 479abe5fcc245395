/* persist.h - tells the store what changes in the broker.
 * SPDX-License-Identifier: MIT
 *
 * Called where the change is made, after it was made. Without a store each is
 * one test of a pointer. What is stored:
 *
 *     sessions with a Session Expiry Interval above 0, and all they own; the
 *     others end with their connection, and so with the broker
 *     wills of all sessions: a client whose server is gone has lost its
 *     connection, and its will goes out when the server is back
 *     retained messages but those of $SYS
 *
 * A message is stored with the first record that names it and removed with the
 * last; message->stored_refs counts them.                                    */
#ifndef BROKER_PERSIST_H
#define BROKER_PERSIST_H

#include "broker/session.h"
#include "broker/store.h"
#include "broker/subtree.h"

/* Milliseconds since 1970 of a moment of the core's clock. */
uint64_t persist_wall_ms(const struct broker *b, uint64_t at_ms);

/* A session was attached, or detached and goes on. */
void persist_session(struct broker *b, struct session *s);

/* It ends, with all it owns but its will. */
void persist_session_end(struct broker *b, struct session *s);

void persist_subscription(struct broker *b, const struct subscription *sub);
void persist_unsubscription(struct broker *b, const struct session *s,
                            struct slice filter);

/* A delivery is new, or took a step of the flow tables. */
void persist_delivery(struct broker *b, const struct session *s,
                      struct delivery *d);
void persist_delivery_end(struct broker *b, struct delivery *d);

/* A QoS 2 identifier of the client is taken, or free again; with the message
 * that is held until then (held.h), or NULL. */
void persist_receiving(struct broker *b, const struct session *s,
                       uint16_t packet_id, struct message *held);
void persist_receiving_end(struct broker *b, const struct session *s,
                           uint16_t packet_id, struct message *held);

void persist_retained(struct broker *b, struct message *m);
void persist_retained_end(struct broker *b, struct message *m);

/* A will is armed, or its delay has begun. */
void persist_will(struct broker *b, struct session *s);
void persist_will_end(struct broker *b, struct session *s);

/* The will of a session that is not there any more (restore.h). */
void persist_lone_will_end(struct broker *b, uint64_t session,
                           struct message *m);

#endif
