/* ends.c - how the connections of a capture ended, counted.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/ends.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { NAMES_TOLD = 3, NAME_MAX = 30 /* bytes */ };

struct ends_client {
    uint64_t count; /* of its connections that ended so */
    uint64_t first; /* which of all ends was the first: order among equals */
    size_t len;     /* of the name, which stands behind the struct */
};

void
ends_release(struct ends *e)
{
    for (size_t i = 0; i < e->row_count; i++) {
        struct ends_client *client;
        size_t at = 0;
        while ((client = map_next(&e->rows[i].clients, &at)))
            free(client);
        map_release(&e->rows[i].clients);
    }
}

static struct ends_row *
row_of(struct ends *e, const char *cause)
{
    for (size_t i = 0; i < e->row_count; i++)
        if (strcmp(e->rows[i].cause, cause) == 0)
            return &e->rows[i];
    if (e->row_count == ENDS_CAUSES)
        return NULL;
    e->rows[e->row_count] = (struct ends_row){.cause = cause};
    return &e->rows[e->row_count++];
}

void
ends_add(struct ends *e, const char *cause, struct slice client)
{
    struct ends_row *row = row_of(e, cause);
    e->connections++;
    if (!row)
        return;
    row->count++;
    struct ends_client *known = map_get(&row->clients, client);
    if (!known && (client.len == 0 || row->clients.count >= ENDS_NAMES_MAX))
        return;
    if (!known) {
        known = xcalloc(1, sizeof *known + client.len);
        known->len = client.len;
        known->first = e->connections;
        memcpy(known + 1, client.ptr, client.len);
        map_put(&row->clients, slice_of(known + 1, client.len), known);
    }
    known->count++;
}

/* The client with most ends, of those that come behind `last`; NULL: none. */
static const struct ends_client *
next_client(const struct ends_row *row, const struct ends_client *last)
{
    const struct ends_client *best = NULL, *one;
    size_t at = 0;
    while ((one = map_next(&row->clients, &at))) {
        if (last && (one->count > last->count ||
                     (one->count == last->count && one->first <= last->first)))
            continue;
        if (!best || one->count > best->count ||
            (one->count == best->count && one->first < best->first))
            best = one;
    }
    return best;
}

/* As much of a name as there is room for, in whole characters. */
static struct slice
shortened(struct slice name)
{
    size_t len = 0, next;
    while ((next = utf8_char(slice_from(name, len), NULL)) &&
           len + next <= NAME_MAX)
        len += next;
    return slice_first(name, len);
}

void
ends_names(struct buf *out, const struct ends_row *row)
{
    const struct ends_client *one = NULL;
    size_t told = 0;
    while (told < NAMES_TOLD && (one = next_client(row, one))) {
        buf_add_str(out, told++ ? ", " : "");
        buf_add(out, shortened(slice_of(one + 1, one->len)));
        if (one->count > 1)
            buf_printf(out, " (%llu)", (unsigned long long)one->count);
    }
    if (row->clients.count > told)
        buf_printf(out, " and %zu more", row->clients.count - told);
}

/* Of those with equal counts the one that came first. */
static bool
is_before(const struct ends_row *a, const struct ends_row *b)
{
    return a->count > b->count || (a->count == b->count && a < b);
}

const struct ends_row *
ends_nth(const struct ends *e, size_t n)
{
    if (e->connections < ENDS_TOLD_FROM)
        return NULL;
    for (size_t i = 0; i < e->row_count; i++) {
        size_t before = 0;
        for (size_t k = 0; k < e->row_count; k++)
            before += is_before(&e->rows[k], &e->rows[i]);
        if (before == n)
            return &e->rows[i];
    }
    return NULL;
}

void
ends_print(struct buf *out, const struct ends *e)
{
    const struct ends_row *row;
    size_t width = 0;
    for (size_t n = 0; (row = ends_nth(e, n)); n++)
        if (strlen(row->cause) > width)
            width = strlen(row->cause);
    if (width == 0)
        return;
    buf_printf(out, "how %llu MQTT connections ended\n",
               (unsigned long long)e->connections);
    for (size_t n = 0; (row = ends_nth(e, n)); n++) {
        bool has_names = row->clients.count > 0;
        buf_printf(out, "%8llu  %-*s%s", (unsigned long long)row->count,
                   has_names ? (int)width : 0, row->cause,
                   has_names ? "  " : "");
        ends_names(out, row);
        buf_add_byte(out, '\n');
    }
    buf_add_byte(out, '\n');
}
