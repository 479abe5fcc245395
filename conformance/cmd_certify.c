/* cmd_certify.c - plumb-check certify: what do reports prove?
 * SPDX-License-Identifier: MIT
 *
 * A profile names the statements that a certificate takes:
 *
 *     name     MQTT 5.0 broker
 *     require  MQTT-*
 *     except   MQTT-4.8.2-*: we have no shared subscriptions
 *
 * Each must have been shown to hold by one of the reports and broken in none: a
 * skip proves nothing.                                                        */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "conformance/commands.h"
#include "conformance/load.h"
#include "conformance/catalog/coverage.h"

struct rule {
    char *glob;   /* owned */
    char *reason; /* owned; of an exception, NULL: it is required */
};

struct profile {
    char *name; /* owned, or NULL */
    struct rule *rules;
    size_t count, cap;
};

static void
profile_release(struct profile *p)
{
    for (size_t i = 0; i < p->count; i++) {
        free(p->rules[i].glob);
        free(p->rules[i].reason);
    }
    free(p->rules);
    free(p->name);
}

/* One line, which may be changed. */
static int
take_line(struct profile *p, char *line, struct error *err)
{
    char *word = line + strspn(line, " \t"), *rest;
    word[strcspn(word, "\r\n")] = '\0';
    if (*word == '\0' || *word == '#')
        return 0;
    rest = word + strcspn(word, " \t");
    if (*rest)
        *rest++ = '\0';
    rest += strspn(rest, " \t");
    if (*rest == '\0')
        return error_set(err, "`%s` wants a value", word);
    if (strcmp(word, "name") == 0) {
        free(p->name);
        p->name = xstrdup(rest);
        return 0;
    }
    char *colon = strchr(rest, ':');
    bool is_exception = strcmp(word, "except") == 0;
    if (!is_exception && strcmp(word, "require") != 0)
        return error_set(err, "there is no \"%s\"; there are name, require, "
                              "except", word);
    if (is_exception && (!colon || !colon[1]))
        return error_set(err, "`except` wants a statement, a colon and a "
                              "reason");
    if (colon)
        *colon++ = '\0';
    p->rules = xgrow(p->rules, &p->cap, p->count + 1, sizeof *p->rules);
    p->rules[p->count++] =
        (struct rule){xstrdup(rest), is_exception ? xstrdup(colon) : NULL};
    return 0;
}

static int
profile_load(struct profile *p, const char *path, struct error *err)
{
    struct buf text = {0};
    int status = file_read(&text, path, err);
    char *next = status == 0 ? (char *)buf_cstr(&text) : NULL;
    for (unsigned line = 1; next && *next && status == 0; line++) {
        char *end = strchr(next, '\n'), *this = next;
        next = end ? end + 1 : NULL;
        if (end)
            *end = '\0';
        if (take_line(p, this, err))
            status = error_prefix(err, "%s:%u", path, line);
    }
    buf_release(&text);
    return status;
}

/* The last rule that fits decides. */
static bool
is_required(const struct profile *p, const struct mqtt_statement *s)
{
    bool required = false;
    for (size_t i = 0; i < p->count; i++)
        if (fnmatch(p->rules[i].glob, s->id, 0) == 0)
            required = p->rules[i].reason == NULL;
    return required && mqtt_statement_binds_server(s);
}

/* --- reports -------------------------------------------------------------- */

/* The versions of what it requires: a certificate for 3.1.1 does not mind what
 * fails in 5.0. */
static unsigned
versions_of(const struct profile *p)
{
    const struct mqtt_statement *s;
    unsigned versions = 0;
    for (size_t i = 0; (s = mqtt_statement_at(i)); i++)
        if (is_required(p, s))
            versions |= 1u << s->version;
    return versions;
}

static size_t
count_bad(const struct result_run *run, unsigned versions)
{
    size_t bad = 0;
    for (size_t i = 0; i < run->scenario_count; i++) {
        const struct result_scenario *s = &run->scenarios[i];
        bad += mqtt_version_in(s->version, versions) &&
               (s->verdict == VERDICT_FAIL || s->verdict == VERDICT_ERROR ||
                s->verdict == VERDICT_UNSTABLE);
    }
    return bad;
}

static int
add_report(struct coverage *c, const struct load *l, const char *path,
           unsigned versions, size_t *bad, struct error *err)
{
    struct result_run run = {0};
    int status = command_read_report(&run, path, err);
    if (status == 0 && !load_is(l, run.scenarios_sha256))
        status = error_set(err, "%s: was made with other scenarios than those "
                                "here; run it again", path);
    if (status == 0) {
        coverage_add_run(c, &run);
        *bad += count_bad(&run, versions);
    }
    result_run_release(&run);
    return status;
}

/* Says which required statements were not shown; how many. */
static size_t
list_missing(const struct coverage *c, const struct profile *p, size_t *shown,
             size_t *unjudged)
{
    size_t missing = 0;
    for (size_t i = 0; i < c->row_count; i++) {
        const struct coverage_row *row = &c->rows[i];
        enum coverage_status status = coverage_status(row);
        if (!is_required(p, row->statement))
            continue;
        switch (status) {
        case COVERAGE_PASS:
        case COVERAGE_LENIENT: ++*shown; break;
        case COVERAGE_NOT_OBSERVABLE:
        case COVERAGE_UNCOVERED: ++*unjudged; break;
        default:
            printf("%-13s %-18s %s\n", coverage_status_name(status),
                   row->statement->id, row->statement->summary);
            missing++;
        }
    }
    return missing;
}

static int
conclude(const struct coverage *c, const struct profile *p, size_t bad)
{
    size_t shown = 0, unjudged = 0;
    size_t missing = list_missing(c, p, &shown, &unjudged);
    const char *name = p->name ? p->name : "the profile";
    printf("%s%s: %zu statements shown, %zu not shown, %zu that this suite "
           "cannot judge\n",
           missing ? "\n" : "", name, shown, missing, unjudged);
    if (bad)
        printf("%zu scenario%s of its versions failed or %s unstable\n",
               bad, bad == 1 ? "" : "s", bad == 1 ? "was" : "were");
    bool is_good = missing == 0 && bad == 0 && shown > 0;
    printf("%s\n", is_good ? "certified" : "not certified");
    return is_good ? EXIT_GOOD : EXIT_FAILED;
}

int
command_certify(const struct options *o)
{
    struct profile p = {0};
    struct coverage c;
    struct load l = {0};
    struct error err = {""};
    size_t bad = 0;
    int status = 0;
    coverage_init(&c);
    if (!o->profile || o->glob_count == 0)
        status = error_set(&err, "what for, and from what? --profile FILE "
                                 "REPORT.json ...");
    if (status == 0 && (profile_load(&p, o->profile, &err) ||
                        load_files(&l, o->scenarios, &err)))
        status = -1;
    for (size_t i = 0; status == 0 && i < l.count; i++)
        coverage_add_file(&c, l.files[i]);
    for (size_t i = 0; status == 0 && i < o->glob_count; i++)
        status = add_report(&c, &l, o->globs[i], versions_of(&p), &bad, &err);
    status = status ? command_complain("certify", &err)
                    : conclude(&c, &p, bad);
    load_release(&l);
    coverage_release(&c);
    profile_release(&p);
    return status;
}
