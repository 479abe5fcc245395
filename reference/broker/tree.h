/* tree.h - a tree of topic levels.
 * SPDX-License-Identifier: MIT
 *
 * "a/b" is the node "b" under the node "a" under the root; '+' and '#' are
 * levels like any other, and so is the empty level of "a//b". Subscriptions and
 * retained messages hang on nodes. A node is found from its parent by hash, so
 * a walk costs as much as the topic has levels, however many topics there are.
 *
 * A node lives as long as somebody keeps it (tree_keep, tree_drop) or it has
 * children; empty branches are pruned.                                       */
#ifndef BROKER_TREE_H
#define BROKER_TREE_H

#include "base/list.h"
#include "base/slice.h"

struct tree_node {
    struct tree_node *parent; /* NULL for the root */
    struct list children;     /* tree_node.sibling, in order of arrival */
    struct list sibling;
    struct tree_node *next;   /* in the same slot of the table */
    uint32_t key;             /* hash of parent and level */
    uint32_t number;          /* of the node in its tree, to be hashed */
    uint32_t kept;            /* how many keep it */
    uint32_t level_len;       /* bytes of its level, behind the struct */
    struct tree_node *plus;   /* the child "+", or NULL */
    struct tree_node *hash;   /* the child "#", or NULL */
    struct list subs;         /* subtree.h: struct subscription.node_link */
    struct list shares;       /* share.h: struct share.node_link */
    struct message *retained; /* retain.h: owned reference, or NULL */
};

struct tree {
    struct tree_node *root;   /* owned */
    struct tree_node **slots; /* owned: all but the root, as a hash table */
    size_t slot_count;        /* a power of two; 0 before the first */
    size_t count;             /* nodes besides the root */
    uint64_t hash_key;        /* secret */
    uint64_t changes;         /* 1 at first, one more with each keep and drop */
    uint32_t last_number;
};

void tree_init(struct tree *t, uint64_t hash_key);
void tree_release(struct tree *t);

/* The node of that topic or filter, made if need be, and kept once more. */
struct tree_node *tree_keep(struct tree *t, struct slice topic);

/* Kept once less; prunes what nobody needs any more. */
void tree_drop(struct tree *t, struct tree_node *node);

/* The node of that topic, or NULL. */
struct tree_node *tree_find(const struct tree *t, struct slice topic);

/* The child of that level, or NULL. */
struct tree_node *tree_child(const struct tree *t,
                             const struct tree_node *parent,
                             struct slice level);

/* The text of its level; empty for the root. */
static inline struct slice
tree_level(const struct tree_node *node)
{
    return slice_of(node + 1, node->level_len);
}

/* How many nodes there are besides the root. */
size_t tree_count(const struct tree *t);

/* Walks all nodes but the root, in no useful order: begins with NULL, returns
 * NULL behind the last. The tree must not change meanwhile. */
struct tree_node *tree_next(const struct tree *t,
                            const struct tree_node *node);

/* How many levels a topic or filter has; "" has one. */
size_t tree_levels(struct slice topic);

/* Appends the whole topic of a node. */
struct buf;
void tree_topic(const struct tree_node *node, struct buf *out);

typedef void tree_visit(void *user, struct tree_node *node);

/* Visits every node whose path, read as a filter, matches this Topic Name. */
void tree_match_name(const struct tree *t, struct slice name,
                     tree_visit *visit, void *user);

/* Visits every node whose path, read as a name, matches this Topic Filter. */
void tree_match_filter(const struct tree *t, struct slice filter,
                       tree_visit *visit, void *user);

#endif
