/* capture_page.c - a capture as one HTML page: collecting, and the frame.
 * SPDX-License-Identifier: MIT
 *
 * The .inc files are made from *.html, *.css and *.js by the Makefile: each
 * line of text as a line of a C string.                                      */
#include "trace/render/capture_page.h"

#include <stdlib.h>

#include "base/mem.h"
#include "mqtt/secret.h"
#include "trace/render/capture_page_state.h"
#include "trace/render/findings.h"
#include "trace/render/line.h"
#include "trace/render/page_packet.h"
#include "trace/render/sequence_diagram.h"

static const char page_html[] =
#include "trace/render/capture_page.html.inc"
    ;
static const char page_style[] =
#include "trace/render/page_draw.css.inc"
#include "trace/render/capture_page.css.inc"
    ;
static const char page_script[] =
#include "trace/render/page_draw.js.inc"
#include "trace/render/capture_page.js.inc"
#include "trace/render/capture_page_packet.js.inc"
    ;

/* The packets of a connection that is still open. */
struct page_span {
    uint64_t conn;        /* its number */
    uint64_t first, last; /* numbers of packets */
};

struct capture_page *
capture_page_new(const char *title, bool secrets)
{
    static const struct conversation_limits limits = {
        CAPTURE_PAGE_PACKETS, CAPTURE_PAGE_BYTES, CAPTURE_PAGE_LANES};
    struct capture_page *page = xcalloc(1, sizeof *page);
    page->title = title ? title : "";
    page->secrets = secrets;
    page->kept = conversation_new(&limits);
    page->lint = lint_new();
    page->to_lint = lint_events(page->lint);
    return page;
}

void
capture_page_free(struct capture_page *page)
{
    struct page_span *span;
    size_t at = 0;
    if (!page)
        return;
    while ((span = map_next(&page->first_packet, &at)))
        free(span);
    map_release(&page->first_packet);
    for (size_t i = 0; i < page->conn_count; i++) {
        buf_release(&page->conns[i].summary);
        buf_release(&page->conns[i].why);
    }
    free(page->conns);
    free(page->packets);
    why_release(&page->why);
    ends_release(&page->ends);
    conversation_free(page->kept);
    lint_free(page->lint);
    free(page);
}

void
capture_page_start(struct capture_page *page, int64_t time_ns)
{
    page->kept->has_start = true;
    page->kept->start_us = time_ns / 1000;
}

/* --- collecting ----------------------------------------------------------- */

void
capture_page_packet(struct capture_page *page, const struct model_packet *p)
{
    uint64_t number = p->conn->number;
    struct page_span *span =
        map_get(&page->first_packet, slice_of(&number, sizeof number));
    if (!span) {
        span = xcalloc(1, sizeof *span);
        *span = (struct page_span){number, p->number, 0};
        map_put(&page->first_packet, slice_of(&span->conn, sizeof number),
                span);
    }
    span->last = p->number;
    page->to_lint.on_packet(page->to_lint.user, p);
    why_packet(&page->why, p);
    conversation_take(page->kept, p);
}

void
capture_page_gap(struct capture_page *page, struct model_conn *c,
                 enum mqtt_side from, uint64_t bytes, enum stream_gap cause,
                 const struct stream_mark *mark)
{
    page->to_lint.on_gap(page->to_lint.user, c, from, bytes, cause, mark);
    if (cause != STREAM_GAP_LOST)
        return;
    struct buf text = {0};
    buf_printf(&text, "%llu bytes from the %s are missing in the capture",
               (unsigned long long)bytes, lint_side_name(from));
    conversation_take_note(page->kept, c, mark->time_ns, buf_cstr(&text));
    buf_release(&text);
}

void
capture_page_close(struct capture_page *page, struct model_conn *c,
                   const struct stream_mark *mark)
{
    uint64_t number = c->number;
    if (page->to_lint.on_close)
        page->to_lint.on_close(page->to_lint.user, c, mark);
    if (c->app == UNWRAP_EMPTY)
        return;
    page->conns = xgrow(page->conns, &page->conn_cap, page->conn_count + 1,
                        sizeof *page->conns);
    struct page_conn *conn = &page->conns[page->conn_count++];
    *conn = (struct page_conn){.number = number,
                               .is_mqtt = c->app == UNWRAP_MQTT};
    line_summary(&conn->summary, c);
    if (conn->summary.len)
        conn->summary.len--;
    struct page_span *span =
        map_remove(&page->first_packet, slice_of(&number, sizeof number));
    if (span) {
        conn->first = span->first;
        conn->last = span->last;
    }
    free(span);
    if (!conn->is_mqtt)
        return;
    struct buf name = {0};
    const char *cause = why_close(&page->why, c, mark->time_ns, &conn->why);
    model_conn_name(&name, c);
    ends_add(&page->ends, cause, buf_slice(&name));
    buf_release(&name);
    conversation_take_close(page->kept, c, mark->time_ns);
}

/* --- the page ------------------------------------------------------------- */

static void
list_packets(struct capture_page *page)
{
    struct conversation *c = page->kept;
    page->packets = xcalloc(c->item_count + 1, sizeof *page->packets);
    for (size_t i = 0; i < c->item_count; i++) {
        struct model_packet *p = &c->items[i]->packet;
        if (c->items[i]->what != CONVERSATION_PACKET)
            continue;
        page->packets[page->packet_count++] = p;
        if (!page->secrets) /* ours: the conversation copied the bytes */
            mqtt_secret_mask((uint8_t *)p->bytes.ptr, p->bytes.len,
                             p->mqtt.version);
    }
}

void
capture_page_print(struct capture_page *page, struct buf *out)
{
    struct buf pieces = {0};
    const char *rest = page_packet_fill(out, page_html, "@TITLE@");
    list_packets(page);
    findings_mark(page->kept, page->lint);
    struct drawing *d = sequence_diagram(page->kept, NULL);
    page_packet_escape(out, page->title);
    rest = page_packet_fill(out, rest, "@STYLE@");
    buf_add_str(out, page_style);
    rest = page_packet_fill(out, rest, "@DATA@");
    capture_page_json(out, &pieces, page, d);
    rest = page_packet_fill(out, rest, "@SCRIPT@");
    buf_add_str(out, page_script);
    rest = page_packet_fill(out, rest, "@PIECES@");
    buf_add(out, buf_slice(&pieces));
    buf_release(&pieces);
    buf_add_str(out, rest);
    drawing_free(d);
}
