/* kept.c - what a broker keeps for later: retained messages and wills.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/lint/kept.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "mqtt/property.h"

enum {
    TOPICS = 4096,
    RECEIVERS = 4096,
    WILLS = 1024,
    SEEN_BITS = 1 << 16,
    SECOND = 1000000,   /* microseconds */
    SETTLED = 500000,   /* after that no copy of the former is on its way */
    DELAY_MIN = 2       /* seconds of Will Delay that can be told from none */
};

/* What a topic should hold. */
struct retained {
    uint64_t topic;       /* digest; 0: free */
    uint64_t payload;     /* digest of the latest */
    uint64_t before;      /* of the one that it replaced; 0: not known */
    uint64_t number;      /* of the PUBLISH */
    int64_t time_us;      /* of that */
    bool is_empty;        /* it deletes */
    bool is_confirmed;    /* the broker gave it to somebody */
    bool is_apart;        /* so long after that one that they cannot have met */
};

/* A connection that may be given messages. */
struct receiver {
    uint64_t connection;
    uint64_t client;        /* digest of its identifier */
    int64_t heard_us;       /* latest packet from it */
    int64_t first_us;       /* first SUBSCRIBE */
    int64_t subscribed_us;  /* latest SUBSCRIBE; 0: none */
    bool is_known;          /* the record is in use */
    bool is_fresh;          /* its session began with it */
    bool is_clean;          /* its CONNECT had Clean Start */
    bool has_as_published;  /* some subscription has Retain As Published */
    bool wants_retained;    /* some has Retain Handling 0 or 1 */
};

enum will_state { WILL_NONE, WILL_ARMED, WILL_CLOSED, WILL_DISCARDED,
                  WILL_CANCELLED };

struct will {
    uint64_t key;          /* of topic and payload */
    uint64_t connection, client;
    uint64_t number;       /* of its CONNECT */
    int64_t closed_us;     /* end of its connection */
    uint32_t delay;        /* seconds */
    uint32_t expiry;       /* Session Expiry Interval */
    uint8_t state;         /* enum will_state */
};

struct kept {
    struct retained topics[TOPICS];       /* by digest */
    struct receiver receivers[RECEIVERS]; /* by connection */
    struct will wills[WILLS];             /* ring */
    size_t will_count;
    uint8_t published[SEEN_BITS / 8];     /* keys that a client published */
    uint8_t left[SEEN_BITS / 8];          /* keys of wills to be retained */
    bool has_gap;
    uint64_t tried;                       /* bit of each rule */
};

enum rule { LIVE, DELETED, REPLACED, GOODBYE, EARLY, RETURNED, RULES };

/* clang-format off */
static const struct mqtt_watch_rule rules[RULES] = {
    [LIVE] =
    {"MQTT-3.3.1-12", "MQTT311-3.3.1-9", "3.3.1.3", WATCH_MUST,
     "RETAIN 1 on a message for a subscription that was there before it", "RETAIN 0"},
    [DELETED] =
    {"MQTT-3.3.1-6", "MQTT311-3.3.1-10", "3.3.1.3", WATCH_MUST,
     "a retained message that an empty one had deleted", "nothing"},
    [REPLACED] =
    {"MQTT-3.3.1-5", "MQTT311-3.3.1-5", "3.3.1.3", WATCH_MUST,
     "a retained message that another had replaced", "the latest one of that topic"},
    [GOODBYE] =
    {"MQTT-3.14.4-3", "MQTT311-3.14.4-3", "3.14.4", WATCH_MUST,
     "the will of a client that said DISCONNECT", "nothing: the will is forgotten"},
    [EARLY] =
    {"MQTT-3.1.2-8", NULL, "3.1.3.2.2", WATCH_MUST,
     "a will before its Will Delay Interval was over", "to wait, as long as the session lasts"},
    [RETURNED] =
    {"MQTT-3.1.3-9", NULL, "3.1.3.2.2", WATCH_MUST,
     "the will of a client that was back before its Will Delay Interval was over", "nothing"},
};
/* clang-format on */

