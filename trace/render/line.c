/* line.c - a packet on a line.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/line.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "mqtt/reason.h"

#define NAME_WIDTH 16 /* columns of the client's name */

static void
add_time(struct buf *out, int64_t ns)
{
    const char *sign = ns < 0 ? "-" : "";
    long long us = llabs(ns / 1000);
    size_t from = out->len;
    buf_printf(out, "%s%lld.%06lld", sign, us / 1000000, us % 1000000);
    if (out->len - from < 10)
        buf_splice(out, from, 0,
                   slice_of("          ", 10 - (out->len - from)));
}

void
line_duration(struct buf *out, int64_t ns)
{
    double ms = (double)ns / 1e6;
    if (ms < 1 && ms > -1)
        buf_printf(out, "%.2f ms", ms);
    else if (ms < 10 && ms > -10)
        buf_printf(out, "%.1f ms", ms);
    else if (ms < 1000 && ms > -1000)
        buf_printf(out, "%.0f ms", ms);
    else
        buf_printf(out, "%.1f s", ms / 1000);
}

/* The name in NAME_WIDTH columns, its middle left out when it is longer. */
static void
add_name(struct buf *out, const struct model_conn *c)
{
    struct buf name = {0};
    model_conn_name(&name, c);
    struct slice s = buf_slice(&name);
    size_t columns = utf8_width(s);
    if (columns > NAME_WIDTH && columns == s.len) {
        buf_add(out, slice_first(s, NAME_WIDTH / 2));
        buf_add_str(out, "\u2026");
        buf_add(out, slice_from(s, s.len - (NAME_WIDTH / 2 - 1)));
    } else {
        buf_add(out, s);
        buf_add_fill(out, ' ', columns < NAME_WIDTH ? NAME_WIDTH - columns : 0);
    }
    buf_release(&name);
}

void
line_head(struct buf *out, const struct model_packet *p,
          const struct line_style *style)
{
    buf_printf(out, "%6llu ", (unsigned long long)p->number);
    add_time(out, p->time_ns - style->start_ns);
    buf_add_str(out, "  ");
    add_name(out, p->conn);
    buf_add_str(out, p->from == FROM_CLIENT ? " > " : " < ");
}

/* "# answers 6 after 0.42 ms; version inferred" */
static void
add_remarks(struct buf *out, const struct model_packet *p,
            const struct line_style *style)
{
    const char *between = "   # ";
    if (p->request) {
        buf_printf(out, "%sanswers %llu after ", between,
                   (unsigned long long)p->request);
        line_duration(out, p->latency_ns);
        between = "; ";
    }
    if (p->marks & MODEL_ALIAS) {
        buf_printf(out, "%salias of \"", between);
        size_t from = out->len;
        buf_add(out, p->topic);
        for (size_t i = from; i < out->len; i++) /* stays on its line */
            if (out->data[i] < 0x20 || out->data[i] == 0x7f)
                out->data[i] = '?';
        buf_add_byte(out, '"');
        between = "; ";
    }
    for (unsigned bit = 1; bit <= MODEL_DOUBTFUL; bit <<= 1) {
        if (!(p->marks & bit) || bit == MODEL_ALIAS)
            continue;
        buf_printf(out, "%s%s", between, model_mark_text(bit));
        between = "; ";
    }
    if (p->bytes.len < p->wire_len)
        buf_printf(out, "%s%zu of %zu bytes here", between, p->bytes.len,
                   p->wire_len);
    (void)style;
}

void
line_violations(struct buf *out, const struct model_packet *p)
{
    for (size_t i = 0; i < p->report.count; i++) {
        const struct mqtt_violation *v = &p->report.list[i];
        buf_add_fill(out, ' ', 9);
        buf_printf(out, "! %s%s%s (section %s, byte %u)\n", v->statement,
                   *v->statement ? ": " : "", v->text, v->section, v->offset);
    }
}

void
line_packet(struct buf *out, const struct model_packet *p,
            const struct line_style *style)
{
    line_head(out, p, style);
    mqtt_print_line(out, &p->mqtt, style->print);
    add_remarks(out, p, style);
    buf_add_byte(out, '\n');
    line_violations(out, p);
}

void
line_gap(struct buf *out, const struct model_conn *c, enum mqtt_side from,
         uint64_t bytes, enum stream_gap cause, int64_t time_ns,
         const struct line_style *style)
{
    buf_add_str(out, "     - ");
    add_time(out, time_ns - style->start_ns);
    buf_add_str(out, "  ");
    add_name(out, c);
    buf_printf(out, " %c # %llu bytes %s\n", from == FROM_CLIENT ? '>' : '<',
               (unsigned long long)bytes,
               cause == STREAM_GAP_CUT
                   ? "cut off by the snapshot length"
                   : "missing: the capture does not have them");
}

/* --- summary -------------------------------------------------------------- */

