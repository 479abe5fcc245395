/* route.c - from one message to everyone who subscribed to it.
 * SPDX-License-Identifier: MIT
 *
 * First all matching subscriptions are gathered, one target per session; then
 * each target gets the message. Gathering before giving means that nothing can
 * change the tree while it is walked.                                        */
#include "broker/route.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "broker/pressure.h"
#include "broker/retain.h"
#include "broker/session.h"
#include "broker/share.h"
#include "broker/subtree.h"
#include "mqtt/reason.h"
#include "mqtt/topic.h"

/* One session that gets the message. */
struct target {
    struct session *session;
    uint8_t qos;         /* highest granted by those that match */
    bool as_published;   /* some subscription wants RETAIN as it was */
    uint32_t share_id;   /* for a share; 0: none */
    uint32_t *ids;       /* owned: Subscription Identifiers; kept for the next
                            message */
    size_t id_count, id_cap;
};

struct routing {
    struct broker *broker;
    const struct message *message;
    const struct session *from;
    struct target *list; /* owned meanwhile: broker.targets */
    size_t count, cap;
};

static void
add_to(struct target *t, const struct subscription *sub)
{
    if (sub->qos > t->qos)
        t->qos = sub->qos;
    t->as_published = t->as_published || sub->retain_as_published;
    if (sub->id == 0) /* all that have one send theirs [MQTT-3.3.4-3] */
        return;
    t->ids = xgrow(t->ids, &t->id_cap, t->id_count + 1, sizeof *t->ids);
    t->ids[t->id_count++] = sub->id;
}

static struct target *
new_target(struct routing *r, struct session *s)
{
    size_t old_cap = r->cap;
    r->list = xgrow(r->list, &r->cap, r->count + 1, sizeof *r->list);
    if (r->cap > old_cap)
        memset(&r->list[old_cap], 0, (r->cap - old_cap) * sizeof *r->list);
    struct target *t = &r->list[r->count++];
    *t = (struct target){.session = s, .ids = t->ids, .id_cap = t->id_cap};
    return t;
}

static void
gather_sub(struct routing *r, const struct subscription *sub)
{
    struct session *s = sub->session;
    if (sub->no_local && s == r->from)
        return; /* [MQTT-3.8.3-3] */
    if (r->broker->config.variant.overlap == OVERLAP_EACH ||
        s->route_round != r->broker->route_round) {
        s->route_round = r->broker->route_round;
        s->route_slot = (uint32_t)r->count;
        new_target(r, s);
    }
    add_to(&r->list[s->route_slot], sub);
}

static void
gather_node(void *user, struct tree_node *node)
{
    struct routing *r = user;
    LIST_EACH(link, &node->subs)
        gather_sub(r, LIST_ITEM(link, struct subscription, node_link));
    /* A shared subscription is a delivery of its own, with its own identifier
     * and QoS, whatever else its member is subscribed to [MQTT-3.3.4-5,
     * MQTT-4.8.2-3]. */
    LIST_EACH(share_link, &node->shares) {
        struct share *share = LIST_ITEM(share_link, struct share, node_link);
        struct subscription *sub =
            share_pick(r->broker, share, r->message, r->from);
        if (!sub)
            continue;
        struct target *t = new_target(r, sub->session);
        t->share_id = share->id;
        add_to(t, sub);
    }
}

uint8_t
route_refuses(const struct broker *b, struct slice topic, enum mqtt_version v)
{
    if (slice_is(topic, "$SYS") || slice_starts(topic, "$SYS/"))
        return MQTT_RC_NOT_AUTHORIZED;
    if (b->config.variant.dollar_topics == DOLLAR_FORBIDDEN &&
        slice_starts(topic, "$"))
        return MQTT_RC_NOT_AUTHORIZED;
    /* Retained messages hang in a tree as deep as their topics. */
    if (topic.len > b->config.maximum_topic_length ||
        (topic.len >= b->config.maximum_topic_levels && /* else too short */
         tree_levels(topic) > b->config.maximum_topic_levels))
        return MQTT_RC_TOPIC_NAME_INVALID;
    /* The decoder lets 3.1 clients put anything into a string; others must not
     * be sent it [MQTT-1.5.4-1, MQTT-1.5.4-2, MQTT311-1.5.3-1]. */
    if (v == MQTT_31 && (!utf8_valid(topic) || !mqtt_topic_name_valid(topic)))
        return MQTT_RC_TOPIC_NAME_INVALID;
    return 0;
}

void
route_release(struct broker *b)
{
    for (size_t i = 0; i < b->targets_cap; i++)
        free(b->targets[i].ids);
    free(b->targets);
    b->targets = NULL;
    b->targets_cap = 0;
}

/* Of a message that comes down from QoS 1 to 0 there may be several (3.8.4). */
static int
copies(const struct broker *b, const struct message *m, const struct target *t)
{
    bool may = m->qos == 1 && t->qos == 0;
    return may && b->config.variant.downgraded == DOWNGRADED_TWICE ? 2 : 1;
}

size_t
route_publish(struct broker *b, struct message *m, const struct session *from)
{
    struct routing r = {.broker = b, .message = m, .from = from};
    /* Taken for the time being: a will may be routed before this returns. */
    r.list = b->targets;
    r.cap = b->targets_cap;
    b->targets = NULL;
    b->targets_cap = 0;
    if (m->retain)
        retain_store(b, m);
    b->route_round++;
    matches_visit(&b->matches, &b->subscriptions, m->topic, gather_node, &r);
    forms_begin(&b->forms, r.count > 1 ? m : NULL);
    for (size_t i = 0; i < r.count; i++) {
        struct target *t = &r.list[i];
        /* [MQTT-3.8.4-8]: the lower of what was published and granted; RETAIN
         * only where it is wanted [MQTT-3.3.1-12, MQTT-3.3.1-13]. */
        for (int n = copies(b, m, t); n > 0; n--)
            queue_add(b, t->session, m, m->qos < t->qos ? m->qos : t->qos,
                      m->retain && t->as_published, t->ids, t->id_count,
                      t->share_id);
        pressure_check(b, from, t->session);
    }
    forms_begin(&b->forms, NULL);
    route_release(b);
    b->targets = r.list;
    b->targets_cap = r.cap;
    return r.count;
}
