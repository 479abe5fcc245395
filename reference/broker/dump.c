/* dump.c - what the broker remembers, as text.
 * SPDX-License-Identifier: MIT */
#include "broker/dump.h"

#include "base/hex.h"
#include "broker/session.h"
#include "broker/share.h"
#include "broker/subtree.h"

/* What is needed on the way. */
struct dump {
    const struct broker *broker;
    struct buf *out;
};

static void
quote(const struct dump *d, const char *before, struct slice text)
{
    buf_add_str(d->out, before);
    hex_quote(d->out, text);
}

/* Topic, QoS, length, what is left of its time; the payload when asked for. */
static void
dump_message(const struct dump *d, const struct message *m)
{
    quote(d, " ", m->topic);
    buf_printf(d->out, " published at QoS %u, %zu bytes", (unsigned)m->qos,
               m->payload.len);
    if (m->expires)
        buf_printf(d->out, ", expires in %u s",
                   (unsigned)message_expiry_left(m, d->broker->now_ms));
    if (d->broker->config.dump_payloads) {
        quote(d, ": ", slice_first(m->payload, DUMP_PAYLOAD_MAX));
        if (m->payload.len > DUMP_PAYLOAD_MAX)
            buf_add_str(d->out, "...");
    }
    buf_add_byte(d->out, '\n');
}

/* "; due in N ms" when it is set. */
static void
dump_due(const struct dump *d, const struct broker_timer *t)
{
    uint64_t now_ms = d->broker->now_ms;
    if (timer_is_set(&t->timer))
        buf_printf(d->out, "; due in %llu ms",
                   (unsigned long long)(t->timer.at_ms > now_ms
                                            ? t->timer.at_ms - now_ms
                                            : 0));
}

/* --- connections ---------------------------------------------------------- */

static const char *const phase_names[CONN_PHASES] = {
    [CONN_WAIT_CONNECT] = "WAIT_CONNECT",
    [CONN_AUTHENTICATING] = "AUTHENTICATING",
    [CONN_VERIFYING] = "VERIFYING",
    [CONN_READY] = "READY",
    [CONN_CLOSING] = "CLOSING",
};

static void
dump_conn(const struct dump *d, const struct conn *c)
{
    buf_printf(d->out, "connection %s", phase_names[c->phase]);
    if (c->session)
        quote(d, " ", c->session->client_id);
    if (c->version != MQTT_NO_VERSION)
        buf_printf(d->out, " MQTT %s", mqtt_version_name(c->version));
    buf_printf(d->out, ", %zu bytes of a packet came, %zu wait to be written",
               c->in.len, conn_waiting(c));
    dump_due(d, &c->alive);
    buf_add_byte(d->out, '\n');
}

/* --- sessions ------------------------------------------------------------- */

static void
dump_queue(const struct dump *d, const struct queue *q)
{
    buf_printf(d->out, "    queue: %u in flight, %zu wait with %zu bytes\n",
               (unsigned)q->inflight.count, q->waiting_count,
               q->waiting_bytes);
    LIST_EACH(link, &q->inflight.order) {
        const struct delivery *x = LIST_ITEM(link, struct delivery, link);
        buf_printf(d->out, "        %u %s", (unsigned)x->packet_id,
                   mqtt_flow_state_name(x->state));
        if (x->message)
            dump_message(d, x->message);
        else
            buf_add_byte(d->out, '\n');
    }
    LIST_EACH(waiting, &q->waiting) {
        const struct delivery *x = LIST_ITEM(waiting, struct delivery, link);
        buf_printf(d->out, "        waits, QoS %u", (unsigned)x->qos);
        dump_message(d, x->message);
    }
}

static void
dump_subscription(const struct dump *d, const struct subscription *sub)
{
    quote(d, "    subscription ", sub->filter);
    buf_printf(d->out, " QoS %u%s%s", (unsigned)sub->qos,
               sub->no_local ? ", No Local" : "",
               sub->retain_as_published ? ", Retain As Published" : "");
    if (sub->id)
        buf_printf(d->out, ", identifier %u", (unsigned)sub->id);
    buf_add_byte(d->out, '\n');
}

