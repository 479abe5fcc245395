/* select.c - which scenarios are played.
 * SPDX-License-Identifier: MIT
 *
 * A level is a pin: a suite grows, and who wants to compare with last year
 * plays what there was last year. A scenario that names none is of level 1.0. */
#include "conformance/select.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/random.h"

/* "1.12" as 1012 */
static unsigned
level_number(const char *text)
{
    char *dot;
    unsigned major = (unsigned)strtoul(text, &dot, 10);
    return major * 1000 +
           (*dot == '.' ? (unsigned)strtoul(dot + 1, NULL, 10) : 0);
}

static unsigned
level_of(const struct script_scenario *s)
{
    char text[24] = "1.0";
    if (s->since.len && s->since.len < sizeof text)
        snprintf(text, sizeof text, "%.*s", SLICE_ARG(s->since));
    return level_number(text);
}

/* A name that names nothing is a mistake, so what matched is noted. */
static bool
is_wanted(const struct wish *w, const struct script_scenario *s, bool *matched)
{
    bool wanted = w->glob_count == 0;
    for (size_t i = 0; i < w->glob_count; i++)
        if (script_scenario_matches(s, w->globs[i]))
            wanted = matched[i] = true;
    return wanted && (!s->slow || w->slow) &&
           (!w->level || level_of(s) <= level_number(w->level));
}

static void
add(struct select *to, const struct script_scenario *s, unsigned versions)
{
    for (int v = MQTT_31; v <= MQTT_50; v++) {
        if (!mqtt_version_in((enum mqtt_version)v, s->versions & versions))
            continue;
        to->list = xgrow(to->list, &to->cap, to->count + 1, sizeof *to->list);
        to->list[to->count++] = (struct suite_job){s, (enum mqtt_version)v};
    }
}

int
select_jobs(struct select *to, const struct load *l, const struct wish *w,
            struct error *err)
{
    bool *matched = xcalloc(w->glob_count + 1, sizeof *matched);
    for (size_t i = 0; i < l->count; i++)
        for (size_t k = 0; k < l->files[i]->scenario_count; k++)
            if (is_wanted(w, &l->files[i]->scenarios[k], matched))
                add(to, &l->files[i]->scenarios[k], w->versions);
    int status = 0;
    for (size_t i = 0; i < w->glob_count && status == 0; i++)
        if (!matched[i])
            status = error_set(err, "no scenario is called %s, or lies below "
                                    "it; `plumb-check list` lists them",
                               w->globs[i]);
    free(matched);
    if (status == 0 && to->count == 0)
        status = error_set(err, "there is no scenario for these versions%s",
                           w->level ? " and this level" : "");
    return status;
}

void
select_shard(struct select *s, size_t k, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++)
        if (i % n == k - 1)
            s->list[kept++] = s->list[i];
    s->count = kept;
}

void
select_shuffle(struct select *s, uint64_t seed)
{
    struct random random;
    random_seed(&random, seed);
    for (size_t i = s->count; i > 1; i--) {
        size_t k = (size_t)random_below(&random, i);
        struct suite_job j = s->list[i - 1];
        s->list[i - 1] = s->list[k];
        s->list[k] = j;
    }
}

struct select_level
select_latest(const struct load *l)
{
    struct select_level level;
    unsigned best = 1000;
    for (size_t i = 0; i < l->count; i++)
        for (size_t k = 0; k < l->files[i]->scenario_count; k++)
            if (level_of(&l->files[i]->scenarios[k]) > best)
                best = level_of(&l->files[i]->scenarios[k]);
    snprintf(level.text, sizeof level.text, "%u.%u", best / 1000, best % 1000);
    return level;
}
