/* capture_page_facts.c - connections, findings and gaps of a page, as JSON.
 * SPDX-License-Identifier: MIT                                               */
#include "base/json_put.h"
#include "mqtt/statement.h"
#include "trace/render/capture_page_state.h"

static void
add_connections(struct buf *out, const struct capture_page *page)
{
    json_put_begin(out, "connections", "[");
    for (size_t i = 0; i < page->conn_count; i++) {
        struct page_conn *c = &page->conns[i];
        json_put_comma(out);
        buf_printf(out, "[%llu,%llu,%llu,%d,", (unsigned long long)c->number,
                   (unsigned long long)c->first, (unsigned long long)c->last,
                   c->is_mqtt);
        json_put_text(out, buf_slice(&c->summary));
        json_put_comma(out);
        json_put_text(out, buf_slice(&c->why));
        buf_add_byte(out, ']');
    }
    buf_add_byte(out, ']');
    json_put_begin(out, "lanes", "[");
    for (size_t i = 0; i < page->kept->lane_count; i++) {
        json_put_comma(out);
        json_put_str(out, page->kept->lanes[i].name);
    }
    buf_add_byte(out, ']');
}

static void
add_statements(struct buf *out, const struct lint_finding *list, size_t count)
{
    const struct mqtt_statement *s;
    struct map seen = {0};
    json_put_begin(out, "statements", "{");
    for (size_t i = 0; i < count; i++) {
        struct slice rest = slice_str(list[i].ids), id;
        while (lint_next_id(&rest, &id)) {
            if (map_get(&seen, id) || !(s = mqtt_statement_find(id)))
                continue;
            map_put(&seen, slice_str(s->id), (void *)s);
            json_put_member(out, s->id, s->summary);
        }
    }
    buf_add_byte(out, '}');
    map_release(&seen);
}

/* [packet, level, side, ids, section, text, expected, offset, len, earlier,
 * is_likely, connection] */
static void
add_findings(struct buf *out, const struct lint *lint)
{
    size_t count;
    const struct lint_finding *list = lint_findings(lint, &count);
    json_put_begin(out, "findings", "[");
    for (size_t i = 0; i < count; i++) {
        const struct lint_finding *f = &list[i];
        json_put_comma(out);
        buf_printf(out, "[%llu,", (unsigned long long)f->packet);
        json_put_str(out, lint_level_name((enum mqtt_watch_level)f->level));
        json_put_comma(out);
        json_put_str(out, lint_side_name(f->by));
        json_put_comma(out);
        json_put_str(out, f->ids);
        json_put_comma(out);
        json_put_str(out, f->section);
        json_put_comma(out);
        json_put_str(out, f->text);
        json_put_comma(out);
        json_put_str(out, f->expected);
        buf_printf(out, ",%u,%u,%llu,%d,%llu,%d]", f->offset, f->len,
                   (unsigned long long)f->earlier, f->is_likely,
                   (unsigned long long)f->connection, lint_is_violation(f));
    }
    buf_add_byte(out, ']');
    add_statements(out, list, count);
}

static void
add_missing(struct buf *out, const struct capture_page *page)
{
    size_t count;
    const struct lint_doubt *list = lint_doubts(page->lint, &count);
    json_put_begin(out, "missing", "[");
    for (size_t i = 0; i < count; i++) {
        json_put_comma(out);
        buf_printf(out, "[%llu,", (unsigned long long)list[i].connection);
        json_put_str(out, list[i].client);
        json_put_comma(out);
        json_put_str(out, list[i].text);
        buf_add_byte(out, ']');
    }
    buf_add_byte(out, ']');
}

static void
add_ends(struct buf *out, const struct ends *e)
{
    const struct ends_row *row;
    struct buf names = {0};
    json_put_begin(out, "ends", "[");
    for (size_t n = 0; (row = ends_nth(e, n)); n++) {
        buf_clear(&names);
        ends_names(&names, row);
        json_put_comma(out);
        buf_printf(out, "[%llu,", (unsigned long long)row->count);
        json_put_str(out, row->cause);
        json_put_comma(out);
        json_put_text(out, buf_slice(&names));
        buf_add_byte(out, ']');
    }
    buf_add_byte(out, ']');
    buf_release(&names);
}

void
capture_page_facts(struct buf *out, const struct capture_page *page)
{
    add_connections(out, page);
    add_ends(out, &page->ends);
    add_missing(out, page);
    add_findings(out, page->lint);
}
