/* store_sqlite_put.c - changes, a prepared statement each.
 * SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "broker/store_sqlite_state.h"

/* --- statements in fewer words -------------------------------------------- */

static struct store_sqlite *
own(struct store *store)
{
    return (struct store_sqlite *)store;
}

/* Binds the next numbers in a row; the first column is 1. */
static void
bind_numbers(sqlite3_stmt *statement, int column, size_t count,
             const uint64_t *numbers)
{
    for (size_t i = 0; i < count; i++)
        sqlite3_bind_int64(statement, column + (int)i,
                           (sqlite3_int64)numbers[i]);
}

#define NUMBERS(statement, column, ...)                                \
    bind_numbers(statement, column,                                    \
                 sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t), \
                 (uint64_t[]){__VA_ARGS__})

/* Names a message, or none. */
static void
bind_message(sqlite3_stmt *st, int column, uint64_t message)
{
    NUMBERS(st, column, message);
    if (message == 0)
        sqlite3_bind_null(st, column);
}

/* A statement with one number or two. */
static void
change(struct store *store, enum store_statement which, uint64_t first,
       uint64_t second)
{
    sqlite3_stmt *st = store_sqlite_take(own(store), which);
    if (!st)
        return;
    NUMBERS(st, 1, first);
    if (sqlite3_bind_parameter_count(st) > 1)
        NUMBERS(st, 2, second);
    store_sqlite_run(own(store), st);
}

/* --- messages ------------------------------------------------------------- */

static void
message_put(struct store *store, const struct store_message *m)
{
    sqlite3_stmt *st = store_sqlite_take(own(store), STORE_MESSAGE_PUT);
    if (!st)
        return;
    NUMBERS(st, 1, m->id);
    store_sqlite_bind(st, 2, m->topic);
    store_sqlite_bind(st, 3, m->payload);
    store_sqlite_bind(st, 4, m->properties);
    NUMBERS(st, 5, m->published_at_ms, m->expiry_interval, m->qos, m->retain);
    if (!m->expires)
        sqlite3_bind_null(st, 6);
    store_sqlite_run(own(store), st);
}

static void
message_remove(struct store *store, uint64_t id)
{
    change(store, STORE_MESSAGE_REMOVE, id, 0);
}

/* --- sessions ------------------------------------------------------------- */

static void
session_put(struct store *store, const struct store_session *row)
{
    sqlite3_stmt *st = store_sqlite_take(own(store), STORE_SESSION_PUT);
    if (!st)
        return;
    NUMBERS(st, 1, row->id);
    store_sqlite_bind(st, 2, row->client_id);
    store_sqlite_bind(st, 3, row->user_name);
    NUMBERS(st, 4, row->expiry_interval, row->ends_at_ms);
    store_sqlite_run(own(store), st);
}

static void
session_remove(struct store *store, uint64_t id)
{
    change(store, STORE_SESSION_REMOVE_SUBSCRIPTIONS, id, 0);
    change(store, STORE_SESSION_REMOVE_DELIVERIES, id, 0);
    change(store, STORE_SESSION_REMOVE_RECEIVING, id, 0);
    change(store, STORE_SESSION_REMOVE, id, 0);
}

static void
subscription_put(struct store *store, const struct store_subscription *row)
{
    sqlite3_stmt *st = store_sqlite_take(own(store), STORE_SUBSCRIPTION_PUT);
    if (!st)
        return;
    NUMBERS(st, 1, row->session);
    store_sqlite_bind(st, 2, row->filter);
    NUMBERS(st, 3, row->id, row->qos, row->no_local,
            row->retain_as_published);
    store_sqlite_run(own(store), st);
}

static void
subscription_remove(struct store *store, uint64_t session,
                    struct slice filter)
{
    sqlite3_stmt *st = store_sqlite_take(own(store), STORE_SUBSCRIPTION_REMOVE);
    if (!st)
        return;
    NUMBERS(st, 1, session);
    store_sqlite_bind(st, 2, filter);
    store_sqlite_run(own(store), st);
}

static void
receiving_put(struct store *store, const struct store_receiving *r)
{
    sqlite3_stmt *st = store_sqlite_take(own(store), STORE_RECEIVING_PUT);
    if (!st)
        return;
    NUMBERS(st, 1, r->session, r->packet_id);
    bind_message(st, 3, r->message);
    store_sqlite_run(own(store), st);
}

static void
receiving_remove(struct store *store, uint64_t session, uint16_t packet_id)
{
    change(store, STORE_RECEIVING_REMOVE, session, packet_id);
}

/* --- deliveries ----------------------------------------------------------- */

/* Subscription Identifiers lie in the file as SQLite keeps numbers in memory:
 * four bytes each, least significant first, on every machine. */
static void
put_le(struct buf *out, const struct store_delivery *d)
{
    for (size_t i = 0; i < d->sub_id_count; i++)
        for (int shift = 0; shift < 32; shift += 8)
            buf_add_byte(out, (uint8_t)(d->sub_ids[i] >> shift));
}

static void
delivery_put(struct store *store, const struct store_delivery *d)
{
    struct buf sub_ids = {0};
    sqlite3_stmt *st = store_sqlite_take(own(store), STORE_DELIVERY_PUT);
    if (!st)
        return;
    put_le(&sub_ids, d);
    NUMBERS(st, 1, d->id, d->session);
    bind_message(st, 3, d->message);
    store_sqlite_bind(st, 4, buf_slice(&sub_ids));
    NUMBERS(st, 5, d->packet_id, d->qos, d->state, d->retain);
    store_sqlite_bind(st, 9, d->share);
    store_sqlite_run(own(store), st);
    buf_release(&sub_ids);
}

static void
delivery_step(struct store *store, const struct store_delivery *d)
{
    sqlite3_stmt *st = store_sqlite_take(own(store), STORE_DELIVERY_STEP);
    if (!st)
        return;
    bind_message(st, 1, d->message);
    NUMBERS(st, 2, d->packet_id, d->state, d->id);
    store_sqlite_run(own(store), st);
}

static void
delivery_remove(struct store *store, uint64_t id)
{
    change(store, STORE_DELIVERY_REMOVE, id, 0);
}

/* --- retained messages and wills ------------------------------------------ */

static void
retained_put(struct store *store, uint64_t message)
{
    change(store, STORE_RETAINED_PUT, message, 0);
}

static void
retained_remove(struct store *store, uint64_t message)
{
    change(store, STORE_RETAINED_REMOVE, message, 0);
}

static void
will_put(struct store *store, const struct store_will *w)
{
    sqlite3_stmt *st = store_sqlite_take(own(store), STORE_WILL_PUT);
    if (!st)
        return;
    NUMBERS(st, 1, w->session, w->message, w->delay, w->due_at_ms);
    store_sqlite_run(own(store), st);
}

static void
will_remove(struct store *store, uint64_t session)
{
    change(store, STORE_WILL_REMOVE, session, 0);
}

void
store_sqlite_set_puts(struct store_calls *calls)
{
    calls->message_put = message_put;
    calls->message_remove = message_remove;
    calls->session_put = session_put;
    calls->session_remove = session_remove;
    calls->subscription_put = subscription_put;
    calls->subscription_remove = subscription_remove;
    calls->delivery_put = delivery_put;
    calls->delivery_step = delivery_step;
    calls->delivery_remove = delivery_remove;
    calls->receiving_put = receiving_put;
    calls->receiving_remove = receiving_remove;
    calls->retained_put = retained_put;
    calls->retained_remove = retained_remove;
    calls->will_put = will_put;
    calls->will_remove = will_remove;
}
