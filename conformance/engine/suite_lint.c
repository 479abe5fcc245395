/* suite_lint.c - what the broker should never have sent, whatever the
 *                scenario was about.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/suite_floor.h"

#include <stdlib.h>

#include "base/mem.h"

static void
add_lint(struct suite *suite, const struct play_finding *f,
         const struct result_scenario *where)
{
    struct result_run *run = suite->run;
    const struct result_event *e = &where->events[f->event];
    char *id = f->statement[0]
                   ? xasprintf("lint/%s", f->statement)
                   : xasprintf("lint/%s-section-%s",
                               mqtt_version_name(e->version), f->section);
    for (size_t i = 0; i < run->scenario_count; i++)
        if (strcmp(run->scenarios[i].id, id) == 0) {
            free(id);
            return;
        }
    struct result_scenario *s = result_add_scenario(run);
    unsigned lane = result_add_lane(s, where->lanes[e->lane],
                                    where->client_ids[e->lane]);
    s->version = e->version;
    s->verdict = VERDICT_FAIL;
    s->id = id;
    result_set(&s->title, "whatever the broker sends keeps the rules");
    result_set(&s->path, where->path);
    result_set(&s->transport, where->transport);
    result_set(&s->got, f->text);
    result_set(&s->seen_in, where->id);
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

void
lint_collect(struct suite *suite, const struct play *play,
             const struct result_scenario *where)
{
    size_t count;
    const struct play_finding *f = play_findings(play, &count);
    for (size_t i = 0; i < count; i++)
        add_lint(suite, &f[i], where);
}
