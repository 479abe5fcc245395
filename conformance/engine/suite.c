/* suite.c - many scenarios at the same time.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/suite_floor.h"

#include <stdlib.h>

#include "base/mem.h"
#include "conformance/script/script.h"

enum {
    STUCK_MAX = 1000000, /* then something is wrong with us */
    SURE_US = 100000     /* heard of so much later, the target lives */
};

static uint64_t
now_us(const struct suite *s)
{
    return s->driver->ops->now_us(s->driver);
}

static struct running *
start(struct suite *suite, const struct suite_job *job, size_t index)
{
    struct running *r = xcalloc(1, sizeof *r);
    r->setup = suite->setup;
    r->setup.scenario = job->scenario;
    r->setup.version = job->version;
    r->setup.hides_sessions &=
        job->version == MQTT_311 ||
        (script_versions_beside(job->scenario) & V_311) != 0;
    r->setup.number = suite->next_number++;
    r->out = xcalloc(1, sizeof *r->out);
    r->job = index;
    r->since_us = now_us(suite);
    r->driven.play = play_new(&r->setup, r->out, r->since_us);
    suite->driver->ops->pump(suite->driver, &r->driven);
    return r;
}

/* Ends it and hands over its result. */
static void
finish(struct suite *suite, struct running *r, struct result_scenario *out)
{
    bool refused = play_was_refused(r->driven.play);
    suite->refused_in_a_row = refused ? suite->refused_in_a_row + 1 : 0;
    suite->driver->ops->drop(suite->driver, &r->driven);
    play_free(r->driven.play);
    *out = *r->out;
    free(r->out);
    free(r);
}

static void
tick(struct suite *suite, struct running *r, uint64_t now)
{
    if (!play_is_done(r->driven.play) &&
        play_deadline_us(r->driven.play) <= now) {
        play_tick(r->driven.play, now);
        suite->driver->ops->pump(suite->driver, &r->driven);
    }
}

static bool
is_stopped(const struct suite *s, struct error *err)
{
    if (!s->stop || !*s->stop)
        return false;
    error_set(err, "interrupted");
    return true;
}

/* --- entries -------------------------------------------------------------- */

void
floor_report(struct floor *f, size_t job)
{
    struct entry *e = &f->entries[job];
    struct result_scenario *s = result_add_scenario(f->suite->run);
    *s = e->result;
    e->result = (struct result_scenario){0};
    e->stage = ENTRY_REPORTED;
    if (f->suite->done)
        f->suite->done(f->suite->context, s);
}

void
floor_settle(struct floor *f, size_t job)
{
    struct entry *e = &f->entries[job];
    if (!e->first && repeat_meet_early(f, job))
        return;
    if (late_ask_again(e)) {
        e->stage = ENTRY_AGAIN;
    } else if (e->first) {
        repeat_judge(f, job);
    } else if (e->result.verdict == VERDICT_FAIL) {
        e->first = xcalloc(1, sizeof *e->first);
        *e->first = e->result;
        e->result = (struct result_scenario){0};
        e->stage = ENTRY_AGAIN;
    } else {
        floor_report(f, job);
    }
}

size_t
floor_take(struct floor *f, size_t index, struct result_scenario *out)
{
    struct running *r = f->list[index];
    size_t job = r->job;
    f->list[index] = f->list[--f->count];
    lint_collect(f->suite, r->driven.play, r->out);
    uint64_t began = r->since_us - f->start_us;
    finish(f->suite, r, out);
    late_excuse(out);
    out->started_us = began;
    return job;
}

size_t
floor_retire(struct floor *f, size_t index)
{
    struct entry *e = &f->entries[f->list[index]->job];
    e->ended_us = floor_now(f);
    return floor_take(f, index, &e->result);
}

static void
skip(struct floor *f, size_t job, const char *why)
{
    struct result_scenario *s = &f->entries[job].result;
    struct play_setup setup = f->suite->setup;
    setup.scenario = f->jobs[job].scenario;
    setup.version = f->jobs[job].version;
    play_describe(&setup, s);
    s->verdict = VERDICT_SKIP;
    result_set(&s->reason, why);
    floor_report(f, job);
}

struct running *
floor_start(struct floor *f, size_t job)
{
    struct running *r = start(f->suite, &f->jobs[job], job);
    f->list = xgrow(f->list, &f->cap, f->count + 1, sizeof *f->list);
    f->list[f->count++] = r;
    return r;
}

/* Starts a job, or skips it. */
static void
launch(struct floor *f, size_t job)
{
    const struct suite_job *j = &f->jobs[job];
    struct suite *suite = f->suite;
    const char *why =
        suite->lacks ? suite->lacks(suite->context, j->scenario, j->version)
                     : NULL;
    if (why) {
        skip(f, job, why);
        return;
    }
    f->entries[job].stage = ENTRY_RUNNING;
    floor_start(f, job);
    room_charge(f);
}

int
floor_play_alone(struct floor *f, size_t job, struct error *err)
{
    struct suite *suite = f->suite;
    struct driver *d = suite->driver;
    int status = 0;
    launch(f, job);
    if (f->entries[job].stage != ENTRY_RUNNING)
        return 0;
    struct running *r = f->list[f->count - 1];
    while (status == 0 && !play_is_done(r->driven.play)) {
        uint64_t deadline = late_begin(f, play_deadline_us(r->driven.play));
        status =
            is_stopped(suite, err) ? -1 : d->ops->turn(d, deadline, err);
        late_end(f);
        tick(suite, r, floor_now(f));
    }
    if (status == 0)
        floor_retire(f, f->count - 1);
    return status;
}

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
        is_stopped(suite, err))
        return -1;
    late_end(f);
    uint64_t now = floor_now(f);
    f->stuck = now == f->last_us ? f->stuck + 1 : 0;
    f->last_us = now;
    if (f->stuck > STUCK_MAX)
        BUG("the plays under way make no progress");
    for (size_t i = 0; i < f->count; i++)
        tick(suite, f->list[i], now);
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
        launch(f, job);
    }
    if (!room_is_quiet(f))
        return true;
    if (limit > 1 && f->suite->is_real_time)
        repeat_early(f);
    if (!find_stage(f, order, count, ENTRY_AGAIN, &job))
        return f->suite->is_real_time && f->count;
    while (find_stage(f, order, count, ENTRY_AGAIN, &job) &&
           room_for(f, limit, job))
        launch(f, job);
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
    f.start_us = f.heard_us = f.woken_us = now_us(suite);
    int status = run_all(&f, err);
    if (status)
        lost_abandon(&f, err->text);
    if (suite->run->scenario_count)
        qsort(suite->run->scenarios, suite->run->scenario_count,
              sizeof *suite->run->scenarios, by_id);
    suite->run->took_us += now_us(suite) - f.start_us;
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
    struct running *r = start(suite, job, 0);
    struct driver *d = suite->driver;
    int status = 0;
    while (status == 0 && !play_is_done(r->driven.play)) {
        status = is_stopped(suite, err)
                     ? -1
                     : d->ops->turn(d, play_deadline_us(r->driven.play), err);
        tick(suite, r, now_us(suite));
    }
    if (status)
        play_abort(r->driven.play, VERDICT_ERROR, err->text, now_us(suite));
    if (bound)
        bound(suite->context, r->driven.play);
    finish(suite, r, out);
    return status;
}
