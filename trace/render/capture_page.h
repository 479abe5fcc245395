/* capture_page.h - a capture as one HTML page that needs nothing but itself.
 * SPDX-License-Identifier: MIT
 *
 * Collects what the model tells, has it judged (trace/lint) and laid out
 * (sequence_diagram.h), and writes a page that draws only what is looked at:
 * the page holds an index of all packets, and everything else in pieces that
 * it parses when they come into sight. docs/TRACE.md describes that JSON.
 *
 * Bounded: past CAPTURE_PAGE_PACKETS packets the rest is only counted.       */
#ifndef TRACE_RENDER_CAPTURE_PAGE_H
#define TRACE_RENDER_CAPTURE_PAGE_H

#include "trace/model/model.h"

enum {
    CAPTURE_PAGE_PACKETS = 100000, /* at most this many are shown */
    CAPTURE_PAGE_BYTES = 64 << 20, /* of packets */
    CAPTURE_PAGE_LANES = 256       /* clients */
};

struct capture_page; /* opaque */

/* `title` is borrowed until the end. Without `secrets` passwords and
 * authentication data are starred. */
struct capture_page *capture_page_new(const char *title, bool secrets);
void capture_page_free(struct capture_page *page); /* NULL is fine */

/* The time that counts as 0; else that of the first packet. */
void capture_page_start(struct capture_page *page, int64_t time_ns);

/* What the model tells; see model_events. */
void capture_page_packet(struct capture_page *page,
                         const struct model_packet *p);
void capture_page_gap(struct capture_page *page, struct model_conn *c,
                      enum mqtt_side from, uint64_t bytes,
                      enum stream_gap cause, const struct stream_mark *mark);
void capture_page_close(struct capture_page *page, struct model_conn *c,
                        const struct stream_mark *mark);

/* Everything was seen: appends the page. Once. */
void capture_page_print(struct capture_page *page, struct buf *out);

#endif
