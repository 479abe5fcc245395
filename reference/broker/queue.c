/* queue.c - messages on their way to one client.
 * SPDX-License-Identifier: MIT */
#include "broker/queue.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "broker/persist.h"
#include "broker/pressure.h"
#include "broker/send.h"
#include "broker/session.h"
#include "broker/share.h"
#include "broker/store.h"
#include "broker/subtree.h"
#include "mqtt/reason.h"
#include "mqtt/topic.h"

enum { SWEEP_MS = 1000, OUTPUT_WHEN_SHORT = 65536 };

static void
delivery_free(struct broker *b, struct delivery *d)
{
    list_remove(&d->link);
    message_unref(d->message);
    if (d->sub_ids != d->few_ids)
        free(d->sub_ids);
    pool_give(&b->deliveries, d);
}

void
queue_free(struct broker *b, struct session *s)
{
    struct queue *q = s->queue;
    if (!q)
        return;
    LIST_EACH(link, &q->waiting)
        delivery_free(b, LIST_ITEM(link, struct delivery, link));
    LIST_EACH(flying, &q->inflight.order)
        delivery_free(b, LIST_ITEM(flying, struct delivery, link));
    pressure_left(b, q);
    inflight_release(&q->inflight);
    free(q);
    s->queue = NULL;
}

/* Quota is new with each connection (4.9). */
static void
begin_quota(const struct broker *b, struct queue *q, const struct conn *c)
{
    uint16_t client = c->receive_maximum;
    uint16_t ours = b->config.maximum_inflight;
    q->quota_maximum = client < ours ? client : ours;
    q->quota = q->quota_maximum;
}

/* The queue of s, made if need be. */
static struct queue *
queue_of(const struct broker *b, struct session *s)
{
    if (s->queue)
        return s->queue;
    struct queue *q = xcalloc(1, sizeof *q);
    list_init(&q->waiting);
    inflight_init(&q->inflight);
    list_init(&q->holds);
    q->is_resumed = true;
    if (s->conn)
        begin_quota(b, q, s->conn);
    return s->queue = q;
}

static struct delivery *
delivery_new(struct broker *b, struct message *m, uint8_t qos, bool retain,
             const uint32_t *sub_ids, size_t count)
{
    struct delivery *d = pool_take(&b->deliveries);
    *d = (struct delivery){.message = m ? message_ref(m) : NULL,
                           .qos = qos,
                           .retain = retain,
                           .sub_id_count = (uint32_t)count};
    d->sub_ids = count > DELIVERY_FEW_IDS ? xcalloc(count, sizeof *sub_ids)
                                          : d->few_ids;
    for (size_t i = 0; i < count; i++)
        d->sub_ids[i] = sub_ids[i];
    return d;
}

/* It will never be sent (again): frees it, in the store too. */
static void
drop(struct broker *b, struct delivery *d)
{
    if (b->store)
        persist_delivery_end(b, d);
    delivery_free(b, d);
}

static void
settle(struct broker *b, struct queue *q, struct delivery *d)
{
    inflight_remove(&q->inflight, d);
    drop(b, d);
}

/* Does what a step of the flow tables asks of a sender. */
static void
perform(struct broker *b, struct session *s, struct delivery *d, unsigned does)
{
    struct queue *q = s->queue;
    struct conn *c = s->conn;
    uint16_t id = d->packet_id;
    bool ends = does & FLOW_DO_RELEASE_ID;
    assert(ends == (d->state == FLOW_FREE));
    if (does & FLOW_DO_TAKE_QUOTA)
        q->quota--;
    if ((does & FLOW_DO_RETURN_QUOTA) && q->quota < q->quota_maximum)
        q->quota++;
    if (does & FLOW_DO_DISCARD_MESSAGE) {
        message_unref(d->message);
        d->message = NULL;
    }
    if (does & FLOW_DO_SEND_PUBREL)
        send_ack(b, c, MQTT_PUBREL, id, MQTT_RC_SUCCESS, NULL);
    bool fits = true;
    if (does & (FLOW_DO_SEND_PUBLISH | FLOW_DO_RESEND_PUBLISH))
        fits = send_publish(b, c, d, does & FLOW_DO_RESEND_PUBLISH);
    d->is_sent = true;
    if (fits && !ends)
        return;
    /* Too large for the client: as if it had been delivered [MQTT-3.1.2-25]. */
    if (!fits)
        q->quota++;
    settle(b, q, d);
}

/* False when the tables have no such step. */
static bool
step(struct broker *b, struct session *s, struct delivery *d,
     enum flow_event event)
{
    const struct flow_step *next =
        mqtt_flow_next(mqtt_flow_sender(d->qos), d->state, event);
    if (!next)
        return false;
    d->state = next->to;
    if (b->store && next->from != next->to && next->to != FLOW_FREE)
        persist_delivery(b, s, d);
    perform(b, s, d, next->does);
    return true;
}

