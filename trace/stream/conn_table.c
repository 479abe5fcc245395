/* conn_table.c - which connection a segment belongs to, and which must go.
 * SPDX-License-Identifier: MIT
 *
 * Two lists, each with the longest silent first: `live` connections, and
 * `cheap` ones that are closed or never had a byte. The cheap go first, so
 * that a port scan does not push out what somebody wants to see.             */
#include "trace/stream/conn_table.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/random.h"
#include "trace/stream/reassemble.h"

#define CONNS_MAX 32768
#define SIDE_MAX (4 << 20)
#define MEMORY_MAX (14 << 20)
#define LINGER_NS INT64_C(120000000000) /* twice the life of a segment */

#define END_LEN 18            /* one endpoint in a key: address and port */
#define KEY_LEN (1 + 2 * END_LEN)

struct entry {
    struct list link;         /* in live or cheap */
    uint8_t key[KEY_LEN];     /* the map borrows it */
    struct reassembly stream; /* the connection itself */
};

struct conn_table {
    struct stream_events events;     /* copied */
    struct reassemble_limits limits; /* of all connections */
    size_t conns_max;
    int64_t idle_ns;                 /* 0: no limit */
    uint64_t seen;                   /* number of the next connection */
    struct map by_key;               /* struct entry, owned */
    struct list live;                /* open, with data */
    struct list cheap;               /* closed, or without data so far */
};

static size_t
or_default(size_t value, size_t preset)
{
    return value ? value : preset;
}

struct conn_table *
conn_table_new(const struct stream_events *events,
               const struct conn_limits *limits)
{
    static const struct conn_limits none = {0};
    struct conn_table *t = xcalloc(1, sizeof *t);
    if (!limits)
        limits = &none;
    t->events = *events;
    t->limits.side_max = or_default(limits->side_max, SIDE_MAX);
    t->limits.memory_max = or_default(limits->memory_max, MEMORY_MAX);
    t->conns_max = or_default(limits->conns_max, CONNS_MAX);
    t->idle_ns = limits->idle_ns;
    random_secret(&t->by_key.hash_key, sizeof t->by_key.hash_key);
    list_init(&t->live);
    list_init(&t->cheap);
    return t;
}

static void
put_end(uint8_t *out, const struct endpoint *e)
{
    memcpy(out, e->addr, sizeof e->addr);
    out[16] = (uint8_t)(e->port >> 8);
    out[17] = (uint8_t)e->port;
}

/* The same for both directions: the lower end first. */
static void
key_of(uint8_t key[KEY_LEN], const struct segment *seg)
{
    uint8_t src[END_LEN], dst[END_LEN];
    put_end(src, &seg->src);
    put_end(dst, &seg->dst);
    bool is_up = memcmp(src, dst, END_LEN) < 0;
    key[0] = seg->src.is_v6;
    memcpy(key + 1, is_up ? src : dst, END_LEN);
    memcpy(key + 1 + END_LEN, is_up ? dst : src, END_LEN);
}

/* Says goodbye, unless that was done, and frees. */
static void
drop(struct conn_table *t, struct entry *e, enum stream_close how)
{
    reassemble_close(&e->stream, how);
    map_remove(&t->by_key, slice_of(e->key, KEY_LEN));
    list_remove(&e->link);
    free(e);
}

static struct entry *
oldest(struct list *list)
{
    return list_empty(list) ? NULL : LIST_ITEM(list->next, struct entry, link);
}

static bool
is_silent(const struct entry *e, int64_t now_ns, int64_t limit_ns)
{
    int64_t silent;
    return e && !__builtin_sub_overflow(now_ns, e->stream.conn.last_time_ns,
                                        &silent) &&
           silent > limit_ns;
}

/* Called once per segment, so one of each kind is enough to keep up. */
static void
expire(struct conn_table *t, int64_t now_ns)
{
    struct entry *e = oldest(&t->cheap);
    if (is_silent(e, now_ns, LINGER_NS) && e->stream.is_closed)
        drop(t, e, STREAM_CLOSE_EVICTED);
    if (!t->idle_ns)
        return;
    if (is_silent(e = oldest(&t->cheap), now_ns, t->idle_ns))
        drop(t, e, STREAM_CLOSE_EVICTED);
    if (is_silent(e = oldest(&t->live), now_ns, t->idle_ns))
        drop(t, e, STREAM_CLOSE_EVICTED);
}

static struct entry *
open_entry(struct conn_table *t, const uint8_t key[KEY_LEN],
           const struct segment *seg)
{
    if (t->by_key.count >= t->conns_max) {
        struct entry *victim = oldest(&t->cheap);
        drop(t, victim ? victim : oldest(&t->live), STREAM_CLOSE_EVICTED);
    }
    struct entry *e = xcalloc(1, sizeof *e);
    memcpy(e->key, key, KEY_LEN);
    map_put(&t->by_key, slice_of(e->key, KEY_LEN), e);
    reassemble_init(&e->stream, seg, t->seen++, &t->events, &t->limits);
    return e;
}

static bool
is_cheap(const struct entry *e)
{
    const struct reassemble_side *side = e->stream.side;
    return e->stream.is_closed || (!side[0].highest && !side[1].highest);
}

void
conn_table_feed(struct conn_table *t, const struct segment *seg)
{
    uint8_t key[KEY_LEN];
    key_of(key, seg);
    expire(t, seg->time_ns);

    struct entry *e = map_get(&t->by_key, slice_of(key, KEY_LEN));
    if (e && reassemble_is_other(&e->stream, seg)) {
        drop(t, e, STREAM_CLOSE_REUSED);
        e = NULL;
    }
    if (!e)
        e = open_entry(t, key, seg);
    reassemble_feed(&e->stream, seg);
    list_remove(&e->link);
    list_push(is_cheap(e) ? &t->cheap : &t->live, &e->link);
}

static int
by_number(const void *a, const void *b)
{
    const struct entry *x = *(struct entry *const *)a;
    const struct entry *y = *(struct entry *const *)b;
    return x->stream.conn.number < y->stream.conn.number ? -1 : 1;
}

void
conn_table_finish(struct conn_table *t)
{
    size_t count = 0, at = 0;
    struct entry **all = xcalloc(t->by_key.count + 1, sizeof *all);
    struct entry *e;
    while ((e = map_next(&t->by_key, &at)))
        all[count++] = e;
    qsort(all, count, sizeof *all, by_number);
    for (size_t i = 0; i < count; i++)
        drop(t, all[i], STREAM_CLOSE_END);
    free(all);
}

uint64_t
conn_table_count(const struct conn_table *t)
{
    return t->seen;
}

void
conn_table_free(struct conn_table *t)
{
    if (!t)
        return;
    size_t at = 0;
    struct entry *e;
    while ((e = map_next(&t->by_key, &at))) {
        reassemble_release(&e->stream);
        free(e);
    }
    map_release(&t->by_key);
    free(t);
}

const char *
stream_close_text(enum stream_close how)
{
    switch (how) {
    case STREAM_CLOSE_FIN:
        return "FIN";
    case STREAM_CLOSE_RST:
        return "RST";
    case STREAM_CLOSE_REUSED:
        return "ports reused";
    case STREAM_CLOSE_END:
        return "end of capture";
    case STREAM_CLOSE_EVICTED:
        return "evicted";
    }
    BUG("a way to close that has no name");
}
