/* coverage.c - which statements are judged, by which scenarios, how they fared.
 * SPDX-License-Identifier: MIT */
#include "conformance/catalog/coverage.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "conformance/catalog/reasons.h"
#include "conformance/script/script.h"

/* Deeper than any sane nesting of `define`s; a cycle ends here. */
enum { CALLS_MAX = 16 };

const char *
coverage_status_name(enum coverage_status s)
{
    static const char *const names[COVERAGE_STATUSES] = {
        [COVERAGE_FAIL] = "fail",
        [COVERAGE_WAIVED] = "waived",
        [COVERAGE_WARN] = "warn",
        [COVERAGE_LENIENT] = "lenient",
        [COVERAGE_PASS] = "pass",
        [COVERAGE_INCONCLUSIVE] = "inconclusive",
        [COVERAGE_UNEXERCISED] = "unexercised",
        [COVERAGE_SKIPPED] = "skipped",
        [COVERAGE_NOT_RUN] = "not-run",
        [COVERAGE_NOT_OBSERVABLE] = "not-observable",
        [COVERAGE_UNCOVERED] = "uncovered",
    };
    assert((unsigned)s < COVERAGE_STATUSES);
    return names[s];
}

void
coverage_init(struct coverage *c)
{
    const struct mqtt_statement *s;
    size_t count = 0;

    while (mqtt_statement_at(count))
        count++;
    *c = (struct coverage){.rows = xcalloc(count, sizeof *c->rows),
                           .row_count = count};
    for (size_t i = 0; (s = mqtt_statement_at(i)); i++) {
        c->rows[i].statement = s;
        c->rows[i].reason = reasons_find(slice_str(s->id));
        c->rows[i].unbroken = reasons_find_unbroken(slice_str(s->id));
    }
}

void
coverage_release(struct coverage *c)
{
    for (size_t i = 0; i < c->row_count; i++) {
        for (size_t k = 0; k < c->rows[i].link_count; k++) {
            free(c->rows[i].links[k].scenario);
            free(c->rows[i].links[k].path);
        }
        free(c->rows[i].links);
        for (size_t k = 0; k < c->rows[i].fault_count; k++)
            free(c->rows[i].faults[k]);
        free(c->rows[i].faults);
    }
    for (size_t i = 0; i < c->problem_count; i++)
        free(c->problems[i].text);
    free(c->rows);
    free(c->problems);
    *c = (struct coverage){0};
}

static struct coverage_row *
row_of(const struct coverage *c, struct slice statement)
{
    for (size_t i = 0; i < c->row_count; i++)
        if (slice_is(statement, c->rows[i].statement->id))
            return &c->rows[i];
    return NULL;
}

const struct coverage_row *
coverage_find(const struct coverage *c, struct slice statement)
{
    return row_of(c, statement);
}

/* Takes text. */
static void
complain(struct coverage *c, char *text)
{
    c->problems = xgrow(c->problems, &c->problem_cap, c->problem_count + 1,
                        sizeof *c->problems);
    c->problems[c->problem_count++].text = text;
}

/* `versions` are spoken in the line, `played` by the scenario. */
static void
add_line(struct coverage *c, struct slice statement, unsigned versions,
         unsigned played, const char *scenario, const char *path,
         unsigned line)
{
    struct coverage_row *row = row_of(c, statement);

    if (mqtt_statement_version(statement) == MQTT_31) /* 3.1 numbers no statements */
        return;
    if (!row) {
        complain(c, xasprintf("%s:%u: there is no statement %.*s: see "
                              "`plumb-check explain` for those of a section",
                              path, line, SLICE_ARG(statement)));
        return;
    }
    if (!mqtt_version_in(row->statement->version, versions)) {
        complain(c, xasprintf("%s:%u: %s is of %s, for which this line is "
                              "never run: name the id of the other version",
                              path, line, row->statement->id,
                              mqtt_version_name(row->statement->version)));
        return;
    }
    row->links = xgrow(row->links, &row->link_cap, row->link_count + 1,
                       sizeof *row->links);
    row->links[row->link_count++] = (struct coverage_link){
        xstrdup(scenario), xstrdup(path), line,
        !mqtt_version_in(row->statement->version, played)};
}

