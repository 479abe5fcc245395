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
 * A failure that shows at once costs nothing to be tried with nobody else
 * there, so it always is; one that is a long silence would cost as long again,
 * and nobody else's packets make a broker silent to another client twice.    */
#include "conformance/engine/suite_floor.h"

#include <stdlib.h>

#include "base/mem.h"

enum { AT_ONCE_US = 100000 };

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
        if (floor_play_alone(f, i, err))
            return -1;
        if (e->result.verdict != VERDICT_FAIL)
            call_unstable(e);
        keep_first(e);
        floor_report(f, i);
    }
    return 0;
}
