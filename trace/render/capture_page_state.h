/* capture_page_state.h - what the page of a capture has collected.
 * SPDX-License-Identifier: MIT
 *
 * Between capture_page.c, which collects, and capture_page_json.c, which
 * prints; nobody else looks inside.                                          */
#ifndef TRACE_RENDER_CAPTURE_PAGE_STATE_H
#define TRACE_RENDER_CAPTURE_PAGE_STATE_H

#include "base/buf.h"
#include "trace/lint/lint.h"
#include "trace/model/conversation.h"
#include "trace/model/why.h"
#include "trace/render/drawing.h"
#include "trace/render/ends.h"

/* A TCP connection. */
struct page_conn {
    uint64_t number;
    uint64_t first, last;      /* numbers of its packets; 0: it had none */
    bool is_mqtt;
    struct buf summary;        /* line_summary without its newline, owned */
    struct buf why;            /* why it ended, owned; empty without MQTT */
};

struct capture_page {
    const char *title;         /* borrowed */
    bool secrets;
    struct conversation *kept;
    struct lint *lint;
    struct model_events to_lint; /* what lint wants to be told */
    struct why why;
    struct ends ends;
    struct model_packet **packets; /* the kept ones by number; made at the
                                  end, owned; the packets are kept's */
    size_t packet_count;
    struct page_conn *conns;   /* conn_count of them, in order of their end */
    size_t conn_count, conn_cap;
    struct map first_packet;   /* of open ones: struct page_span, owned */
};

/* Appends the elements with the data: to `first` what the page needs to show
 * itself, to `pieces` what it can wait for. `d` is the diagram of what was
 * kept, made after lint's findings went into the reports of the packets. */
void capture_page_json(struct buf *first, struct buf *pieces,
                       const struct capture_page *page,
                       const struct drawing *d);

/* Of those, appends the members connections, ends, missing, findings and
 * statements. */
void capture_page_facts(struct buf *out, const struct capture_page *page);

#endif
