/* drawing.c - a laid-out picture: boxes, lines, arrows and texts.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/drawing.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

struct drawing *
drawing_new(const char *title)
{
    struct drawing *d = xcalloc(1, sizeof *d);
    d->title = xstrdup(title ? title : "");
    return d;
}

void
drawing_free(struct drawing *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->item_count; i++)
        free(d->items[i].text);
    free(d->items);
    free(d->title);
    free(d);
}

static void
reach(struct drawing *d, int x, int y)
{
    if (x >= d->width)
        d->width = x + 1;
    if (y >= d->height)
        d->height = y + 1;
}

static struct drawing_item *
add(struct drawing *d, enum drawing_shape shape, enum drawing_role role, int x,
    int y, int w, int h)
{
    d->items = xgrow(d->items, &d->item_cap, d->item_count + 1,
                     sizeof *d->items);
    struct drawing_item *item = &d->items[d->item_count++];
    *item = (struct drawing_item){.shape = (uint8_t)shape,
                                  .role = (uint8_t)role,
                                  .x = x, .y = y, .w = w, .h = h};
    return item;
}

static struct drawing_item *
add_stroke(struct drawing *d, enum drawing_shape shape,
           enum drawing_role role, int x, int y, int w, int h)
{
    reach(d, x, y);
    reach(d, x + w, y + h);
    return add(d, shape, role, x, y, w, h);
}

struct drawing_item *
drawing_box(struct drawing *d, enum drawing_role role, int x, int y, int w,
            int h)
{
    return add_stroke(d, DRAWING_BOX, role, x, y, w, h);
}

struct drawing_item *
drawing_line(struct drawing *d, enum drawing_role role, int x, int y, int w,
             int h)
{
    return add_stroke(d, DRAWING_LINE, role, x, y, w, h);
}

struct drawing_item *
drawing_arrow(struct drawing *d, enum drawing_role role, int x, int y, int w,
              int h)
{
    return add_stroke(d, DRAWING_ARROW, role, x, y, w, h);
}

/* Bytes of the longest begin of s that takes at most `columns`. */
static size_t
begin_len(struct slice s, size_t columns)
{
    size_t at = 0;
    while (at < s.len) {
        size_t len = utf8_char(slice_from(s, at), NULL);
        if (utf8_width(slice_first(s, at + len)) > columns)
            break;
        at += len;
    }
    return at;
}

/* Where the end of s begins that takes at most `columns`. */
static size_t
end_at(struct slice s, size_t columns)
{
    size_t at = s.len;
    while (at > 0) {
        size_t before = at - 1;
        while (before > 0 && (s.ptr[before] & 0xc0) == 0x80)
            before--;
        if (utf8_width(slice_from(s, before)) > columns)
            break;
        at = before;
    }
    return at;
}

static char *
shorten(struct slice s, size_t max)
{
    struct buf out = {0};
    if (max == 0 || utf8_width(s) <= max) {
        buf_add(&out, s);
    } else {
        size_t front = (max - 1 + 1) / 2;
        buf_add(&out, slice_first(s, begin_len(s, front)));
        buf_add_str(&out, "\u2026");
        buf_add(&out, slice_from(s, end_at(s, max - 1 - front)));
    }
    char *text = xstrdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

int
drawing_text_left(const struct drawing_item *item)
{
    if (item->align == ALIGN_CENTRE)
        return item->x - item->w / 2;
    return item->align == ALIGN_RIGHT ? item->x - item->w + 1 : item->x;
}

/* Characters that are invisible, turn the writing direction around, or may not
 * stand in XML. */
static bool
is_unprintable(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xad ||
           (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
           (code & 0xfffe) == 0xfffe;
}

static void
add_printable(struct buf *out, struct slice text)
{
    while (text.len) {
        uint32_t code = 0;
        size_t len = utf8_char(text, &code);
        bool as_is = len && !is_unprintable(code);
        struct slice one = slice_first(text, len ? len : 1);
        if (as_is)
            buf_add(out, one);
        for (size_t i = 0; i < one.len && !as_is; i++)
            buf_printf(out, "\\x%02x", one.ptr[i]);
        text = slice_from(text, one.len);
    }
}

struct drawing_item *
drawing_text(struct drawing *d, enum drawing_role role,
             enum drawing_align align, int x, int y, size_t max,
             struct slice text)
{
    struct buf shown = {0};
    add_printable(&shown, text);
    struct drawing_item *item = add(d, DRAWING_TEXT, role, x, y, 0, 0);
    item->align = (uint8_t)align;
    item->text = shorten(buf_slice(&shown), max);
    item->w = (int)utf8_width(slice_str(item->text));
    if (drawing_text_left(item) < 0)
        item->x -= drawing_text_left(item);
    reach(d, drawing_text_left(item) + (item->w ? item->w - 1 : 0), y);
    buf_release(&shown);
    return item;
}

struct drawing_item *
drawing_textf(struct drawing *d, enum drawing_role role,
              enum drawing_align align, int x, int y, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    struct drawing_item *item =
        drawing_text(d, role, align, x, y, 0, buf_slice(&text));
    buf_release(&text);
    return item;
}

const struct drawing_style *
drawing_style(enum drawing_role role)
{
    static const struct drawing_style styles[DRAWING_ROLES] = {
#define ROLE(symbol, name, ink, fill, pen, bold) {name, ink, fill, pen, bold},
#include "trace/render/roles.def"
#undef ROLE
    };
    return &styles[role];
}
