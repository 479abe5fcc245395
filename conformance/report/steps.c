/* steps.c - a failure step by step, for somebody who wants to learn from it.
 * SPDX-License-Identifier: MIT */
#include "conformance/report/steps.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/hex.h"
#include "base/mem.h"
#include "conformance/catalog/wrap.h"
#include "conformance/report/phrase.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/print.h"
#include "mqtt/statement.h"

enum {
    WIDTH = 100,      /* columns */
    LEFT = 3,         /* columns before a step */
    PACKET = 15,      /* columns before the direction */
    ROW = 24,         /* bytes of a packet in a line */
    ROWS_MAX = 3,     /* lines of bytes */
    TEXT_MAX = 48,    /* bytes shown of a payload or string */
    EVENTS_MAX = 16,  /* steps, unless all are asked for */
    AFTER_MAX = 3     /* of them behind the guilty one */
};

/* --- which bytes are wrong ------------------------------------------------ */

struct blame {
    uint32_t at, len; /* bytes, from the packet's first; len 0: none is known */
    struct buf text;  /* what they are and what is wrong with them */
};

/* "... (packet_id: expected 7, got 8)": packet_id and what follows it, as the
 * engine says it (match.h). */
static bool
split_difference(const char *got, struct slice *field, struct slice *text)
{
    const char *mark = got ? strstr(got, ": expected ") : NULL;
    const char *begin = mark;
    while (begin && begin > got && begin[-1] != '(')
        begin--;
    if (!mark || begin == got || mark == begin)
        return false;
    size_t len = strlen(mark + 2);
    *field = slice_of(begin, (size_t)(mark - begin));
    *text = slice_of(mark + 2, len && mark[1 + len] == ')' ? len - 1 : len);
    return true;
}

static const struct mqtt_note *
find_note(const struct mqtt_notes *notes, struct slice name)
{
    for (size_t i = 0; i < notes->count; i++)
        if (slice_is(name, notes->list[i].name))
            return &notes->list[i];
    return NULL;
}

/* The field that a violation is about: by its name, else the innermost one
 * with the first bad byte. */
static const struct mqtt_note *
note_of(const struct mqtt_notes *notes, const struct mqtt_violation *v)
{
    const struct mqtt_note *best = NULL;
    for (size_t i = 0; i < notes->count; i++) {
        const struct mqtt_note *n = &notes->list[i];
        if (v->field != MQTT_FIELDS && n->field == v->field)
            return n;
        if (n->at <= v->offset && v->offset < n->at + n->len)
            best = n;
    }
    return best;
}

static void
blame_type(struct blame *b, const struct result_scenario *s,
           const struct mqtt_packet *p)
{
    const char *never = "never ";
    const char *want = s->expected ? s->expected : "";
    size_t n = strcspn(want, " ");
    if (strncmp(want, never, strlen(never)) == 0) {
        b->len = 1;
        buf_printf(&b->text, "type %d is %s: not allowed here", p->type,
                   mqtt_packet_row(p->type)->name);
    }
    if (b->len || !n || !isupper((unsigned char)want[0]))
        return;
    if (strncmp(want, mqtt_packet_row(p->type)->name, n) == 0)
        return;
    b->len = 1;
    buf_printf(&b->text, "type %d is %s; %.*s was expected", p->type,
               mqtt_packet_row(p->type)->name, (int)n, want);
}

/* What the rules for a single packet find comes first, then what the script
 * missed, then the type. */
static void
find_blame(struct blame *b, const struct result_scenario *s,
           const struct result_event *e, struct slice bytes)
{
    struct mqtt_notes notes = {0};
    struct mqtt_packet packet;
    struct mqtt_report report;
    struct slice field, text;
    const struct mqtt_note *note;

    mqtt_decode(bytes, e->version, &packet, &report, &notes);
    mqtt_check(&packet, e->kind == EVENT_SENT ? FROM_CLIENT : FROM_SERVER,
               &report);
    mqtt_notes_place(&notes, &report);
    if (report.count) {
        const struct mqtt_violation *v = &report.list[0];
        note = note_of(&notes, v);
        b->at = v->offset;
        b->len = v->len ? v->len : 1;
        buf_printf(&b->text, "%s%s%s", note ? note->label : "",
                   note ? ": " : "", v->text);
        if (*v->section)
            buf_printf(&b->text, " (section %s)", v->section);
    } else if (split_difference(s->got, &field, &text) &&
               (note = find_note(&notes, field)) != NULL) {
        b->at = note->at;
        b->len = note->len ? note->len : 1;
        buf_printf(&b->text, "%s: %.*s (section %s)", note->label,
                   SLICE_ARG(text), note->section);
    } else {
        blame_type(b, s, &packet);
    }
    mqtt_notes_release(&notes);
}

/* --- bytes ---------------------------------------------------------------- */

