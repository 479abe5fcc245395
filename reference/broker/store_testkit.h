/* store_testkit.h - a broker with a store, and its crashes.
 * SPDX-License-Identifier: MIT
 *
 * A crash is a broker that is thrown away after a commit. The next one begins
 * with another clock, so that only wall time can tell it what is due. Only
 * x_test.c files include this, and each runs its tests in processes of their
 * own: so there is one broker and one store.                                 */
#ifndef BROKER_STORE_TESTKIT_H
#define BROKER_STORE_TESTKIT_H

#include <unistd.h>

#include "broker/store_sqlite.h"
#include "broker/store_sqlite_state.h"
#include "broker/testkit.h"

static struct kit k;
static struct store *store;
static struct store_sqlite_options options;
static char folder[64], path[96];
static uint64_t wall_ms;

static inline void
open_store(void)
{
    struct error err;
    store = store_sqlite_open(path, &options, &err);
    ck_assert_msg(store != NULL, "%s", err.text);
    ck_assert_msg(broker_use_store(kit_broker(&k), store, wall_ms, &err) == 0,
                  "%s", err.text);
    kit_pump(&k);
}

static inline void
begin(void)
{
    strcpy(folder, "/tmp/store_test.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/store", folder);
    options = (struct store_sqlite_options){0};
    wall_ms = 1700000000000;
    kit_begin(&k);
    open_store();
}

static inline int
commit(struct error *err)
{
    return broker_commit(k.broker, wall_ms, err);
}

/* The broker is killed after the turn; down for so long. */
static inline void
kill_broker(uint64_t down_ms)
{
    struct error err = {""};
    ck_assert_msg(commit(&err) == 0, "%s", err.text);
    broker_free(k.broker);
    store->call->close(store);
    store = NULL;
    k.broker = NULL;
    for (size_t i = 0; i < k.conn_count; i++)
        k.conns[i].conn = NULL;
    wall_ms += down_ms;
    k.now_ms = 7;
}

static inline void
restart(uint64_t down_ms)
{
    kill_broker(down_ms);
    open_store();
}

static inline void
pass(uint64_t ms)
{
    kit_advance(&k, ms);
    wall_ms += ms;
}

static inline void
end(void)
{
    kit_end(&k);
    if (store)
        store->call->close(store);
    char name[128];
    static const char *const endings[] = {"", "-wal", "-journal", "-shm"};
    for (size_t i = 0; i < TEST_COUNT(endings); i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
    rmdir(folder);
}

static inline sqlite3 *
db(void)
{
    return ((struct store_sqlite *)store)->db;
}

static inline void
sql(const char *text)
{
    ck_assert_int_eq(sqlite3_exec(db(), text, NULL, NULL, NULL), SQLITE_OK);
}

static inline int
count(const char *table)
{
    sqlite3_stmt *row;
    char text[80];
    snprintf(text, sizeof text, "SELECT count(*) FROM %s", table);
    ck_assert_int_eq(sqlite3_prepare_v2(db(), text, -1, &row, NULL),
                     SQLITE_OK);
    sqlite3_step(row);
    int n = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    return n;
}

/* No record is left behind. */
static inline void
expect_empty(void)
{
    static const char *const tables[] = {"message",   "session",  "subscription",
                                         "delivery",  "receiving", "retained",
                                         "will"};
    for (size_t i = 0; i < TEST_COUNT(tables); i++)
        ck_assert_msg(count(tables[i]) == 0, "%s has %d rows", tables[i],
                      count(tables[i]));
}

static inline struct kit_conn *
client(const char *words)
{
    return kit_client(&k, MQTT_50, words);
}

static inline struct kit_conn *
back(const char *words)
{
    return kit_client_session(&k, MQTT_50, words, true);
}

#define FOR_EVER " session_expiry_interval=4294967295"
#define WILL " will_flag=1 will_qos=1 will_payload=x will_topic="

#endif
