/* page_tables.h - what packets of a page have in common, written once.
 * SPDX-License-Identifier: MIT
 *
 * Ten thousand packets have few shapes: a shape is the list of notes (where,
 * how long, how deep, which field) without the values. A field is a label, a
 * name and a section. The page holds both tables, a packet only an index.    */
#ifndef TRACE_RENDER_PAGE_TABLES_H
#define TRACE_RENDER_PAGE_TABLES_H

#include "base/map.h"
#include "mqtt/note.h"

/* Texts numbered in the order in which they first came. */
struct page_table {
    struct map by_text;         /* to struct page_entry */
    struct page_entry **list;   /* owned, count of them */
    size_t count, cap;
};

struct page_tables {
    struct page_table fields; /* ["Keep Alive","keep_alive","3.1.2.10"] */
    struct page_table shapes; /* [[at,len,depth,field,high,low],...] */
};

void page_tables_release(struct page_tables *t);

/* The number of that shape. */
size_t page_tables_shape(struct page_tables *t,
                         const struct mqtt_notes *notes);

/* Appends `"fields":[...],"shapes":[...]`. */
void page_tables_print(struct buf *out, const struct page_tables *t);

#endif
