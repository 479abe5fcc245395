/* cmd_run.c - plumb-check run: plays scenarios against a broker.
 * SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "broker/acl.h"
#include "broker/passwords.h"
#include "conformance/again.h"
#include "conformance/commands.h"
#include "conformance/engine/drive_broker.h"
#include "conformance/engine/drive_sockets.h"
#include "conformance/engine/names.h"
#include "conformance/engine/probe.h"
#include "conformance/evidence.h"
#include "conformance/load.h"
#include "conformance/report/badge.h"
#include "conformance/report/html.h"
#include "conformance/report/json.h"
#include "conformance/report/junit.h"
#include "conformance/report/markdown.h"
#include "conformance/report/steps.h"
#include "conformance/report/tap.h"
#include "conformance/report/text.h"
#include "conformance/select.h"
#include "conformance/target.h"
#include "mqtt/encode.h"

enum { CONNECT_TIMEOUT_MS = 5000, JOBS = 32 };

struct run_command {
    const struct options *options;
    struct load load;
    struct coverage coverage;
    struct passwords *passwords; /* of the broker core; owned, or NULL */
    struct acl *acl;             /* likewise */
    struct target target;
    struct probe probe;
    struct suite suite;
    struct select jobs;
    struct result_run run;
    struct report_text text;
    char tag[NAMES_TAG_LEN + 1];
    size_t round;                /* of --repeat, from 0 */
    bool lost_report;            /* a report or capture could not be written */
    unsigned versions;
    struct buf hello, hello_id;  /* CONNECT, for drive_target.hello */
};

static volatile sig_atomic_t stop;

static void
on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* --- against whom --------------------------------------------------------- */

/* "maximum_qos=1" */
static int
set_up_broker(struct broker_config *config, const char *setting,
              struct error *err)
{
    struct slice all = slice_str(setting);
    const uint8_t *equals = memchr(all.ptr, '=', all.len);
    size_t n = equals ? (size_t)(equals - all.ptr) : all.len;
    return broker_config_set(config, slice_first(all, n),
                             equals ? slice_from(all, n + 1) : slice_str("1"),
                             err);
}

static int
make_broker_core(struct run_command *c, struct error *err)
{
    const struct options *o = c->options;
    struct broker_config config = broker_config_default();
    const char *passwords =
        o->broker_passwords ? o->broker_passwords : c->target.passwords;
    const char *rules = o->broker_acl ? o->broker_acl : c->target.acl;
    for (size_t i = 0; i < c->target.setting_count; i++)
        if (set_up_broker(&config, c->target.settings[i], err))
            return -1;
    for (size_t i = 0; i < o->broker_set_count; i++)
        if (set_up_broker(&config, o->broker_set[i], err))
            return -1;
    if (passwords && !(c->passwords = passwords_load(passwords, err)))
        return -1;
    if (rules && !(c->acl = acl_load(rules, err)))
        return -1;
    c->suite.driver = drive_broker_new(&config, c->passwords, c->acl);
    if (o->broker_delay)
        drive_broker_delay(c->suite.driver, o->broker_delay * 1000ull, o->seed);
    result_set(&c->run.target, "the reference broker, in virtual time");
    return 0;
}

/* What may be the matter when no connection comes about. */
static const char *
hint_at(const struct error *why, enum uri_scheme usual)
{
    if (strstr(why->text, "certificate"))
        return " (--ca FILE names it, --insecure takes any)";
    if (!strstr(why->text, "connection lost"))
        return "";
    return usual == URI_MQTTS ? "; does that port speak TLS?"
           : usual == URI_WS  ? "; does that port speak WebSocket?"
           : usual == URI_WSS ? "; does that port speak WebSocket over TLS?"
                              : "";
}

/* Cleaned if the target file says how, started if it says how and nobody
 * listens yet. */
