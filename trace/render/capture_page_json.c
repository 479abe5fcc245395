/* capture_page_json.c - what the page of a capture holds, as JSON.
 * SPDX-License-Identifier: MIT
 *
 * One element "data" is parsed when the page opens: connections, findings, and
 * an index of all packets in columns. The rest is cut into pieces that are
 * parsed when they come into sight: element rN has the drawing's rows from
 * N * ROWS on, pN the packets from place N * PIECE on, lN their lines, sN what
 * both ends knew after them. Only the first rows come before the script, so
 * that the page shows itself while the browser still reads the rest.         */
#include <stdlib.h>

#include "base/json_put.h"
#include "base/mem.h"
#include "mqtt/print.h"
#include "trace/render/capture_page_state.h"
#include "trace/render/exchange.h"
#include "trace/render/page_packet.h"
#include "trace/render/state_print.h"

enum {
    ROWS = 64,      /* of the drawing in one piece */
    FIRST = 4,      /* pieces of rows before the script */
    PIECE = 128,    /* packets in one piece */
    STATES_MAX = 16 << 20, /* bytes of states */
    LINE_MAX = 120  /* bytes of a text in a packet's line */
};

static void
begin_element(struct buf *out, const char *prefix, size_t n)
{
    buf_printf(out, "<script type=\"application/json\" id=\"%s%zu\">[", prefix,
               n);
}

static void
end_element(struct buf *out)
{
    buf_add_str(out, "]</script>\n");
}

/* --- the drawing ---------------------------------------------------------- */

/* Adds an item, or what of an upright line lies in that piece. */
static void
add_clipped(struct buf *out, const struct drawing *d,
            const struct drawing_item *item, int piece)
{
    struct drawing_item part = *item;
    int top = d->head + piece * ROWS, bottom = top + ROWS;
    if (item->shape == DRAWING_LINE && item->h) {
        int from = item->y, to = item->y + item->h;
        part.y = from > top ? from : top;
        part.h = (to < bottom ? to : bottom) - part.y;
    }
    page_packet_item(out, &part);
}

static int
piece_of(const struct drawing *d, int y)
{
    return y < d->head ? 0 : (y - d->head) / ROWS;
}

static void
add_rows(struct buf *first, struct buf *rest, const struct drawing *d)
{
    int count = piece_of(d, d->height) + 1;
    struct buf *pieces = xcalloc((size_t)count, sizeof *pieces);
    for (size_t i = 0; i < d->item_count; i++) {
        const struct drawing_item *item = &d->items[i];
        int last = item->y + (item->h > 0 ? item->h : 0);
        if (last < d->head)
            continue;
        for (int n = piece_of(d, item->y); n <= piece_of(d, last); n++) {
            if (!pieces[n].len)
                begin_element(&pieces[n], "r", (size_t)n);
            add_clipped(&pieces[n], d, item, n);
        }
    }
    for (int n = 0; n < count; n++) {
        if (!pieces[n].len)
            begin_element(&pieces[n], "r", (size_t)n);
        buf_add(n < FIRST ? first : rest, buf_slice(&pieces[n]));
        end_element(n < FIRST ? first : rest);
        buf_release(&pieces[n]);
    }
    free(pieces);
}

static void
add_drawing(struct buf *out, const struct drawing *d)
{
    json_put_begin(out, "drawing", "{");
    json_put_number(out, "w", d->width);
    json_put_number(out, "h", d->height);
    json_put_number(out, "head", d->head);
    json_put_number(out, "piece", ROWS);
    json_put_begin(out, "items", "[");
    for (size_t i = 0; i < d->item_count; i++)
        if (d->items[i].y < d->head && d->items[i].h >= 0 &&
            d->items[i].y + d->items[i].h < d->head)
            page_packet_item(out, &d->items[i]);
    buf_add_str(out, "]}");
}

/* --- packets -------------------------------------------------------------- */

