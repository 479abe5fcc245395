/* share.h - shared subscriptions: one message, one of the members (4.8.2).
 * SPDX-License-Identifier: MIT
 *
 * A share is a ShareName at a node of the subscription tree: the same name at
 * another filter is another share. Which member gets a message the standard
 * leaves open (variant share); one that is connected and can take a packet of
 * that size goes before one that is away.
 *
 * From then on the message is in that member's queue. When the member leaves,
 * what was not begun goes to another one; when its session ends, QoS 1 messages
 * without PUBACK do too [MQTT-4.8.2-4]. What has begun at QoS 2 is never
 * another's [MQTT-4.8.2-5], nor what was answered with a failure
 * [MQTT-4.8.2-6].                                                            */
#ifndef BROKER_SHARE_H
#define BROKER_SHARE_H

#include "broker/message.h"
#include "broker/subtree.h"
#include "mqtt/topic.h"

struct share {
    uint32_t id;              /* tells its deliveries from others; not 0 */
    struct slice name;        /* ShareName, owned */
    struct tree_node *node;   /* where it hangs */
    struct list node_link;    /* in node->shares */
    struct list members;      /* struct subscription.node_link; the next one to
                                 be served comes first */
};

/* As mqtt_topic_share_split; with queue_shared "$queue/FILTER" is one too. */
enum mqtt_share share_split(const struct broker *b, struct slice filter,
                            struct slice *name, struct slice *inner);

/* The share of that name at that node, made if need be. */
struct share *share_keep(struct broker *b, struct tree_node *node,
                         struct slice name);

/* Frees it when it has no members left. */
void share_drop(struct share *share);

/* Who gets m; NULL when nobody can. `from` is the publisher's session, or NULL:
 * nobody's. */
struct subscription *share_pick(struct broker *b, struct share *share,
                                const struct message *m,
                                const struct session *from);

/* The subscription is about to be taken out, or its session to end: others get
 * what it leaves. It is served no more. */
void share_leave(struct broker *b, struct subscription *sub, bool session_ends);

/* The same for all of a session that ends. */
void share_leave_all(struct broker *b, struct session *s);

#endif