static int
connect_target(struct run_command *c, struct error *err)
{
    const struct drive_target *t = &c->target.drive;
    const char *clean = c->target.clean;
    if (clean && drive_sockets_command(t, clean, err))
        return -1;
    if (t->start && drive_sockets_try(t, 1000, err) &&
        drive_sockets_command(t, t->start, err))
        return error_prefix(err, "%s", c->target.shown);
    if (drive_sockets_try(t, CONNECT_TIMEOUT_MS, err)) {
        struct error why = *err;
        return error_set(err, "%s: %s%s", c->target.shown, why.text,
                         hint_at(&why, t->usual));
    }
    c->suite.driver = drive_sockets_new(t, err);
    return c->suite.driver ? 0 : -1;
}

static void
fill_setup(struct run_command *c)
{
    const struct options *o = c->options;
    struct play_setup *setup = &c->suite.setup;
    setup->transport = drive_transport_name(c->target.drive.usual);
    setup->can_restart = c->target.restart != NULL;
    setup->can_kill = c->target.kill != NULL;
    setup->tag = c->tag;
    setup->patience = o->patience           ? o->patience
                      : c->target.patience ? c->target.patience
                                           : 1;
    setup->keep_secrets = o->keep_secrets;
    setup->cut = o->chop    ? PLAY_CUT_BYTES
                 : o->split ? PLAY_CUT_EDGES
                 : o->glue  ? PLAY_CUT_GLUED
                            : PLAY_CUT_AS_IS;
    setup->user = c->target.user;
    setup->password = c->target.password;
    setup->keep_alive = c->target.keep_alive;
    setup->names = c->target.names;
    setup->name_count = c->target.name_count;
}

/* --- as it runs ----------------------------------------------------------- */

static const char *
lacks(void *context, const struct script_scenario *s, enum mqtt_version v)
{
    struct run_command *c = context;
    return probe_lacks(&c->probe, s, v);
}

/* What is played again goes beside the first, not over it. */
static int
keep_evidence(const struct run_command *c, struct result_scenario *s,
              struct error *err)
{
    struct buf folder = {0};
    buf_add_str(&folder, c->options->evidence);
    if (c->round > 0)
        buf_printf(&folder, "/round-%zu", c->round + 1);
    int status = evidence_write(buf_cstr(&folder), &c->run, s, err);
    buf_release(&folder);
    return status;
}

static void
done(void *context, const struct result_scenario *s)
{
    struct run_command *c = context;
    struct result_scenario *mine = &c->run.scenarios[c->run.scenario_count - 1];
    struct error err;
    target_waive(&c->target, mine);
    if (c->options->evidence && keep_evidence(c, mine, &err)) {
        if (!c->lost_report) /* the others will not fare better */
            fprintf(stderr, "plumb-check run: %s\n", err.text);
        c->lost_report = true;
    }
    if (!c->options->quiet)
        report_text_scenario(&c->text, &c->run, s);
}

/* Something listens there, but it takes no CONNECT of any version. */
static bool
says_nothing(const struct run_command *c, struct error *err)
{
    const char *why = "no answer";
    for (int v = MQTT_31; v <= MQTT_50; v++) {
        if (c->probe.speaks[v])
            return false;
        if (c->probe.refusal[v])
            why = c->probe.refusal[v];
    }
    error_set(err, "%s: %s%s", c->run.target, why,
              c->probe.guess ? c->probe.guess : "");
    return true;
}

/* By which it is seen later whether the target still answers. */
static void
make_hello(struct run_command *c)
{
    enum mqtt_version v = MQTT_50;
    while (v > MQTT_31 && !c->probe.speaks[v])
        v--;
    struct mqtt_packet p = mqtt_packet_make(MQTT_CONNECT, v);
    buf_printf(&c->hello_id, "hello%s", c->tag);
    MQTT_SET(&p, client_id, buf_slice(&c->hello_id));
    MQTT_SET(&p, clean_start, 1);
    MQTT_SET(&p, keep_alive, c->target.keep_alive);
    if (c->target.user.ptr)
        MQTT_SET(&p, user_name, c->target.user);
    if (c->target.password.ptr)
        MQTT_SET(&p, password, c->target.password);
    mqtt_encode(&c->hello, &p);
    c->target.drive.hello = buf_slice(&c->hello);
    /* It may have to verify the passwords of all others first. */
    c->target.drive.patience_ms =
        (int)(3 * CONNECT_TIMEOUT_MS * c->suite.setup.patience);
}