static void
add_missing(struct buf *out, const struct model_conn *c)
{
    uint64_t cut = c->side[0].cut_bytes + c->side[1].cut_bytes;
    uint64_t skipped =
        c->side[0].framing.skipped + c->side[1].framing.skipped;
    if (!c->dialog.has_connect)
        buf_add_str(out, "; no CONNECT");
    for (int i = 0; i < 2; i++)
        if (c->side[i].gaps)
            buf_printf(out, "; %llu bytes from the %s missing in %u place%s",
                       (unsigned long long)c->side[i].lost_bytes,
                       i ? "broker" : "client", c->side[i].gaps,
                       c->side[i].gaps > 1 ? "s" : "");
    if (cut)
        buf_printf(out, "; %llu byte%s cut off by the snapshot length",
                   (unsigned long long)cut, cut > 1 ? "s" : "");
    if (skipped)
        buf_printf(out, "; %llu bytes skipped",
                   (unsigned long long)skipped);
    for (int i = 0; i < 2; i++)
        if (c->tcp->side[i].conflict_bytes)
            buf_printf(out, "; frame %llu contradicts an earlier one",
                       (unsigned long long)c->tcp->side[i].conflict_frame);
}

/* Messages whose receiver never said the last word, where all it said is here. */
static void
add_unfinished(struct buf *out, const struct model_conn *c)
{
    for (int i = 0; i < 2; i++) {
        const struct pending_table *t = &c->dialog.pending[i];
        size_t n = 0;
        for (size_t at = 0; at < t->cap; at++)
            n += t->slots[at].packet_id &&
                 t->slots[at].begun_by == MQTT_PUBLISH;
        if (n && !c->side[!i].gaps)
            buf_printf(out, "; %zu message%s from the %s %sacknowledged", n,
                       n > 1 ? "s" : "", i ? "broker" : "client",
                       c->first_to_close ? "not " : "not yet ");
    }
}

static void
add_end(struct buf *out, const struct model_conn *c)
{
    if (c->said_goodbye) {
        buf_printf(out, "; %s said DISCONNECT",
                   c->said_goodbye == FROM_CLIENT ? "client" : "broker");
        if (c->goodbye_reason)
            buf_printf(out, " 0x%02x %s", c->goodbye_reason,
                       mqtt_reason_name(c->goodbye_reason, MQTT_DISCONNECT,
                                        MQTT_50));
    }
    buf_printf(out, "%s%s", c->said_goodbye ? ", then " : "; ", c->end);
    /* The end of the capture is nobody's doing. */
    if (c->first_to_close && strcmp(c->end, "end of capture") != 0)
        buf_printf(out, " by the %s",
                   c->first_to_close == FROM_CLIENT ? "client" : "broker");
    for (int i = 0; i < 2; i++)
        if (c->side[i].rest) {
            buf_printf(out, "; ends inside a packet of the %s (%zu ",
                       i ? "broker" : "client", c->side[i].rest);
            if (c->side[i].rest_need)
                buf_printf(out, "of %zu ", c->side[i].rest_need);
            buf_add_str(out, "bytes)");
        }
}

/* What is wrapped around it. */
static void
add_layers(struct buf *out, const struct model_conn *c, const char *before)
{
    struct buf layers = {0};
    unwrap_describe(c->unwrap, &layers);
    if (layers.len) {
        buf_add_str(out, before);
        buf_add(out, buf_slice(&layers));
    }
    buf_release(&layers);
}

/* What it is instead of MQTT: layers say their own name. */
static void
add_other(struct buf *out, const struct model_conn *c)
{
    size_t before = out->len;
    add_layers(out, c, "  ");
    if (out->len == before)
        buf_printf(out, "  %s", unwrap_app_text(c->app));
}

void
line_summary(struct buf *out, const struct model_conn *c)
{
    bool is_inferred;
    enum mqtt_version v = model_conn_version(c, &is_inferred);
    buf_printf(out, "connection %llu  ", (unsigned long long)c->number);
    endpoint_print(out, &c->client);
    buf_add_str(out, " > ");
    endpoint_print(out, &c->server);
    if (c->app != UNWRAP_MQTT) {
        add_other(out, c);
        buf_add_byte(out, '\n');
        return;
    }
    buf_add_str(out, "  ");
    if (c->dialog.has_connect || c->dialog.client_id.len) {
        model_conn_name(out, c);
        buf_add_str(out, "  ");
    }
    buf_printf(out, "MQTT %s%s", mqtt_version_name(v),
               is_inferred ? " (inferred)" : "");
    add_layers(out, c, " over ");
    if (c->is_side_guessed)
        buf_add_str(out, ", direction guessed");
    if (c->dialog.has_connect)
        buf_printf(out, ", keep alive %u s", c->dialog.keep_alive);
    buf_printf(out, ", %llu + %llu packets",
               (unsigned long long)c->side[0].packets,
               (unsigned long long)c->side[1].packets);
    if (c->findings)
        buf_printf(out, ", %llu violation%s", (unsigned long long)c->findings,
                   c->findings > 1 ? "s" : "");
    add_end(out, c);
    add_unfinished(out, c);
    add_missing(out, c);
    buf_add_byte(out, '\n');
}