void
coverage_add_line(struct coverage *c, struct slice statement,
                  unsigned versions, const char *scenario, const char *path,
                  unsigned line)
{
    add_line(c, statement, versions, versions, scenario, path, line);
}

/* Where a walk over a scenario is. */
struct walk {
    struct coverage *c;
    const char *scenario; /* its id */
    const char *path;     /* of its file */
    const struct script_scenario *scn;
    const struct script_stmt *outer[CALLS_MAX]; /* calls of defines and loops
                                                   around, the innermost last */
    unsigned outer_count; /* in outer */
};

/* What is spoken in a line: by its client, or where there is none by any. */
static unsigned
spoken_in(const struct walk *w, const struct script_stmt *s, unsigned played)
{
    struct slice who = s->client;
    if (who.len == 0 || s->cites_others)
        return played | script_versions_beside(w->scn);
    for (unsigned i = w->outer_count; i-- > 0;) {
        const struct script_stmt *outer = w->outer[i];
        if (outer->kind == STMT_FOR_EACH && slice_equal(outer->name, who))
            return played | script_versions_beside(w->scn);
        for (size_t k = 0; k < outer->arg_count; k++)
            if (slice_equal(outer->define->params[k], who)) {
                who = outer->args[k]->text;
                break;
            }
    }
    enum mqtt_version v = script_version_of(w->scn, who, MQTT_NO_VERSION);
    return v == MQTT_NO_VERSION ? played : 1u << v;
}

static void walk_block(struct walk *w, const struct script_block *block,
                       unsigned versions);

/* What stands in a statement. */
static void
walk_inside(struct walk *w, const struct script_stmt *s, unsigned versions)
{
    bool is_outer = s->define || s->kind == STMT_FOR_EACH;
    if (is_outer && w->outer_count == CALLS_MAX)
        return;
    if (is_outer)
        w->outer[w->outer_count++] = s;
    walk_block(w, &s->block, versions);
    for (size_t k = 0; k < s->branch_count; k++)
        walk_block(w, &s->branches[k].block, versions);
    if (s->define)
        walk_block(w, &s->define->block, versions);
    w->outer_count -= is_outer;
}

static bool
is_in_define(const struct walk *w)
{
    for (unsigned i = 0; i < w->outer_count; i++)
        if (w->outer[i]->define)
            return true;
    return false;
}

/* Recursion: blocks stand in statements, statements in blocks. */
static void
walk_block(struct walk *w, const struct script_block *block, unsigned versions)
{
    for (size_t i = 0; i < block->count; i++) {
        const struct script_stmt *s = &block->list[i];
        unsigned spoken = spoken_in(w, s, versions);
        unsigned cited = s->versions ? spoken & s->versions : spoken;

        if (!cited && is_in_define(w))
            continue; /* called for the other version */
        for (size_t k = 0; k < s->id_count; k++)
            add_line(w->c, s->ids[k], cited, w->scn->versions, w->scenario,
                     w->path, s->at.line);
        bool is_other = s->client.len && spoken != versions;
        walk_inside(w, s, s->versions && !is_other ? s->versions & versions
                                                   : versions);
    }
}