static bool
goes_on(const struct run_command *c, size_t rounds)
{
    if (c->options->until_fail)
        return result_count(&c->run, VERDICT_FAIL) +
                   result_count(&c->run, VERDICT_UNSTABLE) == 0;
    return rounds < c->options->repeat;
}

/* The command line goes before the target file. */
static void
set_limits(struct run_command *c)
{
    const struct options *o = c->options;
    const struct target *t = &c->target;
    c->suite.jobs = o->jobs ? o->jobs : t->jobs ? t->jobs : JOBS;
    c->suite.connections = o->connections ? o->connections : t->connections;
    c->suite.rate = o->rate > 0 ? o->rate : t->rate;
}

static int
play_all(struct run_command *c, struct error *err)
{
    c->suite.run = &c->run;
    set_limits(c);
    c->suite.is_real_time = !c->options->broker_core;
    c->suite.context = c;
    if (probe_run(&c->probe, &c->suite, c->versions, err))
        return -1;
    if (says_nothing(c, err))
        return -1;
    target_override(&c->target, &c->probe);
    make_hello(c);
    c->suite.setup.hides_sessions = c->probe.hides_sessions[MQTT_311];
    probe_report(&c->probe, c->versions, &c->run);
    c->suite.lacks = lacks;
    c->suite.done = done;
    if (!c->options->quiet)
        report_text_begin(&c->text, stdout, &c->run,
                          c->jobs.count * c->options->repeat);
    c->text.is_verbose |= c->options->verbose;
    for (c->round = 0; goes_on(c, c->round); c->round++)
        if (suite_run(&c->suite, c->jobs.list, c->jobs.count, err))
            return -1;
    return 0;
}

/* --- reports -------------------------------------------------------------- */

static void
write_reports(struct run_command *c)
{
    const struct options *o = c->options;
    struct error err;
    struct buf out = {0};
    const char *const paths[] = {o->json, o->junit, o->html,
                                 o->tap,  o->markdown, o->badge,
                                 o->steps};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        buf_clear(&out);
        if (!paths[i])
            continue;
        switch (i) {
        case 0: report_json(&out, &c->run, &c->coverage); break;
        case 1: report_junit(&out, &c->run); break;
        case 2: report_html(&out, &c->run, &c->coverage); break;
        case 3: report_tap(&out, &c->run); break;
        case 4: report_markdown(&out, &c->run, &c->coverage); break;
        case 5: report_badge(&out, &c->run); break;
        default: report_steps_run(&out, &c->run, o->verbose); break;
        }
        if (file_write(paths[i], buf_slice(&out), &err)) {
            fprintf(stderr, "plumb-check run: %s\n", err.text);
            c->lost_report = true;
        }
    }
    buf_release(&out);
}

/* One that names nothing of the suite is a slip of the pen. (The lint has no
 * entry where it finds nothing.) */
static void
name_odd_waivers(const struct run_command *c)
{
    for (size_t i = 0; i < c->target.waiver_count; i++) {
        struct slice glob = c->target.waivers[i].glob;
        bool is_known = slice_starts(glob, "lint/");
        for (size_t f = 0; f < c->load.count && !is_known; f++)
            for (size_t k = 0; k < c->load.files[f]->scenario_count; k++)
                is_known |= target_waiver_fits(
                    glob, c->load.files[f]->scenarios[k].id);
        if (!is_known)
            fprintf(stderr,
                    "the waiver of %.*s (%.*s) names no scenario; a folder is "
                    "FOLDER/*\n", SLICE_ARG(glob),
                    SLICE_ARG(c->target.waivers[i].reason));
    }
}

static void
finish(struct run_command *c)
{
    coverage_add_run(&c->coverage, &c->run);
    if (c->text.out)
        report_text_end(&c->text, &c->run, &c->coverage);
    target_stale_waivers(&c->target, &c->run, stderr);
    name_odd_waivers(c);
    write_reports(c);
}

