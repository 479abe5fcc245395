/* suite_lost.c - the target accepts no connections any more: who did that?
 * SPDX-License-Identifier: MIT
 *
 * All that was under way, or ended after the target was heard of last, is
 * suspect and what it saw is worth nothing. If the target can be started again,
 * suspects are played one at a time, the one that spoke last first, until the
 * target dies again: that one is reported. The others start anew in company.  */
#include "conformance/engine/suite_floor.h"

#include <stdlib.h>

#include "base/mem.h"

struct suspect {
    size_t job;
    uint64_t spoke_us; /* when it sent something last */
};

/* The event of the packet that came before the end of a connection: the last
 * one sent before the first close, or the last of all. NULL: none was sent. */
static struct result_event *
last_word(const struct result_scenario *s, unsigned *number)
{
    struct result_event *last = NULL;
    unsigned count = 0;
    for (size_t i = 0; i < s->event_count; i++) {
        struct result_event *e = &s->events[i];
        if (last && (e->kind == EVENT_CLOSED || e->kind == EVENT_RESET))
            break;
        count += e->kind == EVENT_SENT || e->kind == EVENT_GOT;
        if (e->kind != EVENT_SENT)
            continue;
        last = e;
        *number = count;
    }
    return last;
}

/* Who was never answered came too late to have done it; but who knows. */
static bool
was_answered(const struct result_scenario *s)
{
    for (size_t i = 0; i < s->event_count; i++)
        if (s->events[i].kind == EVENT_GOT)
            return true;
    return false;
}

static int
by_time(const void *a, const void *b)
{
    const struct suspect *x = a, *y = b;
    return x->spoke_us < y->spoke_us ? 1 : x->spoke_us > y->spoke_us ? -1 : 0;
}

/* Takes all that is under way or held; they wait for another start. */
static struct suspect *
gather(struct floor *f, size_t *count)
{
    struct suspect *list = xcalloc(f->job_count + 1, sizeof *list);
    repeat_drop_early(f);
    while (f->count)
        f->entries[floor_retire(f, f->count - 1)].stage = ENTRY_HELD;
    *count = 0;
    for (size_t i = 0; i < f->job_count; i++) {
        struct entry *e = &f->entries[i];
        unsigned number;
        if (e->stage != ENTRY_HELD)
            continue;
        const struct result_event *spoke = last_word(&e->result, &number);
        list[(*count)++] = (struct suspect){
            i, was_answered(&e->result) && spoke
                   ? e->result.started_us + spoke->time_us
                   : 0};
        result_scenario_release(&e->result);
        e->result = (struct result_scenario){0};
        e->stage = e->first ? ENTRY_AGAIN : ENTRY_WAITING;
    }
    f->held = 0;
    qsort(list, *count, sizeof *list, by_time);
    return list;
}

static void
accuse(struct floor *f, size_t job, bool was_deaf)
{
    const char *how = was_deaf ? "answering" : "accepting connections";
    struct result_scenario *s = &f->entries[job].result;
    unsigned number = 0;
    struct result_event *e = last_word(s, &number);
    char *reason =
        e ? xasprintf("the broker stopped %s after packet #%u, in company and "
                      "alone; it had to be started again",
                      how, number)
          : xasprintf("the broker stopped %s", how);
    if (e) {
        e->is_guilty = true;
        s->line = e->line;
    }
    result_set(&s->source, NULL);
    result_set(&s->expected, "a broker that goes on serving others");
    result_set(&s->got, was_deaf ? "it takes connections and answers no CONNECT"
                                 : "nobody listens there any more");
    result_set(&s->reason, reason);
    s->verdict = VERDICT_FAIL;
    free(reason);
    floor_report(f, job);
}

