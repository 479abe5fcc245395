/* subtree.h - subscriptions, found by the topics they match.
 * SPDX-License-Identifier: MIT
 *
 * A subscription hangs on the node of its Topic Filter (tree.h) and on its
 * session; a shared one hangs on its share instead of the node (share.h).    */
#ifndef BROKER_SUBTREE_H
#define BROKER_SUBTREE_H

#include "broker/broker_state.h"
#include "mqtt/packet.h"

struct session;
struct share;

struct subscription {
    struct session *session;      /* whose */
    struct tree_node *node;       /* kept */
    struct share *share;          /* shared: whose member; else NULL */
    struct list node_link;        /* in node->subs or share->members */
    struct list session_link;     /* in session->subscriptions */
    struct slice filter;          /* as subscribed, $share and all; behind the
                                     struct */
    uint8_t qos;                  /* granted */
    bool no_local;
    bool retain_as_published;
    bool is_fresh;                /* made by the SUBSCRIBE in hand, and not
                                     yet served with retained messages */
    uint32_t id;                  /* Subscription Identifier; 0: none */
};

/* Adds or replaces the subscription of s to f->filter [MQTT-3.8.4-3]. The
 * filter must be valid. A new one is marked as fresh. */
struct subscription *subtree_add(struct broker *b, struct session *s,
                                 const struct mqtt_filter *f, uint8_t qos,
                                 uint32_t id);

/* Takes it out again; false when s had none with exactly this filter
 * [MQTT-3.10.4-1]. */
bool subtree_remove(struct broker *b, struct session *s, struct slice filter);

/* Takes out all of them. */
void subtree_remove_all(struct broker *b, struct session *s);

/* The subscription of s with exactly this filter, or NULL. */
struct subscription *subtree_find(const struct session *s,
                                  struct slice filter);

#endif
