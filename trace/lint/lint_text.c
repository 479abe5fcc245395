/* lint_text.c - findings for people: a block each, then what was not seen.
 * SPDX-License-Identifier: MIT                                               */
#include <inttypes.h>

#include "mqtt/statement.h"
#include "trace/lint/kept.h"
#include "trace/lint/lint_print.h"

enum { BAR = 40 }; /* characters of the coverage bar */

static const char *
plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void
print_place(struct buf *out, const struct lint_finding *f)
{
    buf_printf(out, "    connection %" PRIu64, f->connection);
    if (f->packet)
        buf_printf(out, ", packet %" PRIu64, f->packet);
    else
        buf_add_str(out, ", shown by its end");
    if (f->frame)
        buf_printf(out, ", frame %" PRIu64, f->frame);
    if (f->len || f->offset)
        buf_printf(out, ", byte %u", (unsigned)f->offset);
    if (f->earlier && f->earlier != f->packet)
        buf_printf(out, "; see packet %" PRIu64, f->earlier);
    buf_add_byte(out, '\n');
}

static void
print_doubt(struct buf *out, const struct lint_finding *f)
{
    if (f->is_likely)
        buf_add_str(out, "    likely: holds if the capture has everything that "
                         "was published\n");
    for (unsigned bit = 1; bit <= MODEL_DOUBTFUL; bit <<= 1)
        if (f->marks & bit & ~(unsigned)MODEL_ALIAS)
            buf_printf(out, "    doubtful: %s\n",
                       model_mark_text((enum model_mark)bit));
}

static void
print_finding(struct buf *out, const struct lint *l,
              const struct lint_finding *f)
{
    struct slice rest = slice_str(f->ids), id;
    int64_t us = (f->time_ns - lint_totals(l).start_ns) / 1000;
    buf_printf(out, "%-9s %s  %s %s: %s\n",
               lint_level_name((enum mqtt_watch_level)f->level),
               f->ids[0] ? f->ids : "-", lint_side_name(f->by), f->client,
               f->text);
    print_place(out, f);
    buf_printf(out, "    at %" PRId64 ".%06d s, %s, section %s\n",
               us / 1000000, (int)(us % 1000000),
               mqtt_version_name(f->version), f->section);
    if (f->expected[0])
        buf_printf(out, "    expected: %s\n", f->expected);
    while (lint_next_id(&rest, &id)) {
        const struct mqtt_statement *s = mqtt_statement_find(id);
        if (s)
            buf_printf(out, "    %s: %s\n", s->id, s->summary);
    }
    print_doubt(out, f);
    buf_add_byte(out, '\n');
}

static void
print_coverage(struct buf *out, const struct lint *l, enum mqtt_version v)
{
    const struct mqtt_statement *s;
    size_t count[3] = {0};
    struct buf missing = {0};
    if (!lint_has_version(l, v))
        return;
    for (size_t i = 0; (s = mqtt_statement_at(i)); i++) {
        if (s->version != v)
            continue;
        enum lint_coverage c = lint_coverage(l, s->id);
        count[c]++;
        if (c == LINT_NOT_SEEN)
            buf_printf(&missing, " %s", s->id);
    }
    size_t known = count[LINT_SEEN] + count[LINT_NOT_SEEN];
    size_t full = known ? count[LINT_SEEN] * BAR / known : 0;
    buf_printf(out, "MQTT %s [", mqtt_version_name(v));
    buf_add_fill(out, '#', full);
    buf_add_fill(out, '.', BAR - full);
    buf_printf(out, "] %zu of %zu statements put to the test; %zu more cannot "
                    "be seen in a capture\n",
               count[LINT_SEEN], known, count[LINT_NO_RULE]);
    if (missing.len)
        buf_printf(out, "  not seen:%.*s\n", SLICE_ARG(buf_slice(&missing)));
    buf_release(&missing);
}

void
lint_print_text(struct buf *out, const struct lint *l, const char *name)
{
    struct lint_totals t = lint_totals(l);
    size_t n, doubts;
    const struct lint_finding *f = lint_findings(l, &n);
    const struct lint_doubt *d = lint_doubts(l, &doubts);
    for (size_t i = 0; i < doubts; i++)
        buf_printf(out, "missing   connection %" PRIu64 " (%s): %s; rules that "
                        "need it are silent\n",
                   d[i].connection, d[i].client, d[i].text);
    if (doubts)
        buf_add_byte(out, '\n');
    for (size_t i = 0; i < n; i++)
        if (lint_is_violation(&f[i]))
            print_finding(out, l, &f[i]);
    for (size_t i = 0; i < n; i++)
        if (!lint_is_violation(&f[i]))
            print_finding(out, l, &f[i]);
    buf_printf(out, "%s: %" PRIu64 " violation%s, %" PRIu64 " advice, in %" PRIu64
                    " packet%s of %" PRIu64 " connection%s\n",
               name, t.violations, plural(t.violations), t.advice, t.packets,
               plural(t.packets), t.connections, plural(t.connections));
    if (t.violations + t.advice > n)
        buf_printf(out, "only the first %zu are shown\n", n);
    print_coverage(out, l, MQTT_311);
    print_coverage(out, l, MQTT_50);
}

/* --- explain -------------------------------------------------------------- */

static void
explain_rule(struct buf *out, const struct mqtt_watch_rule *r,
             const struct mqtt_statement *s)
{
    const char *ids = s->version == MQTT_50 ? r->ids5 : r->ids311;
    struct slice rest = slice_str(ids ? ids : ""), one;
    while (lint_next_id(&rest, &one))
        if (slice_is(one, s->id))
            buf_printf(out, "  flagged when: %s; expected: %s\n", r->text,
                       r->expected);
}

bool
lint_explain(struct buf *out, const char *id)
{
    const struct mqtt_statement *s = mqtt_statement_find(slice_str(id));
    static const struct mqtt_watch_rule *(*const tables[])(size_t) = {
        mqtt_watch_rule_at, forward_rule_at, kept_rule_at,
        lint_rule_at,
    };
    const struct mqtt_watch_rule *r;
    if (!s)
        return false;
    buf_printf(out, "%s (MQTT %s, section %s; binds %s%s)\n  %s\n", s->id,
               mqtt_version_name(s->version), s->section,
               s->binds == BINDS_BOTH ? "" : "the ",
               mqtt_binds_name(s->binds), s->summary);
    if (s->how[0])
        buf_printf(out, "  how to see it: %s\n", s->how);
    struct lint *empty = lint_new();
    bool has_rule = lint_coverage(empty, id) != LINT_NO_RULE;
    lint_free(empty);
    if (!has_rule)
        buf_add_str(out, "  no rule of the lint can show it in a capture\n");
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (size_t i = 0; (r = tables[t](i)); i++)
            explain_rule(out, r, s);
    return true;
}
