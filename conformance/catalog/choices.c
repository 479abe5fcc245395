/* choices.c - where a scenario leaves a choice, and what was chosen there.
 * SPDX-License-Identifier: MIT
 *
 * A run remembers a choice by its label and the line of the script, as the
 * engine took it (verdict_choice).                                           */
#include "conformance/catalog/choices.h"

enum {
    CALLS_MAX = 16, /* defines within defines */
    LABEL = 60      /* columns of what may be chosen */
};

struct walk {
    struct buf *out;
    const struct script_scenario *scenario;
    const struct result_run *runs;
    size_t run_count;
    bool found;
};

static bool
chose(const struct result_scenario *s, struct slice label, unsigned line)
{
    for (size_t i = 0; i < s->choice_count; i++)
        if (s->choices[i].line == line && slice_is(label, s->choices[i].label))
            return true;
    return false;
}

static bool
is_chosen(const struct walk *w, enum mqtt_version v, struct slice label,
          unsigned line)
{
    for (size_t r = 0; r < w->run_count; r++)
        for (size_t i = 0; i < w->runs[r].scenario_count; i++) {
            const struct result_scenario *s = &w->runs[r].scenarios[i];
            if (s->version == v && slice_is(w->scenario->id, s->id) &&
                chose(s, label, line))
                return true;
        }
    return false;
}

static void
add_label(struct walk *w, struct slice label, unsigned line)
{
    const char *before = "  <- ";
    size_t at = w->out->len;
    buf_printf(w->out, "    %-*.*s", LABEL, SLICE_ARG(label));
    size_t wide = w->out->len;
    for (int v = MQTT_50; v >= MQTT_31; v--) {
        if (!is_chosen(w, (enum mqtt_version)v, label, line))
            continue;
        buf_printf(w->out, "%s%s", before,
                   mqtt_version_name((enum mqtt_version)v));
        before = " ";
    }
    while (w->out->len == wide && wide > at && w->out->data[wide - 1] == ' ')
        wide = --w->out->len;
    buf_add_byte(w->out, '\n');
}

static void
begin_place(struct walk *w, unsigned line)
{
    buf_printf(w->out, "  %.*s, line %u\n", SLICE_ARG(w->scenario->id), line);
    w->found = true;
}

static void
walk_block(struct walk *w, const struct script_block *block, int depth)
{
    for (size_t i = 0; i < block->count; i++) {
        const struct script_stmt *s = &block->list[i];
        if (s->kind == STMT_EITHER)
            begin_place(w, s->at.line);
        for (size_t k = 0; k < s->branch_count; k++)
            add_label(w, s->branches[k].label, s->at.line);
        if (s->kind == STMT_REJECTS && s->or_tolerates) {
            begin_place(w, s->at.line);
            add_label(w, slice_str("rejects"), 0);
            add_label(w, s->label, s->at.line);
        }
        for (size_t k = 0; k < s->branch_count; k++)
            walk_block(w, &s->branches[k].block, depth);
        walk_block(w, &s->block, depth);
        if (s->kind == STMT_CALL && s->define && depth < CALLS_MAX)
            walk_block(w, &s->define->block, depth + 1);
    }
}

bool
choices_print(struct buf *out, const struct script_scenario *s,
              const struct result_run *runs, size_t run_count)
{
    struct walk w = {out, s, runs, run_count, false};
    walk_block(&w, &s->body, 0);
    return w.found;
}
