/* page_talk.h - one conversation as JSON for the page.
 * SPDX-License-Identifier: MIT
 *
 *     {"lanes":["pub"], "ids":["pubT4"],
 *      "events":[[kind, ms, lane, line, guilty, text, hex, len, shape,
 *                 [values], [[statement, offset, len, text]]], ...],
 *      "drawing":{"w":80, "h":40, "items":[[shape, role, x, y, w, h, flags,
 *                 packet, text], ...]}}
 *
 * kind is enum result_event_kind; what stands at the end of a list and says
 * nothing is left out. A packet's number is its place among events of kind
 * SENT and GOT. flags of a drawing's item: 1 dashed, 2 hides, 4 centre, 8
 * right. The drawing is laid out here so that it is the same one as in a trace
 * (docs/decisions/report-page.md says what that costs).                      */
#ifndef REPORT_PAGE_TALK_H
#define REPORT_PAGE_TALK_H

#include "conformance/engine/result.h"
#include "trace/render/page_tables.h"

void page_talk(struct buf *out, struct page_tables *tables,
               const struct result_scenario *s);

#endif
