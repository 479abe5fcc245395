/* view.c - from a model's events to what the user asked to see.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/view.h"

#include "trace/render/exchange.h"
#include "trace/render/findings.h"
#include "trace/render/json_lines.h"
#include "trace/render/packet_diagram.h"
#include "trace/render/sequence_diagram.h"
#include "trace/render/stats_print.h"
#include "trace/render/twin.h"

/* Views in trace/views look at a whole capture, within reason. */
static const struct conversation_limits all_of_it = {
    .items_max = 1000000,
    .bytes_max = 512 * 1024 * 1024,
    .lanes_max = 10000,
};

static bool
keeps_all(enum view_kind kind)
{
    return kind == VIEW_FOLLOW || kind == VIEW_AT || kind == VIEW_DIFF ||
           kind == VIEW_SCENARIO || kind == VIEW_EXERCISE;
}

void
view_init(struct view *v, const struct view_options *options, struct buf *out)
{
    *v = (struct view){.options = *options, .out = out};
    v->style.print = options->print;
    v->tsv.secrets = options->print.secrets;
    if (options->kind == VIEW_SEQUENCE) {
        v->kept = conversation_new(NULL);
        v->lint = lint_new();
        v->to_lint = lint_events(v->lint);
    } else if (keeps_all(options->kind)) {
        v->kept = conversation_new(&all_of_it);
    }
    if (options->kind == VIEW_PAGE)
        v->page = capture_page_new(options->title, options->print.secrets);
    if (options->kind == VIEW_TSV)
        tsv_header(out);
}

void
view_release(struct view *v)
{
    mqtt_notes_release(&v->notes);
    conversation_free(v->kept);
    lint_free(v->lint);
    stats_release(&v->stats);
    drawing_free(v->drawing);
    capture_page_free(v->page);
    buf_release(&v->dot);
    why_release(&v->why);
    ends_release(&v->ends);
    buf_release(&v->gathered);
}

void
view_start(struct view *v, int64_t time_ns)
{
    v->style.start_ns = v->tsv.start_ns = time_ns;
    if (v->page)
        capture_page_start(v->page, time_ns);
    v->options.only.start_ns = time_ns;
    if (!v->kept)
        return;
    v->kept->has_start = true;
    v->kept->start_us = time_ns / 1000;
}

static void
show_notes(struct view *v, const struct model_packet *p)
{
    line_head(v->out, p, &v->style);
    model_packet_notes(p, &v->notes);
    if (v->options.kind == VIEW_TREE) {
        mqtt_print_tree(v->out, &p->mqtt, &v->notes, v->options.print);
    } else {
        buf_printf(v->out, "%s, %zu bytes\n",
                   mqtt_packet_row(p->mqtt.type)->name, p->wire_len);
        mqtt_print_hex(v->out, p->bytes, &p->mqtt, &v->notes,
                       v->options.print);
    }
    line_violations(v->out, p);
}

static void
on_packet(void *user, const struct model_packet *p)
{
    struct view *v = user;
    if (v->lint) /* all of it, whatever is shown */
        v->to_lint.on_packet(v->to_lint.user, p);
    if (!packet_filter_wants(&v->options.only, p))
        return;
    v->shown++;
    switch (v->options.kind) {
    case VIEW_LINE: line_packet(v->out, p, &v->style); break;
    case VIEW_TREE:
    case VIEW_HEX: show_notes(v, p); break;
    case VIEW_JSON:
        json_lines_print(v->out, p, v->options.print.secrets);
        break;
    case VIEW_TSV: tsv_row(&v->tsv, v->out, p); break;
    case VIEW_SUMMARY: why_packet(&v->why, p); break;
    case VIEW_PAGE: capture_page_packet(v->page, p); break;
    case VIEW_STATS: stats_packet(&v->stats, p); break;
    case VIEW_MACHINE: {
        struct exchange e;
        if (exchange_after(&e, p))
            exchange_dot(&v->dot, &e, p);
        break;
    }
    case VIEW_TWIN:
        line_head(v->out, p, &v->style);
        twin_print(v->out, p, v->options.print);
        break;
    case VIEW_REDACT: break; /* trace/views/redact.h does it */
    case VIEW_SEQUENCE:
    case VIEW_FOLLOW:
    case VIEW_AT:
    case VIEW_DIFF:
    case VIEW_SCENARIO:
    case VIEW_EXERCISE: conversation_take(v->kept, p); break;
    case VIEW_DIAGRAM: {
        struct packet_options o = {.secrets = v->options.print.secrets};
        drawing_free(v->drawing);
        v->drawing = packet_diagram(p, &o);
        break;
    }
    }
}