static void
add_waiting(struct queue *q, struct delivery *d)
{
    list_push(&q->waiting, &d->link);
    q->waiting_count++;
    q->waiting_qos0 += d->qos == 0;
    q->waiting_bytes += message_size(d->message);
}

static void
take_waiting(struct queue *q, struct delivery *d)
{
    list_remove(&d->link);
    q->waiting_count--;
    q->waiting_qos0 -= d->qos == 0;
    q->waiting_bytes -= message_size(d->message);
}

static void
begin(struct broker *b, struct session *s, struct delivery *d)
{
    struct queue *q = s->queue;
    if (d->qos == 0) {
        send_publish(b, s->conn, d, false);
        drop(b, d);
        return;
    }
    if (b->config.variant.packet_ids == IDS_SCATTERED)
        q->inflight.last_id = (uint16_t)random_below(&b->random, UINT16_MAX);
    bool has_id = inflight_begin(&q->inflight, d);
    assert(has_id); /* quota is 65535 at most */
    d->state = FLOW_FREE;
    step(b, s, d, FLOW_SEND);
}

/* Sends again what is in flight, in order; PUBLISH packets as quota allows. */
static bool
resend(struct broker *b, struct session *s)
{
    if (s->queue->is_resumed)
        return true;
    LIST_EACH(link, &s->queue->inflight.order) {
        struct delivery *d = LIST_ITEM(link, struct delivery, link);
        if (d->is_sent)
            continue;
        if (d->state != FLOW_AWAIT_PUBCOMP && s->queue->quota <= 0)
            return false;
        step(b, s, d, FLOW_RESUMED);
    }
    s->queue->is_resumed = true; /* what comes now is sent when it begins */
    return true;
}

/* Those behind a PUBLISH that has to wait for quota do not wait with it
 * [MQTT-3.3.4-10]. */
static void
resend_pubrels(struct broker *b, struct session *s)
{
    LIST_EACH(link, &s->queue->inflight.order) {
        struct delivery *d = LIST_ITEM(link, struct delivery, link);
        if (!d->is_sent && d->state == FLOW_AWAIT_PUBCOMP)
            step(b, s, d, FLOW_RESUMED);
    }
}

/* Sends as much as may be sent now. */
static void
pump(struct broker *b, struct session *s)
{
    struct queue *q = s->queue;
    if (!s->conn || s->conn->phase != CONN_READY || !resend(b, s))
        return;
    while (!list_empty(&q->waiting)) {
        struct delivery *first =
            LIST_ITEM(q->waiting.next, struct delivery, link);
        if (first->qos > 0 && q->quota <= 0)
            return;
        take_waiting(q, first);
        /* [MQTT-3.3.2-5]: too late to begin; resend does not ask, what has
         * begun goes on [MQTT-4.3.3-7]. */
        if (message_expired(first->message, b->now_ms))
            drop(b, first);
        else
            begin(b, s, first);
    }
}

/* Drops what has expired while it waited, at most once a second. */
static void
sweep(struct broker *b, struct queue *q)
{
    if (b->now_ms - q->swept_ms < SWEEP_MS)
        return;
    q->swept_ms = b->now_ms;
    LIST_EACH(link, &q->waiting) {
        struct delivery *d = LIST_ITEM(link, struct delivery, link);
        if (!message_expired(d->message, b->now_ms))
            continue;
        take_waiting(q, d);
        drop(b, d);
    }
}

static bool
is_full(const struct broker *b, const struct queue *q, const struct message *m)
{
    return b->is_short_of_memory ||
           q->waiting_count >= b->config.maximum_queued ||
           q->waiting_bytes + message_size(m) > b->config.maximum_queued_bytes;
}

