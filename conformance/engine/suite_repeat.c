/* suite_repeat.c - what failed is tried again, before anybody is accused.
 * SPDX-License-Identifier: MIT
 *
 * A first try has company, so its failure may be the company's doing. The
 * second try has new connections, client ids and topics, and waits for quiet:
 * every first try has been started, and whatever is still under way only waits.
 * So failures are tried again side by side, each other's only company.
 *
 *     both tries failed in the same line, one of them slowly     FAIL
 *     both tries failed in the same line, both at once           ALONE
 *     anything else                                              ALONE
 *     alone: failed                                              FAIL
 *     alone: anything else                                       UNSTABLE
 *
 * A try in which we ourselves were late (suite_late.c) counts for nothing.
 *
 * Two tries that wait for the same silence can do so side by side: what waits
 * long for something that must come gets its second try before the first has
 * ended (real time only). If the first goes well after all it is dropped.
 *
 * A failure that shows at once costs nothing to be tried with nobody else
 * there, so it always is; one that is a long silence would cost as long again,
 * and nobody else's packets make a broker silent to another client twice.    */
#include "conformance/engine/suite_floor.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
    AT_ONCE_US = 100000, /* a failure that shows so soon is cheap to repeat */
    LONG_US = 1000000    /* nothing for so long: it may well become a failure */
};

static bool
is_same_failure(const struct result_scenario *a,
                const struct result_scenario *b)
{
    return a->verdict == VERDICT_FAIL && b->verdict == VERDICT_FAIL &&
           a->line == b->line;
}

static bool
is_quick(const struct entry *e)
{
    return e->first->took_us < AT_ONCE_US && e->result.took_us < AT_ONCE_US;
}

static void
keep_first(struct entry *e)
{
    e->result.started_us = e->first->started_us;
    e->result.first_try = e->first;
    e->first = NULL;
}

static void
call_unstable(struct entry *e)
{
    struct result_scenario *again = &e->result, *first = e->first;
    char *reason = xasprintf("failed once; repeated alone: %s",
                             result_verdict_name(again->verdict));
    char *first_reason =
        xasprintf("line %u: expected %s, got %s", first->line,
                  first->expected ? first->expected : "otherwise",
                  first->got ? first->got : "this");
    result_set(&again->reason, reason);
    result_set(&again->first_reason, first_reason);
    again->verdict = VERDICT_UNSTABLE;
    free(reason);
    free(first_reason);
}

void
repeat_judge(struct floor *f, size_t job)
{
    struct entry *e = &f->entries[job];
    if (!is_same_failure(e->first, &e->result) || is_quick(e)) {
        result_scenario_release(&e->result);
        e->result = (struct result_scenario){0};
        e->stage = ENTRY_ALONE;
        return;
    }
    keep_first(e);
    floor_report(f, job);
}

int
repeat_alone(struct floor *f, struct error *err)
{
    for (size_t i = 0; i < f->job_count; i++) {
        struct entry *e = &f->entries[i];
        if (e->stage != ENTRY_ALONE)
            continue;
        do {
            if (floor_play_alone(f, i, err))
                return -1;
        } while (late_ask_again(e));
        if (e->result.verdict != VERDICT_FAIL)
            call_unstable(e);
        keep_first(e);
        floor_report(f, i);
    }
    return 0;
}

/* --- early ---------------------------------------------------------------- */

void
repeat_early(struct floor *f)
{
    uint64_t now = floor_now(f);
    for (size_t i = 0; i < f->count; i++) {
        struct running *r = f->list[i];
        if (r->is_early || r->has_early || f->entries[r->job].first ||
            now < play_moved_us(r->driven.play) + LONG_US ||
            !play_may_fail(r->driven.play) ||
            !room_has_connections(f, r->job))
            continue;
        r->has_early = true;
        floor_start(f, r->job)->is_early = true;
    }
}

void
repeat_take_early(struct floor *f, size_t index)
{
    struct result_scenario *result = xcalloc(1, sizeof *result);
    struct entry *e = &f->entries[floor_take(f, index, result)];
    if (e->stage == ENTRY_RUNNING || e->stage == ENTRY_HELD) {
        e->early = result;
        return;
    }
    result_scenario_release(result);
    free(result);
}

static struct running *
find_early(struct floor *f, size_t job)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->list[i]->job == job && f->list[i]->is_early)
            return f->list[i];
    return NULL;
}

/* The early try is done as well. False: neither failed. */
static bool
meet_result(struct floor *f, size_t job, struct result_scenario *early)
{
    struct entry *e = &f->entries[job];
    bool failed = e->result.verdict == VERDICT_FAIL;
    struct result_scenario result = e->result;
    e->early = NULL;
    if (!failed && early->verdict != VERDICT_FAIL) {
        result_scenario_release(early);
        free(early);
        return false;
    }
    e->first = early;
    if (failed) {
        e->result = *early;
        *e->first = result;
        repeat_judge(f, job);
        return true;
    }
    result_scenario_release(&result);
    e->result = (struct result_scenario){0};
    e->stage = ENTRY_ALONE;
    return true;
}

bool
repeat_meet_early(struct floor *f, size_t job)
{
    struct entry *e = &f->entries[job];
    struct running *r = find_early(f, job);
    if (e->early)
        return meet_result(f, job, e->early);
    if (!r)
        return false;
    if (e->result.verdict != VERDICT_FAIL) {
        play_give_up(r->driven.play, floor_now(f));
        f->suite->driver->ops->pump(f->suite->driver, &r->driven);
        return false;
    }
    r->is_early = false;
    e->first = xcalloc(1, sizeof *e->first);
    *e->first = e->result;
    e->result = (struct result_scenario){0};
    e->stage = ENTRY_RUNNING;
    return true;
}

void
repeat_drop_early(struct floor *f)
{
    for (size_t i = f->count; i-- > 0;)
        if (f->list[i]->is_early)
            repeat_take_early(f, i);
    for (size_t i = 0; i < f->job_count; i++) {
        if (f->entries[i].early)
            result_scenario_release(f->entries[i].early);
        free(f->entries[i].early);
        f->entries[i].early = NULL;
    }
}