static void
add_row(struct buf *out, struct slice bytes, size_t at, const struct blame *b)
{
    size_t n = bytes.len - at < ROW ? bytes.len - at : ROW;
    size_t first = b->at > at ? b->at - at : 0;
    size_t end = b->at + b->len > at ? b->at + b->len - at : 0;

    buf_add_fill(out, ' ', PACKET);
    hex_print(out, slice_of(bytes.ptr + at, n), ' ');
    if (at + n < bytes.len)
        buf_add_str(out, " ...");
    buf_add_byte(out, '\n');
    end = end < n ? end : n;
    if (b->len == 0 || first >= end)
        return;
    buf_add_fill(out, ' ', PACKET + 3 * first);
    for (size_t i = first; i < end; i++)
        buf_add_str(out, i + 1 < end ? "^^ " : "^^\n");
}

/* The bytes of the guilty packet, from the row before the first bad one. */
static void
add_bytes(struct buf *out, const struct result_scenario *s,
          const struct result_event *e)
{
    struct slice bytes = result_bytes(s, e);
    struct blame b = {0};
    if (bytes.len == 0)
        return;
    find_blame(&b, s, e, bytes);
    if (b.at >= bytes.len) /* it ends too early: mark the end */
        b.at = (uint32_t)bytes.len - 1;
    size_t row = b.at / ROW;
    row = row ? row - 1 : 0;
    for (size_t i = 0; i < ROWS_MAX && (row + i) * ROW < bytes.len; i++)
        add_row(out, bytes, (row + i) * ROW, &b);
    if (b.text.len) {
        buf_add_fill(out, ' ', PACKET);
        wrap_text(out, buf_slice(&b.text), PACKET, WIDTH);
        buf_add_byte(out, '\n');
    }
    buf_release(&b.text);
}

/* --- steps ---------------------------------------------------------------- */

static size_t
lane_width(const struct result_scenario *s)
{
    size_t width = 0;
    for (size_t i = 0; i < s->lane_count; i++)
        if (strlen(s->lanes[i]) > width)
            width = strlen(s->lanes[i]);
    return width + strlen(" -> broker");
}

/* Who to whom, or what happened to the connection. */
static void
add_direction(struct buf *out, const struct result_event *e, const char *who)
{
    switch (e->kind) {
    case EVENT_OPEN: buf_printf(out, "%s opens", who); break;
    case EVENT_SENT: buf_printf(out, "%s -> broker", who); break;
    case EVENT_GOT: buf_printf(out, "broker -> %s", who); break;
    case EVENT_CLOSED: buf_add_str(out, "-- the broker closes --"); break;
    case EVENT_RESET: buf_add_str(out, "-- the broker resets --"); break;
    case EVENT_CUT: buf_printf(out, "-- %s: link cut --", who); break;
    case EVENT_ABORTED: buf_printf(out, "-- %s: link reset --", who); break;
    case EVENT_NOTE: buf_add_str(out, "-- "); break;
    }
}

static void
add_packet(struct buf *out, const struct result_event *e, struct slice bytes)
{
    struct mqtt_packet packet;
    struct mqtt_report report;
    struct mqtt_frame frame;
    struct mqtt_print how = {.max_text = TEXT_MAX};

    if (mqtt_frame_next(bytes, &frame) == MQTT_FRAME_COMPLETE &&
        frame.len == bytes.len && frame.type != MQTT_NO_TYPE) {
        mqtt_decode(bytes, e->version, &packet, &report, NULL);
        mqtt_print_line(out, &packet, how);
        return;
    }
    buf_printf(out, "%zu bytes:  ", bytes.len);
    hex_print(out, slice_first(bytes, ROW), ' ');
}

static void
add_step(struct buf *out, const struct result_scenario *s,
         const struct result_event *e, size_t number, size_t width)
{
    const char *who = e->lane < s->lane_count ? s->lanes[e->lane] : "?";
    bool is_packet = e->kind == EVENT_SENT || e->kind == EVENT_GOT;
    struct buf direction = {0}, text = {0};
    size_t column = PACKET + width + 2;

    add_direction(&direction, e, who);
    if (is_packet)
        add_packet(&text, e, result_bytes(s, e));
    if (e->text)
        buf_printf(&text, "%s%s", text.len ? "  " : "", e->text);
    buf_add_fill(out, ' ', LEFT);
    if (is_packet)
        buf_printf(out, "%3zu", number);
    else
        buf_add_fill(out, ' ', 3);
    buf_printf(out, " %6.0f  %s", phrase_ms(s, e), buf_cstr(&direction));
    if (text.len) {
        size_t fill = direction.len < width ? width - direction.len : 0;
        buf_add_fill(out, ' ', fill + 2);
        wrap_text(out, buf_slice(&text), column, WIDTH);
    }
    buf_add_byte(out, '\n');
    buf_release(&direction);
    buf_release(&text);
}

