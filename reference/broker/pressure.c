/* pressure.c - who publishes faster than a subscriber takes waits for it.
 * SPDX-License-Identifier: MIT */
#include "broker/pressure.h"

#include <stdlib.h>

#include "base/mem.h"
#include "broker/conn.h"
#include "broker/session.h"

/* Is the queue fuller than one part of `parts`? */
static bool
is_fuller(const struct broker *b, const struct queue *q, uint64_t parts)
{
    return q->waiting_count * parts > b->config.maximum_queued ||
           q->waiting_bytes * parts > b->config.maximum_queued_bytes;
}

/* What has come is looked at later (pressure_go_on): now somebody else's packet
 * is being handled. */
static void
let_go(struct broker *b, struct hold *h)
{
    timer_cancel(&b->timers, &h->timer.timer);
    h->queue = NULL;
    list_remove(&h->link);
    list_push(&b->let_go, &h->link);
}

static void
let_all_go(struct broker *b, struct queue *q)
{
    while (!list_empty(&q->holds))
        let_go(b, LIST_ITEM(q->holds.next, struct hold, link));
}

static void
hold_due(struct broker *b, struct broker_timer *t)
{
    struct queue *q = LIST_ITEM(t, struct hold, timer)->queue;
    q->is_slow = true;
    let_all_go(b, q);
}

void
pressure_check(struct broker *b, const struct session *from,
               struct session *to)
{
    struct queue *q = to->queue;
    if (!q || !is_fuller(b, q, 2) || q->is_slow || !to->conn)
        return;
    struct conn *c = from ? from->conn : NULL;
    if (!c || c->hold || c->phase != CONN_READY || from == to)
        return;
    if (from->queue && !list_empty(&from->queue->holds))
        return; /* others wait for it */
    if (to->conn->hold && to->conn->hold->queue)
        let_go(b, to->conn->hold);
    struct hold *h = xcalloc(1, sizeof *h);
    h->conn = c;
    h->queue = q;
    h->timer.due = hold_due;
    list_push(&q->holds, &h->link);
    broker_timer_set(b, &h->timer, HOLD_MS);
    c->hold = h;
}

void
pressure_eased(struct broker *b, struct queue *q)
{
    if ((list_empty(&q->holds) && !q->is_slow) || is_fuller(b, q, 4))
        return;
    q->is_slow = false;
    let_all_go(b, q);
}

void
pressure_left(struct broker *b, struct queue *q)
{
    q->is_slow = false;
    let_all_go(b, q);
}

void
pressure_forget(struct broker *b, struct conn *c)
{
    struct hold *h = c->hold;
    if (!h)
        return;
    timer_cancel(&b->timers, &h->timer.timer);
    list_remove(&h->link);
    free(h);
    c->hold = NULL;
}

void
pressure_go_on(struct broker *b)
{
    while (!list_empty(&b->let_go)) {
        struct conn *c = LIST_ITEM(b->let_go.next, struct hold, link)->conn;
        pressure_forget(b, c);
        c->heard_ms = b->now_ms;
        conn_go_on(b, c);
    }
}
