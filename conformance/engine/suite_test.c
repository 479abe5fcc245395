/* suite_test.c - many scenarios against a driver that is told what to do.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/suite_testkit.h"

static const char scripts[] =
    "scenario one\n\"1\"\nfor 3.1.1\n"
    "c connects fresh session_present=0 [MQTT311-3.2.2-1]\nwait 1s\n"
    "scenario two\n\"2\"\nfor 3.1.1\n"
    "c connects fresh session_present=0 [MQTT311-3.2.2-1]\nwait 1s\n"
    "scenario three\n\"3\"\nfor 3.1.1\nslow\n"
    "c connects fresh session_present=0 [MQTT311-3.2.2-1]\nwait 9s\n"
    "scenario four\n\"4\"\nfor 3.1.1\nalone\n"
    "c connects fresh session_present=0 [MQTT311-3.2.2-1]\nwait 1s\n"
    "scenario five\n\"5\"\nfor 3.1.1\nneeds shared\n"
    "c connects fresh session_present=0 [MQTT311-3.2.2-1]\n"
    "scenario die\n\"6\"\nfor 3.1.1\n"
    "c connects fresh\nwait 500ms\n"
    "c > SUBSCRIBE filters=[{filter=\"a\" qos=0}]\n"
    "c < close [MQTT311-3.8.4-1]\n"
    "scenario away\n\"7\"\nfor 3.1.1\n"
    "c connects fresh\nc cuts\nwait 1500ms\n"
    "c connects keeping session_present=1 [MQTT311-3.2.2-2]\n"
    "scenario stage\n\"8\"\nfor 3.1.1\nwait 1s\n"
    "c connects fresh session_present=1\n"
    "c alive [MQTT311-3.12.4-1]\n";

struct rig {
    struct script_file *file;
    struct puppet puppet;
    struct suite suite;
    struct suite_job jobs[8];
    struct result_run run;
};

static const char *
lacks(void *context, const struct script_scenario *s, enum mqtt_version v)
{
    (void)context, (void)v;
    return s->need_count ? "it has no such thing" : NULL;
}

static void
set_up(struct rig *r)
{
    memset(r, 0, sizeof *r);
    r->file = script_loaded("%s", scripts);
    r->puppet.driver.ops = &puppet_ops;
    r->puppet.now_us = 1000;
    r->suite = (struct suite){.driver = &r->puppet.driver,
                              .run = &r->run,
                              .jobs = 8,
                              .lacks = lacks,
                              .setup = {.transport = "tcp",
                                        .tag = "t",
                                        .patience = 1}};
    for (size_t i = 0; i < 8; i++)
        r->jobs[i] = (struct suite_job){&r->file->scenarios[i], MQTT_311};
}

static void
tear_down(struct rig *r)
{
    result_run_release(&r->run);
    script_free(r->file);
}

static const struct result_scenario *
result_of(const struct rig *r, const char *id)
{
    for (size_t i = 0; i < r->run.scenario_count; i++)
        if (strcmp(r->run.scenarios[i].id, id) == 0)
            return &r->run.scenarios[i];
    ck_abort_msg("no result for %s", id);
    return NULL;
}

START_TEST(all_run_and_are_in_order)
{
    struct rig r;
    struct error err;
    set_up(&r);
    ck_assert_int_eq(suite_run(&r.suite, r.jobs, 5, &err), 0);
    ck_assert_uint_eq(r.run.scenario_count, 5);
    ck_assert_uint_eq(result_count(&r.run, VERDICT_PASS), 4);
    ck_assert_int_eq(result_of(&r, "qos/x/five")->verdict, VERDICT_SKIP);
    ck_assert_str_eq(r.run.scenarios[0].id, "qos/x/five");
    ck_assert_str_eq(r.run.scenarios[4].id, "qos/x/two");
    ck_assert_uint_eq(r.puppet.most, 3); /* never four: it is alone */
    ck_assert_uint_ge(result_of(&r, "qos/x/four")->started_us, 9000000);
    tear_down(&r);
}
END_TEST

START_TEST(one_job_is_one_at_a_time)
{
    struct rig r;
    struct error err;
    set_up(&r);
    r.suite.jobs = 1;
    ck_assert_int_eq(suite_run(&r.suite, r.jobs, 5, &err), 0);
    ck_assert_uint_le(r.puppet.most, 2); /* the slow one takes no slot */
    tear_down(&r);
}
END_TEST