static void
add_marks(struct buf *out, const struct model_packet *p)
{
    for (unsigned bit = 1; bit <= MODEL_DOUBTFUL; bit <<= 1) {
        if (!(p->marks & bit))
            continue;
        buf_printf(out, "%s%s", out->len ? "; " : "",
                   model_mark_text((enum model_mark)bit));
        if (bit == MODEL_ALIAS)
            buf_printf(out, " %.*s", SLICE_ARG(p->topic));
    }
    if (p->bytes.len < p->wire_len)
        buf_printf(out, "%s%zu of %zu bytes here", out->len ? "; " : "",
                   p->bytes.len, p->wire_len);
}

/* [frame, us, answers, latency_us, states, marks, "hex", length, shape,
 * [values]] */
static void
add_packet(struct buf *out, struct page_tables *tables,
           const struct model_packet *p, int64_t start_us)
{
    static const struct mqtt_report none;
    struct mqtt_notes notes = {0};
    struct exchange exchange;
    struct buf text = {0};
    model_packet_notes(p, &notes);
    json_put_comma(out);
    buf_printf(out, "[%llu,%lld,%llu,%lld,", (unsigned long long)p->frame,
               (long long)(p->time_ns / 1000 - start_us),
               (unsigned long long)p->request,
               (long long)(p->latency_ns / 1000));
    if (exchange_after(&exchange, p))
        exchange_print(&text, &exchange);
    json_put_text(out, buf_slice(&text));
    buf_clear(&text);
    add_marks(&text, p);
    json_put_comma(out);
    json_put_text(out, buf_slice(&text));
    page_packet(out, tables, p->bytes, p->wire_len, &p->mqtt, &notes, &none);
    buf_add_byte(out, ']');
    buf_release(&text);
    mqtt_notes_release(&notes);
}

static void
add_packets(struct buf *out, const struct capture_page *page,
            struct page_tables *tables)
{
    int64_t start_us = page->kept->start_us;
    if (!page->kept->has_start && page->packet_count)
        start_us = page->packets[0]->time_ns / 1000;
    for (size_t i = 0; i < page->packet_count; i++) {
        if (i % PIECE == 0)
            begin_element(out, "p", i / PIECE);
        add_packet(out, tables, page->packets[i], start_us);
        if (i % PIECE == PIECE - 1 || i + 1 == page->packet_count)
            end_element(out);
    }
}

/* --- what both ends knew -------------------------------------------------- */

/* The state of a lane as it was last written. */
struct told {
    struct state state;
    struct buf text;   /* as JSON, from its second member on */
    size_t place;      /* of the packet where it stands */
};

/* Appends the state after packet `place`, or the place of an earlier packet
 * after which it was the same; 0 when there is no more room. */
static void
add_state(struct buf *out, struct told *t, size_t place, size_t *room)
{
    struct buf text = {0};
    state_json(&text, &t->state);
    const uint8_t *second = memchr(text.data, ',', text.len);
    struct slice rest =
        slice_from(buf_slice(&text), (size_t)(second - text.data));
    json_put_comma(out);
    if (slice_equal(rest, buf_slice(&t->text))) {
        buf_printf(out, "%zu", t->place);
    } else if (text.len > *room) {
        buf_add_byte(out, '0');
    } else {
        *room -= text.len;
        buf_add(out, buf_slice(&text));
        buf_clear(&t->text);
        buf_add(&t->text, rest);
        t->place = place;
    }
    buf_release(&text);
}

static void
add_states_after(struct buf *out, const struct capture_page *page)
{
    const struct conversation *c = page->kept;
    struct told *told = xcalloc(c->lane_count + 1, sizeof *told);
    size_t place = 0, room = STATES_MAX;
    for (size_t i = 0; i < c->lane_count; i++)
        told[i].state.lane = &c->lanes[i];
    for (size_t i = 0; i < c->item_count; i++) {
        const struct conversation_item *item = c->items[i];
        struct told *t = &told[item->lane];
        state_next(&t->state, item);
        if (item->what != CONVERSATION_PACKET)
            continue;
        if (place % PIECE == 0)
            begin_element(out, "s", place / PIECE);
        add_state(out, t, place, &room);
        if (++place % PIECE == 0 || place == page->packet_count)
            end_element(out);
    }
    for (size_t i = 0; i < c->lane_count; i++) {
        state_release(&told[i].state);
        buf_release(&told[i].text);
    }
    free(told);
}

