/* markdown.c - a run summed up for a merge request or a wiki.
 * SPDX-License-Identifier: MIT */
#include "conformance/report/markdown.h"

#include <inttypes.h>

#include "conformance/report/phrase.h"

/* Text in a table cell: nothing in it may be markup, break the line, or end
 * the cell. */
static void
add_cell(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t b = text.ptr[i];
        if (strchr("\\`*_[]<>|#&~", b) && b)
            buf_add_byte(out, '\\');
        buf_add_byte(out, b < ' ' ? ' ' : b);
    }
}

static void
add_counts(struct buf *out, const struct result_run *run)
{
    buf_add_str(out, "\n| verdict | scenarios |\n|---|---:|\n");
    for (int v = VERDICTS - 1; v >= 0; v--)
        if (result_count(run, v))
            buf_printf(out, "| %s | %zu |\n", result_verdict_name(v),
                       result_count(run, v));
    buf_printf(out, "| all | %zu |\n", run->scenario_count);
}

/* Whatever a person should look at, worst first. */
static void
add_attention(struct buf *out, const struct result_run *run)
{
    bool is_first = true;

    for (int v = VERDICTS - 1; v >= VERDICT_WARN; v--) {
        if (v == VERDICT_SKIP || v == VERDICT_UNEXERCISED)
            continue;
        for (size_t i = 0; i < run->scenario_count; i++) {
            const struct result_scenario *s = &run->scenarios[i];
            struct buf reason = {0};
            if (s->verdict != (enum result_verdict)v)
                continue;
            if (is_first)
                buf_add_str(out, "\n| verdict | scenario | version | statement "
                                 "| why |\n|---|---|---|---|---|\n");
            is_first = false;
            phrase_reason(&reason, s);
            buf_printf(out, "| **%s** | `%s` | ", result_verdict_name(v),
                       s->id);
            phrase_where(out, s);
            buf_printf(out, " | %s | ", phrase_blame(s));
            add_cell(out, buf_slice(&reason));
            buf_add_str(out, " |\n");
            buf_release(&reason);
        }
    }
}

static void
add_choices(struct buf *out, const struct result_run *run)
{
    const char *head = "\nWhere the standard leaves a choice, the target "
                       "chose:\n\n";
    struct phrase_place at = {0};
    const char *label;

    while ((label = phrase_next_choice(run, &at))) {
        buf_printf(out, "%s- ", head);
        add_cell(out, slice_str(label));
        buf_add_str(out, " (");
        phrase_choice_versions(out, run, label);
        buf_add_str(out, ")\n");
        head = "";
    }
}

static void
add_coverage(struct buf *out, const struct coverage *c)
{
    buf_add_str(out, "\n| statements | 5.0 | 3.1.1 |\n|---|---:|---:|\n");
    for (int s = 0; s < COVERAGE_STATUSES; s++)
        if (coverage_count(c, MQTT_NO_VERSION, s))
            buf_printf(out, "| %s | %zu | %zu |\n", coverage_status_name(s),
                       coverage_count(c, MQTT_50, s),
                       coverage_count(c, MQTT_311, s));
}

void
report_markdown(struct buf *out, const struct result_run *run,
                const struct coverage *coverage)
{
    buf_add_str(out, "# MQTT conformance of ");
    add_cell(out, slice_str(run->target_name ? run->target_name : run->target));
    buf_printf(out, "\n\n%zu scenarios against `%s` in %.1f s, seed %" PRIu64
                    ".\n",
               run->scenario_count, run->target, (double)run->took_us / 1e6,
               run->seed);
    add_counts(out, run);
    add_attention(out, run);
    add_choices(out, run);
    if (coverage)
        add_coverage(out, coverage);
}
