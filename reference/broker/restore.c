/* restore.c - from what is stored back to a broker.
 * SPDX-License-Identifier: MIT
 *
 * The store is not told of anything before all is read. Then it hears of the
 * deadlines that begin now, or the next crash would put them off again.
 * A record that cannot be is not repaired: the file is damaged, and says so. */
#include "broker/restore.h"

#include <stdlib.h>

#include "base/mem.h"
#include "broker/held.h"
#include "broker/persist.h"
#include "broker/retain.h"
#include "broker/route.h"
#include "broker/share.h"
#include "broker/subtree.h"
#include "mqtt/topic.h"

/* A will without a session. */
struct orphan {
    uint64_t session;        /* whose it was */
    struct message *message; /* a reference */
};

/* What is gathered while reading. */
struct restoring {
    struct broker *broker;
    uint64_t wall_ms;        /* now */
    struct map messages;     /* by stored_id: a reference each */
    struct map sessions;     /* by stored_id */
    struct orphan *orphans;  /* owned: wills whose session has ended */
    size_t orphan_count, orphan_cap;
};

/* The key under which a number is found; it lives in the value. */
static struct slice
key(const uint64_t *id)
{
    return slice_of(id, sizeof *id);
}

/* How long from now; 0 for a moment that has passed. */
static uint64_t
left_ms(const struct restoring *r, uint64_t at_ms)
{
    return at_ms > r->wall_ms ? at_ms - r->wall_ms : 0;
}

static void
saw(struct restoring *r, uint64_t id)
{
    if (id > r->broker->stored_last_id)
        r->broker->stored_last_id = id;
}

/* The message is named by one more record. */
static struct message *
named(const struct restoring *r, uint64_t id)
{
    struct message *m = map_get(&r->messages, key(&id));
    if (m)
        m->stored_refs++;
    return m;
}

static int
take_message(void *user, const struct store_message *row, struct error *err)
{
    struct restoring *r = user;
    uint64_t age_ms = r->wall_ms > row->published_at_ms
                          ? r->wall_ms - row->published_at_ms
                          : 0;
    if (row->qos > 2 || !mqtt_topic_name_valid(row->topic))
        return error_set(err, "message %llu is none",
                         (unsigned long long)row->id);
    /* May be before the clock's zero: only differences count. */
    struct message *m =
        message_new(row->topic, row->payload, row->properties, row->qos,
                    row->retain, r->broker->now_ms - age_ms);
    m->expires = row->expires;
    m->expiry_interval = row->expiry_interval;
    m->stored_id = row->id;
    map_put(&r->messages, key(&m->stored_id), m);
    saw(r, row->id);
    return 0;
}

static int
take_session(void *user, const struct store_session *row, struct error *err)
{
    struct restoring *r = user;
    struct broker *b = r->broker;
    if (session_find(b, row->client_id) || row->expiry_interval == 0)
        return error_set(err, "session %llu is none",
                         (unsigned long long)row->id);
    struct session *s = session_new(b, row->client_id);
    s->stored_id = row->id;
    s->is_stored = true;
    s->expiry_interval = row->expiry_interval;
    buf_add(&s->user_name, row->user_name);
    map_put(&r->sessions, key(&s->stored_id), s);
    if (row->expiry_interval != SESSION_NEVER_EXPIRES)
        broker_timer_set(b, &s->expiry,
                         row->ends_at_ms
                             ? left_ms(r, row->ends_at_ms)
                             : (uint64_t)row->expiry_interval * 1000);
    saw(r, row->id);
    return 0;
}

static int
take_subscription(void *user, const struct store_subscription *row,
                  struct error *err)
{
    struct restoring *r = user;
    struct session *s = map_get(&r->sessions, key(&row->session));
    struct slice name, inner;
    struct mqtt_filter f = {.filter = row->filter,
                            .no_local = row->no_local,
                            .retain_as_published = row->retain_as_published};
    if (!s || row->qos > 2 || !mqtt_topic_filter_valid(row->filter) ||
        share_split(r->broker, row->filter, &name, &inner) == MQTT_SHARE_BAD)
        return error_set(err, "a subscription of session %llu is none",
                         (unsigned long long)row->session);
    subtree_add(r->broker, s, &f, row->qos, row->id)->is_fresh = false;
    return 0;
}

/* The number it has now; 0: s is no longer a member. */
static uint32_t
share_id(const struct session *s, struct slice filter)
{
    const struct subscription *sub =
        filter.len > 0 ? subtree_find(s, filter) : NULL;
    return sub && sub->share ? sub->share->id : 0;
}

