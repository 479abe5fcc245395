/* share.c - shared subscriptions.
 * SPDX-License-Identifier: MIT */
#include "broker/share.h"

#include <stdlib.h>

#include "base/mem.h"
#include "broker/session.h"

struct share *
share_keep(struct tree_node *node, struct slice name)
{
    LIST_EACH(link, &node->shares) {
        struct share *share = LIST_ITEM(link, struct share, node_link);
        if (slice_equal(share->name, name))
            return share;
    }
    struct share *share = xcalloc(1, sizeof *share);
    uint8_t *copy = xcalloc(1, name.len);
    memcpy(copy, name.ptr, name.len);
    share->name = slice_of(copy, name.len);
    share->node = node;
    list_init(&share->members);
    list_push(&node->shares, &share->node_link);
    return share;
}

void
share_drop(struct share *share)
{
    if (!list_empty(&share->members))
        return;
    list_remove(&share->node_link);
    free((void *)share->name.ptr);
    free(share);
}

struct subscription *
share_pick(struct share *share)
{
    struct subscription *away = NULL, *chosen = NULL;
    for (struct list *link = share->members.next;
         link != &share->members && !chosen; link = link->next) {
        struct subscription *sub =
            LIST_ITEM(link, struct subscription, node_link);
        if (sub->session->conn)
            chosen = sub;
        else if (!away)
            away = sub;
    }
    if (!chosen)
        chosen = away;
    if (!chosen)
        return NULL;
    list_remove(&chosen->node_link);
    list_push(&share->members, &chosen->node_link);
    return chosen;
}