static void
release(struct run_command *c)
{
    if (c->suite.driver)
        c->suite.driver->ops->free(c->suite.driver);
    passwords_free(c->passwords);
    acl_free(c->acl);
    probe_release(&c->probe);
    buf_release(&c->hello);
    buf_release(&c->hello_id);
    target_release(&c->target);
    coverage_release(&c->coverage);
    load_release(&c->load);
    result_run_release(&c->run);
    free(c->jobs.list);
}

/* --- all together --------------------------------------------------------- */

static int
complain(const struct error *err, int status)
{
    fprintf(stderr, "plumb-check run: %s\n", err->text);
    return status;
}

static int
load_all(struct run_command *c, struct error *err)
{
    const struct options *o = c->options;
    if (load_files(&c->load, o->scenarios, err))
        return -1;
    if (c->load.errors)
        return error_set(err, "%zu error%s in scenario files, nothing was run",
                         c->load.errors, c->load.errors == 1 ? "" : "s");
    for (size_t i = 0; i < c->load.count; i++)
        coverage_add_file(&c->coverage, c->load.files[i]);
    struct wish wish = {o->globs,
                        o->glob_count,
                        c->versions,
                        o->slow || o->broker_core || o->glob_count,
                        o->level};
    if (select_jobs(&c->jobs, &c->load, &wish, err))
        return -1;
    /* What is named is played, with all its clients. */
    for (size_t i = 0; o->glob_count && i < c->jobs.count; i++)
        c->versions |= script_versions_beside(c->jobs.list[i].scenario);
    if (o->shards)
        select_shard(&c->jobs, o->shard, o->shards);
    if (o->shuffle)
        select_shuffle(&c->jobs, o->seed);
    struct select_level latest = select_latest(&c->load);
    result_set(&c->run.suite_level, o->level ? o->level : latest.text);
    return 0;
}

static int
prepare(struct run_command *c, struct error *err)
{
    const struct options *o = c->options;
    c->versions = o->versions ? o->versions : V_ALL;
    coverage_init(&c->coverage);
    if (!o->target && !o->target_file && !o->broker_core)
        return error_set(err, "which broker? --target mqtt://host:port, or "
                              "--broker-core for the reference broker");
    if (o->tag && !names_tag_valid(o->tag))
        return error_set(err, "a run tag is 1 to %d of 0-9, A-Z, a-z",
                         NAMES_TAG_LEN);
    if (o->tag)
        snprintf(c->tag, sizeof c->tag, "%s", o->tag);
    else if (o->broker_core)
        snprintf(c->tag, sizeof c->tag, "core");
    else
        names_make_tag(c->tag);
    if (target_load(&c->target, o, err) || load_all(c, err))
        return -1;
    fill_setup(c);
    c->run.seed = o->seed;
    result_set(&c->run.run_tag, c->tag);
    result_set(&c->run.target, c->target.shown);
    result_set(&c->run.target_name, c->target.name);
    result_set(&c->run.scenarios_sha256, c->load.sha256);
    c->run.scenario_files = c->load.count;
    c->run.started_wall_us = clock_wall_us();
    return 0;
}

int
command_run(const struct options *o)
{
    struct run_command c = {.options = o};
    struct error err = {""};
    int status;
    if (prepare(&c, &err)) {
        status = complain(&err, EXIT_WRONG);
    } else if (o->broker_core ? make_broker_core(&c, &err)
                              : connect_target(&c, &err)) {
        status = complain(&err, o->broker_core ? EXIT_WRONG
                                               : EXIT_UNREACHABLE);
    } else {
        c.run.again = again_command(o, c.run.target);
        signal(SIGINT, on_signal);
        signal(SIGTERM, on_signal);
        c.suite.stop = &stop;
        bool is_lost = play_all(&c, &err) != 0;
        if (c.run.scenario_count)
            finish(&c);
        status = stop      ? complain(&err, EXIT_OPEN)
                 : is_lost ? complain(&err, EXIT_UNREACHABLE)
                         : result_exit_status(&c.run, o->strict);
        /* Who gates on a report has to hear that there is none. */
        if (c.lost_report && status != EXIT_FAILED)
            status = EXIT_WRONG;
    }
    release(&c);
    return status;
}
