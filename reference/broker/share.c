/* share.c - shared subscriptions.
 * SPDX-License-Identifier: MIT */
#include "broker/share.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "broker/queue.h"
#include "broker/session.h"
#include "mqtt/varint.h"

enum mqtt_share
share_split(const struct broker *b, struct slice filter, struct slice *name,
            struct slice *inner)
{
    static const char queue[] = "$queue/";
    size_t len = sizeof queue - 1;
    if (!b->config.queue_shared || !slice_starts(filter, queue))
        return mqtt_topic_share_split(filter, name, inner);
    *name = slice_first(filter, len); /* with a '/': no ShareName is like it */
    *inner = slice_from(filter, len);
    return inner->len > 0 ? MQTT_SHARE_GOOD : MQTT_SHARE_BAD;
}

struct share *
share_keep(struct broker *b, struct tree_node *node, struct slice name)
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
    share->id = ++b->last_share_id;
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

/* Would the PUBLISH be larger than this client takes? Then another shall have
 * it (3.1.2.11.4). */
static bool
fits(const struct subscription *sub, const struct message *m)
{
    const struct conn *c = sub->session->conn;
    if (!c || c->maximum_packet_size == UINT32_MAX)
        return true;
    size_t properties = m->properties.len;
    if (m->expires)
        properties += 1 + 4;
    if (sub->id)
        properties += 1 + mqtt_varint_len(sub->id);
    size_t rest = 2 + m->topic.len + m->payload.len + properties +
                  mqtt_varint_len((uint32_t)properties) +
                  (m->qos > 0 && sub->qos > 0 ? 2 : 0);
    return 1 + mqtt_varint_len((uint32_t)rest) + rest <=
           c->maximum_packet_size;
}

enum rank { CANNOT, IS_AWAY, CAN };

static enum rank
rank_of(const struct subscription *sub, const struct message *m)
{
    if (!sub->session->conn)
        return IS_AWAY;
    return fits(sub, m) ? CAN : CANNOT;
}

/* The member at place n, from 0, of those with that rank. */
static struct subscription *
nth(struct share *share, const struct message *m, enum rank rank, size_t n)
{
    LIST_EACH(link, &share->members) {
        struct subscription *sub =
            LIST_ITEM(link, struct subscription, node_link);
        if (rank_of(sub, m) == rank && n-- == 0)
            return sub;
    }
    return NULL;
}

/* Which of `count` candidates: by what stays the same, or by chance. */
static size_t
place(struct broker *b, const struct message *m, const struct session *from,
      size_t count)
{
    uint64_t key = b->sessions.hash_key;
    switch ((enum variant_share)b->config.variant.share) {
    case SHARE_RANDOM: return random_below(&b->random, (uint32_t)count);
    case SHARE_HASH_TOPIC: return hash_bytes(key, m->topic) % count;
    case SHARE_HASH_CLIENT:
        return from ? hash_bytes(key, from->client_id) % count : 0;
    case SHARE_ROUND_ROBIN:
    case SHARE_STICKY: break;
    }
    return 0;
}

struct subscription *
share_pick(struct broker *b, struct share *share, const struct message *m,
           const struct session *from)
{
    size_t counts[CAN + 1] = {0};
    bool takes_turns = b->config.variant.share == SHARE_ROUND_ROBIN;
    LIST_EACH(link, &share->members) {
        counts[rank_of(LIST_ITEM(link, struct subscription, node_link), m)]++;
        if (takes_turns && counts[CAN] > 0)
            break; /* the first that can */
    }
    enum rank rank = counts[CAN] > 0 ? CAN : IS_AWAY;
    if (counts[rank] == 0)
        return NULL;
    struct subscription *chosen =
        nth(share, m, rank, place(b, m, from, counts[rank]));
    if (takes_turns) { /* to the end of the row */
        list_remove(&chosen->node_link);
        list_push(&share->members, &chosen->node_link);
    }
    return chosen;
}

/* --- leaving -------------------------------------------------------------- */

static void
hand_on(struct broker *b, void *user, struct message *m)
{
    struct share *share = user;
    struct subscription *to = share_pick(b, share, m, NULL);
    if (to)
        queue_add(b, to->session, m, m->qos < to->qos ? m->qos : to->qos,
                  m->retain && to->retain_as_published, &to->id,
                  to->id ? 1 : 0, share->id);
}

void
share_leave(struct broker *b, struct subscription *sub, bool session_ends)
{
    list_remove(&sub->node_link);
    queue_leave_share(b, sub->session, sub->share->id, session_ends, hand_on,
                      sub->share);
}

void
share_leave_all(struct broker *b, struct session *s)
{
    LIST_EACH(link, &s->subscriptions) {
        struct subscription *sub =
            LIST_ITEM(link, struct subscription, session_link);
        if (sub->share)
            share_leave(b, sub, true);
    }
}