void
queue_add(struct broker *b, struct session *s, struct message *m, uint8_t qos,
          bool retain, const uint32_t *sub_ids, size_t sub_id_count,
          uint32_t share_id)
{
    struct queue *q = qos > 0 ? queue_of(b, s) : s->queue;
    bool here = s->conn && s->conn->phase == CONN_READY;
    if (qos == 0 && !here && !b->config.queue_qos0_offline)
        return;
    /* QoS 0 for somebody who does not read: dropping is what QoS 0 allows. */
    if (qos == 0 && here && conn_waiting(s->conn) >
                                (b->is_short_of_memory
                                     ? OUTPUT_WHEN_SHORT
                                     : b->config.maximum_output)) {
        b->sys.counts[SYS_PUBLISH_DROPPED]++;
        return;
    }
    /* QoS 0 needs no quota and may pass those that wait for it, but not others
     * of its own kind [MQTT-4.6.0-5]. */
    bool overtakes = b->config.variant.qos0_order == QOS0_OVERTAKES;
    bool now = here && (!q || (qos == 0 && overtakes
                                   ? q->waiting_qos0 == 0
                                   : list_empty(&q->waiting) &&
                                         (qos == 0 || q->quota > 0)));
    if (now && qos == 0) { /* nothing to remember */
        struct delivery once = {.message = m,
                                .sub_ids = (uint32_t *)sub_ids,
                                .sub_id_count = (uint32_t)sub_id_count,
                                .retain = retain};
        send_publish(b, s->conn, &once, false);
        return;
    }
    if (!now && message_expired(m, b->now_ms))
        return;
    q = queue_of(b, s);
    if (!now && is_full(b, q, m))
        sweep(b, q);
    if (!now && is_full(b, q, m)) {
        b->sys.counts[SYS_PUBLISH_DROPPED]++;
        return;
    }
    struct delivery *d =
        delivery_new(b, m, qos, retain, sub_ids, sub_id_count);
    d->share_id = share_id;
    if (now) {
        begin(b, s, d);
        return;
    }
    add_waiting(q, d);
    persist_delivery(b, s, d);
}

bool
queue_restore(struct broker *b, struct session *s,
              const struct store_delivery *row, struct message *m,
              uint32_t share_id)
{
    const struct flow_machine *machine = mqtt_flow_sender(row->qos);
    struct queue *q = queue_of(b, s);
    bool waits = row->packet_id == 0;
    if (waits ? row->qos > 2 || row->state != FLOW_FREE || !m
              : !machine || row->state == FLOW_FREE ||
                    row->state >= FLOW_STATES ||
                    !(machine->states >> row->state & 1) ||
                    (m == NULL) != (row->state == FLOW_AWAIT_PUBCOMP))
        return false;
    struct delivery *d = delivery_new(b, m, row->qos, row->retain,
                                      row->sub_ids, row->sub_id_count);
    d->stored_id = row->id;
    d->share_id = share_id;
    if (waits) {
        add_waiting(q, d);
        return true;
    }
    d->packet_id = row->packet_id;
    d->state = row->state;
    if (inflight_put(&q->inflight, d))
        return true;
    delivery_free(b, d);
    return false;
}

void
queue_leave_share(struct broker *b, struct session *s, uint32_t share_id,
                  bool session_ends, queue_left_fn *left, void *user)
{
    if (!s->queue)
        return;
    LIST_EACH(link, &s->queue->inflight.order) {
        struct delivery *d = LIST_ITEM(link, struct delivery, link);
        if (session_ends && d->share_id == share_id &&
            d->state == FLOW_AWAIT_PUBACK)
            left(b, user, d->message);
    }
    LIST_EACH(waiting, &s->queue->waiting) {
        struct delivery *d = LIST_ITEM(waiting, struct delivery, link);
        if (d->share_id != share_id)
            continue;
        left(b, user, d->message);
        take_waiting(s->queue, d);
        drop(b, d);
    }
}

static bool
is_wanted(const struct broker *b, const struct session *s, struct slice topic)
{
    LIST_EACH(link, &s->subscriptions) {
        const struct subscription *sub =
            LIST_ITEM(link, struct subscription, session_link);
        struct slice name, inner = sub->filter;
        share_split(b, sub->filter, &name, &inner);
        if (mqtt_topic_matches(inner, topic))
            return true;
    }
    return false;
}

void
queue_drop_unwanted(struct broker *b, struct session *s)
{
    if (!s->queue)
        return;
    LIST_EACH(link, &s->queue->waiting) {
        struct delivery *d = LIST_ITEM(link, struct delivery, link);
        if (is_wanted(b, s, d->message->topic))
            continue;
        take_waiting(s->queue, d);
        drop(b, d);
    }
}

void
queue_resume(struct broker *b, struct session *s)
{
    if (!s->queue)
        return;
    begin_quota(b, s->queue, s->conn);
    s->queue->is_resumed = false;
    LIST_EACH(link, &s->queue->inflight.order)
        LIST_ITEM(link, struct delivery, link)->is_sent = false;
    pump(b, s);
    if (!s->queue->is_resumed)
        resend_pubrels(b, s);
}

enum queue_answer
queue_got(struct broker *b, struct session *s, uint16_t packet_id,
          enum flow_event event)
{
    struct queue *q = s->queue;
    struct delivery *d = q ? inflight_find(&q->inflight, packet_id) : NULL;
    if (!d)
        return QUEUE_UNKNOWN;
    /* The answer to what an earlier connection sent: it need not be sent again,
     * and counts as sent from here on. */
    if (!d->is_sent)
        q->quota--;
    d->is_sent = true;
    if (!step(b, s, d, event))
        return QUEUE_WRONG;
    pump(b, s);
    pressure_eased(b, q);
    return QUEUE_TAKEN;
}
