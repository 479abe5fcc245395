/* store_sqlite_load.c - everything that is stored, read once.
 * SPDX-License-Identifier: MIT
 *
 * Messages and sessions first, then what names them; deliveries in the order of
 * their queues. Numbers are cut to their size here: what cannot be is found by
 * the reader, who knows what can.                                            */
#include <stdlib.h>

#include "base/mem.h"
#include "base/reader.h"
#include "broker/store_sqlite_state.h"

typedef int take_row(sqlite3_stmt *row, const struct store_reader *to,
                     struct error *err);

static uint64_t
number(sqlite3_stmt *row, int column)
{
    return (uint64_t)sqlite3_column_int64(row, column);
}

static struct slice
bytes(sqlite3_stmt *row, int column)
{
    const void *at = sqlite3_column_blob(row, column);
    return slice_of(at, (size_t)sqlite3_column_bytes(row, column));
}

static int
take_message(sqlite3_stmt *row, const struct store_reader *to,
             struct error *err)
{
    struct store_message m = {
        .id = number(row, 0),
        .topic = bytes(row, 1),
        .payload = bytes(row, 2),
        .properties = bytes(row, 3),
        .published_at_ms = number(row, 4),
        .expiry_interval = (uint32_t)number(row, 5),
        .expires = sqlite3_column_type(row, 5) != SQLITE_NULL,
        .qos = (uint8_t)number(row, 6),
        .retain = number(row, 7) != 0,
    };
    return to->message(to->user, &m, err);
}

static int
take_session(sqlite3_stmt *row, const struct store_reader *to,
             struct error *err)
{
    struct store_session s = {
        .id = number(row, 0),
        .client_id = bytes(row, 1),
        .user_name = bytes(row, 2),
        .expiry_interval = (uint32_t)number(row, 3),
        .ends_at_ms = number(row, 4),
    };
    return to->session(to->user, &s, err);
}

static int
take_subscription(sqlite3_stmt *row, const struct store_reader *to,
                  struct error *err)
{
    struct store_subscription s = {
        .session = number(row, 0),
        .filter = bytes(row, 1),
        .id = (uint32_t)number(row, 2),
        .qos = (uint8_t)number(row, 3),
        .no_local = number(row, 4) != 0,
        .retain_as_published = number(row, 5) != 0,
    };
    return to->subscription(to->user, &s, err);
}

static int
take_delivery(sqlite3_stmt *row, const struct store_reader *to,
              struct error *err)
{
    struct reader ids = reader_of(bytes(row, 3));
    size_t count = reader_left(&ids) / 4;
    uint32_t *sub_ids = xcalloc(count + 1, sizeof *sub_ids);
    for (size_t i = 0; i < count; i++)
        sub_ids[i] = reader_u32_le(&ids);
    struct store_delivery d = {
        .id = number(row, 0),
        .session = number(row, 1),
        .message = number(row, 2),
        .sub_ids = sub_ids,
        .sub_id_count = count,
        .packet_id = (uint16_t)number(row, 4),
        .qos = (uint8_t)number(row, 5),
        .state = (uint8_t)number(row, 6),
        .retain = number(row, 7) != 0,
        .share = bytes(row, 8),
    };
    int result = to->delivery(to->user, &d, err);
    free(sub_ids);
    return result;
}

static int
take_receiving(sqlite3_stmt *row, const struct store_reader *to,
               struct error *err)
{
    struct store_receiving r = {.session = number(row, 0),
                                .packet_id = (uint16_t)number(row, 1),
                                .message = number(row, 2)};
    return to->receiving(to->user, &r, err);
}

static int
take_retained(sqlite3_stmt *row, const struct store_reader *to,
              struct error *err)
{
    return to->retained(to->user, number(row, 0), err);
}

static int
take_will(sqlite3_stmt *row, const struct store_reader *to, struct error *err)
{
    struct store_will w = {.session = number(row, 0),
                           .message = number(row, 1),
                           .delay = (uint32_t)number(row, 2),
                           .due_at_ms = number(row, 3)};
    return to->will(to->user, &w, err);
}

/* clang-format off */
static const struct {
    const char *sql;
    take_row *take;
} tables[] = {
    {"SELECT * FROM message",              take_message},
    {"SELECT * FROM session",              take_session},
    {"SELECT * FROM subscription",         take_subscription},
    {"SELECT * FROM delivery ORDER BY id", take_delivery},
    {"SELECT * FROM receiving",            take_receiving},
    {"SELECT * FROM retained",             take_retained},
    {"SELECT * FROM will",                 take_will},
};
/* clang-format on */

int
store_sqlite_load(struct store *store, const struct store_reader *to,
                  struct error *err)
{
    struct store_sqlite *s = (struct store_sqlite *)store;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        sqlite3_stmt *row = NULL;
        int status = sqlite3_prepare_v2(s->db, tables[i].sql, -1, &row, NULL);
        int result = 0;
        while (status == SQLITE_OK && result == 0) {
            status = sqlite3_step(row);
            if (status != SQLITE_ROW)
                break;
            status = SQLITE_OK;
            if (tables[i].take(row, to, err) < 0)
                result = error_prefix(err, "store %s: the file is damaged",
                                      s->path);
        }
        if (result == 0 && status != SQLITE_DONE)
            result = store_sqlite_error(s, err);
        sqlite3_finalize(row);
        if (result < 0)
            return -1;
    }
    return 0;
}