static int
take_delivery(void *user, const struct store_delivery *row, struct error *err)
{
    struct restoring *r = user;
    struct session *s = map_get(&r->sessions, key(&row->session));
    struct message *m = named(r, row->message);
    saw(r, row->id);
    if (!s || !queue_restore(r->broker, s, row, m,
                             share_id(s, row->share)))
        return error_set(err, "delivery %llu is none",
                         (unsigned long long)row->id);
    return 0;
}

static int
take_receiving(void *user, const struct store_receiving *row,
               struct error *err)
{
    struct restoring *r = user;
    struct session *s = map_get(&r->sessions, key(&row->session));
    struct message *m = named(r, row->message);
    if (!s || !mqtt_pktid_mark(&s->receiving, row->packet_id) ||
        (row->message && !m))
        return error_set(err, "identifier %u of session %llu is none",
                         (unsigned)row->packet_id,
                         (unsigned long long)row->session);
    if (m)
        held_add(&s->held, row->packet_id, m);
    return 0;
}

static int
take_retained(void *user, uint64_t message, struct error *err)
{
    struct restoring *r = user;
    struct message *m = named(r, message);
    if (!m || m->payload.len == 0)
        return error_set(err, "retained message %llu is none",
                         (unsigned long long)message);
    retain_store(r->broker, m);
    return 0;
}

static int
take_will(void *user, const struct store_will *row, struct error *err)
{
    struct restoring *r = user;
    struct session *s = map_get(&r->sessions, key(&row->session));
    struct message *m = named(r, row->message);
    if (!m)
        return error_set(err, "the will of session %llu is none",
                         (unsigned long long)row->session);
    saw(r, row->session);
    if (s) {
        will_restore(r->broker, s, m, row->delay,
                     row->due_at_ms ? left_ms(r, row->due_at_ms)
                                    : (uint64_t)row->delay * 1000);
        return 0;
    }
    /* Its session ended with the connection, and so it goes out
     * [MQTT-3.1.2-8]. */
    r->orphans = xgrow(r->orphans, &r->orphan_cap, r->orphan_count + 1,
                       sizeof *r->orphans);
    r->orphans[r->orphan_count++] =
        (struct orphan){row->session, message_ref(m)};
    return 0;
}

/* For some they have just begun. */
static void
store_deadlines(struct broker *b)
{
    size_t at = 0;
    struct session *s;
    while ((s = map_next(&b->sessions, &at))) {
        if (timer_is_set(&s->expiry.timer))
            persist_session(b, s);
        if (s->will)
            persist_will(b, s);
    }
}

/* Nobody can name it any more, in a file that is whole there is none. */
static void
remove_unnamed(struct restoring *r)
{
    struct store *store = r->broker->store;
    size_t at = 0;
    const struct message *m;
    while ((m = map_next(&r->messages, &at)))
        if (m->stored_refs == 0)
            store->call->message_remove(store, m->stored_id);
}

static void
send_orphans(struct restoring *r)
{
    for (size_t i = 0; i < r->orphan_count; i++) {
        struct message *m = r->orphans[i].message;
        persist_lone_will_end(r->broker, r->orphans[i].session, m);
        m->published_ms = r->broker->now_ms;
        route_publish(r->broker, m, NULL);
    }
}

static void
release(struct restoring *r)
{
    size_t at = 0;
    struct message *m;
    for (size_t i = 0; i < r->orphan_count; i++)
        message_unref(r->orphans[i].message);
    while ((m = map_next(&r->messages, &at)))
        message_unref(m);
    map_release(&r->messages);
    map_release(&r->sessions);
    free(r->orphans);
}

int
restore(struct broker *b, struct store *store, struct error *err)
{
    struct restoring r = {.broker = b,
                          .wall_ms = persist_wall_ms(b, b->now_ms)};
    struct store_reader reader = {.user = &r,
                                  .message = take_message,
                                  .session = take_session,
                                  .subscription = take_subscription,
                                  .delivery = take_delivery,
                                  .receiving = take_receiving,
                                  .retained = take_retained,
                                  .will = take_will};
    int result = store->call->load(store, &reader, err);
    if (result == 0) {
        b->store = store;
        remove_unnamed(&r);
        store_deadlines(b);
        send_orphans(&r);
    }
    release(&r);
    return result;
}
