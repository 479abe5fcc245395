/* forward.c - what a broker makes of a message on its way through.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/lint/forward.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "mqtt/property.h"
#include "mqtt/topic.h"
#include "trace/lint/user_pairs.h"

enum { FORMAT, CONTENT, RESPONSE, CORRELATION, DIGESTS };

/* One that came in. */
struct message {
    uint64_t key;             /* of topic and payload */
    uint64_t client;          /* digest of the publisher's identifier */
    uint64_t number;          /* of its packet */
    int64_t time_us;
    uint64_t digest[DIGESTS]; /* of the properties that go through, but for */
    struct user_pairs user;        /* ... these */
    uint32_t expiry;          /* Message Expiry Interval */
    uint8_t qos;
    bool has_expiry, is_v5, is_will;
};

/* A client that subscribed. */
struct subscriber {
    uint64_t client;
    bool wants_own;           /* some filter is without No Local */
    bool shares;              /* some filter is shared */
};
enum { SUBSCRIBERS_MAX = 1024, ORDERS_MAX = 1024, LATELY = 16 };

/* What a client was given lately of one publisher, topic and QoS. */
struct order {
    uint64_t key;
    uint64_t given[LATELY];   /* numbers of the PUBLISH that came in; ring */
    unsigned at;
    uint64_t highest;
};

struct forward {
    struct message kept[FORWARD_KEPT]; /* ring */
    uint64_t count;                    /* that ever came in */
    struct subscriber subscribers[SUBSCRIBERS_MAX];
    size_t subscriber_count;
    struct order orders[ORDERS_MAX];   /* by key */
    bool has_gap;
    uint64_t tried;                    /* bit of each rule */
};

/* One delivery, against one that came in. */
struct question {
    struct forward *f;
    const struct forward_seen *seen;
    struct slice properties;           /* of the delivery */
    struct user_pairs user;                 /* among them */
    uint64_t receiver;                 /* digest of its identifier */
    const struct subscriber *who;      /* NULL: not known */
    const struct message *one;
    size_t candidates;
};

/* --- digests -------------------------------------------------------------- */

static const uint8_t digest_rows[DIGESTS] = { /* enum mqtt_property_id */
    [FORMAT] = MQTT_P_payload_format_indicator,
    [CONTENT] = MQTT_P_content_type,
    [RESPONSE] = MQTT_P_response_topic,
    [CORRELATION] = MQTT_P_correlation_data,
};

static uint64_t
digest_row(struct slice all, int which)
{
    struct mqtt_property one;
    uint64_t sum = 0;
    while (mqtt_property_next(&all, &one))
        if (one.row->id == digest_rows[which])
            sum = sum * 31 + user_pairs_digest(&one);
    return sum;
}

static uint64_t
key_of(struct slice topic, struct slice payload)
{
    return hash_bytes(3, topic) ^ hash_bytes(4, payload);
}

/* --- predicates ----------------------------------------------------------- */

typedef bool predicate(const struct question *q);

static bool
is_changed(const struct question *q, int which)
{
    return q->one->is_v5 && q->seen->packet->version == MQTT_50 &&
           q->one->digest[which] != digest_row(q->properties, which);
}

static bool
is_format_changed(const struct question *q)
{
    return is_changed(q, FORMAT);
}

static bool
is_content_changed(const struct question *q)
{
    return is_changed(q, CONTENT);
}

static bool
is_response_changed(const struct question *q)
{
    return is_changed(q, RESPONSE);
}

static bool
is_correlation_changed(const struct question *q)
{
    return is_changed(q, CORRELATION);
}

/* Whether both can be compared. */
static bool
has_pairs(const struct question *q)
{
    return q->one->is_v5 && q->seen->packet->version == MQTT_50 &&
           q->one->user.count <= USER_PAIRS_MAX && q->user.count <= USER_PAIRS_MAX;
}

static bool
is_user_changed(const struct question *q)
{
    return has_pairs(q) &&
           user_pairs_found(&q->one->user, &q->user, false) < q->one->user.count;
}

static bool
is_user_reordered(const struct question *q)
{
    return has_pairs(q) && !is_user_changed(q) &&
           user_pairs_found(&q->one->user, &q->user, true) < q->one->user.count;
}

/* What was published is unaltered when something comes along with it. */
static bool
is_user_added(const struct question *q)
{
    return has_pairs(q) && !is_user_changed(q) &&
           q->user.count > q->one->user.count;
}

/* A second each for rounding, on the way in and out. */
static bool
is_expiry_wrong(const struct question *q)
{
    int64_t waited = (q->seen->time_us - q->one->time_us) / 1000000;
    struct mqtt_property got;
    if (!q->one->has_expiry || q->one->is_will)
        return false;
    if (!mqtt_property_find(q->properties, MQTT_P_message_expiry_interval,
                            &got))
        return true;
    return got.number > q->one->expiry ||
           (waited > 2 && got.number + waited > q->one->expiry + 2);
}