START_TEST(what_fails_once_is_unstable)
{
    struct rig r;
    struct error err;
    set_up(&r);
    r.puppet.fail_first = 1;
    ck_assert_int_eq(suite_run(&r.suite, r.jobs, 2, &err), 0);
    const struct result_scenario *s = result_of(&r, "qos/x/one");
    ck_assert_int_eq(s->verdict, VERDICT_UNSTABLE);
    ck_assert_ptr_nonnull(s->first_try);
    ck_assert(strstr(s->first_reason, "session_present") != NULL);
    ck_assert_int_eq(result_of(&r, "qos/x/two")->verdict, VERDICT_PASS);
    tear_down(&r);
}
END_TEST

START_TEST(what_fails_twice_fails)
{
    struct rig r;
    struct error err;
    set_up(&r);
    r.puppet.fail_first = 9;
    ck_assert_int_eq(suite_run(&r.suite, r.jobs, 1, &err), 0);
    ck_assert_int_eq(result_of(&r, "qos/x/one")->verdict, VERDICT_FAIL);
    ck_assert_ptr_nonnull(result_of(&r, "qos/x/one")->first_try);
    ck_assert_uint_eq(r.puppet.started, 3);
    tear_down(&r);
}
END_TEST

/* Sessions last 2 s, the script comes back after 1.5 s: the broker is right, and
 * if the runner was kept waiting for 2 s more nobody is accused. */
static void
play_away(struct rig *r, size_t late_turns, uint64_t session_us, bool is_real)
{
    struct error err;
    set_up(r);
    r->suite.is_real_time = is_real;
    r->puppet.session_us = session_us;
    r->puppet.late_turns = late_turns;
    ck_assert_int_eq(suite_run(&r->suite, &r->jobs[6], 1, &err), 0);
    ck_assert_uint_eq(r->run.scenario_count, 1);
}

START_TEST(who_was_late_asks_again)
{
    for (int is_real = 0; is_real < 2; is_real++) {
        struct rig r;
        play_away(&r, 1, 2000000, is_real);
        const struct result_scenario *s = result_of(&r, "qos/x/away");
        ck_assert_int_eq(s->verdict, VERDICT_PASS);
        ck_assert_uint_eq(s->late_us, 0);
        tear_down(&r);
    }
}
END_TEST

START_TEST(who_is_always_late_accuses_nobody)
{
    struct rig r;
    play_away(&r, 1000, 2000000, false);
    const struct result_scenario *s = result_of(&r, "qos/x/away");
    ck_assert_int_eq(s->verdict, VERDICT_INCONCLUSIVE);
    ck_assert(strstr(s->reason, "kept waiting for 2.0 s") != NULL);
    for (size_t i = 0; i < s->judgement_count; i++)
        ck_assert_int_ne(s->judgements[i].verdict, VERDICT_FAIL);
    tear_down(&r);
}
END_TEST

/* It may have waited for minutes. */
START_TEST(what_is_left_open_is_not_asked_again)
{
    struct rig r;
    struct error err;
    set_up(&r);
    r.puppet.late_turns = 1000;
    ck_assert_int_eq(suite_run(&r.suite, &r.jobs[7], 1, &err), 0);
    const struct result_scenario *s = result_of(&r, "qos/x/stage");
    ck_assert_int_eq(s->verdict, VERDICT_INCONCLUSIVE);
    ck_assert_uint_ge(s->late_us, PUPPET_LATE_US);
    ck_assert_uint_le(r.puppet.started, 2); /* itself, and who tidies up */
    tear_down(&r);
}
END_TEST

/* A broker that forgets too early does so, whoever was late at first. */
START_TEST(being_late_once_is_no_excuse)
{
    for (size_t late = 0; late < 3; late++) {
        struct rig r;
        play_away(&r, late, 1000000, true);
        ck_assert_int_eq(result_of(&r, "qos/x/away")->verdict, VERDICT_FAIL);
        tear_down(&r);
    }
}
END_TEST

