/* suite.c - many scenarios at the same time.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/suite_floor.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
    STUCK_MAX = 1000000, /* then something is wrong with us */
    SURE_US = 100000     /* heard of so much later, the target lives */
};

/* --- turns ---------------------------------------------------------------- */

/* Whoever ended some time before the target was heard of is believed. */
static void
believe(struct floor *f)
{
    for (size_t i = 0; f->held && i < f->job_count; i++) {
        struct entry *e = &f->entries[i];
        if (e->stage != ENTRY_HELD || e->ended_us + SURE_US > f->heard_us)
            continue;
        f->held--;
        floor_settle(f, i);
    }
}

/* Has the target said something to somebody? */
static void
listen_to(struct floor *f, const struct running *r)
{
    uint64_t heard_us = play_heard_us(r->driven.play);
    if (heard_us <= f->heard_us)
        return;
    f->heard_us = heard_us;
    f->heard_job = r->job;
    f->was_heard = true;
    f->ignored = 0;
}

/* Takes all that are done off the floor. */
static int
retire_done(struct floor *f, struct error *err)
{
    bool can_look = f->suite->driver->ops->revive != NULL, refused = false;
    for (size_t i = f->count; i-- > 0;) {
        const struct play *play = f->list[i]->driven.play;
        listen_to(f, f->list[i]);
        if (!play_is_done(play))
            continue;
        f->ignored += play_was_ignored(play);
        refused |= play_was_refused(play);
        if (f->list[i]->is_early) {
            repeat_take_early(f, i);
            continue;
        }
        size_t job = floor_retire(f, i);
        if (can_look) {
            f->entries[job].stage = ENTRY_HELD;
            f->held++;
        } else {
            floor_settle(f, job);
        }
    }
    if (can_look && (refused || f->ignored >= SUITE_IGNORED) &&
        lost_look(f, err))
        return -1;
    if (f->held)
        believe(f);
    if (f->suite->refused_in_a_row >= SUITE_LOST)
        return error_set(err, "the target is lost: it does not accept "
                              "connections any more");
    return 0;
}

static uint64_t
first_deadline(const struct floor *f)
{
    uint64_t deadline = PLAY_NEVER;
    for (size_t i = 0; i < f->count; i++) {
        uint64_t at = play_deadline_us(f->list[i]->driven.play);
        if (play_is_done(f->list[i]->driven.play))
            at = 0;
        deadline = at < deadline ? at : deadline;
    }
    return deadline;
}

/* One wait of the driver, and everything that follows from it. */
static int
turn(struct floor *f, uint64_t latest_us, struct error *err)
{
    struct suite *suite = f->suite;
    uint64_t deadline = first_deadline(f);
    if (latest_us < deadline)
        deadline = latest_us;
    deadline = late_begin(f, deadline);
    if (suite->driver->ops->turn(suite->driver, deadline, err) ||
        suite_is_stopped(suite, err))
        return -1;
    late_end(f);
    uint64_t now = floor_now(f);
    f->stuck = now == f->last_us ? f->stuck + 1 : 0;
    f->last_us = now;
    if (f->stuck > STUCK_MAX)
        BUG("the plays under way make no progress");
    for (size_t i = 0; i < f->count; i++)
        running_tick(suite, f->list[i], now);
    room_charge(f);
    return retire_done(f, err);
}

/* --- many ----------------------------------------------------------------- */

/* The first of these jobs in that stage; false: there is none. */
static bool
find_stage(const struct floor *f, const size_t *order, size_t count,
           enum entry_stage stage, size_t *job)
{
    for (size_t i = 0; i < count; i++)
        if (f->entries[order[i]].stage == stage) {
            *job = order[i];
            return true;
        }
    return false;
}