static char *
c_string(struct slice text)
{
    char *copy = xcalloc(text.len + 1, 1);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

void
coverage_add_file(struct coverage *c, const struct script_file *file)
{
    char *path = c_string(file->path);

    for (size_t i = 0; i < file->scenario_count; i++) {
        const struct script_scenario *s = &file->scenarios[i];
        char *id = c_string(s->id);
        struct walk w = {.c = c, .scenario = id, .path = path, .scn = s};
        walk_block(&w, &s->body, s->versions);
        free(id);
    }
    free(path);
}

/* What a judgement says of its statement. */
static enum coverage_status
judged_status(const struct result_scenario *s, enum result_verdict v)
{
    if (s->verdict == VERDICT_UNSTABLE)
        return COVERAGE_INCONCLUSIVE; /* two tries, two answers */
    switch (v) {
    case VERDICT_PASS: return COVERAGE_PASS;
    case VERDICT_LENIENT: return COVERAGE_LENIENT;
    case VERDICT_WARN: return COVERAGE_WARN;
    case VERDICT_UNEXERCISED: return COVERAGE_UNEXERCISED;
    case VERDICT_SKIP: return COVERAGE_SKIPPED;
    case VERDICT_WAIVED: return COVERAGE_WAIVED;
    case VERDICT_FAIL:
        return s->verdict == VERDICT_WAIVED ? COVERAGE_WAIVED : COVERAGE_FAIL;
    default: return COVERAGE_INCONCLUSIVE;
    }
}

/* What a scenario says of a statement that its lines name, but to which no
 * line came. */
static enum coverage_status
unreached_status(enum result_verdict v)
{
    switch (v) {
    case VERDICT_SKIP: return COVERAGE_SKIPPED;
    case VERDICT_PASS:
    case VERDICT_LENIENT:
    case VERDICT_WARN:
    case VERDICT_UNEXERCISED:
        return COVERAGE_UNEXERCISED; /* in a branch that was not taken */
    default: return COVERAGE_INCONCLUSIVE;
    }
}

static bool
was_judged(const struct result_scenario *s, const char *statement)
{
    for (size_t i = 0; i < s->judgement_count; i++)
        if (strcmp(s->judgements[i].statement, statement) == 0)
            return true;
    return false;
}

static bool
names(const struct coverage_row *row, const char *scenario)
{
    for (size_t i = 0; i < row->link_count; i++)
        if (strcmp(row->links[i].scenario, scenario) == 0)
            return true;
    return false;
}

/* Is it of the version that was played, or of a client that speaks another? */
static bool
is_spoken(const struct coverage_row *row, const struct result_scenario *s)
{
    bool is_beside = false;
    for (size_t i = 0; i < row->link_count; i++)
        is_beside |= row->links[i].is_beside &&
                     strcmp(row->links[i].scenario, s->id) == 0;
    return is_beside || row->statement->version == s->version;
}

static void
add_scenario(struct coverage *c, const struct result_scenario *s)
{
    for (size_t i = 0; i < s->judgement_count; i++) {
        struct coverage_row *row =
            row_of(c, slice_str(s->judgements[i].statement));
        if (!row || !is_spoken(row, s))
            continue; /* a `should`, or a rule of another version */
        enum coverage_status said =
            judged_status(s, s->judgements[i].verdict);
        row->seen[said] = true;
        row->passed += said == COVERAGE_PASS;
    }
    for (size_t i = 0; i < c->row_count; i++) {
        struct coverage_row *row = &c->rows[i];
        if (is_spoken(row, s) && names(row, s->id) &&
            !was_judged(s, row->statement->id))
            row->seen[unreached_status(s->verdict)] = true;
    }
}

void
coverage_add_run(struct coverage *c, const struct result_run *run)
{
    c->runs++;
    for (size_t i = 0; i < run->scenario_count; i++)
        add_scenario(c, &run->scenarios[i]);
}

enum coverage_status
coverage_status(const struct coverage_row *row)
{
    for (int s = 0; s < COVERAGE_STATUSES; s++)
        if (row->seen[s])
            return (enum coverage_status)s;
    if (row->link_count)
        return COVERAGE_NOT_RUN;
    return row->reason ? COVERAGE_NOT_OBSERVABLE : COVERAGE_UNCOVERED;
}

bool
coverage_is_covered(const struct coverage_row *row)
{
    return row->passed > 0 && !row->seen[COVERAGE_FAIL];
}

size_t
coverage_count(const struct coverage *c, enum mqtt_version v,
               enum coverage_status s)
{
    size_t count = 0;
    for (size_t i = 0; i < c->row_count; i++)
        count += (v == MQTT_NO_VERSION || c->rows[i].statement->version == v) &&
                 coverage_status(&c->rows[i]) == s;
    return count;
}
