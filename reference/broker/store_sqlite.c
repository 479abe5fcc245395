/* store_sqlite.c - the file of the store: opened, checked, committed, closed.
 * SPDX-License-Identifier: MIT
 *
 * A write-ahead log and synchronous=FULL: a commit is one append to the log and
 * one wait for the disk. The lock is taken at the start and held, so a second
 * broker on the same file finds out at once. Foreign keys are not enforced:
 * what names what is checked when it is loaded, once, and not at each change. */
#include "broker/store_sqlite.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "broker/store_sqlite_state.h"

enum {
    APPLICATION_ID = 0x504c4d42, /* "PLMB": whose file it is */
    SCHEMA_VERSION = 2           /* a change of the tables makes it 3 */
};

/* clang-format off */
static const char *const schema[] = {
    "CREATE TABLE message ("
    " id INTEGER PRIMARY KEY, topic BLOB NOT NULL, payload BLOB NOT NULL,"
    " properties BLOB NOT NULL, published_at_ms INTEGER NOT NULL,"
    " expiry_interval INTEGER, qos INTEGER NOT NULL,"
    " retain INTEGER NOT NULL) STRICT",

    "CREATE TABLE session ("
    " id INTEGER PRIMARY KEY, client_id BLOB NOT NULL,"
    " user_name BLOB NOT NULL, expiry_interval INTEGER NOT NULL,"
    " ends_at_ms INTEGER NOT NULL) STRICT",

    "CREATE TABLE subscription ("
    " session INTEGER NOT NULL, filter BLOB NOT NULL,"
    " id INTEGER NOT NULL, qos INTEGER NOT NULL, no_local INTEGER NOT NULL,"
    " retain_as_published INTEGER NOT NULL,"
    " PRIMARY KEY (session, filter)) STRICT, WITHOUT ROWID",

    "CREATE TABLE delivery ("
    " id INTEGER PRIMARY KEY, session INTEGER NOT NULL, message INTEGER,"
    " sub_ids BLOB NOT NULL, packet_id INTEGER NOT NULL,"
    " qos INTEGER NOT NULL, state INTEGER NOT NULL,"
    " retain INTEGER NOT NULL, share BLOB NOT NULL) STRICT",

    "CREATE TABLE receiving ("
    " session INTEGER NOT NULL, packet_id INTEGER NOT NULL, message INTEGER,"
    " PRIMARY KEY (session, packet_id)) STRICT, WITHOUT ROWID",

    "CREATE TABLE retained (message INTEGER PRIMARY KEY) STRICT",

    "CREATE TABLE will ("
    " session INTEGER PRIMARY KEY, message INTEGER NOT NULL,"
    " delay INTEGER NOT NULL, due_at_ms INTEGER NOT NULL) STRICT",
};

static const char *const sql[STORE_STATEMENT_COUNT] = {
#define X(name, text) text,
    STORE_STATEMENTS(X)
#undef X
};
/* clang-format on */

/* --- errors --------------------------------------------------------------- */

