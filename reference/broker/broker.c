/* broker.c - the broker as seen from outside.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/mem.h"
#include "broker/broker_state.h"
#include "broker/conn.h"
#include "broker/pressure.h"
#include "broker/restore.h"
#include "broker/retain.h"
#include "broker/route.h"
#include "broker/session.h"
#include "broker/store.h"
#include "broker/sys.h"
#include "mqtt/reason.h"

enum { SURPLUS = 64 }; /* connections to be told that there are too many */

struct broker *
broker_new(const struct broker_config *config, uint64_t now_ms)
{
    struct broker *b = xcalloc(1, sizeof *b);
    uint64_t secret = config->seed;
    if (!secret)
        random_secret(&secret, sizeof secret);
    b->config = *config;
    b->now_ms = now_ms;
    random_seed(&b->random, secret);
    list_init(&b->conns);
    list_init(&b->strangers);
    list_init(&b->dirty);
    list_init(&b->let_go);
    list_init(&b->logins);
    random_secret(b->salt_key, sizeof b->salt_key);
    for (size_t i = 0; config->seed && i < sizeof b->salt_key; i++)
        b->salt_key[i] = (uint8_t)random_u64(&b->random);
    b->sessions.hash_key = random_u64(&b->random);
    tree_init(&b->subscriptions, random_u64(&b->random));
    tree_init(&b->retained, random_u64(&b->random));
    /* Assigned Client Identifiers show numbers of this kind, and whoever knows
     * enough of them knows those before: the keys must not be among them. */
    if (!config->seed) {
        random_secret(&secret, sizeof secret);
        random_seed(&b->random, secret);
    }
    b->deliveries.size = sizeof(struct delivery);
    b->messages.size = MESSAGE_SMALL;
    sys_begin(b);
    return b;
}

void
broker_free(struct broker *b)
{
    size_t at = 0;
    b->store = NULL; /* what is stored stays */
    /* Without sessions, ending connections has no effect but to free them. */
    LIST_EACH(link, &b->conns) {
        struct conn *c = LIST_ITEM(link, struct conn, link);
        if (c->session)
            c->session->conn = NULL;
        c->session = NULL;
        conn_free(b, c);
    }
    struct session *s;
    while (at = 0, (s = map_next(&b->sessions, &at)))
        session_free(b, s);
    retain_release(b);
    tree_release(&b->retained);
    tree_release(&b->subscriptions);
    map_release(&b->sessions);
    matches_release(&b->matches);
    timers_release(&b->timers);
    buf_release(&b->scratch);
    route_release(b);
    forms_release(&b->forms);
    outbox_release(&b->outbox);
    pool_release(&b->deliveries);
    pool_release(&b->messages);
    free(b);
}

const struct broker_config *
broker_config_of(const struct broker *b)
{
    return &b->config;
}

void
broker_use_acl(struct broker *b, const struct acl *acl)
{
    b->acl = acl;
}

int
broker_use_store(struct broker *b, struct store *store, uint64_t wall_ms,
                 struct error *err)
{
    b->wall_offset_ms = wall_ms - b->now_ms;
    if (restore(b, store, err) < 0)
        return -1;
    broker_tick(b, b->now_ms); /* what was due while nobody served */
    return 0;
}

int
broker_commit(struct broker *b, uint64_t wall_ms, struct error *err)
{
    if (!b->store)
        return 0;
    /* The wall's clock may have been set since. */
    b->wall_offset_ms = wall_ms - b->now_ms;
    if (!b->store->has_changes)
        return 0;
    return b->store->call->commit(b->store, err);
}

void
broker_use_passwords(struct broker *b, const struct passwords *passwords)
{
    b->passwords = passwords;
}

void
broker_on_note(struct broker *b, broker_note_fn *note, void *user)
{
    b->note = note;
    b->note_user = user;
}

void
broker_tell_memory(struct broker *b, uint64_t bytes)
{
    uint64_t most = (uint64_t)b->config.memory_max << 20;
    b->is_short_of_memory = most > 0 && bytes > most;
}

bool
broker_counts_memory(const struct broker *b)
{
    return b->config.memory_max > 0;
}

