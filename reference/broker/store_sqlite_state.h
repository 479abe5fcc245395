/* store_sqlite_state.h - what the parts of the SQLite store share.
 * SPDX-License-Identifier: MIT
 *
 *     store_sqlite.c       the file: opened, checked, committed, closed
 *     store_sqlite_put.c   changes, a prepared statement each
 *     store_sqlite_load.c  everything that is stored, read once              */
#ifndef BROKER_STORE_SQLITE_STATE_H
#define BROKER_STORE_SQLITE_STATE_H

#include <sqlite3.h>

#include "broker/store.h"

/* One row per statement: name, SQL. Parameters are bound in their order. */
/* clang-format off */
#define STORE_STATEMENTS(X) \
    X(BEGIN,               "BEGIN IMMEDIATE") \
    X(COMMIT,              "COMMIT") \
    X(MESSAGE_PUT,         "INSERT INTO message VALUES (?,?,?,?,?,?,?,?)") \
    X(MESSAGE_REMOVE,      "DELETE FROM message WHERE id = ?") \
    X(SESSION_PUT,         "INSERT INTO session VALUES (?,?,?,?,?) " \
                           "ON CONFLICT (id) DO UPDATE SET " \
                           "user_name = excluded.user_name, " \
                           "expiry_interval = excluded.expiry_interval, " \
                           "ends_at_ms = excluded.ends_at_ms") \
    X(SESSION_REMOVE,      "DELETE FROM session WHERE id = ?") \
    X(SESSION_REMOVE_SUBSCRIPTIONS, \
                           "DELETE FROM subscription WHERE session = ?") \
    X(SESSION_REMOVE_DELIVERIES, \
                           "DELETE FROM delivery WHERE session = ?") \
    X(SESSION_REMOVE_RECEIVING, \
                           "DELETE FROM receiving WHERE session = ?") \
    X(SUBSCRIPTION_PUT,    "INSERT OR REPLACE INTO subscription " \
                           "VALUES (?,?,?,?,?,?)") \
    X(SUBSCRIPTION_REMOVE, "DELETE FROM subscription " \
                           "WHERE session = ? AND filter = ?") \
    X(DELIVERY_PUT,        "INSERT INTO delivery " \
                           "VALUES (?,?,?,?,?,?,?,?,?)") \
    X(DELIVERY_STEP,       "UPDATE delivery SET message = ?, packet_id = ?, " \
                           "state = ? WHERE id = ?") \
    X(DELIVERY_REMOVE,     "DELETE FROM delivery WHERE id = ?") \
    X(RECEIVING_PUT,       "INSERT OR REPLACE INTO receiving " \
                           "VALUES (?,?,?)") \
    X(RECEIVING_REMOVE,    "DELETE FROM receiving " \
                           "WHERE session = ? AND packet_id = ?") \
    X(RETAINED_PUT,        "INSERT OR REPLACE INTO retained VALUES (?)") \
    X(RETAINED_REMOVE,     "DELETE FROM retained WHERE message = ?") \
    X(WILL_PUT,            "INSERT OR REPLACE INTO will VALUES (?,?,?,?)") \
    X(WILL_REMOVE,         "DELETE FROM will WHERE session = ?")
/* clang-format on */

enum store_statement {
#define X(name, sql) STORE_##name,
    STORE_STATEMENTS(X)
#undef X
    STORE_STATEMENT_COUNT
};

struct store_sqlite {
    struct store store;       /* first: the functions get this */
    struct store_calls calls; /* what store.call points to */
    sqlite3 *db;
    char *path;               /* owned, for messages */
    sqlite3_stmt *statements[STORE_STATEMENT_COUNT];
    bool has_failed;          /* since then nothing is taken */
    struct error failure;     /* what it was */
};

/* Fills err with what SQLite says went wrong, in words that help. */
int store_sqlite_error(struct store_sqlite *s, struct error *err);

/* The statement, to be bound and given to store_sqlite_run; the first of a turn
 * begins the transaction. NULL once the store has failed. */
sqlite3_stmt *store_sqlite_take(struct store_sqlite *s,
                                enum store_statement which);
void store_sqlite_run(struct store_sqlite *s, sqlite3_stmt *statement);

/* Text and bytes as they are, never NULL. */
void store_sqlite_bind(sqlite3_stmt *statement, int column,
                       struct slice bytes);

/* For the table of functions: store_sqlite_put.c. */
void store_sqlite_set_puts(struct store_calls *calls);

/* store_sqlite_load.c */
int store_sqlite_load(struct store *store, const struct store_reader *to,
                      struct error *err);

#endif