/* It died, and none of them can do it alone. */
static void
report_nobody(struct floor *f, const struct suspect *list, size_t count)
{
    struct result_scenario *s = result_add_scenario(f->suite->run);
    struct buf reason = {0};
    buf_add_str(&reason, "the broker stopped serving once and was started "
                         "again; under way were");
    for (size_t i = 0; i < count && i < 8; i++)
        buf_printf(&reason, "%s %.*s", i ? "," : "",
                   SLICE_ARG(f->jobs[list[i].job].scenario->id));
    if (count > 8)
        buf_printf(&reason, " and %zu more", count - 8);
    s->version = f->jobs[list[0].job].version;
    s->verdict = VERDICT_UNSTABLE;
    result_set(&s->id, "target/died");
    result_set(&s->title, "the broker goes on serving, whatever others send");
    result_set(&s->transport, f->suite->setup.transport);
    result_set(&s->reason, buf_cstr(&reason));
    buf_release(&reason);
    if (f->suite->done)
        f->suite->done(f->suite->context, s);
}

static int
revive(struct floor *f, struct error *err)
{
    struct driver *d = f->suite->driver;
    int status = d->ops->revive(d, err);
    f->suite->refused_in_a_row = 0;
    f->heard_us = floor_now(f);
    f->ignored = 0;
    return status;
}

/* Until somebody has been found: what the others saw alone is not used. */
static int
investigate(struct floor *f, const struct suspect *list, size_t count,
            struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct entry *e = &f->entries[list[i].job];
        if (floor_play_alone(f, list[i].job, err))
            return -1;
        int status = revive(f, err);
        switch (status) {
        case DRIVER_LIVES: floor_settle(f, list[i].job); break;
        case DRIVER_STARTED:
        case DRIVER_WOKEN:
            if (e->first)
                result_scenario_release(e->first);
            free(e->first);
            e->first = NULL;
            accuse(f, list[i].job, status == DRIVER_WOKEN);
            return 0;
        default: e->stage = ENTRY_HELD; return -1;
        }
    }
    if (count)
        report_nobody(f, list, count);
    return 0;
}

static void
settle_held(struct floor *f)
{
    for (size_t i = 0; f->held && i < f->job_count; i++)
        if (f->entries[i].stage == ENTRY_HELD) {
            f->held--;
            floor_settle(f, i);
        }
}

/* -1; err says behind which scenario, too. */
static int
lost_after(const struct floor *f, struct error *err)
{
    struct error why = *err;
    if (!f->was_heard)
        return -1;
    const struct suite_job *job = &f->jobs[f->heard_job];
    return error_set(err, "%s; the last scenario that it answered was %.*s "
                          "(%s)",
                     why.text, SLICE_ARG(job->scenario->id),
                     mqtt_version_name(job->version));
}

int
lost_look(struct floor *f, struct error *err)
{
    int status = revive(f, err);
    if (status == DRIVER_LIVES)
        settle_held(f);
    if (status == DRIVER_LIVES)
        return 0;
    if (status == -1)
        return lost_after(f, err);
    size_t count;
    struct suspect *list = gather(f, &count);
    status = investigate(f, list, count, err);
    free(list);
    return status;
}

/* --- the end -------------------------------------------------------------- */

static void
leave_open(struct floor *f, size_t job, const char *why)
{
    struct result_scenario *s = &f->entries[job].result;
    s->verdict = VERDICT_INCONCLUSIVE;
    for (size_t k = 0; k < s->judgement_count; k++)
        s->judgements[k].verdict = VERDICT_INCONCLUSIVE;
    result_set(&s->reason, why);
    floor_report(f, job);
}

void
lost_abandon(struct floor *f, const char *why)
{
    repeat_drop_early(f);
    for (size_t i = 0; i < f->count; i++)
        play_abort(f->list[i]->driven.play, VERDICT_INCONCLUSIVE, why,
                   floor_now(f));
    while (f->count)
        f->entries[floor_retire(f, f->count - 1)].stage = ENTRY_HELD;
    for (size_t i = 0; i < f->job_count; i++) {
        struct entry *e = &f->entries[i];
        if (e->stage == ENTRY_HELD && e->result.id) {
            leave_open(f, i, why);
        } else if (e->first) {
            e->result = *e->first;
            free(e->first);
            e->first = NULL;
            leave_open(f, i, "it failed, and could not be repeated");
        }
    }
}