START_TEST(a_target_can_be_lost)
{
    struct suite_job many[10];
    struct rig r;
    struct error err;
    set_up(&r);
    for (int i = 0; i < 10; i++)
        many[i] = r.jobs[i % 2];
    r.puppet.refuses = true;
    r.suite.jobs = 1;
    ck_assert_int_eq(suite_run(&r.suite, many, 10, &err), -1);
    ck_assert(strstr(err.text, "lost") != NULL);
    ck_assert_uint_eq(r.run.scenario_count, 1);
    ck_assert_uint_eq(result_count(&r.run, VERDICT_INCONCLUSIVE), 1);
    tear_down(&r);
}
END_TEST

START_TEST(who_kills_the_target_is_found)
{
    struct rig r;
    struct error err;
    set_up(&r);
    r.puppet.can_start = true;
    struct suite_job jobs[4] = {r.jobs[0], r.jobs[5], r.jobs[1], r.jobs[2]};
    ck_assert_int_eq(suite_run(&r.suite, jobs, 4, &err), 0);
    const struct result_scenario *s = result_of(&r, "qos/x/die");
    ck_assert_int_eq(s->verdict, VERDICT_FAIL);
    ck_assert(strstr(s->reason, "stopped accepting") != NULL);
    ck_assert(strstr(s->reason, "#3") != NULL);
    ck_assert_uint_eq(r.puppet.starts, 2); /* in company and alone */
    ck_assert_uint_eq(r.run.scenario_count, 4);
    ck_assert_uint_eq(result_count(&r.run, VERDICT_PASS), 3);
    tear_down(&r);
}
END_TEST

START_TEST(who_was_there_when_it_died_is_left_open)
{
    struct rig r;
    struct error err;
    set_up(&r);
    struct suite_job jobs[3] = {r.jobs[0], r.jobs[5], r.jobs[1]};
    ck_assert_int_eq(suite_run(&r.suite, jobs, 3, &err), -1);
    ck_assert(strstr(err.text, "lost") != NULL);
    ck_assert_int_eq(result_of(&r, "qos/x/die")->verdict, VERDICT_INCONCLUSIVE);
    tear_down(&r);
}
END_TEST

/* It takes connections and answers nobody: said once, and nobody is accused. */
START_TEST(a_target_can_fall_silent)
{
    struct suite_job many[40];
    struct rig r;
    struct error err;
    set_up(&r);
    r.puppet.goes_deaf = true;
    for (int i = 0; i < 40; i++)
        many[i] = r.jobs[i == 3 ? 5 : i % 2];
    r.suite.jobs = 2;
    ck_assert_int_eq(suite_run(&r.suite, many, 40, &err), -1);
    ck_assert_msg(strstr(err.text, "answered was qos/x/") != NULL, "%s", err.text);
    ck_assert_uint_eq(result_count(&r.run, VERDICT_FAIL), 0);
    ck_assert_uint_lt(r.run.scenario_count, 25);
    tear_down(&r);
}
END_TEST

START_TEST(who_silences_the_target_is_found)
{
    struct suite_job many[20];
    struct rig r;
    struct error err;
    set_up(&r);
    r.puppet.goes_deaf = r.puppet.can_start = true;
    for (int i = 0; i < 20; i++)
        many[i] = r.jobs[i == 3 ? 5 : i % 2];
    r.suite.jobs = 2;
    ck_assert_int_eq(suite_run(&r.suite, many, 20, &err), 0);
    const struct result_scenario *s = result_of(&r, "qos/x/die");
    ck_assert_int_eq(s->verdict, VERDICT_FAIL);
    ck_assert(strstr(s->reason, "stopped answering") != NULL);
    ck_assert_uint_eq(result_count(&r.run, VERDICT_PASS), 19);
    tear_down(&r);
}
END_TEST

TEST_MAIN(a_target_can_fall_silent, who_silences_the_target_is_found,
          who_kills_the_target_is_found,
          who_was_there_when_it_died_is_left_open,
          all_run_and_are_in_order, one_job_is_one_at_a_time,
          what_fails_once_is_unstable, what_fails_twice_fails,
          who_was_late_asks_again, who_is_always_late_accuses_nobody,
          being_late_once_is_no_excuse, what_is_left_open_is_not_asked_again,
          a_target_can_be_lost)