static bool
is_expired(const struct question *q)
{
    int64_t waited = (q->seen->time_us - q->one->time_us) / 1000000;
    return q->one->has_expiry && !q->one->is_will && !q->seen->packet->dup &&
           waited > (int64_t)q->one->expiry + 2;
}

static bool
is_own(const struct question *q)
{
    return q->who && !q->who->wants_own && !q->who->shares &&
           !q->one->is_will && !q->seen->packet->retain &&
           q->one->client == q->receiver;
}

static bool
is_qos_raised(const struct question *q)
{
    return q->seen->packet->qos > q->one->qos;
}

static struct order *
order_of(const struct question *q)
{
    uint64_t key = hash_bytes(q->receiver ^ q->one->client * 3,
                              q->seen->topic) ^
                   q->one->qos ^ (uint64_t)q->seen->packet->qos << 2;
    struct order *o = &q->f->orders[key % ORDERS_MAX];
    if (o->key != key)
        *o = (struct order){.key = key};
    return o;
}

static bool
was_given(const struct order *o, uint64_t number)
{
    for (size_t i = 0; i < LATELY; i++)
        if (o->given[i] == number)
            return true;
    return false;
}

static bool
is_out_of_order(const struct question *q)
{
    if (q->candidates != 1 || q->one->is_will || q->seen->packet->dup ||
        q->seen->packet->retain || !q->who || q->who->shares)
        return false;
    struct order *o = order_of(q);
    bool is_late = q->one->number < o->highest &&
                   !was_given(o, q->one->number);
    o->given[o->at++ % LATELY] = q->one->number;
    if (q->one->number > o->highest)
        o->highest = q->one->number;
    return is_late;
}

/* --- rows ----------------------------------------------------------------- */

/* clang-format off */
static const struct forward_row {
    uint8_t versions;  /* of the subscriber */
    predicate *is_broken;
    struct mqtt_watch_rule rule;
} rows[] = {
/*   versions broken when */
    {V_5,   is_format_changed,
     {"MQTT-3.3.2-4", NULL, "3.3.2.3.2", WATCH_MUST,
      "another Payload Format Indicator than was published", "the property as it was"}},
    {V_5,   is_content_changed,
     {"MQTT-3.3.2-20", NULL, "3.3.2.3.9", WATCH_MUST,
      "another Content Type than was published", "the property as it was"}},
    {V_5,   is_response_changed,
     {"MQTT-3.3.2-15", NULL, "3.3.2.3.5", WATCH_MUST,
      "another Response Topic than was published", "the property as it was"}},
    {V_5,   is_correlation_changed,
     {"MQTT-3.3.2-16", NULL, "3.3.2.3.6", WATCH_MUST,
      "other Correlation Data than was published", "the property as it was"}},
    {V_5,   is_user_changed,
     {"MQTT-3.3.2-17", NULL, "3.3.2.3.7", WATCH_MUST,
      "other User Properties than were published", "the properties as they were"}},
    {V_5,   is_user_reordered,
     {"MQTT-3.3.2-18", NULL, "3.3.2.3.7", WATCH_MUST,
      "User Properties in another order than they were published", "the order in which they came"}},
    {V_5,   is_user_added,
     {NULL, NULL, "3.3.2.3.7", WATCH_ADVICE,
      "User Properties that were not published, with those that were", "none: no statement allows or forbids it"}},
    {V_5,   is_expiry_wrong,
     {"MQTT-3.3.2-6", NULL, "3.3.2.3.3", WATCH_MUST,
      "Message Expiry Interval without the time that the message waited", "the value published, less the seconds it waited"}},
    {V_5,   is_expired,
     {"MQTT-3.3.2-5", NULL, "3.3.2.3.3", WATCH_MUST,
      "delivered after it had expired", "nothing: the message is over"}},
    {V_5,   is_own,
     {"MQTT-3.8.3-3", NULL, "3.8.3.1", WATCH_MUST,
      "a client's own message, though all its subscriptions have No Local", "nothing"}},
    {V_ALL, is_qos_raised,
     {"MQTT-3.8.4-8", "MQTT311-3.8.4-6", "3.8.4", WATCH_MUST,
      "a higher QoS than it was published with", "the lower of the two"}},
    {V_ALL, is_out_of_order,
     {"MQTT-4.6.0-5 MQTT-4.6.0-6", "MQTT311-4.6.0-6 MQTT311-4.6.0-5", "4.6", WATCH_MUST,
      "delivered behind a message of the same publisher and topic that came later", "the order in which they were published"}},
};
/* clang-format on */
enum { ROWS = sizeof rows / sizeof *rows };

const struct mqtt_watch_rule *
forward_rule_at(size_t index)
{
    return index < ROWS ? &rows[index].rule : NULL;
}

bool
forward_was_tried(const struct forward *f, size_t index)
{
    return index < ROWS && (f->tried >> index & 1);
}

/* --- life ----------------------------------------------------------------- */

