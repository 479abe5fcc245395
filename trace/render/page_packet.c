/* page_packet.c - what the HTML pages share: packets and drawings as JSON.
 * SPDX-License-Identifier: MIT */
#include "trace/render/page_packet.h"

#include <assert.h>

#include "base/hex.h"
#include "base/json_put.h"

enum {
    HEX_MAX = 1024, /* bytes of a packet that a page holds */
    VALUE_MAX = 160 /* bytes shown of a value */
};

/* --- packets -------------------------------------------------------------- */

static void
add_values(struct buf *out, const struct mqtt_notes *notes,
           const struct mqtt_packet *p)
{
    struct buf text = {0};

    buf_add_byte(out, '[');
    for (size_t i = 0; i < notes->count; i++) {
        json_put_comma(out);
        buf_clear(&text);
        mqtt_note_print_value(&text, &notes->list[i], p->type, p->version,
                              VALUE_MAX);
        if (notes->list[i].value == NOTE_NUMBER && text.len < 10)
            buf_add(out, buf_slice(&text));
        else
            json_put_text(out, buf_slice(&text));
    }
    buf_add_byte(out, ']');
    buf_release(&text);
}

static void
add_violations(struct buf *out, const struct mqtt_report *report)
{
    if (report->count == 0)
        return;
    buf_add_str(out, ",[");
    for (size_t i = 0; i < report->count; i++) {
        const struct mqtt_violation *v = &report->list[i];
        json_put_comma(out);
        buf_add_byte(out, '[');
        json_put_str(out, v->statement);
        buf_printf(out, ",%u,%u,", v->offset, v->len);
        json_put_str(out, v->text);
        buf_add_byte(out, ']');
    }
    buf_add_byte(out, ']');
}

void
page_packet(struct buf *out, struct page_tables *tables, struct slice bytes,
            size_t wire_len, const struct mqtt_packet *packet,
            const struct mqtt_notes *notes, const struct mqtt_report *report)
{
    buf_add_str(out, ",\"");
    hex_print(out, slice_first(bytes, HEX_MAX), 0);
    buf_printf(out, "\",%zu,%zu,", wire_len, page_tables_shape(tables, notes));
    add_values(out, notes, packet);
    add_violations(out, report);
}

/* --- drawings ------------------------------------------------------------- */

void
page_packet_item(struct buf *out, const struct drawing_item *item)
{
    int flags = (item->is_dashed ? 1 : 0) | (item->hides ? 2 : 0) |
                (item->align == ALIGN_CENTRE ? 4 : 0) |
                (item->align == ALIGN_RIGHT ? 8 : 0);

    json_put_comma(out);
    buf_printf(out, "[%u,%u,%d,%d,%d,%d", item->shape, item->role, item->x,
               item->y, item->w, item->h);
    if (flags || item->packet || item->text)
        buf_printf(out, ",%d", flags);
    if (item->packet || item->text)
        buf_printf(out, ",%llu", (unsigned long long)item->packet);
    if (item->text) {
        json_put_comma(out);
        json_put_str(out, item->text);
    }
    buf_add_byte(out, ']');
}

void
page_packet_roles(struct buf *out)
{
    json_put_begin(out, "roles", "[");
    for (int r = 0; r < DRAWING_ROLES; r++) {
        json_put_comma(out);
        json_put_str(out, drawing_style(r)->name);
    }
    buf_add_byte(out, ']');
}

/* --- the page around them ------------------------------------------------- */

const char *
page_packet_fill(struct buf *out, const char *from, const char *mark)
{
    const char *at = strstr(from, mark);
    assert(at);
    buf_add(out, slice_of(from, (size_t)(at - from)));
    return at + strlen(mark);
}

void
page_packet_escape(struct buf *out, const char *text)
{
    for (; text && *text; text++)
        if (strchr("<>&", *text))
            buf_printf(out, "&#%d;", *text);
        else
            buf_add_byte(out, (uint8_t)*text);
}