/* --- the index ------------------------------------------------------------ */

/* A column of numbers, one for each packet. */
static void
add_column(struct buf *out, const char *key, const uint32_t *list, size_t count)
{
    json_put_begin(out, key, "[");
    for (size_t i = 0; i < count; i++)
        buf_printf(out, i ? ",%u" : "%u", list[i]);
    buf_add_byte(out, ']');
}

/* First row of each packet's arrow, under the head. */
static void
add_packet_rows(struct buf *out, const struct capture_page *page,
                const struct drawing *d, uint32_t *list)
{
    size_t at = 0;
    for (size_t i = 0; i < d->item_count && at < page->packet_count; i++)
        if (d->items[i].shape == DRAWING_ARROW && d->items[i].packet)
            list[at++] = (uint32_t)(d->items[i].y - d->head);
    add_column(out, "row", list, page->packet_count);
}

static void
add_lines(struct buf *out, const struct capture_page *page)
{
    struct buf line = {0};
    for (size_t i = 0; i < page->packet_count; i++) {
        struct mqtt_print print = {page->secrets, LINE_MAX};
        if (i % PIECE == 0)
            begin_element(out, "l", i / PIECE);
        buf_clear(&line);
        mqtt_print_line(&line, &page->packets[i]->mqtt, print);
        if (page->packets[i]->marks & MODEL_ALIAS)
            buf_printf(&line, "  # alias of \"%.*s\"",
                       SLICE_ARG(page->packets[i]->topic));
        json_put_comma(out);
        json_put_text(out, buf_slice(&line));
        if (i % PIECE == PIECE - 1 || i + 1 == page->packet_count)
            end_element(out);
    }
    buf_release(&line);
}

/* Columns: number, row, rows, lane, from (1: the broker), exchange. */
static void
add_index(struct buf *out, const struct capture_page *page,
          const struct drawing *d)
{
    size_t n = page->packet_count, at = 0;
    uint32_t *list = xcalloc(n + 1, sizeof *list);
    for (size_t i = 0; i < n; i++)
        list[i] = (uint32_t)page->packets[i]->number;
    add_column(out, "number", list, n);
    add_packet_rows(out, page, d, list);
    for (size_t i = 0; i < n; i++)
        list[i] = (uint32_t)page->packets[i]->report.count + 1;
    add_column(out, "rows", list, n);
    for (size_t i = 0; i < page->kept->item_count; i++)
        if (page->kept->items[i]->what == CONVERSATION_PACKET)
            list[at++] = (uint32_t)page->kept->items[i]->lane;
    add_column(out, "lane", list, n);
    for (size_t i = 0; i < n; i++)
        list[i] = page->packets[i]->from == FROM_SERVER;
    add_column(out, "from", list, n);
    for (size_t i = 0; i < n; i++)
        list[i] = (uint32_t)page->packets[i]->exchange;
    add_column(out, "exchange", list, n);
    free(list);
}

void
capture_page_json(struct buf *first, struct buf *pieces,
                  const struct capture_page *page, const struct drawing *d)
{
    struct page_tables tables = {0};
    struct lint_totals totals = lint_totals(page->lint);
    struct buf *out = first;
    add_rows(first, pieces, d);
    add_packets(pieces, page, &tables);
    add_lines(pieces, page);
    add_states_after(pieces, page);
    buf_add_str(out, "<script type=\"application/json\" id=\"data\">{");
    json_put_member(out, "title", page->title);
    json_put_number(out, "packets", (int64_t)totals.packets);
    json_put_number(out, "dropped", (int64_t)page->kept->dropped);
    json_put_number(out, "violations", (int64_t)totals.violations);
    json_put_number(out, "advice", (int64_t)totals.advice);
    json_put_number(out, "piece", PIECE);
    page_packet_roles(out);
    capture_page_facts(out, page);
    add_drawing(out, d);
    add_index(out, page, d);
    page_tables_print(out, &tables);
    buf_add_str(out, "}</script>\n");
    page_tables_release(&tables);
}