const struct mqtt_watch_rule *
kept_rule_at(size_t index)
{
    return index < RULES ? &rules[index] : NULL;
}

bool
kept_was_tried(const struct kept *k, size_t index)
{
    return index < RULES && (k->tried >> index & 1);
}

struct kept *
kept_new(void)
{
    return xcalloc(1, sizeof(struct kept));
}

void
kept_free(struct kept *k)
{
    free(k);
}

void
kept_gap(struct kept *k)
{
    k->has_gap = true;
}

/* --- tables --------------------------------------------------------------- */

static uint64_t
digest_client(const struct forward_seen *seen)
{
    return hash_bytes(5, seen->client);
}

static uint64_t
key_of(struct slice topic, struct slice payload)
{
    return hash_bytes(3, topic) ^ hash_bytes(4, payload);
}

static struct retained *
topic_of(struct kept *k, struct slice topic)
{
    uint64_t digest = hash_bytes(3, topic) | 1;
    struct retained *t = &k->topics[digest / 2 % TOPICS];
    if (t->topic != digest)
        *t = (struct retained){.topic = digest};
    return t;
}

static struct receiver *
receiver_of(struct kept *k, uint64_t connection)
{
    struct receiver *r = &k->receivers[connection % RECEIVERS];
    return r->is_known && r->connection == connection ? r : NULL;
}

static struct will *
will_of(struct kept *k, uint64_t connection)
{
    for (size_t i = 0; i < WILLS; i++)
        if (k->wills[i].state && k->wills[i].connection == connection)
            return &k->wills[i];
    return NULL;
}

static void
mark(uint8_t *set, uint64_t key)
{
    set[key % SEEN_BITS / 8] |= (uint8_t)(1 << key % 8);
}

static bool
is_marked(const uint8_t *set, uint64_t key)
{
    return set[key % SEEN_BITS / 8] >> key % 8 & 1;
}

static uint32_t
number_in(struct slice properties, enum mqtt_property_id id, uint32_t absent)
{
    struct mqtt_property one;
    return mqtt_property_find(properties, id, &one) ? one.number : absent;
}

static struct slice
properties_of(const struct mqtt_packet *p)
{
    return p->version == MQTT_50 && MQTT_HAS(p, properties)
               ? p->properties
               : (struct slice){NULL, 0};
}

/* --- from clients --------------------------------------------------------- */

static void
arm(struct kept *k, const struct forward_seen *seen)
{
    const struct mqtt_packet *p = seen->packet;
    struct will *w = &k->wills[k->will_count++ % WILLS];
    if (p->will_retain)
        mark(k->left, key_of(p->will_topic, p->will_payload));
    if (w->state) /* may come one day, and nobody will know whose it is */
        mark(k->published, w->key);
    *w = (struct will){
        .key = key_of(p->will_topic, p->will_payload),
        .connection = seen->connection,
        .client = digest_client(seen),
        .number = seen->number,
        .state = WILL_ARMED,
        .expiry = number_in(properties_of(p),
                            MQTT_P_session_expiry_interval, 0),
    };
    if (p->version == MQTT_50 && MQTT_HAS(p, will_properties))
        w->delay = number_in(p->will_properties,
                             MQTT_P_will_delay_interval, 0);
}

/* When a will may go out at the earliest: its connection ended after what its
 * client said last, also where nobody saw it end. */
static int64_t
earliest_us(struct kept *k, const struct will *w)
{
    const struct receiver *r = receiver_of(k, w->connection);
    int64_t ended_us = w->state == WILL_CLOSED ? w->closed_us
                       : r                     ? r->heard_us
                                               : 0;
    return ended_us + w->delay * (int64_t)SECOND;
}

/* Its client is back, with a new session or for the old one: a will that waits is
 * due, as the session ends, or it is cancelled. */
