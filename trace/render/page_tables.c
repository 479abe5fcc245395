/* page_tables.c - what packets of a page have in common, written once.
 * SPDX-License-Identifier: MIT */
#include "trace/render/page_tables.h"

#include <stdlib.h>

#include "base/json_put.h"
#include "base/mem.h"

struct page_entry {
    size_t number;
    struct buf text; /* JSON */
};

static void
release(struct page_table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        buf_release(&t->list[i]->text);
        free(t->list[i]);
    }
    free(t->list);
    map_release(&t->by_text);
}

void
page_tables_release(struct page_tables *t)
{
    release(&t->fields);
    release(&t->shapes);
    *t = (struct page_tables){0};
}

/* The number of that text, which is taken. */
static size_t
number_of(struct page_table *t, struct buf *text)
{
    struct page_entry *e = map_get(&t->by_text, buf_slice(text));

    if (e) {
        buf_release(text);
        return e->number;
    }
    e = xcalloc(1, sizeof *e);
    e->number = t->count;
    e->text = *text;
    t->list = xgrow(t->list, &t->cap, t->count + 1, sizeof *t->list);
    t->list[t->count++] = e;
    map_put(&t->by_text, buf_slice(&e->text), e);
    return e->number;
}

static size_t
field_of(struct page_tables *t, const struct mqtt_note *note)
{
    struct buf text = {0};

    buf_add_byte(&text, '[');
    json_put_str(&text, note->label);
    json_put_comma(&text);
    json_put_str(&text, note->name);
    json_put_comma(&text);
    json_put_str(&text, note->section);
    buf_add_byte(&text, ']');
    return number_of(&t->fields, &text);
}

size_t
page_tables_shape(struct page_tables *t, const struct mqtt_notes *notes)
{
    struct buf text = {0};

    buf_add_byte(&text, '[');
    for (size_t i = 0; i < notes->count; i++) {
        const struct mqtt_note *n = &notes->list[i];
        json_put_comma(&text);
        buf_printf(&text, "[%u,%u,%u,%zu", n->at, n->len, n->depth,
                   field_of(t, n));
        if (n->is_bits)
            buf_printf(&text, ",%u,%u", n->high, n->low);
        buf_add_byte(&text, ']');
    }
    buf_add_byte(&text, ']');
    return number_of(&t->shapes, &text);
}

static void
print(struct buf *out, const struct page_table *t)
{
    for (size_t i = 0; i < t->count; i++) {
        json_put_comma(out);
        buf_add(out, buf_slice(&t->list[i]->text));
    }
    buf_add_byte(out, ']');
}

void
page_tables_print(struct buf *out, const struct page_tables *t)
{
    json_put_begin(out, "fields", "[");
    print(out, &t->fields);
    json_put_begin(out, "shapes", "[");
    print(out, &t->shapes);
}
