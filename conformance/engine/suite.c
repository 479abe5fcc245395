/* suite.c - many scenarios at the same time, and what to make of failures.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/suite.h"

#include <stdlib.h>

#include "base/mem.h"

/* One play under way. The setup is its own, since a play borrows it. */
struct running {
    struct driven driven;
    struct play_setup setup;
    struct result_scenario *out; /* heap; copied into the run at the end */
    size_t job;
    uint64_t since_us;
};

struct floor {
    struct suite *suite;
    const struct suite_job *jobs;
    struct result_scenario *results; /* one per job, in the order of the jobs */
    struct running **list;
    size_t count, cap;
    uint64_t start_us;
    uint64_t last_us;  /* of the turn before */
    size_t stuck;      /* turns in which time stood still */
};

enum {
    STUCK_MAX = 1000000, /* then something is wrong with us */
    IDLE_US = 100000,    /* a play that waited so long only waits */
    FLIGHT_MAX = 300     /* at the same time, for the sake of descriptors */
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

/* --- what the broker should never have sent ------------------------------- */

/* An entry of its own for each statement, once per run. */
static void
add_lint(struct suite *suite, const struct play_finding *f,
         const struct result_scenario *where)
{
    struct result_run *run = suite->run;
    char *id = f->statement[0]
                   ? xasprintf("lint/%s", f->statement)
                   : xasprintf("lint/%s-section-%s",
                               mqtt_version_name(where->version), f->section);
    for (size_t i = 0; i < run->scenario_count; i++)
        if (strcmp(run->scenarios[i].id, id) == 0) {
            free(id);
            return;
        }
    const struct result_event *e = &where->events[f->event];
    struct result_scenario *s = result_add_scenario(run);
    unsigned lane = result_add_lane(s, where->lanes[e->lane],
                                    where->client_ids[e->lane]);
    s->version = where->version;
    s->verdict = VERDICT_FAIL;
    s->id = id;
    result_set(&s->title, "whatever the broker sends keeps the rules");
    result_set(&s->path, where->path);
    result_set(&s->transport, where->transport);
    result_set(&s->got, f->text);
    s->reason = xasprintf("in %s the broker sent what this statement does "
                          "not allow", where->id);
    s->line = e->line;
    result_add_event(s, EVENT_OPEN, 0, lane, slice_str(""));
    struct result_event *copy = result_add_event(
        s, EVENT_GOT, e->time_us, lane, result_bytes(where, e));
    copy->is_guilty = true;
    if (f->statement[0])
        result_add_judgement(s, slice_str(f->statement), VERDICT_FAIL,
                             e->line);
    if (suite->done)
        suite->done(suite->context, s);
}

static void
collect_lint(struct suite *suite, const struct running *r)
{
    size_t count;
    const struct play_finding *f = play_findings(r->driven.play, &count);
    for (size_t i = 0; i < count; i++)
        add_lint(suite, &f[i], r->out);
}

/* --- many ----------------------------------------------------------------- */

static void
report(struct floor *f, size_t job)
{
    struct result_scenario *s = result_add_scenario(f->suite->run);
    *s = f->results[job];
    f->results[job] = (struct result_scenario){0};
    if (f->suite->done)
        f->suite->done(f->suite->context, s);
}

static void
skip(struct floor *f, size_t job, const char *why)
{
    struct result_scenario *s = &f->results[job];
    struct play_setup setup = f->suite->setup;
    setup.scenario = f->jobs[job].scenario;
    setup.version = f->jobs[job].version;
    play_describe(&setup, s);
    s->verdict = VERDICT_SKIP;
    result_set(&s->reason, why);
    report(f, job);
}

/* Starts a job, or skips it. */
static void
launch(struct floor *f, size_t job)
{
    const struct suite_job *j = &f->jobs[job];
    const char *why =
        f->suite->lacks
            ? f->suite->lacks(f->suite->context, j->scenario, j->version)
            : NULL;
    if (why) {
        skip(f, job, why);
        return;
    }
    f->list = xgrow(f->list, &f->cap, f->count + 1, sizeof *f->list);
    f->list[f->count++] = start(f->suite, j, job);
}

/* Failures wait for their second try. */
static void
retire(struct floor *f, size_t index)
{
    struct running *r = f->list[index];
    size_t job = r->job;
    f->list[index] = f->list[--f->count];
    collect_lint(f->suite, r);
    uint64_t began = r->since_us - f->start_us;
    finish(f->suite, r, &f->results[job]);
    f->results[job].started_us = began;
    if (f->results[job].verdict != VERDICT_FAIL)
        report(f, job);
}

/* One wait of the driver, and everything that follows from it. */
static int
turn(struct floor *f, struct error *err)
{
    struct suite *suite = f->suite;
    uint64_t deadline = PLAY_NEVER;
    for (size_t i = 0; i < f->count; i++) {
        uint64_t at = play_deadline_us(f->list[i]->driven.play);
        if (play_is_done(f->list[i]->driven.play))
            at = 0;
        deadline = at < deadline ? at : deadline;
    }
    if (suite->driver->ops->turn(suite->driver, deadline, err))
        return -1;
    if (suite->stop && *suite->stop)
        return error_set(err, "interrupted");
    uint64_t now = now_us(suite);
    f->stuck = now == f->last_us ? f->stuck + 1 : 0;
    f->last_us = now;
    if (f->stuck > STUCK_MAX)
        BUG("the plays under way make no progress");
    for (size_t i = 0; i < f->count; i++)
        tick(suite, f->list[i], now);
    for (size_t i = f->count; i-- > 0;)
        if (play_is_done(f->list[i]->driven.play))
            retire(f, i);
    if (suite->refused_in_a_row >= SUITE_LOST)
        return error_set(err, "the target is lost: it does not accept "
                              "connections any more");
    return 0;
}

/* Those that only wait take no slot. */
static size_t
slots_in_use(const struct floor *f)
{
    size_t n = 0;
    uint64_t now = now_us(f->suite);
    for (size_t i = 0; i < f->count; i++)
        n += !f->jobs[f->list[i]->job].scenario->slow &&
             now < play_moved_us(f->list[i]->driven.play) + IDLE_US;
    return n;
}

/* May another one start? One at a time is one at a time. */
static bool
has_room(const struct floor *f, size_t limit,
         const struct script_scenario *next)
{
    if (limit == 1)
        return f->count == 0 || (next->slow && !next->alone);
    return f->count < FLIGHT_MAX &&
           (next->slow || slots_in_use(f) < limit);
}

/* Runs the jobs of one kind: slow and others together, or alone one by one. */
static int
run_jobs(struct floor *f, const size_t *order, size_t count, size_t limit,
         struct error *err)
{
    size_t next = 0;
    while (next < count || f->count) {
        while (next < count &&
               has_room(f, limit, f->jobs[order[next]].scenario))
            launch(f, order[next++]);
        if (f->count && turn(f, err))
            return -1;
    }
    return 0;
}

/* Once more, by itself. */
static int
repeat_failure(struct floor *f, size_t job, struct error *err)
{
    struct result_scenario *first = xcalloc(1, sizeof *first), again = {0};
    *first = f->results[job];
    if (suite_run_one(f->suite, &f->jobs[job], &again, NULL, err)) {
        free(first);
        return -1;
    }
    again.started_us = first->started_us;
    again.first_try = first;
    if (again.verdict != VERDICT_FAIL) {
        char *reason = xasprintf("failed once; repeated alone: %s",
                                 result_verdict_name(again.verdict));
        char *first_reason =
            xasprintf("line %u: expected %s, got %s", first->line,
                      first->expected ? first->expected : "otherwise",
                      first->got ? first->got : "this");
        result_set(&again.reason, reason);
        result_set(&again.first_reason, first_reason);
        again.verdict = VERDICT_UNSTABLE;
        free(reason);
        free(first_reason);
    }
    f->results[job] = again;
    report(f, job);
    return 0;
}

static int
repeat_failures(struct floor *f, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (f->results[i].id && f->results[i].verdict == VERDICT_FAIL &&
            repeat_failure(f, i, err))
            return -1;
    return 0;
}

/* What is under way when the run ends early, and what was not repeated. */
static void
abandon(struct floor *f, size_t count, const char *why)
{
    while (f->count) {
        struct running *r = f->list[f->count - 1];
        play_abort(r->driven.play, VERDICT_INCONCLUSIVE, why,
                   now_us(f->suite));
        retire(f, f->count - 1);
    }
    for (size_t i = 0; i < count; i++) {
        struct result_scenario *s = &f->results[i];
        if (!s->id || s->verdict != VERDICT_FAIL)
            continue;
        s->verdict = VERDICT_INCONCLUSIVE;
        for (size_t k = 0; k < s->judgement_count; k++)
            if (s->judgements[k].verdict == VERDICT_FAIL)
                s->judgements[k].verdict = VERDICT_INCONCLUSIVE;
        result_set(&s->reason, "it failed, and could not be repeated");
        report(f, i);
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

int
suite_run(struct suite *suite, const struct suite_job *jobs, size_t count,
          struct error *err)
{
    struct floor f = {.suite = suite, .jobs = jobs};
    size_t *order = xcalloc(count + 1, sizeof *order);
    f.results = xcalloc(count + 1, sizeof *f.results);
    f.start_us = now_us(suite);
    size_t together = pick(jobs, count, false, order);
    int status = run_jobs(&f, order, together, suite->jobs, err);
    if (status == 0) {
        size_t alone = pick(jobs, count, true, order);
        status = run_jobs(&f, order, alone, 1, err);
    }
    if (status == 0)
        status = repeat_failures(&f, count, err);
    if (status)
        abandon(&f, count, err->text);
    if (suite->run->scenario_count)
        qsort(suite->run->scenarios, suite->run->scenario_count,
              sizeof *suite->run->scenarios, by_id);
    suite->run->took_us += now_us(suite) - f.start_us;
    free(f.list);
    free(f.results);
    free(order);
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
        if (suite->stop && *suite->stop) {
            status = error_set(err, "interrupted");
            break;
        }
        status = d->ops->turn(d, play_deadline_us(r->driven.play), err);
        tick(suite, r, now_us(suite));
    }
    if (status)
        play_abort(r->driven.play, VERDICT_ERROR, err->text, now_us(suite));
    if (bound)
        bound(suite->context, r->driven.play);
    finish(suite, r, out);
    return status;
}