int
store_sqlite_error(struct store_sqlite *s, struct error *err)
{
    switch (sqlite3_errcode(s->db)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(err, "store %s: in use by another broker; stop that "
                              "one, or give this one a file of its own",
                         s->path);
    case SQLITE_FULL:
        return error_set(err, "store %s: the disk is full; make room and "
                              "start again: what was acknowledged is stored",
                         s->path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return error_set(err, "store %s: it cannot be written; check who owns "
                              "the file and its folder", s->path);
    case SQLITE_CANTOPEN:
        return error_set(err, "store %s: it cannot be opened; check that its "
                              "folder exists and can be written", s->path);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return error_set(err, "store %s: the file is damaged or no store "
                              "(%s); put back a copy, or move it away to "
                              "begin empty", s->path, sqlite3_errmsg(s->db));
    default:
        return error_set(err, "store %s: %s", s->path,
                         sqlite3_errmsg(s->db));
    }
}

/* The first failure is the one to tell; from now on nothing is taken, so that
 * no part of a turn is stored without the rest. */
static void
fail(struct store_sqlite *s)
{
    if (s->has_failed)
        return;
    s->has_failed = true;
    store_sqlite_error(s, &s->failure);
}

/* --- changes -------------------------------------------------------------- */

void
store_sqlite_run(struct store_sqlite *s, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        fail(s);
    sqlite3_reset(statement);
}

sqlite3_stmt *
store_sqlite_take(struct store_sqlite *s, enum store_statement which)
{
    if (!s->store.has_changes) {
        s->store.has_changes = true;
        if (!s->has_failed)
            store_sqlite_run(s, s->statements[STORE_BEGIN]);
    }
    return s->has_failed ? NULL : s->statements[which];
}

void
store_sqlite_bind(sqlite3_stmt *statement, int column, struct slice bytes)
{
    /* A NULL pointer would be SQL's NULL. Bound only until the next reset. */
    sqlite3_bind_blob64(statement, column, bytes.len ? bytes.ptr : (void *)"",
                        bytes.len, SQLITE_STATIC);
}

static int
commit(struct store *store, struct error *err)
{
    struct store_sqlite *s = (struct store_sqlite *)store;
    if (!s->has_failed)
        store_sqlite_run(s, s->statements[STORE_COMMIT]);
    if (s->has_failed) {
        *err = s->failure;
        return -1;
    }
    store->has_changes = false;
    return 0;
}

/* --- life ----------------------------------------------------------------- */

static void
close_store(struct store *store)
{
    struct store_sqlite *s = (struct store_sqlite *)store;
    for (int i = 0; i < STORE_STATEMENT_COUNT; i++)
        sqlite3_finalize(s->statements[i]);
    sqlite3_close(s->db); /* takes back what was not committed */
    free(s->path);
    free(s);
}

static int
run_text(struct store_sqlite *s, const char *text, struct error *err)
{
    if (sqlite3_exec(s->db, text, NULL, NULL, NULL) != SQLITE_OK)
        return store_sqlite_error(s, err);
    return 0;
}

/* The single value that a statement yields, as a number and as text. */
static int
ask(struct store_sqlite *s, const char *text, int *number, bool *is_ok,
    struct error *err)
{
    sqlite3_stmt *statement = NULL;
    int result = 0;
    if (sqlite3_prepare_v2(s->db, text, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        result = store_sqlite_error(s, err);
    } else {
        const char *answer = (const char *)sqlite3_column_text(statement, 0);
        *number = sqlite3_column_int(statement, 0);
        *is_ok = answer && strcmp(answer, "ok") == 0;
    }
    sqlite3_finalize(statement);
    return result;
}

static int
make_schema(struct store_sqlite *s, struct error *err)
{
    char text[80];
    for (size_t i = 0; i < sizeof schema / sizeof schema[0]; i++)
        if (run_text(s, schema[i], err) < 0)
            return -1;
    snprintf(text, sizeof text,
             "PRAGMA application_id = %d; PRAGMA user_version = %d",
             APPLICATION_ID, SCHEMA_VERSION);
    return run_text(s, text, err);
}

/* Whose file is it, of which version, and is it whole? A new one is empty. */
static int
check_file(struct store_sqlite *s, bool *is_new, struct error *err)
{
    int tables = 0, id = 0, version = 0, unused = 0;
    bool is_ok = false;
    if (ask(s, "SELECT count(*) FROM sqlite_schema", &tables, &is_ok, err) ||
        ask(s, "PRAGMA application_id", &id, &is_ok, err) ||
        ask(s, "PRAGMA user_version", &version, &is_ok, err))
        return -1;
    *is_new = tables == 0 && id == 0 && version == 0;
    if (*is_new)
        return 0;
    if (id != APPLICATION_ID)
        return error_set(err, "store %s: a database of another program; give "
                              "the broker a file of its own", s->path);
    if (version != SCHEMA_VERSION)
        return error_set(err, "store %s: written by another version of "
                              "plumb-broker (layout %d, this one knows %d); "
                              "start that one, or another file", s->path,
                         version, SCHEMA_VERSION);
    if (ask(s, "PRAGMA quick_check(1)", &unused, &is_ok, err) < 0)
        return -1;
    if (!is_ok)
        return error_set(err, "store %s: the file is damaged; put back a "
                              "copy, or move it away to begin empty", s->path);
    return 0;
}

/* The file of somebody else is left as it is. The transaction takes the lock,
 * which is then kept. */
static int
prepare(struct store_sqlite *s, const struct store_sqlite_options *o,
        struct error *err)
{
    char limits[96];
    bool is_new = false;
    snprintf(limits, sizeof limits,
             "PRAGMA max_page_count = %u; PRAGMA wal_autocheckpoint = %u",
             o && o->maximum_pages ? o->maximum_pages : 0xfffffffe,
             o && o->checkpoint_pages ? o->checkpoint_pages : 1000);
    if (run_text(s, "PRAGMA locking_mode = EXCLUSIVE", err) ||
        check_file(s, &is_new, err) ||
        run_text(s, "PRAGMA journal_mode = WAL", err) ||
        run_text(s, o && o->unsafe_sync ? "PRAGMA synchronous = OFF"
                                        : "PRAGMA synchronous = FULL", err) ||
        run_text(s, "BEGIN IMMEDIATE", err) ||
        (is_new && make_schema(s, err) < 0) ||
        run_text(s, "COMMIT", err) || run_text(s, limits, err))
        return -1;
    for (int i = 0; i < STORE_STATEMENT_COUNT; i++)
        if (sqlite3_prepare_v3(s->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &s->statements[i], NULL) != SQLITE_OK)
            return store_sqlite_error(s, err);
    return 0;
}

struct store *
store_sqlite_open(const char *path, const struct store_sqlite_options *options,
                  struct error *err)
{
    struct store_sqlite *s = xcalloc(1, sizeof *s);
    s->store.call = &s->calls;
    s->calls.load = store_sqlite_load;
    s->calls.commit = commit;
    s->calls.close = close_store;
    store_sqlite_set_puts(&s->calls);
    s->path = xcalloc(1, strlen(path) + 1);
    strcpy(s->path, path);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                SQLITE_OPEN_NOMUTEX;
    int result = 0;
    if (sqlite3_open_v2(path, &s->db, flags,
                        options ? options->vfs : NULL) != SQLITE_OK)
        result = store_sqlite_error(s, err);
    if (result < 0 || prepare(s, options, err) < 0) {
        close_store(&s->store);
        return NULL;
    }
    return &s->store;
}
