/* suite_late.c - what goes wrong while the runner itself is kept waiting
 *                convicts nobody.
 * SPDX-License-Identifier: MIT
 *
 * A script says when things are done: it leaves for 1.5 s, it pings every second.
 * On a machine that is busy with other things the runner may be given its turn a
 * second later than it asked for, and then it was away for 2.5 s, and the session
 * that was granted 3 may rightly be gone. So the time between two turns is
 * watched: what passes beyond what was asked for is the runner's own lateness.
 * A play that failed with as much of it on its way is played again; and when it
 * goes so time after time it is inconclusive.
 *
 * A turn is asked for at least every BEAT_US, so that no delay hides behind a
 * long wait. In virtual time nothing is ever late.                            */
#include "conformance/engine/suite_floor.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
    BEAT_US = 100000,
    LATE_US = 250000, /* scripts have more room than that */
    ASKED_MAX = 3     /* so often a play is asked again because of it */
};

uint64_t
late_begin(struct floor *f, uint64_t deadline_us)
{
    uint64_t now = floor_now(f);
    f->busy_us = now > f->woken_us ? now - f->woken_us : 0;
    if (f->suite->is_real_time && deadline_us > now + BEAT_US)
        deadline_us = now + BEAT_US;
    f->asked_us = deadline_us > now ? deadline_us : now;
    return deadline_us;
}

void
late_end(struct floor *f)
{
    f->woken_us = floor_now(f);
    uint64_t late = f->busy_us;
    if (f->woken_us > f->asked_us)
        late += f->woken_us - f->asked_us;
    for (size_t i = 0; i < f->count; i++)
        if (late > f->list[i]->out->late_us)
            f->list[i]->out->late_us = late;
}

void
late_excuse(struct result_scenario *s)
{
    if (s->verdict != VERDICT_FAIL || s->late_us < LATE_US)
        return;
    for (size_t i = 0; i < s->judgement_count; i++)
        if (s->judgements[i].verdict == VERDICT_FAIL)
            s->judgements[i].verdict = VERDICT_INCONCLUSIVE;
    char *reason = xasprintf("this runner was kept waiting for %.1f s by its "
                             "machine, so it may be its own doing",
                             (double)s->late_us / 1e6);
    s->verdict = VERDICT_INCONCLUSIVE;
    s->was_excused = true;
    result_set(&s->reason, reason);
    free(reason);
}

bool
late_ask_again(struct entry *e)
{
    if (!e->result.was_excused || e->excused == ASKED_MAX)
        return false;
    e->excused++;
    result_scenario_release(&e->result);
    e->result = (struct result_scenario){0};
    return true;
}
