/* compare.c - two runs held against each other, and parts of one put together.
 * SPDX-License-Identifier: MIT */
#include "conformance/report/compare.h"

#include "conformance/report/phrase.h"

static bool
same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* The same scenario, version and transport in another run, or NULL. */
static const struct result_scenario *
twin(const struct result_run *run, const struct result_scenario *s)
{
    for (size_t i = 0; i < run->scenario_count; i++) {
        const struct result_scenario *t = &run->scenarios[i];
        if (strcmp(t->id, s->id) == 0 && t->version == s->version &&
            same_text(t->transport, s->transport))
            return t;
    }
    return NULL;
}

/* --- compare -------------------------------------------------------------- */

enum change { WORSE, BETTER, NEW, GONE, CHANGES };

static enum change
change_of(const struct result_scenario *was, const struct result_scenario *is)
{
    if (!was)
        return is->verdict >= VERDICT_FAIL ? WORSE : NEW;
    if (!is)
        return was->verdict == VERDICT_PASS ? WORSE : GONE;
    return is->verdict > was->verdict ? WORSE : BETTER;
}

/* One line when that is the change that happened: returns 1, else 0. */
static size_t
add_change(struct buf *out, enum change wanted,
           const struct result_scenario *was, const struct result_scenario *is)
{
    static const char *const words[CHANGES] = {"worse", "better", "new",
                                               "gone"};
    const struct result_scenario *s = is ? is : was;
    struct buf where = {0};

    if (was && is && was->verdict == is->verdict)
        return 0;
    if (change_of(was, is) != wanted)
        return 0;
    phrase_where(&where, s);
    buf_printf(out, "%-7s %-54s %-15s %s -> %s\n", words[wanted], s->id,
               buf_cstr(&where),
               was ? result_verdict_name(was->verdict) : "not run",
               is ? result_verdict_name(is->verdict) : "not run");
    buf_release(&where);
    return 1;
}

size_t
report_compare(struct buf *out, const struct result_run *before,
               const struct result_run *after)
{
    size_t found[CHANGES] = {0};

    for (int c = 0; c < CHANGES; c++) {
        for (size_t i = 0; i < after->scenario_count; i++)
            found[c] += add_change(out, c, twin(before, &after->scenarios[i]),
                                   &after->scenarios[i]);
        for (size_t i = 0; i < before->scenario_count; i++)
            if (!twin(after, &before->scenarios[i]))
                found[c] += add_change(out, c, &before->scenarios[i], NULL);
    }
    buf_printf(out, "%zu worse, %zu better, %zu new, %zu gone\n", found[WORSE],
               found[BETTER], found[NEW], found[GONE]);
    return found[WORSE];
}

/* --- merge ---------------------------------------------------------------- */

/* The lint has one entry for a statement, whichever part found it first. */
static bool
is_lint(const struct result_scenario *s)
{
    return strncmp(s->id, "lint/", 5) == 0;
}

static int
check_parts(const struct result_run *whole, const struct result_run *part,
            struct error *err)
{
    if (!same_text(whole->target, part->target))
        return error_set(err, "parts of different runs: one of %.150s, one of "
                              "%.150s",
                         whole->target, part->target);
    if (whole->seed != part->seed ||
        !same_text(whole->scenarios_sha256, part->scenarios_sha256))
        return error_set(err, "parts of different runs: seed or scenarios "
                              "differ");
    for (size_t i = 0; i < part->scenario_count; i++)
        if (!is_lint(&part->scenarios[i]) && twin(whole, &part->scenarios[i]))
            return error_set(err, "%.150s is in both parts: run each with "
                                  "another --shard",
                             part->scenarios[i].id);
    return 0;
}

int
report_merge(struct result_run *whole, struct result_run *part,
             struct error *err)
{
    if (!whole->target) {
        *whole = *part;
        *part = (struct result_run){0};
        return 0;
    }
    if (check_parts(whole, part, err))
        return -1;
    for (size_t i = 0; i < part->scenario_count; i++)
        if (twin(whole, &part->scenarios[i]))
            result_scenario_release(&part->scenarios[i]);
        else
            *result_add_scenario(whole) = part->scenarios[i];
    whole->took_us += part->took_us;
    part->scenario_count = 0;
    result_run_release(part);
    return 0;
}