struct slice
broker_client_id(const struct conn *c)
{
    return c->session ? c->session->client_id : slice_of(NULL, 0);
}

void
broker_shutdown(struct broker *b, uint64_t now_ms)
{
    b->now_ms = now_ms;
    LIST_EACH(link, &b->conns) {
        struct conn *c = LIST_ITEM(link, struct conn, link);
        if (c->phase == CONN_READY)
            conn_fail(b, c, MQTT_RC_SERVER_SHUTTING_DOWN,
                      "the server is stopping");
        else
            conn_close(b, c);
        conn_mark_dirty(b, c);
    }
}

struct conn *
broker_accept(struct broker *b, void *owner, uint64_t now_ms)
{
    b->now_ms = now_ms;
    struct conn *c = conn_new(b, owner);
    /* Who is one too many is told so after its CONNECT (on_connect.c); but not
     * in any number. */
    if (b->conn_count > (size_t)b->config.maximum_connections + SURPLUS)
        conn_close(b, c);
    return c;
}

void *
conn_owner(const struct conn *c)
{
    return c->owner;
}

void
broker_identify(struct broker *b, struct conn *c, struct slice user_name)
{
    (void)b;
    buf_clear(&c->login->user_name);
    buf_add(&c->login->user_name, user_name);
    c->login->is_identified = true;
}

void
broker_input(struct broker *b, struct conn *c, struct slice bytes,
             uint64_t now_ms)
{
    b->now_ms = now_ms;
    b->sys.counts[SYS_BYTES_RECEIVED] += bytes.len;
    if (c->phase != CONN_CLOSING)
        conn_input(b, c, bytes);
    pressure_go_on(b);
}

void
broker_gone(struct broker *b, struct conn *c, uint64_t now_ms)
{
    b->now_ms = now_ms;
    conn_free(b, c);
    pressure_go_on(b);
}

void
broker_timer_set(struct broker *b, struct broker_timer *t, uint64_t after_ms)
{
    timer_set(&b->timers, &t->timer,
              after_ms == TIMER_NEVER ? TIMER_NEVER : b->now_ms + after_ms);
}

void
broker_tick(struct broker *b, uint64_t now_ms)
{
    struct timer *t;
    b->now_ms = now_ms;
    while ((t = timers_pop(&b->timers, now_ms))) {
        struct broker_timer *due = LIST_ITEM(t, struct broker_timer, timer);
        due->due(b, due);
    }
    pressure_go_on(b);
}

uint64_t
broker_deadline_ms(const struct broker *b)
{
    return timers_next_ms(&b->timers);
}

struct conn *
broker_next_dirty(struct broker *b)
{
    if (list_empty(&b->dirty))
        return NULL;
    struct conn *c = LIST_ITEM(b->dirty.next, struct conn, dirty_link);
    list_remove(&c->dirty_link);
    return c;
}

bool
broker_has_news(const struct broker *b)
{
    return !list_empty(&b->dirty) || (b->store && b->store->has_changes);
}

size_t
broker_output(const struct conn *c, struct slice *pieces, size_t most)
{
    return output_pieces(c, pieces, most);
}

size_t
broker_output_len(const struct conn *c)
{
    return conn_waiting(c);
}

void
broker_copy_output(const struct conn *c, struct buf *out)
{
    output_copy(c, out);
}

void
broker_take_output(struct broker *b, struct conn *c, struct buf *out)
{
    b->sys.counts[SYS_BYTES_SENT] += conn_waiting(c);
    output_copy(c, out);
    output_discard(b, c);
}

bool
broker_wants_read(const struct broker *b, const struct conn *c)
{
    return c->phase != CONN_CLOSING && c->phase != CONN_VERIFYING &&
           !c->hold && conn_waiting(c) <= b->config.maximum_output;
}

void
broker_sent(struct broker *b, struct conn *c, size_t n)
{
    b->sys.counts[SYS_BYTES_SENT] += n;
    output_sent(b, c, n);
}

bool
broker_wants_close(const struct conn *c)
{
    return c->phase == CONN_CLOSING;
}