static void
dump_session(const struct dump *d, const struct session *s)
{
    quote(d, "session ", s->client_id);
    if (s->user_name.len > 0)
        quote(d, " of ", buf_slice(&s->user_name));
    buf_add_str(d->out, s->conn ? " is connected" : " is away");
    if (s->expiry_interval == SESSION_NEVER_EXPIRES)
        buf_add_str(d->out, ", never expires");
    else
        buf_printf(d->out, ", Session Expiry Interval %u s",
                   (unsigned)s->expiry_interval);
    dump_due(d, &s->expiry);
    buf_add_byte(d->out, '\n');
    LIST_EACH(link, &s->subscriptions)
        dump_subscription(d, LIST_ITEM(link, struct subscription,
                                       session_link));
    if (s->queue && s->queue->inflight.count + s->queue->waiting_count > 0)
        dump_queue(d, s->queue);
    if (s->receiving.count > 0)
        buf_printf(d->out, "    %u identifiers of the client await PUBREL\n",
                   (unsigned)s->receiving.count);
    if (s->will) {
        buf_printf(d->out, "    will, delay %u s", (unsigned)s->will->delay);
        dump_due(d, &s->will->timer);
        dump_message(d, s->will->message);
    }
}

/* --- trees ---------------------------------------------------------------- */

static void
dump_members(const struct dump *d, const struct list *members)
{
    LIST_EACH(link, members) {
        const struct subscription *sub =
            LIST_ITEM(link, struct subscription, node_link);
        quote(d, " ", sub->session->client_id);
    }
}

/* Whole topics rather than branches: a deep tree needs no deep stack, and a
 * line says all. Nodes at which nobody hangs are left out. */
static void
dump_filter(const struct dump *d, const struct tree_node *node,
            struct slice filter)
{
    if (!list_empty(&node->subs)) {
        quote(d, "filter ", filter);
        buf_add_str(d->out, " to");
        dump_members(d, &node->subs);
        buf_add_byte(d->out, '\n');
    }
    LIST_EACH(link, &node->shares) {
        const struct share *share = LIST_ITEM(link, struct share, node_link);
        quote(d, "filter ", filter);
        quote(d, " share ", share->name);
        buf_add_str(d->out, " to one of");
        dump_members(d, &share->members);
        buf_add_byte(d->out, '\n');
    }
}

static void
dump_filters(const struct dump *d)
{
    const struct tree *t = &d->broker->subscriptions;
    struct buf filter = {0};
    for (const struct tree_node *n = NULL; (n = tree_next(t, n));) {
        buf_clear(&filter);
        tree_topic(n, &filter);
        dump_filter(d, n, buf_slice(&filter));
    }
    buf_release(&filter);
}

static void
dump_retained(const struct dump *d)
{
    const struct tree *t = &d->broker->retained;
    for (const struct tree_node *n = NULL; (n = tree_next(t, n));) {
        if (!n->retained)
            continue;
        buf_add_str(d->out, "retained");
        dump_message(d, n->retained);
    }
}

void
dump_broker(const struct broker *b, struct buf *out)
{
    struct dump d = {b, out};
    const struct session *s;
    size_t at = 0;
    buf_printf(out, "plumb-broker: %zu connections, %zu sessions, "
                    "%zu retained messages\n",
               b->conn_count, b->sessions.count, b->retained_count);
    LIST_EACH(link, &b->conns)
        dump_conn(&d, LIST_ITEM(link, struct conn, link));
    while ((s = map_next(&b->sessions, &at)))
        dump_session(&d, s);
    dump_filters(&d);
    dump_retained(&d);
    buf_add_str(out, "plumb-broker: that is all\n");
}
