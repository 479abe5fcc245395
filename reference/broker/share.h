/* share.h - shared subscriptions: one message, one of the members (4.8.2).
 * SPDX-License-Identifier: MIT
 *
 * A share is a ShareName at a node of the subscription tree: the same name at
 * another filter is another share. Members take turns; one that is connected
 * goes before one that is away. From then on the message is in that member's
 * queue and never in another's: the exchange ends with that member, also when
 * it answers with a failure, comes back, or does not [MQTT-4.8.2-4,
 * MQTT-4.8.2-5, MQTT-4.8.2-6].                                               */
#ifndef BROKER_SHARE_H
#define BROKER_SHARE_H

#include "broker/subtree.h"

struct share {
    struct slice name;        /* ShareName, owned */
    struct tree_node *node;   /* where it hangs */
    struct list node_link;    /* in node->shares */
    struct list members;      /* struct subscription.node_link; the next one to
                                 be served comes first */
};

/* The share of that name at that node, made if need be. */
struct share *share_keep(struct tree_node *node, struct slice name);

/* Frees it when it has no members left. */
void share_drop(struct share *share);

/* Who gets the next message; NULL when nobody can. The one chosen goes to the
 * end of the row. */
struct subscription *share_pick(struct share *share);

#endif
