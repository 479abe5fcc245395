/* suite_floor.c - plays that are put on the floor, and taken off it.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/suite_floor.h"

#include <stdlib.h>

#include "base/mem.h"
#include "conformance/script/script.h"

/* --- one play ------------------------------------------------------------- */

struct running *
running_start(struct suite *suite, const struct suite_job *job, size_t index)
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
    r->since_us = suite_now(suite);
    r->driven.play = play_new(&r->setup, r->out, r->since_us);
    suite->driver->ops->pump(suite->driver, &r->driven);
    return r;
}

void
running_finish(struct suite *suite, struct running *r,
               struct result_scenario *out)
{
    bool refused = play_was_refused(r->driven.play);
    suite->refused_in_a_row = refused ? suite->refused_in_a_row + 1 : 0;
    suite->driver->ops->drop(suite->driver, &r->driven);
    play_free(r->driven.play);
    *out = *r->out;
    free(r->out);
    free(r);
}

void
running_tick(struct suite *suite, struct running *r, uint64_t now)
{
    if (!play_is_done(r->driven.play) &&
        play_deadline_us(r->driven.play) <= now) {
        play_tick(r->driven.play, now);
        suite->driver->ops->pump(suite->driver, &r->driven);
    }
}

bool
suite_is_stopped(const struct suite *s, struct error *err)
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
    running_finish(f->suite, r, out);
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
    struct running *r = running_start(f->suite, &f->jobs[job], job);
    f->list = xgrow(f->list, &f->cap, f->count + 1, sizeof *f->list);
    f->list[f->count++] = r;
    return r;
}

void
floor_launch(struct floor *f, size_t job)
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
    floor_launch(f, job);
    if (f->entries[job].stage != ENTRY_RUNNING)
        return 0;
    struct running *r = f->list[f->count - 1];
    while (status == 0 && !play_is_done(r->driven.play)) {
        uint64_t deadline = late_begin(f, play_deadline_us(r->driven.play));
        status = suite_is_stopped(suite, err)
                     ? -1
                     : d->ops->turn(d, deadline, err);
        late_end(f);
        running_tick(suite, r, floor_now(f));
    }
    if (status == 0)
        floor_retire(f, f->count - 1);
    return status;
}
