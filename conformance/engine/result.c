/* result.c - building a result, and the words and numbers that sum it up.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/result.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

const char *
result_verdict_name(enum result_verdict v)
{
    static const char *const names[VERDICTS] = {
        [VERDICT_PASS] = "pass",
        [VERDICT_LENIENT] = "lenient",
        [VERDICT_WARN] = "warn",
        [VERDICT_UNEXERCISED] = "unexercised",
        [VERDICT_SKIP] = "skip",
        [VERDICT_WAIVED] = "waived",
        [VERDICT_INCONCLUSIVE] = "inconclusive",
        [VERDICT_UNSTABLE] = "unstable",
        [VERDICT_FAIL] = "fail",
        [VERDICT_ERROR] = "error",
    };
    assert((unsigned)v < VERDICTS);
    return names[v];
}

void
result_set(char **where, const char *text)
{
    char *copy = text ? xstrdup(text) : NULL; /* text may be *where itself */
    free(*where);
    *where = copy;
}

static char *
copy_of(struct slice text)
{
    char *copy = xcalloc(text.len + 1, 1);
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

static void
release_lists(struct result_scenario *s)
{
    for (size_t i = 0; i < s->judgement_count; i++)
        free(s->judgements[i].statement);
    for (size_t i = 0; i < s->choice_count; i++)
        free(s->choices[i].label);
    for (size_t i = 0; i < s->lane_count; i++) {
        free(s->lanes[i]);
        free(s->client_ids[i]);
    }
    for (size_t i = 0; i < s->event_count; i++)
        free(s->events[i].text);
    free(s->judgements);
    free(s->choices);
    free(s->lanes);
    free(s->client_ids);
    free(s->events);
    buf_release(&s->bytes);
}

void
result_scenario_release(struct result_scenario *s)
{
    char *const owned[] = {s->id,       s->title, s->path,   s->transport,
                           s->source,   s->got,   s->reason, s->first_reason,
                           s->expected, s->evidence, s->evidence_sha256,
                           s->seen_in};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    release_lists(s);
    if (s->first_try) {
        result_scenario_release(s->first_try);
        free(s->first_try);
    }
    *s = (struct result_scenario){0};
}

void
result_run_release(struct result_run *run)
{
    char *const owned[] = {run->suite_version, run->suite_level,
                           run->target,        run->target_name,
                           run->again,         run->run_tag,
                           run->scenarios_sha256, run->seal};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        free(owned[i]);
    for (size_t i = 0; i < run->capability_count; i++) {
        free(run->capabilities[i].name);
        free(run->capabilities[i].value);
        free(run->capabilities[i].source);
    }
    for (size_t i = 0; i < run->scenario_count; i++)
        result_scenario_release(&run->scenarios[i]);
    free(run->capabilities);
    free(run->scenarios);
    *run = (struct result_run){0};
}

struct result_scenario *
result_add_scenario(struct result_run *run)
{
    run->scenarios = xgrow(run->scenarios, &run->scenario_cap,
                           run->scenario_count + 1, sizeof *run->scenarios);
    struct result_scenario *s = &run->scenarios[run->scenario_count++];
    *s = (struct result_scenario){0};
    return s;
}

unsigned
result_add_lane(struct result_scenario *s, const char *name,
                const char *client_id)
{
    size_t n = s->lane_count + 1;
    s->lanes = xrealloc(s->lanes, n * sizeof *s->lanes);
    s->client_ids = xrealloc(s->client_ids, n * sizeof *s->client_ids);
    s->lanes[n - 1] = xstrdup(name);
    s->client_ids[n - 1] = client_id ? xstrdup(client_id) : NULL;
    s->lane_count = n;
    return (unsigned)(n - 1);
}

/* The latest event of a lane, or NULL. */
static const struct result_event *
latest(const struct result_scenario *s, unsigned lane)
{
    for (size_t i = s->event_count; i-- > 0;)
        if (s->events[i].lane == lane)
            return &s->events[i];
    return NULL;
}

static unsigned
free_connection(const struct result_scenario *s)
{
    unsigned next = 0;
    for (size_t i = 0; i < s->event_count; i++)
        if (s->events[i].connection >= next)
            next = s->events[i].connection + 1;
    return next;
}

struct result_event *
result_add_event(struct result_scenario *s, enum result_event_kind kind,
                 uint64_t time_us, unsigned lane, struct slice bytes)
{
    const struct result_event *before = latest(s, lane);
    struct result_event e = {
        .kind = kind,
        .time_us = time_us,
        .lane = lane,
        .connection = kind == EVENT_OPEN ? free_connection(s)
                      : before           ? before->connection
                                         : 0,
        .version = before ? before->version : s->version,
        .at = s->bytes.len,
        .len = bytes.len,
    };
    buf_add(&s->bytes, bytes);
    s->events = xgrow(s->events, &s->event_cap, s->event_count + 1,
                      sizeof *s->events);
    s->events[s->event_count] = e;
    return &s->events[s->event_count++];
}

void
result_add_judgement(struct result_scenario *s, struct slice statement,
                     enum result_verdict verdict, unsigned line)
{
    s->judgements = xgrow(s->judgements, &s->judgement_cap,
                          s->judgement_count + 1, sizeof *s->judgements);
    s->judgements[s->judgement_count++] =
        (struct result_judgement){copy_of(statement), verdict, line};
}

void
result_add_choice(struct result_scenario *s, struct slice label, unsigned line)
{
    s->choices = xgrow(s->choices, &s->choice_cap, s->choice_count + 1,
                       sizeof *s->choices);
    s->choices[s->choice_count++] =
        (struct result_choice){copy_of(label), line};
}

void
result_add_capability(struct result_run *run, const char *name,
                      const char *value, const char *source)
{
    run->capabilities =
        xgrow(run->capabilities, &run->capability_cap,
              run->capability_count + 1, sizeof *run->capabilities);
    run->capabilities[run->capability_count++] = (struct result_capability){
        xstrdup(name), xstrdup(value), xstrdup(source)};
}

struct slice
result_bytes(const struct result_scenario *s, const struct result_event *e)
{
    assert(e->at <= s->bytes.len && e->len <= s->bytes.len - e->at);
    return e->len ? slice_of(s->bytes.data + e->at, e->len) : slice_str("");
}

size_t
result_count(const struct result_run *run, enum result_verdict v)
{
    size_t count = 0;
    for (size_t i = 0; i < run->scenario_count; i++)
        count += run->scenarios[i].verdict == v;
    return count;
}

static enum result_verdict
worse(enum result_verdict a, enum result_verdict b)
{
    return a > b ? a : b;
}

int
result_exit_status(const struct result_run *run, bool strict)
{
    enum result_verdict worst = VERDICT_PASS;
    bool has_warning = false;

    if (run->scenario_count == 0)
        return 3; /* nothing ran, so nothing is known */
    for (size_t i = 0; i < run->scenario_count; i++) {
        worst = worse(worst, run->scenarios[i].verdict);
        has_warning |= run->scenarios[i].verdict == VERDICT_WARN;
    }
    switch (worst) {
    case VERDICT_ERROR: return 2;
    case VERDICT_FAIL: return 1;
    case VERDICT_UNSTABLE:
    case VERDICT_INCONCLUSIVE: return strict && has_warning ? 1 : 3;
    default: return strict && has_warning ? 1 : 0;
    }
}