static void
come_back(struct kept *k, const struct receiver *r, int64_t now_us)
{
    for (size_t i = 0; i < WILLS; i++) {
        struct will *w = &k->wills[i];
        bool waits = w->state == WILL_ARMED || w->state == WILL_CLOSED;
        if (!waits || w->client != r->client ||
            w->connection == r->connection || w->delay == 0 ||
            now_us + SECOND > earliest_us(k, w))
            continue;
        if (r->is_clean || r->is_fresh)
            w->delay = 0;
        else
            w->state = WILL_CANCELLED;
    }
}

static void
take_connect(struct kept *k, const struct forward_seen *seen)
{
    const struct mqtt_packet *p = seen->packet;
    struct receiver *r = &k->receivers[seen->connection % RECEIVERS];
    *r = (struct receiver){
        .connection = seen->connection,
        .client = digest_client(seen),
        .heard_us = seen->time_us,
        .is_known = true,
        .is_clean = p->clean_start,
    };
    if (r->is_clean) /* its will may go out before CONNACK */
        come_back(k, r, seen->time_us);
    if (MQTT_HAS(p, will_topic) && MQTT_HAS(p, will_payload))
        arm(k, seen);
}

static void
take_subscribe(struct kept *k, const struct forward_seen *seen)
{
    struct receiver *r = receiver_of(k, seen->connection);
    const struct mqtt_packet *p = seen->packet;
    struct slice rest = p->filters;
    struct mqtt_filter one;
    if (!r || !MQTT_HAS(p, filters))
        return;
    if (!r->subscribed_us)
        r->first_us = seen->time_us;
    r->subscribed_us = seen->time_us;
    while (mqtt_filter_next(p, &rest, &one)) {
        r->has_as_published |= one.retain_as_published;
        r->wants_retained |= one.retain_handling < 2;
    }
}

static void
take_goodbye(struct kept *k, const struct forward_seen *seen)
{
    const struct mqtt_packet *p = seen->packet;
    struct will *w = will_of(k, seen->connection);
    struct mqtt_property expiry;
    if (!w)
        return;
    if (p->version != MQTT_50 || !MQTT_HAS(p, reason) || p->reason == 0)
        w->state = WILL_DISCARDED;
    else if (mqtt_property_find(properties_of(p),
                                MQTT_P_session_expiry_interval, &expiry))
        w->delay = 0;
}

static void
take_publish(struct kept *k, const struct forward_seen *seen)
{
    const struct mqtt_packet *p = seen->packet;
    mark(k->published, key_of(seen->topic, p->payload));
    if (!p->retain)
        return;
    struct retained *t = topic_of(k, seen->topic);
    t->before = t->payload;
    t->is_apart = seen->time_us > t->time_us + SETTLED;
    t->payload = hash_bytes(4, p->payload) | 1;
    t->is_empty = p->payload.len == 0;
    t->is_confirmed = false;
    t->number = seen->number;
    t->time_us = seen->time_us;
}

/* --- from the broker ------------------------------------------------------ */

static void
take_connack(struct kept *k, const struct forward_seen *seen)
{
    const struct mqtt_packet *p = seen->packet;
    struct receiver *r = receiver_of(k, seen->connection);
    struct will *w = will_of(k, seen->connection);
    if (!r || !MQTT_HAS(p, reason))
        return;
    if (p->reason) {
        if (w)
            w->state = WILL_NONE;
        return;
    }
    r->is_fresh = !p->session_present;
    if (w) {
        w->expiry = number_in(properties_of(p),
                              MQTT_P_session_expiry_interval, w->expiry);
        if (w->delay > w->expiry)
            w->delay = w->expiry;
    }
    if (!r->is_clean)
        come_back(k, r, seen->time_us);
}

/* How a will is that goes out now: RULES, if as it should be. */
static enum rule
judge_will(struct kept *k, const struct will *w, int64_t now_us)
{
    if (w->state == WILL_DISCARDED)
        return GOODBYE;
    if (w->state == WILL_CANCELLED)
        return RETURNED;
    return w->delay >= DELAY_MIN && now_us + SECOND < earliest_us(k, w)
               ? EARLY
               : RULES;
}

