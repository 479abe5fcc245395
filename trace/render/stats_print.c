/* stats_print.c - totals as tables.
 * SPDX-License-Identifier: MIT */
#include "trace/render/stats_print.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "trace/render/line.h"

enum {
    NAMES_SHOWN = 100,
    NAME_WIDTH = 24,    /* columns of a name, at least */
    NAME_WIDTH_MAX = 48 /* and at most, but the name stands there whole */
};



static void
print_row(struct buf *out, const char *name, const uint64_t n[2])
{
    buf_printf(out, "%-12s %12llu %12llu\n", name, (unsigned long long)n[0], (unsigned long long)n[1]);
}

static void
print_types(struct buf *out, const struct stats *s)
{
    uint64_t all[2] = {0, 0};
    buf_printf(out, "%-12s %12s %12s\n", "packets", "from client",
               "from broker");
    for (int t = 0; t < MQTT_TYPES; t++) {
        uint64_t n[2] = {s->packets[0][t], s->packets[1][t]};
        all[0] += n[0];
        all[1] += n[1];
        if (n[0] + n[1])
            print_row(out, t ? mqtt_packet_row((enum mqtt_type)t)->name
                             : "(none)", n);
    }
    print_row(out, "all", all);
    print_row(out, "bytes", s->bytes);
    buf_printf(out, "payload bytes %llu, repeated %llu, violations %llu, "
                    "packets cut %llu, bytes missing %llu\nconnections",
               (unsigned long long)s->payload, (unsigned long long)s->repeated, (unsigned long long)s->violations,
               (unsigned long long)s->cut, (unsigned long long)s->lost);
    for (int v = MQTT_31; v <= MQTT_50; v++)
        buf_printf(out, "%s %llu of MQTT %s", v == MQTT_31 ? "" : ",",
                   (unsigned long long)s->connections[v],
                   mqtt_version_name((enum mqtt_version)v));
    buf_printf(out, " (%llu inferred)\n", (unsigned long long)s->inferred);
}

/* --- answers -------------------------------------------------------------- */

static void
add_time(struct buf *out, int64_t ns)
{
    struct buf text = {0};
    line_duration(&text, ns);
    buf_printf(out, " %10s", buf_cstr(&text));
    buf_release(&text);
}

static void
print_answers(struct buf *out, const struct stats *s)
{
    const char *head = "answers";
    for (int side = 1; side >= 0; side--)
        for (int t = 0; t < MQTT_TYPES; t++) {
            const struct latency *l = s->answers[side][t];
            if (!l)
                continue;
            if (head)
                buf_printf(out, "\n%-24s %8s %10s %10s %10s %10s\n", head,
                           "count", "least", "median", "p99", "most");
            head = NULL;
            buf_printf(out, "%-12s from %-6s %8llu",
                       mqtt_packet_row((enum mqtt_type)t)->name,
                       side ? "broker" : "client", (unsigned long long)l->count);
            add_time(out, l->least_ns);
            add_time(out, latency_quantile(l, 50));
            add_time(out, latency_quantile(l, 99));
            add_time(out, l->most_ns);
            buf_add_byte(out, '\n');
        }
}

/* --- clients and topics --------------------------------------------------- */

static int
more_first(const void *a, const void *b)
{
    const struct stats_name *x = *(struct stats_name *const *)a;
    const struct stats_name *y = *(struct stats_name *const *)b;
    uint64_t n = x->packets[0] + x->packets[1];
    uint64_t m = y->packets[0] + y->packets[1];
    return n != m ? (n < m ? 1 : -1) : strcmp(x->name, y->name);
}

/* What the longest name wants, within reason. */
static size_t
name_width(struct stats_name *const *list, size_t count)
{
    size_t width = NAME_WIDTH;
    for (size_t i = 0; i < count; i++) {
        size_t own = utf8_width(slice_str(list[i]->name));
        width = own > width ? own : width;
    }
    return width < NAME_WIDTH_MAX ? width : NAME_WIDTH_MAX;
}

static void
add_name(struct buf *out, const char *name, size_t width)
{
    size_t columns = utf8_width(slice_str(name));
    buf_add_str(out, name);
    if (columns < width)
        buf_add_fill(out, ' ', width - columns);
}

static void
print_name(struct buf *out, const struct stats_name *n, bool is_client,
           size_t width)
{
    add_name(out, n->name, width);
    if (is_client)
        buf_printf(out, " %6llu", (unsigned long long)n->connections);
    buf_printf(out, " %9llu %9llu %11llu %11llu %8llu",
               (unsigned long long)n->messages[0], (unsigned long long)n->messages[1],
               (unsigned long long)n->payload[0], (unsigned long long)n->payload[1],
               (unsigned long long)n->repeated);
    if (is_client)
        buf_printf(out, " %6llu %6llu", (unsigned long long)n->open[0],
                   (unsigned long long)n->open[1]);
    buf_add_byte(out, '\n');
}

static void
print_names(struct buf *out, const struct stats_names *names, bool is_client)
{
    if (names->count == 0)
        return;
    struct stats_name **sorted = xcalloc(names->count, sizeof *sorted);
    memcpy(sorted, names->list, names->count * sizeof *sorted);
    qsort(sorted, names->count, sizeof *sorted, more_first);
    size_t shown = names->count < NAMES_SHOWN ? names->count : NAMES_SHOWN;
    size_t width = name_width(sorted, shown);
    buf_add_byte(out, '\n');
    add_name(out, is_client ? "clients" : "topics", width);
    if (is_client)
        buf_printf(out, " %6s", "conns");
    buf_printf(out, " %9s %9s %11s %11s %8s", "sent", "received",
               "bytes sent", "received", "repeated");
    if (is_client)
        buf_printf(out, " %13s", "unack. by b/c");
    buf_add_byte(out, '\n');
    for (size_t i = 0; i < shown; i++)
        print_name(out, sorted[i], is_client, width);
    if (names->count > shown)
        buf_printf(out, "and %zu more\n", names->count - shown);
    free(sorted);
}

void
stats_print(struct buf *out, const struct stats *s)
{
    print_types(out, s);
    print_answers(out, s);
    print_names(out, &s->clients, true);
    print_names(out, &s->topics, false);
}
