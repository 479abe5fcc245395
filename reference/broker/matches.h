/* matches.h - which nodes of a tree match a Topic Name, remembered.
 * SPDX-License-Identifier: MIT
 *
 * The same topics come again and again, and who matches them changes only with
 * a subscription. So the outcome of the walk is kept: one row for every topic,
 * by its hash, until another topic needs the row or the tree has changed. What
 * it buys: a walk over three levels takes 800 instructions, this 120, of the
 * 1,700 that a message at QoS 0 takes in all.
 *
 * A topic that is long or has many matches goes the long way, so the memory is
 * fixed. Whether the hash is good matters for speed alone, and a collision costs
 * what the walk costs.                                                       */
#ifndef BROKER_MATCHES_H
#define BROKER_MATCHES_H

#include "broker/tree.h"

enum { MATCHES_ROWS = 1024, MATCHES_TOPIC = 103, MATCHES_NODES = 8 };

struct matches_row {
    uint64_t changes;                /* tree.changes when it was made */
    uint8_t count;                   /* of nodes */
    uint8_t topic_len;               /* bytes */
    uint8_t topic[MATCHES_TOPIC];    /* the Topic Name */
    struct tree_node *nodes[MATCHES_NODES]; /* borrowed: kept ones that match */
};

struct matches {
    struct matches_row *rows; /* owned: MATCHES_ROWS; NULL before the first */
};

void matches_release(struct matches *m);

/* Visits every node of t that somebody keeps and whose path, read as a filter,
 * matches this Topic Name. It is always the same t. */
void matches_visit(struct matches *m, const struct tree *t, struct slice name,
                   tree_visit *visit, void *user);

#endif
