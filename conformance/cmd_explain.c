/* cmd_explain.c - plumb-check explain: all that is known of a statement or of
 *                 a scenario, with what reports say of them.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "conformance/catalog/choices.h"
#include "conformance/catalog/coverage.h"
#include "conformance/catalog/explain.h"
#include "conformance/catalog/wrap.h"
#include "conformance/commands.h"
#include "conformance/load.h"

enum { WIDTH = 100 };

struct known {
    struct load load;
    struct coverage coverage;
    struct result_run *runs; /* owned; as many as --result */
    size_t run_count;
};

static int
get_to_know(struct known *k, const struct options *o, struct error *err)
{
    coverage_init(&k->coverage);
    if (load_files(&k->load, o->scenarios, err))
        return -1;
    if (k->load.errors)
        return error_set(err, "the scenario files have errors");
    for (size_t i = 0; i < k->load.count; i++)
        coverage_add_file(&k->coverage, k->load.files[i]);
    k->runs = xcalloc(o->result_count + 1, sizeof *k->runs);
    for (; k->run_count < o->result_count; k->run_count++) {
        struct result_run *run = &k->runs[k->run_count];
        if (command_read_report(run, o->results[k->run_count], err))
            return -1;
        coverage_add_run(&k->coverage, run);
    }
    return 0;
}

static void
forget(struct known *k)
{
    for (size_t i = 0; i < k->run_count; i++)
        result_run_release(&k->runs[i]);
    free(k->runs);
    coverage_release(&k->coverage);
    load_release(&k->load);
}

/* --- a scenario ----------------------------------------------------------- */

static void
add_results(struct buf *out, const struct known *k, struct slice id)
{
    for (size_t r = 0; r < k->run_count; r++)
        for (size_t i = 0; i < k->runs[r].scenario_count; i++) {
            const struct result_scenario *s = &k->runs[r].scenarios[i];
            if (slice_is(id, s->id))
                buf_printf(out, "  %-12s %s, %s\n",
                           result_verdict_name(s->verdict),
                           mqtt_version_name(s->version), k->runs[r].target);
        }
}

/* Every statement that a line of it names, once. */
static void
add_statements(struct buf *out, const struct known *k, struct slice id)
{
    for (size_t i = 0; i < k->coverage.row_count; i++) {
        const struct coverage_row *row = &k->coverage.rows[i];
        bool is_named = false;
        for (size_t n = 0; n < row->link_count && !is_named; n++)
            is_named = slice_is(id, row->links[n].scenario);
        if (!is_named)
            continue;
        buf_printf(out, "  %-16s ", row->statement->id);
        wrap_text(out, slice_str(row->statement->summary), 19, WIDTH);
        buf_add_byte(out, '\n');
    }
}

static void
explain_scenario(struct buf *out, const struct known *k,
                 const struct script_scenario *s)
{
    struct buf choices = {0};
    buf_printf(out, "%.*s  (%.*s:%u)\n  %.*s\n  played in", SLICE_ARG(s->id),
               SLICE_ARG(s->file->path), s->at.line, SLICE_ARG(s->title));
    for (int v = MQTT_31; v <= MQTT_50; v++)
        if (mqtt_version_in((enum mqtt_version)v, s->versions))
            buf_printf(out, " %s", mqtt_version_name((enum mqtt_version)v));
    for (size_t i = 0; i < s->need_count; i++)
        buf_printf(out, "%s%.*s", i ? " " : "; needs ",
                   SLICE_ARG(s->needs[i]));
    buf_add_str(out, "\njudges\n");
    add_statements(out, k, s->id);
    if (choices_print(&choices, s, k->runs, k->run_count))
        buf_printf(out, "leaves a choice\n%s", buf_cstr(&choices));
    if (k->run_count)
        buf_add_str(out, "went\n");
    add_results(out, k, s->id);
    buf_release(&choices);
}

/* --- the choices around a statement --------------------------------------- */

static bool
judges(const struct coverage_row *row, const struct script_scenario *s)
{
    for (size_t i = 0; i < row->link_count; i++)
        if (slice_is(s->id, row->links[i].scenario))
            return true;
    return false;
}

/* As explain_statement understands ids: in any case, and of either version. */
static bool
is_meant(const struct coverage_row *row, const char *id)
{
    const char *full = row->statement->id;
    return strcasecmp(full, id) == 0 ||
           strcasecmp(strchr(full, '-') + 1, id) == 0;
}

static void
add_choices(struct buf *out, const struct known *k,
            const struct coverage_row *row)
{
    const char *head = "leaves a choice in\n";
    struct buf choices = {0};
    for (size_t f = 0; f < k->load.count; f++)
        for (size_t i = 0; i < k->load.files[f]->scenario_count; i++) {
            const struct script_scenario *s = &k->load.files[f]->scenarios[i];
            buf_clear(&choices);
            if (!judges(row, s) ||
                !choices_print(&choices, s, k->runs, k->run_count))
                continue;
            buf_printf(out, "%s%s", head, buf_cstr(&choices));
            head = "";
        }
    buf_release(&choices);
}

/* --- either --------------------------------------------------------------- */

/* False: no scenario is called that. */
static bool
explain_scenarios(struct buf *out, const struct known *k, const char *glob)
{
    size_t count = 0;
    for (size_t f = 0; f < k->load.count; f++)
        for (size_t i = 0; i < k->load.files[f]->scenario_count; i++) {
            const struct script_scenario *s = &k->load.files[f]->scenarios[i];
            if (!script_scenario_matches(s, glob))
                continue;
            if (count++)
                buf_add_byte(out, '\n');
            explain_scenario(out, k, s);
        }
    return count > 0;
}

static bool
explain_one(struct buf *out, const struct known *k, const char *name)
{
    if (explain_scenarios(out, k, name))
        return true;
    if (strchr(name, '/')) {
        buf_printf(out, "There is no scenario %s; `plumb-check list` lists "
                        "them.\n", name);
        return false;
    }
    if (!explain_statement(out, &k->coverage, slice_str(name)))
        return false;
    for (size_t i = 0; i < k->coverage.row_count; i++)
        if (is_meant(&k->coverage.rows[i], name))
            add_choices(out, k, &k->coverage.rows[i]);
    return true;
}

int
command_explain(const struct options *o)
{
    struct known k = {0};
    struct error err;
    struct buf out = {0};
    int status = EXIT_GOOD;
    if (o->glob_count == 0) {
        error_set(&err, "of what? MQTT-4.3.3-10, say, or qos/qos2/handshake");
        return command_complain("explain", &err);
    }
    if (get_to_know(&k, o, &err))
        status = command_complain("explain", &err);
    for (size_t i = 0; status != EXIT_WRONG && i < o->glob_count; i++) {
        if (i)
            buf_add_byte(&out, '\n');
        if (!explain_one(&out, &k, o->globs[i]))
            status = EXIT_WRONG;
    }
    fwrite(out.data, 1, out.len, status ? stderr : stdout);
    buf_release(&out);
    forget(&k);
    return status;
}