/* Starts what may start. True: somebody still waits for that. */
static bool
launch_some(struct floor *f, const size_t *order, size_t count, size_t limit)
{
    size_t job;
    while (find_stage(f, order, count, ENTRY_WAITING, &job)) {
        if (!room_for(f, limit, job))
            return true;
        floor_launch(f, job);
    }
    if (!room_is_quiet(f))
        return true;
    if (limit > 1 && f->suite->is_real_time)
        repeat_early(f);
    if (!find_stage(f, order, count, ENTRY_AGAIN, &job))
        return f->suite->is_real_time && f->count;
    while (find_stage(f, order, count, ENTRY_AGAIN, &job) &&
           room_for(f, limit, job))
        floor_launch(f, job);
    return find_stage(f, order, count, ENTRY_AGAIN, &job);
}

/* Runs the jobs of one kind: slow and others together, or alone one by one. */
static int
run_jobs(struct floor *f, const size_t *order, size_t count, size_t limit,
         struct error *err)
{
    for (;;) {
        bool is_waiting = launch_some(f, order, count, limit);
        if (f->count || is_waiting) {
            if (turn(f, is_waiting ? room_next_start(f) : PLAY_NEVER, err))
                return -1;
        } else if (f->held) {
            if (lost_look(f, err))
                return -1;
        } else {
            return 0;
        }
    }
}

static int
by_id(const void *a, const void *b)
{
    const struct result_scenario *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    return order ? order : (int)x->version - (int)y->version;
}

/* Indices of the jobs: slow ones, the rest, those that run alone. */
static size_t
pick(const struct suite_job *jobs, size_t count, bool alone, size_t *order)
{
    size_t n = 0;
    for (int slow = 1; slow >= 0; slow--)
        for (size_t i = 0; i < count; i++)
            if (jobs[i].scenario->alone == alone &&
                jobs[i].scenario->slow == (slow != 0))
                order[n++] = i;
    return n;
}

static int
run_all(struct floor *f, struct error *err)
{
    size_t *order = xcalloc(f->job_count + 1, sizeof *order);
    size_t together = pick(f->jobs, f->job_count, false, order);
    int status = run_jobs(f, order, together, f->suite->jobs, err);
    if (status == 0) {
        size_t alone = pick(f->jobs, f->job_count, true, order);
        status = run_jobs(f, order, alone, 1, err);
    }
    free(order);
    return status ? status : repeat_alone(f, err);
}

int
suite_run(struct suite *suite, const struct suite_job *jobs, size_t count,
          struct error *err)
{
    struct floor f = {.suite = suite, .jobs = jobs, .job_count = count};
    f.entries = xcalloc(count + 1, sizeof *f.entries);
    for (size_t i = 0; i < count; i++)
        f.entries[i].clients = suite_clients(jobs[i].scenario);
    f.start_us = f.heard_us = f.woken_us = suite_now(suite);
    int status = run_all(&f, err);
    if (status)
        lost_abandon(&f, err->text);
    if (suite->run->scenario_count)
        qsort(suite->run->scenarios, suite->run->scenario_count,
              sizeof *suite->run->scenarios, by_id);
    suite->run->took_us += suite_now(suite) - f.start_us;
    free(f.list);
    free(f.entries);
    return status;
}

int
suite_run_one(struct suite *suite, const struct suite_job *job,
              struct result_scenario *out,
              void (*bound)(void *context, const struct play *play),
              struct error *err)
{
    struct running *r = running_start(suite, job, 0);
    struct driver *d = suite->driver;
    int status = 0;
    while (status == 0 && !play_is_done(r->driven.play)) {
        status = suite_is_stopped(suite, err)
                     ? -1
                     : d->ops->turn(d, play_deadline_us(r->driven.play), err);
        running_tick(suite, r, suite_now(suite));
    }
    if (status)
        play_abort(r->driven.play, VERDICT_ERROR, err->text, suite_now(suite));
    if (bound)
        bound(suite->context, r->driven.play);
    running_finish(suite, r, out);
    return status;
}
