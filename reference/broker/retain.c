/* retain.c - retained messages.
 * SPDX-License-Identifier: MIT */
#include "broker/retain.h"

#include <stdlib.h>

#include "base/mem.h"
#include "broker/persist.h"

enum { SWEEP_MS = 1000 };

static void
forget(struct broker *b, struct tree_node *node)
{
    persist_retained_end(b, node->retained);
    message_unref(node->retained);
    node->retained = NULL;
    b->retained_count--;
    tree_drop(&b->retained, node);
}

/* Forgets what has expired, at most once a second. First it is gathered, since
 * forgetting changes the map that is walked. */
static void
sweep(struct broker *b)
{
    struct tree_node *node = NULL, **found = NULL;
    size_t count = 0, cap = 0;
    if (b->now_ms - b->retained_swept_ms < SWEEP_MS)
        return;
    b->retained_swept_ms = b->now_ms;
    while ((node = tree_next(&b->retained, node))) {
        if (!node->retained || !message_expired(node->retained, b->now_ms))
            continue;
        found = xgrow(found, &cap, count + 1, sizeof(struct tree_node *));
        found[count++] = node;
    }
    for (size_t i = 0; i < count; i++)
        forget(b, found[i]);
    free(found);
}

bool
retain_has_room(struct broker *b, struct slice topic)
{
    const struct tree_node *node = tree_find(&b->retained, topic);
    if (node && node->retained)
        return true;
    if (b->retained_count >= b->config.maximum_retained)
        sweep(b);
    return b->retained_count < b->config.maximum_retained &&
           !b->is_short_of_memory;
}

void
retain_store(struct broker *b, struct message *m)
{
    struct tree_node *node = tree_find(&b->retained, m->topic);
    bool had = node && node->retained;
    if (!b->config.retain_available)
        return; /* 5.0 clients were told; the others just find nothing */
    if (m->payload.len == 0) {
        if (had)
            forget(b, node);
        return;
    }
    if (had) {
        persist_retained_end(b, node->retained);
        message_unref(node->retained);
        node->retained = message_ref(m);
        persist_retained(b, node->retained);
        return;
    }
    if (!retain_has_room(b, m->topic))
        return;
    node = tree_keep(&b->retained, m->topic);
    node->retained = message_ref(m);
    b->retained_count++;
    persist_retained(b, node->retained);
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
              to->sub->id ? 1 : 0, 0);
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
    struct tree_node *node = NULL;
    while ((node = tree_next(&b->retained, node)))
        message_unref(node->retained);
}
