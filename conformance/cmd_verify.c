/* cmd_verify.c - plumb-check verify: does a report hold together?
 * SPDX-License-Identifier: MIT
 *
 * With itself: no line fails where the scenario passes, and its seal fits. With
 * the scenarios that it says were played. With its captures: each is the file
 * that was written, and tells of the same verdict.                            */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "conformance/commands.h"
#include "conformance/evidence.h"
#include "conformance/load.h"
#include "conformance/report/seal.h"

/* Does the verdict follow from the judgements? */
static const char *
doubt(const struct result_scenario *s)
{
    bool has_failed = false;
    for (size_t i = 0; i < s->judgement_count; i++)
        has_failed |= s->judgements[i].verdict == VERDICT_FAIL;
    if (has_failed && (s->verdict == VERDICT_PASS ||
                       s->verdict == VERDICT_LENIENT ||
                       s->verdict == VERDICT_WARN))
        return "a line failed, and the scenario did not";
    if (s->verdict == VERDICT_PASS && s->judgement_count + s->choice_count == 0)
        return "it passes, and no line judged";
    return evidence_doubt(s);
}

/* A report names captures as they were called where it was made. When it has been
 * moved together with them they lie beside it: build/report/evidence/x as
 * REPORT'S FOLDER/evidence/x, or deeper. */
static void
find_captures(struct result_run *run, const char *report)
{
    const char *slash = strrchr(report, '/');
    int folder = slash ? (int)(slash + 1 - report) : 0;
    for (size_t i = 0; i < run->scenario_count; i++) {
        char **where = &run->scenarios[i].evidence;
        const char *rest = *where;
        if (!rest || access(rest, R_OK) == 0)
            continue;
        while ((rest = strchr(rest, '/'))) {
            char *path = xasprintf("%.*s%s", folder, report, ++rest);
            bool is_there = access(path, R_OK) == 0;
            if (is_there)
                result_set(where, path);
            free(path);
            if (is_there)
                break;
        }
    }
}

/* The doubts about the whole; how many. */
static size_t
doubt_whole(const struct result_run *run, const struct load *l)
{
    char seal[SEAL_LEN + 1];
    size_t doubts = 0;
    report_seal(seal, run);
    if (!load_is(l, run->scenarios_sha256)) {
        printf("the scenarios here are not those that were played\n");
        doubts++;
    }
    if (!run->seal || strcmp(run->seal, seal)) {
        printf(run->seal ? "the report was altered: its seal does not fit\n"
                         : "the report has no seal\n");
        doubts++;
    }
    return doubts;
}

static int
verify(struct result_run *run, const struct load *l, const char *report)
{
    size_t doubts = doubt_whole(run, l), captures = 0;
    find_captures(run, report);
    for (size_t i = 0; i < run->scenario_count; i++) {
        const struct result_scenario *s = &run->scenarios[i];
        const char *why = doubt(s);
        if (why)
            printf("%s %s: %s\n", s->id, mqtt_version_name(s->version), why);
        doubts += why != NULL;
        captures += s->evidence != NULL;
    }
    printf("%zu scenarios, %zu captures, %zu doubt%s\n", run->scenario_count,
           captures, doubts, doubts == 1 ? "" : "s");
    return doubts ? EXIT_FAILED : EXIT_GOOD;
}

int
command_verify(const struct options *o)
{
    struct result_run run = {0};
    struct load l = {0};
    struct error err = {""};
    int status;
    if (o->glob_count != 1)
        error_set(&err, "which report? REPORT.json");
    if (o->glob_count != 1 || command_read_report(&run, o->globs[0], &err) ||
        load_files(&l, o->scenarios, &err))
        status = command_complain("verify", &err);
    else
        status = verify(&run, &l, o->globs[0]);
    load_release(&l);
    result_run_release(&run);
    return status;
}
