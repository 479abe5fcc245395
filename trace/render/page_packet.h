/* page_packet.h - what the HTML pages share: packets and drawings as JSON.
 * SPDX-License-Identifier: MIT
 *
 * Two pages are drawn by page_draw.js: the report of a conformance run and the
 * page of a capture. Both get packets and drawings in the same short lists:
 *
 *     packet   "hex", length, shape, [values], [[statement, offset, len, text]]
 *     drawing  [shape, role, x, y, w, h, flags, packet, text]
 *
 * shape of a packet is a row of page_tables.h. shape of a drawing's item is an
 * enum drawing_shape, role an index into the list of roles; flags: 1 dashed,
 * 2 hides, 4 centre, 8 right. What stands last and says nothing is left out. */
#ifndef TRACE_RENDER_PAGE_PACKET_H
#define TRACE_RENDER_PAGE_PACKET_H

#include "base/buf.h"
#include "trace/render/drawing.h"
#include "trace/render/page_tables.h"

/* Appends `,"hex",length,shape,[values]` of a packet with those notes, and its
 * violations when it has some. wire_len counts bytes that are not here too. */
void page_packet(struct buf *out, struct page_tables *tables,
                 struct slice bytes, size_t wire_len,
                 const struct mqtt_packet *packet,
                 const struct mqtt_notes *notes,
                 const struct mqtt_report *report);

/* Appends one item, with a comma before it where it needs one. */
void page_packet_item(struct buf *out, const struct drawing_item *item);

/* Appends `"roles":["title",...]`. */
void page_packet_roles(struct buf *out);

/* Appends a template up to a mark; returns what follows the mark. */
const char *page_packet_fill(struct buf *out, const char *from,
                             const char *mark);

/* Appends text as it may stand in HTML. */
void page_packet_escape(struct buf *out, const char *text);

#endif
