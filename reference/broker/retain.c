/* retain.c - retained messages.
 * SPDX-License-Identifier: MIT */
#include "broker/retain.h"

#include "broker/session.h"
#include "mqtt/topic.h"

static void
forget(struct broker *b, struct tree_node *node)
{
    message_unref(node->retained);
    node->retained = NULL;
    b->retained_count--;
    tree_drop(&b->retained, node);
}

void
retain_store(struct broker *b, struct message *m)
{
    struct tree_node *node = tree_find(&b->retained, m->topic);
    bool had = node && node->retained;
    if (m->payload.len == 0) {
        if (had)
            forget(b, node);
        return;
    }
    if (had) {
        message_unref(node->retained);
        node->retained = message_ref(m);
        return;
    }
    if (b->retained_count >= b->config.maximum_retained)
        return;
    node = tree_keep(&b->retained, m->topic);
    node->retained = message_ref(m);
    b->retained_count++;
}

struct sending {
    struct broker *broker;
    struct subscription *sub;
};

static void
send_node(void *user, struct tree_node *node)
{
    struct sending *to = user;
    struct message *m = node->retained;
    if (!m || message_expired(m, to->broker->now_ms))
        return;
    uint8_t qos = m->qos < to->sub->qos ? m->qos : to->sub->qos;
    queue_add(to->broker, to->sub->session, m, qos, true, &to->sub->id,
              to->sub->id ? 1 : 0);
}

void
retain_send(struct broker *b, struct subscription *sub)
{
    struct sending to = {b, sub};
    tree_match_filter(&b->retained, sub->filter, send_node, &to);
}

void
retain_release(struct broker *b)
{
    size_t at = 0;
    struct tree_node *node;
    while ((node = map_next(&b->retained.nodes, &at)))
        message_unref(node->retained);
}
