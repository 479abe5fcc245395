/* page_talk.c - one conversation as JSON for the page.
 * SPDX-License-Identifier: MIT */
#include "conformance/report/page_talk.h"

#include <stdlib.h>

#include "base/json_put.h"
#include "base/mem.h"
#include "conformance/report/phrase.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/print.h"
#include "trace/render/page_packet.h"
#include "trace/render/sequence_diagram.h"

enum { DRAWN_MAX = 400 }; /* events that the diagram shows */

/* hex, length, shape, values and what is wrong. */
static void
add_bytes(struct buf *out, struct page_tables *tables,
          const struct result_scenario *s, const struct result_event *e)
{
    struct slice bytes = result_bytes(s, e);
    struct mqtt_notes notes = {0};
    struct mqtt_packet packet;
    struct mqtt_report report;

    mqtt_decode(bytes, e->version, &packet, &report, &notes);
    mqtt_check(&packet, e->kind == EVENT_SENT ? FROM_CLIENT : FROM_SERVER,
               &report);
    mqtt_notes_place(&notes, &report);
    page_packet(out, tables, bytes, bytes.len, &packet, &notes, &report);
    mqtt_notes_release(&notes);
}

static void
add_event(struct buf *out, struct page_tables *tables,
          const struct result_scenario *s, const struct result_event *e)
{
    struct buf text = {0};

    phrase_event(&text, s, e);
    json_put_comma(out);
    buf_printf(out, "[%d,%.3f,%u,%u,%d,", e->kind, phrase_ms(s, e), e->lane,
               e->line, e->is_guilty);
    json_put_text(out, buf_slice(&text));
    if (e->kind == EVENT_SENT || e->kind == EVENT_GOT)
        add_bytes(out, tables, s, e);
    buf_add_byte(out, ']');
    buf_release(&text);
}

/* --- the diagram ---------------------------------------------------------- */

static void
tell(struct conversation *c, const struct result_scenario *s,
     const struct result_event *e)
{
    size_t lane = e->lane < c->lane_count ? e->lane : CONVERSATION_NO_LANE;
    int64_t now = (int64_t)e->time_us;

    switch (e->kind) {
    case EVENT_OPEN: conversation_open(c, lane, now); break;
    case EVENT_SENT:
    case EVENT_GOT:
        conversation_add(c, lane, now,
                         e->kind == EVENT_SENT ? FROM_CLIENT : FROM_SERVER,
                         result_bytes(s, e), e->version);
        break;
    case EVENT_CLOSED: conversation_close(c, lane, now, FROM_SERVER, "FIN");
        break;
    case EVENT_RESET: conversation_close(c, lane, now, FROM_SERVER, "RST");
        break;
    case EVENT_CUT: conversation_close(c, lane, now, FROM_CLIENT, "FIN"); break;
    case EVENT_ABORTED: conversation_close(c, lane, now, FROM_CLIENT, "RST");
        break;
    case EVENT_NOTE: conversation_note(c, lane, now, e->text ? e->text : "");
        break;
    }
    if (e->is_guilty && *phrase_blame(s)) {
        char *text = xasprintf("%s: %s", result_verdict_name(s->verdict),
                               phrase_blame(s));
        conversation_note(c, lane, now, text);
        free(text);
    }
}

static void
add_drawing(struct buf *out, const struct result_scenario *s)
{
    struct conversation_limits limits = {.items_max = DRAWN_MAX};
    struct conversation *c = conversation_new(&limits);

    for (size_t i = 0; i < s->lane_count; i++)
        conversation_add_lane(c, slice_str(s->lanes[i]));
    for (size_t i = 0; i < s->event_count; i++)
        tell(c, s, &s->events[i]);

    struct drawing *d = sequence_diagram(c, NULL);
    json_put_begin(out, "drawing", "{");
    json_put_number(out, "w", (uint64_t)d->width);
    json_put_number(out, "h", (uint64_t)d->height);
    if (c->dropped)
        json_put_number(out, "dropped", c->dropped);
    json_put_begin(out, "items", "[");
    for (size_t i = 0; i < d->item_count; i++)
        page_packet_item(out, &d->items[i]);
    buf_add_str(out, "]}");
    drawing_free(d);
    conversation_free(c);
}

void
page_talk(struct buf *out, struct page_tables *tables,
          const struct result_scenario *s)
{
    buf_add_byte(out, '{');
    json_put_begin(out, "lanes", "[");
    for (size_t i = 0; i < s->lane_count; i++) {
        json_put_comma(out);
        json_put_str(out, s->lanes[i]);
    }
    buf_add_byte(out, ']');
    json_put_begin(out, "ids", "[");
    for (size_t i = 0; i < s->lane_count; i++) {
        json_put_comma(out);
        json_put_str(out, s->client_ids[i]);
    }
    buf_add_byte(out, ']');
    json_put_begin(out, "events", "[");
    for (size_t i = 0; i < s->event_count; i++)
        add_event(out, tables, s, &s->events[i]);
    buf_add_byte(out, ']');
    add_drawing(out, s);
    buf_add_byte(out, '}');
}