static void
on_gap(void *user, struct model_conn *c, enum mqtt_side from, uint64_t bytes,
       enum stream_gap cause, const struct stream_mark *mark)
{
    struct view *v = user;
    if (v->lint && v->to_lint.on_gap)
        v->to_lint.on_gap(v->to_lint.user, c, from, bytes, cause, mark);
    if (!packet_filter_wants_connection(&v->options.only, c) ||
        packet_filter_is_set(&v->options.only))
        return;
    enum view_kind kind = v->options.kind;
    if (kind == VIEW_LINE || kind == VIEW_TREE || kind == VIEW_HEX) {
        line_gap(v->out, c, from, bytes, cause, mark->time_ns, &v->style);
    } else if (kind == VIEW_PAGE) {
        capture_page_gap(v->page, c, from, bytes, cause, mark);
    } else if (kind == VIEW_SEQUENCE && cause == STREAM_GAP_LOST) {
        struct buf text = {0};
        buf_printf(&text, "%llu bytes from the %s are missing in the capture",
                   (unsigned long long)bytes,
                   from == FROM_CLIENT ? "client" : "broker");
        conversation_take_note(v->kept, c, mark->time_ns, buf_cstr(&text));
        buf_release(&text);
    }
}

/* More lines than that are shown at once, and the overview behind them. */
enum { GATHERED_MAX = 64 * 1024 * 1024 };

static void
tell_end(struct view *v, const struct model_conn *c, int64_t time_ns)
{
    struct buf *out = v->options.is_gathered ? &v->gathered : v->out;
    struct buf name = {0};
    if (c->app != UNWRAP_EMPTY)
        line_summary(out, c);
    if (c->app != UNWRAP_MQTT)
        return;
    buf_add_str(out, "    ended: ");
    const char *cause = why_close(&v->why, c, time_ns, out);
    buf_add_byte(out, '\n');
    model_conn_name(&name, c);
    ends_add(&v->ends, cause, buf_slice(&name));
    buf_release(&name);
    if (v->gathered.len < GATHERED_MAX)
        return;
    v->options.is_gathered = false;
    buf_add(v->out, buf_slice(&v->gathered));
    buf_release(&v->gathered);
}

/* The overview, in front of what waited for it. */
static void
tell_ends(struct view *v)
{
    if (!v->options.is_gathered && v->ends.connections >= ENDS_TOLD_FROM)
        buf_add_byte(v->out, '\n');
    ends_print(v->out, &v->ends);
    buf_add(v->out, buf_slice(&v->gathered));
}

/* A SYN was seen: was it answered, and by what? */
static void
count_empty(struct view *v, const struct stream_conn *tcp)
{
    const struct stream_side_info *client = &tcp->side[STREAM_CLIENT];
    const struct stream_side_info *server = &tcp->side[STREAM_SERVER];
    if (!client->is_start_seen)
        return;
    struct view_empties *e =
        &v->empty[!server->is_seen         ? EMPTY_UNANSWERED
                  : !server->is_start_seen ? EMPTY_REFUSED
                                           : EMPTY_WORDLESS];
    if (e->count++ == 0)
        e->first_frame = tcp->first_frame;
}

static void
on_close(void *user, struct model_conn *c, const struct stream_mark *mark)
{
    struct view *v = user;
    if (v->lint && v->to_lint.on_close)
        v->to_lint.on_close(v->to_lint.user, c, mark);
    v->connections += c->app == UNWRAP_MQTT;
    v->others += c->app != UNWRAP_MQTT;
    v->of_app[c->app]++;
    if (c->app == UNWRAP_EMPTY)
        count_empty(v, c->tcp);
    if (!packet_filter_wants_connection(&v->options.only, c))
        return;
    if (v->options.kind == VIEW_STATS)
        stats_close(&v->stats, c);
    if (v->options.kind == VIEW_SUMMARY)
        tell_end(v, c, mark->time_ns);
    else if (v->options.tells_ends && c->app != UNWRAP_EMPTY)
        line_summary(v->out, c);
    if (v->options.kind == VIEW_PAGE)
        capture_page_close(v->page, c, mark);
    if (v->kept && c->app == UNWRAP_MQTT)
        conversation_take_close(v->kept, c, mark->time_ns);
}

struct model_events
view_events(struct view *v)
{
    return (struct model_events){v, on_packet, on_gap, on_close};
}

void
view_finish(struct view *v)
{
    if (v->options.kind == VIEW_SUMMARY)
        tell_ends(v);
    if (v->options.kind == VIEW_STATS)
        stats_print(v->out, &v->stats);
    if (v->options.kind == VIEW_PAGE)
        capture_page_print(v->page, v->out);
    if (v->options.kind == VIEW_SEQUENCE) {
        findings_mark(v->kept, v->lint);
        v->drawing = sequence_diagram(
            v->kept, &(struct sequence_options){.title = v->options.title,
                                                .width = v->options.width});
    }
}
