/* phrase.c - the sentences that several reports have in common.
 * SPDX-License-Identifier: MIT */
#include "conformance/report/phrase.h"

#include <inttypes.h>

#include "base/hex.h"
#include "mqtt/decode.h"
#include "mqtt/print.h"
#include "mqtt/statement.h"

enum {
    TEXT_MAX = 48, /* bytes shown of a payload or string */
    HEX_MAX = 48   /* bytes shown of what is no packet */
};

void
phrase_where(struct buf *out, const struct result_scenario *s)
{
    buf_printf(out, "%s over %s", mqtt_version_name(s->version),
               s->transport ? s->transport : "?");
}

const char *
phrase_blame(const struct result_scenario *s)
{
    enum result_verdict worst = VERDICT_PASS;
    const char *id = "";

    for (size_t i = 0; i < s->judgement_count; i++)
        if (s->judgements[i].verdict > worst) {
            worst = s->judgements[i].verdict;
            id = s->judgements[i].statement;
        }
    return id;
}

void
phrase_statement(struct buf *out, const char *id)
{
    const struct mqtt_statement *s = mqtt_statement_find(slice_str(id));

    if (s)
        buf_printf(out, "%s (§%s): %s", s->id, s->section, s->summary);
    else if (strncmp(id, "should ", 7) == 0)
        buf_printf(out, "recommended in §%s", id + 7);
    else
        buf_add_str(out, id);
}

void
phrase_reason(struct buf *out, const struct result_scenario *s)
{
    if (s->verdict == VERDICT_PASS)
        return;
    if (s->reason)
        buf_add_str(out, s->reason);
    else if (s->expected || s->got)
        buf_printf(out, "expected %s, got %s",
                   s->expected ? s->expected : "nothing",
                   s->got ? s->got : "nothing");
    else if (s->verdict == VERDICT_LENIENT && s->choice_count)
        buf_add_str(out, s->choices[0].label);
    else if (s->first_reason)
        buf_printf(out, "at first: %s", s->first_reason);
    else if (s->line)
        buf_printf(out, "line %u", s->line);
}

/* Whole packets are printed in the notation of scenarios. */
static void
phrase_bytes(struct buf *out, const struct result_event *e, struct slice bytes)
{
    struct mqtt_frame frame;
    struct mqtt_packet packet;
    struct mqtt_report report;
    /* Stars already, unless the run was to keep them (--keep-secrets). */
    struct mqtt_print how = {.secrets = true, .max_text = TEXT_MAX};

    if (mqtt_frame_next(bytes, &frame) != MQTT_FRAME_COMPLETE ||
        frame.len != bytes.len || frame.type == MQTT_NO_TYPE) {
        buf_add_str(out, "hex ");
        hex_print(out, slice_first(bytes, HEX_MAX), ' ');
        if (bytes.len > HEX_MAX)
            buf_printf(out, " ... (%zu bytes)", bytes.len);
        return;
    }
    bool is_right = mqtt_decode(bytes, e->version, &packet, &report, NULL);
    mqtt_print_line(out, &packet, how);
    if (!is_right && report.count)
        buf_printf(out, "  (%s)", report.list[0].text);
}

void
phrase_event(struct buf *out, const struct result_scenario *s,
             const struct result_event *e)
{
    const char *who = e->lane < s->lane_count ? s->lanes[e->lane] : "?";

    switch (e->kind) {
    case EVENT_OPEN: buf_printf(out, "%s opens", who); break;
    case EVENT_SENT: buf_printf(out, "%s > ", who); break;
    case EVENT_GOT: buf_printf(out, "%s < ", who); break;
    case EVENT_CLOSED: buf_printf(out, "%s: the broker closes", who); break;
    case EVENT_RESET: buf_printf(out, "%s: the broker resets", who); break;
    case EVENT_CUT: buf_printf(out, "%s cuts", who); break;
    case EVENT_ABORTED: buf_printf(out, "%s resets", who); break;
    case EVENT_NOTE: buf_add_str(out, "-- "); break;
    }
    if (e->kind == EVENT_SENT || e->kind == EVENT_GOT)
        phrase_bytes(out, e, result_bytes(s, e));
    if (e->text)
        buf_printf(out, "%s%s", e->kind == EVENT_NOTE ? "" : "  ", e->text);
}

double
phrase_ms(const struct result_scenario *s, const struct result_event *e)
{
    return (double)(e->time_us - s->events[0].time_us) / 1000;
}

void
phrase_conversation(struct buf *out, const struct result_scenario *s,
                    const char *indent, size_t max)
{
    size_t first = max && s->event_count > max ? s->event_count - max : 0;
    size_t number = 0;

    if (first)
        buf_printf(out, "%s... %zu earlier events are in the evidence\n",
                   indent, first);
    for (size_t i = 0; i < s->event_count; i++) {
        const struct result_event *e = &s->events[i];
        bool is_packet = e->kind == EVENT_SENT || e->kind == EVENT_GOT;
        number += is_packet;
        if (i < first)
            continue;
        buf_printf(out, "%s%10.3f ms ", indent, phrase_ms(s, e));
        if (is_packet)
            buf_printf(out, "%4s%-4zu", "#", number);
        else
            buf_printf(out, "%8s", "");
        phrase_event(out, s, e);
        buf_add_str(out, e->is_guilty ? "   <== here\n" : "\n");
    }
}

static bool
chose(const struct result_scenario *s, const char *label, size_t before)
{
    for (size_t i = 0; i < s->choice_count && i < before; i++)
        if (strcmp(s->choices[i].label, label) == 0)
            return true;
    return false;
}

static bool
is_first(const struct result_run *run, size_t scenario, size_t choice)
{
    const char *label = run->scenarios[scenario].choices[choice].label;

    for (size_t i = 0; i < scenario; i++)
        if (chose(&run->scenarios[i], label, SIZE_MAX))
            return false;
    return !chose(&run->scenarios[scenario], label, choice);
}

const char *
phrase_next_choice(const struct result_run *run, struct phrase_place *at)
{
    for (; at->scenario < run->scenario_count; at->scenario++, at->choice = 0) {
        const struct result_scenario *s = &run->scenarios[at->scenario];
        while (at->choice < s->choice_count) {
            size_t k = at->choice++;
            if (is_first(run, at->scenario, k))
                return s->choices[k].label;
        }
    }
    return NULL;
}

void
phrase_choice_versions(struct buf *out, const struct result_run *run,
                       const char *label)
{
    static const enum mqtt_version versions[] = {MQTT_50, MQTT_311, MQTT_31};
    const char *between = "";

    for (size_t v = 0; v < sizeof versions / sizeof versions[0]; v++) {
        bool is_seen = false;
        for (size_t i = 0; i < run->scenario_count && !is_seen; i++)
            is_seen = run->scenarios[i].version == versions[v] &&
                      chose(&run->scenarios[i], label, SIZE_MAX);
        if (is_seen)
            buf_printf(out, "%s%s", between, mqtt_version_name(versions[v]));
        between = is_seen ? " " : between;
    }
}

void
phrase_again(struct buf *out, const struct result_run *run,
             const struct result_scenario *s)
{
    if (run->again)
        buf_add_str(out, run->again);
    else
        buf_printf(out, "plumb-check run --target %s --seed %" PRIu64,
                   run->target, run->seed);
    /* A lint is of what was spoken, which need not be what was played. */
    if (s->seen_in)
        buf_printf(out, " %s", s->seen_in);
    else
        buf_printf(out, " --version %s %s", mqtt_version_name(s->version),
                   s->id);
}