/* Broken if no will of that topic and payload may go out. */
static enum rule
judge_wills(struct kept *k, const struct forward_seen *seen, uint64_t *earlier)
{
    uint64_t key = key_of(seen->topic, seen->packet->payload);
    enum rule worst = RULES;
    if (seen->packet->retain || is_marked(k->published, key))
        return RULES;
    for (size_t i = 0; i < WILLS; i++) {
        const struct will *w = &k->wills[i];
        if (!w->state || w->key != key)
            continue;
        k->tried |= 1u << GOODBYE | 1u << RETURNED |
                    (w->delay >= DELAY_MIN) << EARLY;
        enum rule now = judge_will(k, w, seen->time_us);
        if (now == RULES)
            return RULES;
        worst = now;
        *earlier = w->number;
    }
    return worst;
}

static enum rule
judge_retained(struct kept *k, const struct forward_seen *seen,
               const struct receiver *r, uint64_t *earlier)
{
    const struct retained *t = topic_of(k, seen->topic);
    uint64_t payload = hash_bytes(4, seen->packet->payload) | 1;
    if (!seen->packet->retain || !r->subscribed_us || !r->wants_retained ||
        !t->payload)
        return RULES;
    *earlier = t->number;
    k->tried |= 1u << LIVE | 1u << DELETED | 1u << REPLACED;
    if (payload == t->payload)
        return !r->has_as_published && payload != t->before &&
                       t->time_us > r->subscribed_us + SECOND
                   ? LIVE
                   : RULES;
    if (payload != t->before || !t->is_confirmed || !t->is_apart ||
        t->time_us + SETTLED > r->first_us) /* what was asked then may wait */
        return RULES;
    if (is_marked(k->left, key_of(seen->topic, seen->packet->payload)))
        return RULES; /* a will may have put it back */
    return t->is_empty ? DELETED : REPLACED;
}

static void
judge(struct kept *k, const struct forward_seen *seen, forward_found *found,
      void *user)
{
    const struct receiver *r = receiver_of(k, seen->connection);
    struct retained *t = topic_of(k, seen->topic);
    uint64_t earlier = 0;
    enum rule broken = RULES;
    if (r && r->is_fresh && !seen->packet->dup && !k->has_gap) {
        broken = judge_retained(k, seen, r, &earlier);
        if (broken == RULES)
            broken = judge_wills(k, seen, &earlier);
    }
    if (broken != RULES)
        found(user, &rules[broken], earlier);
    t->is_confirmed |= t->payload == (hash_bytes(4, seen->packet->payload) | 1);
}

void
kept_next(struct kept *k, const struct forward_seen *seen,
          forward_found *found, void *user)
{
    const struct mqtt_packet *p = seen->packet;
    bool is_client = seen->from == FROM_CLIENT;
    bool has_message = seen->topic.len && MQTT_HAS(p, payload);
    struct receiver *r = receiver_of(k, seen->connection);
    if (r && is_client)
        r->heard_us = seen->time_us;
    switch (p->type) {
    case MQTT_CONNECT: take_connect(k, seen); break;
    case MQTT_CONNACK: take_connack(k, seen); break;
    case MQTT_SUBSCRIBE: take_subscribe(k, seen); break;
    case MQTT_PUBLISH:
        if (has_message && is_client)
            take_publish(k, seen);
        else if (has_message)
            judge(k, seen, found, user);
        else if (is_client) /* of a topic that nobody knows */
            k->has_gap = true;
        break;
    case MQTT_DISCONNECT:
        if (is_client)
            take_goodbye(k, seen);
        break;
    case MQTT_PUBACK:
    case MQTT_PUBREC: /* a message that was refused is not kept */
        if (!is_client && MQTT_HAS(p, reason) && p->reason >= 0x80)
            k->has_gap = true;
        break;
    default: break;
    }
}

void
kept_close(struct kept *k, uint64_t connection, int64_t time_us)
{
    struct will *w = will_of(k, connection);
    if (!w || w->state != WILL_ARMED)
        return;
    w->state = WILL_CLOSED;
    w->closed_us = time_us;
}