struct forward *
forward_new(void)
{
    return xcalloc(1, sizeof(struct forward));
}

void
forward_free(struct forward *f)
{
    free(f);
}

void
forward_gap(struct forward *f)
{
    f->has_gap = true;
}

/* --- in ------------------------------------------------------------------- */

static void
keep(struct forward *f, const struct forward_seen *seen, struct slice topic,
     struct slice payload, struct slice properties, uint8_t qos)
{
    struct message *m = &f->kept[f->count++ % FORWARD_KEPT];
    struct mqtt_property expiry;
    *m = (struct message){
        .key = key_of(topic, payload),
        .client = hash_bytes(5, seen->client),
        .number = seen->number,
        .time_us = seen->time_us,
        .qos = qos,
        .is_v5 = seen->packet->version == MQTT_50,
        .is_will = seen->packet->type == MQTT_CONNECT,
    };
    m->has_expiry = mqtt_property_find(properties,
                                       MQTT_P_message_expiry_interval, &expiry);
    m->expiry = m->has_expiry ? expiry.number : 0;
    for (int i = 0; i < DIGESTS; i++)
        m->digest[i] = digest_row(properties, i);
    m->user = user_pairs_of(properties);
}

void
forward_will(struct forward *f, const struct forward_seen *seen)
{
    const struct mqtt_packet *p = seen->packet;
    if (MQTT_HAS(p, will_topic) && MQTT_HAS(p, will_payload))
        keep(f, seen, p->will_topic, p->will_payload,
             MQTT_HAS(p, will_properties) ? p->will_properties
                                          : (struct slice){NULL, 0},
             p->will_qos);
}

static struct subscriber *
find_subscriber(struct forward *f, uint64_t client)
{
    for (size_t i = 0; i < f->subscriber_count; i++)
        if (f->subscribers[i].client == client)
            return &f->subscribers[i];
    return NULL;
}

void
forward_subscribe(struct forward *f, struct slice client,
                  const struct mqtt_packet *p)
{
    uint64_t digest = hash_bytes(5, client);
    struct subscriber *s = find_subscriber(f, digest);
    struct slice rest = p->filters;
    struct mqtt_filter one;
    if (!MQTT_HAS(p, filters) ||
        (!s && f->subscriber_count == SUBSCRIBERS_MAX))
        return;
    if (!s) {
        s = &f->subscribers[f->subscriber_count++];
        *s = (struct subscriber){.client = digest};
    }
    while (mqtt_filter_next(p, &rest, &one)) {
        s->wants_own |= !one.no_local;
        s->shares |= slice_starts(one.filter, "$share/");
    }
}

/* --- out ------------------------------------------------------------------ */

/* Broken if it is against every candidate. */
static bool
is_broken(struct question *q, predicate *ask, uint64_t key, uint64_t *earlier)
{
    uint64_t n = q->f->count < FORWARD_KEPT ? q->f->count : FORWARD_KEPT;
    for (uint64_t i = 0; i < n; i++) {
        q->one = &q->f->kept[i];
        if (q->one->key != key)
            continue;
        if (!ask(q))
            return false;
        *earlier = q->one->number;
    }
    return true;
}

static size_t
count_candidates(const struct forward *f, uint64_t key)
{
    uint64_t n = f->count < FORWARD_KEPT ? f->count : FORWARD_KEPT;
    size_t found = 0;
    for (uint64_t i = 0; i < n; i++)
        found += f->kept[i].key == key;
    return found;
}

static void
judge(struct forward *f, const struct forward_seen *seen, forward_found *found,
      void *user)
{
    uint64_t key = key_of(seen->topic, seen->packet->payload), earlier = 0;
    struct question q = {.f = f, .seen = seen};
    q.candidates = count_candidates(f, key);
    if (q.candidates == 0 || f->has_gap)
        return;
    if (seen->packet->version == MQTT_50 && MQTT_HAS(seen->packet, properties))
        q.properties = seen->packet->properties;
    q.user = user_pairs_of(q.properties);
    q.receiver = hash_bytes(5, seen->client);
    q.who = find_subscriber(f, q.receiver);
    for (size_t i = 0; i < ROWS; i++) {
        if (!mqtt_version_in(seen->packet->version, rows[i].versions))
            continue;
        f->tried |= (uint64_t)1 << i;
        if (is_broken(&q, rows[i].is_broken, key, &earlier))
            found(user, &rows[i].rule, earlier);
    }
}

void
forward_next(struct forward *f, const struct forward_seen *seen,
             forward_found *found, void *user)
{
    const struct mqtt_packet *p = seen->packet;
    if (!seen->topic.len || !MQTT_HAS(p, payload))
        return;
    if (seen->from == FROM_SERVER) {
        judge(f, seen, found, user);
        return;
    }
    keep(f, seen, seen->topic, p->payload,
         p->version == MQTT_50 && MQTT_HAS(p, properties)
             ? p->properties
             : (struct slice){NULL, 0},
         p->qos);
}