static const struct result_event *
last_guilty(const struct result_scenario *s)
{
    for (size_t i = s->event_count; i > 0; i--)
        if (s->events[i - 1].is_guilty)
            return &s->events[i - 1];
    return NULL;
}

static void
add_expected(struct buf *out, const struct result_scenario *s)
{
    struct buf text = {0};
    const char *never = "never ";

    if (!s->expected && !s->got)
        return;
    if (s->expected && strncmp(s->expected, never, strlen(never)) == 0)
        buf_printf(&text, "<== not allowed: %s", s->expected + strlen(never));
    else if (s->expected && s->got && last_guilty(s) &&
             !isupper((unsigned char)s->expected[0])) /* it was counted */
        buf_printf(&text, "<== expected %s, got %s", s->expected, s->got);
    else if (s->expected)
        buf_printf(&text, "<== expected %s", s->expected);
    else
        buf_printf(&text, "<== here: %s", s->got ? s->got : "");
    buf_add_fill(out, ' ', PACKET);
    wrap_text(out, buf_slice(&text), PACKET + 4, WIDTH);
    buf_add_byte(out, '\n');
    buf_release(&text);
}

static void
add_steps(struct buf *out, const struct result_scenario *s, size_t max)
{
    const struct result_event *guilty = last_guilty(s);
    size_t width = lane_width(s), number = 0, end = s->event_count;
    size_t at = guilty ? (size_t)(guilty - s->events) : end;

    if (max && end > at + 1 + AFTER_MAX)
        end = at + 1 + AFTER_MAX;
    size_t first = max && end > max ? end - max : 0;
    buf_add_fill(out, ' ', LEFT);
    buf_printf(out, "%3s %6s  %-*s  packet\n", "#", "ms", (int)width,
               "direction");
    if (first)
        buf_printf(out, "%*s... %zu before these\n", PACKET, "", first);
    for (size_t i = 0; i < end; i++) {
        const struct result_event *e = &s->events[i];
        number += e->kind == EVENT_SENT || e->kind == EVENT_GOT;
        if (i < first)
            continue;
        add_step(out, s, e, number, width);
        if (e == guilty) {
            add_expected(out, s);
            add_bytes(out, s, e);
        }
    }
    if (end < s->event_count)
        buf_printf(out, "%*s... %zu after these\n", PACKET, "",
                   s->event_count - end);
    if (guilty)
        return;
    add_expected(out, s);
    if (s->expected && s->got) {
        buf_add_fill(out, ' ', PACKET + 4);
        buf_add_str(out, "got ");
        wrap_text(out, slice_str(s->got), PACKET + 8, WIDTH);
        buf_add_byte(out, '\n');
    }
}

/* --- the rule ------------------------------------------------------------- */

static void
add_sentence(struct buf *out, const char *text)
{
    buf_add_fill(out, ' ', LEFT);
    wrap_text(out, slice_str(text), LEFT, WIDTH);
    buf_add_byte(out, '\n');
}

static void
add_rule(struct buf *out, const char *id)
{
    const struct mqtt_statement *rule = mqtt_statement_find(slice_str(id));
    char *text = rule ? xasprintf("[%s] section %s: %s", id, rule->section,
                                  rule->summary)
                      : xasprintf("[%s]", id);
    if (*id)
        add_sentence(out, text);
    free(text);
}

void
report_steps(struct buf *out, const struct result_scenario *s,
             size_t events_max)
{
    const char *name = result_verdict_name(s->verdict);

    for (size_t i = 0; name[i]; i++)
        buf_add_byte(out, (uint8_t)toupper((unsigned char)name[i]));
    buf_printf(out, "  %s  (%s)\n", s->id, mqtt_version_name(s->version));
    if (s->title && *s->title)
        add_sentence(out, s->title);
    add_rule(out, phrase_blame(s));
    if (s->reason)
        add_sentence(out, s->reason);
    if (s->event_count)
        add_steps(out, s, events_max);
    if (s->line && s->source) {
        char *text = xasprintf("script: %s:%u  %s", s->path ? s->path : "?",
                               s->line, s->source);
        add_sentence(out, text);
        free(text);
    }
    if (s->evidence)
        buf_printf(out, "%*scapture: %s\n", LEFT, "", s->evidence);
}

void
report_steps_run(struct buf *out, const struct result_run *run,
                 bool is_verbose)
{
    for (size_t i = 0; i < run->scenario_count; i++) {
        const struct result_scenario *s = &run->scenarios[i];
        if (s->verdict < VERDICT_INCONCLUSIVE)
            continue;
        report_steps(out, s, is_verbose ? 0 : EVENTS_MAX);
        buf_add_byte(out, '\n');
    }
}
