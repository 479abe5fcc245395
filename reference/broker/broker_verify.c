/* broker_verify.c - is everything the broker remembers consistent?
 * SPDX-License-Identifier: MIT */
#include "broker/broker_verify.h"

#include <assert.h>

#include "broker/conn.h"
#include "broker/pressure.h"
#include "broker/session.h"
#include "broker/share.h"
#include "broker/subtree.h"
#include "mqtt/topic.h"

/* What the walk has counted, to be compared with what others have counted. */
struct tally {
    size_t timers;        /* that are set */
    size_t subscriptions; /* of all sessions */
    size_t connected;     /* sessions that are */
};

static void
count_timer(struct tally *t, const struct broker_timer *timer, bool is_due)
{
    assert(timer_is_set(&timer->timer) == is_due);
    t->timers += is_due;
}

static size_t
length(const struct list *head)
{
    size_t n = 0;
    for (const struct list *link = head->next; link != head;
         link = link->next) {
        assert(link->next->prev == link);
        n++;
    }
    return n;
}

static bool
contains(const struct list *head, const struct list *wanted)
{
    for (const struct list *link = head->next; link != head; link = link->next)
        if (link == wanted)
            return true;
    return false;
}

/* --- connections ---------------------------------------------------------- */

static void
verify_conn(const struct broker *b, const struct conn *c, struct tally *t)
{
    assert((c->phase == CONN_READY) == (c->session != NULL));
    assert(!c->session || c->session->conn == c);
    assert(c->phase != CONN_READY || c->version != MQTT_NO_VERSION);
    assert(c->phase == CONN_VERIFYING || c->hold ||
           c->in.len <= b->config.maximum_packet_size);
    const struct conn_login *login = c->login;
    assert((c->phase == CONN_VERIFYING) == (login && login->number != 0));
    assert((login && (login->password.len > 0 || login->connect.len > 0)) <=
           (c->phase == CONN_VERIFYING || c->phase == CONN_AUTHENTICATING));
    assert(c->version != MQTT_50 ||
           c->unfinished.count <= b->config.receive_maximum);
    bool timed = c->phase == CONN_CLOSING ? timer_is_set(&c->alive.timer)
                                          : c->phase != CONN_READY ||
                                                c->keep_alive_ms != 0;
    count_timer(t, &c->alive, timed);
    if (c->hold) {
        assert(c->phase == CONN_READY && c->hold->conn == c);
        count_timer(t, &c->hold->timer, c->hold->queue);
    }
}

/* --- sessions ------------------------------------------------------------- */

static void
verify_subscription(const struct broker *b, const struct session *s,
                    const struct subscription *sub)
{
    struct slice name, inner = sub->filter;
    bool shared =
        share_split(b, sub->filter, &name, &inner) == MQTT_SHARE_GOOD;
    assert(sub->session == s && sub->qos <= 2 && !sub->is_fresh);
    assert(subtree_find(s, sub->filter) == sub);
    assert(tree_find(&b->subscriptions, inner) == sub->node);
    assert(shared == (sub->share != NULL));
    assert(contains(shared ? &sub->share->members : &sub->node->subs,
                    &sub->node_link));
}

/* A delivery in flight; returns whether it holds a part of the quota. */
static bool
verify_inflight(const struct queue *q, const struct delivery *d)
{
    const struct flow_machine *m = mqtt_flow_sender(d->qos);
    assert(m && (m->states >> d->state & 1) && d->state != FLOW_FREE);
    assert(inflight_find(&q->inflight, d->packet_id) == d);
    assert((d->message == NULL) == (d->state == FLOW_AWAIT_PUBCOMP));
    return d->is_sent;
}

static void
verify_queue(const struct session *s, const struct queue *q)
{
    size_t bytes = 0, sent = 0, qos0 = 0;
    LIST_EACH(link, &q->waiting) {
        const struct delivery *d = LIST_ITEM(link, struct delivery, link);
        assert(d->packet_id == 0 && d->message && d->message->refs > 0);
        bytes += message_size(d->message);
        qos0 += d->qos == 0;
    }
    LIST_EACH(flying, &q->inflight.order)
        sent += verify_inflight(q, LIST_ITEM(flying, struct delivery, link));
    assert(q->waiting_count == length(&q->waiting));
    assert(q->waiting_bytes == bytes && q->waiting_qos0 == qos0);
    assert(q->inflight.count == length(&q->inflight.order));
    if (!s->conn)
        return;
    assert(q->quota == q->quota_maximum - (int32_t)sent);
    /* Whatever may be sent has been sent. */
    assert(q->quota <= 0 ||
           (q->waiting_count == 0 && sent == q->inflight.count));
}

static void
verify_session(const struct broker *b, const struct session *s, struct tally *t)
{
    assert(session_find(b, s->client_id) == s);
    assert(!s->conn || (s->conn->session == s && s->conn->phase == CONN_READY));
    assert(s->conn || s->expiry_interval > 0);
    count_timer(t, &s->expiry,
                !s->conn && s->expiry_interval != SESSION_NEVER_EXPIRES);
    if (s->will)
        count_timer(t, &s->will->timer, !s->conn);
    assert(s->subscription_count == length(&s->subscriptions));
    LIST_EACH(link, &s->subscriptions)
        verify_subscription(
            b, s, LIST_ITEM(link, struct subscription, session_link));
    t->subscriptions += s->subscription_count;
    if (s->queue)
        verify_queue(s, s->queue);
}

/* --- trees ---------------------------------------------------------------- */

/* Subscriptions on this node, its shares included. */
static size_t
subscriptions_at(const struct tree_node *node)
{
    size_t n = length(&node->subs);
    LIST_EACH(link, &node->shares) {
        const struct share *share = LIST_ITEM(link, struct share, node_link);
        assert(share->node == node && !list_empty(&share->members));
        n += length(&share->members);
    }
    return n;
}

/* Returns how many keep a node of the tree. */
static size_t
verify_tree(const struct tree *tree, bool of_messages)
{
    size_t kept = 0, children = length(&tree->root->children);
    const struct tree_node *node = NULL;
    assert(tree->root->kept == 0);
    while ((node = tree_next(tree, node))) {
        size_t subs = subscriptions_at(node);
        assert(node->kept == (of_messages ? node->retained != NULL : subs));
        assert(!node->retained || node->retained->payload.len > 0);
        assert(node->kept > 0 || !list_empty(&node->children)); /* pruned */
        assert(tree_child(tree, node->parent, tree_level(node)) == node);
        kept += node->kept;
        children += length(&node->children);
    }
    assert(children == tree_count(tree));
    return kept;
}

void
broker_verify(const struct broker *b)
{
    struct tally t = {0};
    size_t at = 0;
    const struct session *s;
    assert(b->conn_count == length(&b->conns));
    assert(b->login_count == length(&b->logins));
    LIST_EACH(link, &b->conns)
        verify_conn(b, LIST_ITEM(link, struct conn, link), &t);
    while ((s = map_next(&b->sessions, &at))) {
        verify_session(b, s, &t);
        t.connected += s->conn != NULL;
    }
    assert(b->sys.connected == t.connected);
    count_timer(&t, &b->sys.timer, b->config.sys_interval != 0);
    assert(b->timers.count == t.timers);
    assert(verify_tree(&b->subscriptions, false) == t.subscriptions);
    assert(verify_tree(&b->retained, true) == b->retained_count);
}
