/* persist.c - tells the store what changes in the broker.
 * SPDX-License-Identifier: MIT */
#include "broker/persist.h"

#include "broker/held.h"
#include "broker/share.h"

uint64_t
persist_wall_ms(const struct broker *b, uint64_t at_ms)
{
    return at_ms + b->wall_offset_ms;
}

static uint64_t
next_id(struct broker *b)
{
    return ++b->stored_last_id;
}

/* --- messages ------------------------------------------------------------- */

/* One more record names it. Returns its number. */
static uint64_t
hold(struct broker *b, struct message *m)
{
    if (m->stored_refs++ > 0)
        return m->stored_id;
    m->stored_id = next_id(b);
    b->store->call->message_put(
        b->store,
        &(struct store_message){
            .id = m->stored_id,
            .topic = m->topic,
            .payload = m->payload,
            .properties = m->properties,
            .published_at_ms = persist_wall_ms(b, m->published_ms),
            .expiry_interval = m->expiry_interval,
            .expires = m->expires,
            .qos = m->qos,
            .retain = m->retain});
    return m->stored_id;
}

/* One record less. */
static void
let_go(struct broker *b, struct message *m)
{
    if (--m->stored_refs == 0)
        b->store->call->message_remove(b->store, m->stored_id);
}

/* --- sessions ------------------------------------------------------------- */

static uint64_t
session_number(struct broker *b, struct session *s)
{
    if (!s->stored_id)
        s->stored_id = next_id(b);
    return s->stored_id;
}

static void
forget_list(struct broker *b, struct list *deliveries)
{
    LIST_EACH(link, deliveries) {
        struct delivery *d = LIST_ITEM(link, struct delivery, link);
        if (d->stored_id && d->message)
            let_go(b, d->message);
        d->stored_id = 0;
    }
}

void
persist_session_end(struct broker *b, struct session *s)
{
    if (!b->store || !s->is_stored)
        return;
    if (s->queue) {
        forget_list(b, &s->queue->waiting);
        forget_list(b, &s->queue->inflight.order);
    }
    LIST_EACH(link, &s->held)
        let_go(b, LIST_ITEM(link, struct held, link)->message);
    b->store->call->session_remove(b->store, s->stored_id);
    s->is_stored = false;
}

void
persist_session(struct broker *b, struct session *s)
{
    if (!b->store)
        return;
    if (s->expiry_interval == 0) { /* from now on it ends with its connection */
        persist_session_end(b, s);
        return;
    }
    struct store_session row = {
        .id = session_number(b, s),
        .client_id = s->client_id,
        .user_name = buf_slice(&s->user_name),
        .expiry_interval = s->expiry_interval,
    };
    if (timer_is_set(&s->expiry.timer))
        row.ends_at_ms = persist_wall_ms(b, s->expiry.timer.at_ms);
    b->store->call->session_put(b->store, &row);
    s->is_stored = true;
}

void
persist_subscription(struct broker *b, const struct subscription *sub)
{
    const struct session *s = sub->session;
    if (!b->store || !s->is_stored)
        return;
    b->store->call->subscription_put(
        b->store, &(struct store_subscription){
                      .session = s->stored_id,
                      .filter = sub->filter,
                      .id = sub->id,
                      .qos = sub->qos,
                      .no_local = sub->no_local,
                      .retain_as_published = sub->retain_as_published});
}

void
persist_unsubscription(struct broker *b, const struct session *s,
                       struct slice filter)
{
    if (b->store && s->is_stored)
        b->store->call->subscription_remove(b->store, s->stored_id, filter);
}

void
persist_receiving(struct broker *b, const struct session *s,
                  uint16_t packet_id, struct message *held)
{
    if (b->store && s->is_stored)
        b->store->call->receiving_put(
            b->store, &(struct store_receiving){
                          .session = s->stored_id,
                          .message = held ? hold(b, held) : 0,
                          .packet_id = packet_id});
}

void
persist_receiving_end(struct broker *b, const struct session *s,
                      uint16_t packet_id, struct message *held)
{
    if (!b->store || !s->is_stored)
        return;
    b->store->call->receiving_remove(b->store, s->stored_id, packet_id);
    if (held)
        let_go(b, held);
}

/* --- deliveries ----------------------------------------------------------- */

/* Shares have numbers only as long as the broker runs: the filter of the
 * subscription that made s a member of it. */
static struct slice
share_filter(const struct session *s, uint32_t share_id)
{
    LIST_EACH(link, &s->subscriptions) {
        const struct subscription *sub =
            LIST_ITEM(link, struct subscription, session_link);
        if (sub->share && sub->share->id == share_id)
            return sub->filter;
    }
    return slice_of(NULL, 0);
}

void
persist_delivery(struct broker *b, const struct session *s,
                 struct delivery *d)
{
    if (!b->store || !s->is_stored ||
        (d->qos == 0 && !b->config.queue_qos0_offline))
        return;
    struct store_delivery row = {
        .id = d->stored_id,
        .session = s->stored_id,
        .message = d->stored_id && d->message ? d->message->stored_id : 0,
        .sub_ids = d->sub_ids,
        .sub_id_count = d->sub_id_count,
        .packet_id = d->packet_id,
        .qos = d->qos,
        .state = (uint8_t)d->state,
        .retain = d->retain,
    };
    if (d->stored_id) {
        /* From PUBREC on only the identifier matters. */
        if (d->state == FLOW_AWAIT_PUBCOMP && d->message) {
            row.message = 0;
            b->store->call->delivery_step(b->store, &row);
            let_go(b, d->message);
            return;
        }
        b->store->call->delivery_step(b->store, &row);
        return;
    }
    if (d->share_id)
        row.share = share_filter(s, d->share_id);
    row.message = hold(b, d->message);
    d->stored_id = row.id = next_id(b);
    b->store->call->delivery_put(b->store, &row);
}

void
persist_delivery_end(struct broker *b, struct delivery *d)
{
    if (!b->store || !d->stored_id)
        return;
    b->store->call->delivery_remove(b->store, d->stored_id);
    if (d->message)
        let_go(b, d->message);
    d->stored_id = 0;
}

/* --- retained messages and wills ------------------------------------------ */

/* The broker's own topics are told anew after every start. */
static bool
is_own_topic(const struct message *m)
{
    return slice_starts(m->topic, "$SYS/");
}

void
persist_retained(struct broker *b, struct message *m)
{
    if (!b->store || is_own_topic(m))
        return;
    b->store->call->retained_put(b->store, hold(b, m));
}

void
persist_retained_end(struct broker *b, struct message *m)
{
    if (!b->store || is_own_topic(m))
        return;
    b->store->call->retained_remove(b->store, m->stored_id);
    let_go(b, m);
}

void
persist_will(struct broker *b, struct session *s)
{
    struct will *w = s->will;
    if (!b->store)
        return;
    struct store_will row = {
        .session = session_number(b, s),
        .message = w->is_stored ? w->message->stored_id : hold(b, w->message),
        .delay = w->delay,
    };
    if (timer_is_set(&w->timer.timer))
        row.due_at_ms = persist_wall_ms(b, w->timer.timer.at_ms);
    b->store->call->will_put(b->store, &row);
    w->is_stored = true;
}

void
persist_will_end(struct broker *b, struct session *s)
{
    if (!b->store || !s->will || !s->will->is_stored)
        return;
    s->will->is_stored = false;
    b->store->call->will_remove(b->store, s->stored_id);
    let_go(b, s->will->message);
}

void
persist_lone_will_end(struct broker *b, uint64_t session, struct message *m)
{
    b->store->call->will_remove(b->store, session);
    let_go(b, m);
}
