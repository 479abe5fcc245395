/* subtree.c - subscriptions, found by the topics they match.
 * SPDX-License-Identifier: MIT */
#include "broker/subtree.h"

#include <stdlib.h>

#include "base/mem.h"
#include "broker/persist.h"
#include "broker/session.h"
#include "broker/share.h"
#include "mqtt/topic.h"

enum { WALKED = 8 }; /* subscriptions of a session that are found by walking */

struct subscription *
subtree_find(const struct session *s, struct slice filter)
{
    if (s->by_filter)
        return map_get(s->by_filter, filter);
    LIST_EACH(link, &s->subscriptions) {
        struct subscription *sub =
            LIST_ITEM(link, struct subscription, session_link);
        if (slice_equal(sub->filter, filter))
            return sub;
    }
    return NULL;
}

/* Most sessions have a few, and do without a map. */
static void
make_map(const struct broker *b, struct session *s)
{
    s->by_filter = xcalloc(1, sizeof *s->by_filter);
    s->by_filter->hash_key = b->sessions.hash_key;
    LIST_EACH(link, &s->subscriptions) {
        struct subscription *sub =
            LIST_ITEM(link, struct subscription, session_link);
        map_put(s->by_filter, sub->filter, sub);
    }
}

static void
enter(const struct broker *b, struct session *s, struct subscription *sub)
{
    list_push(&s->subscriptions, &sub->session_link);
    s->subscription_count++;
    if (s->by_filter)
        map_put(s->by_filter, sub->filter, sub);
    else if (s->subscription_count > WALKED)
        make_map(b, s);
}

static void
strike_out(struct session *s, struct subscription *sub)
{
    list_remove(&sub->session_link);
    s->subscription_count--;
    if (!s->by_filter)
        return;
    map_remove(s->by_filter, sub->filter);
    if (s->subscription_count > 0)
        return;
    map_release(s->by_filter);
    free(s->by_filter);
    s->by_filter = NULL;
}

static struct subscription *
subscription_new(struct broker *b, struct session *s, struct slice filter)
{
    struct subscription *sub = xcalloc(1, sizeof *sub + filter.len);
    uint8_t *copy = (uint8_t *)(sub + 1);
    memcpy(copy, filter.ptr, filter.len);
    sub->session = s;
    sub->filter = slice_of(copy, filter.len);
    sub->is_fresh = true;
    enter(b, s, sub);

    struct slice name, inner = filter;
    bool shared =
        share_split(b, filter, &name, &inner) == MQTT_SHARE_GOOD;
    sub->node = tree_keep(&b->subscriptions, inner);
    if (shared) {
        sub->share = share_keep(b, sub->node, name);
        list_push(&sub->share->members, &sub->node_link);
    } else {
        list_push(&sub->node->subs, &sub->node_link);
    }
    return sub;
}

struct subscription *
subtree_add(struct broker *b, struct session *s, const struct mqtt_filter *f,
            uint8_t qos, uint32_t id)
{
    struct subscription *sub = subtree_find(s, f->filter);
    if (!sub)
        sub = subscription_new(b, s, f->filter);
    sub->qos = qos;
    sub->id = id;
    sub->no_local = f->no_local;
    sub->retain_as_published = f->retain_as_published;
    persist_subscription(b, sub);
    return sub;
}

static void
subscription_free(struct broker *b, struct subscription *sub)
{
    list_remove(&sub->node_link);
    strike_out(sub->session, sub);
    if (sub->share)
        share_drop(sub->share);
    tree_drop(&b->subscriptions, sub->node);
    free(sub);
}

bool
subtree_remove(struct broker *b, struct session *s, struct slice filter)
{
    struct subscription *sub = subtree_find(s, filter);
    if (sub && sub->share)
        share_leave(b, sub, false);
    if (sub) {
        persist_unsubscription(b, s, filter);
        subscription_free(b, sub);
    }
    return sub != NULL;
}

void
subtree_remove_all(struct broker *b, struct session *s)
{
    LIST_EACH(link, &s->subscriptions)
        subscription_free(b, LIST_ITEM(link, struct subscription,
                                       session_link));
}
