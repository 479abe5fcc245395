/* drive_broker_test.c - the reference broker in virtual time.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/drive_broker.h"

#include "base/clock.h"
#include "conformance/engine/probe.h"
#include "conformance/script/script_testkit.h"

static const char script[] =
    "scenario hour\n\"an hour goes by\"\nfor 5.0\n"
    "c connects fresh keep_alive=3600\n"
    "w connects fresh\n"
    "w > SUBSCRIBE packet_id=1 filters=[{filter=\"$T/a\" qos=1}]\n"
    "w < SUBACK packet_id=1 codes=[1]\n"
    "mark t\n"
    "c rejects 0x8d within 6000s [MQTT-3.1.2-22]\n"
    "judge since t >= 5399s and since t <= 5401s [MQTT-3.1.2-22]\n"
    "scenario talk\n\"a message goes round\"\nfor 3.1.1 5.0\n"
    "a connects keeping\n"
    "a > SUBSCRIBE packet_id=1 filters=[{filter=\"$T/a\" qos=2}]\n"
    "a < SUBACK packet_id=1 codes=[2]\n"
    "a cuts\n"
    "b connects fresh\n"
    "b > PUBLISH topic=\"$T/a\" qos=2 payload=\"x\" retain=1\n"
    "b alive\n"
    "a connects keeping session_present=1\n"
    "a collect PUBLISH as m until 1 [MQTT-4.4.0-1 MQTT311-4.4.0-1]\n";

struct rig {
    struct script_file *file;
    struct suite suite;
    struct result_run run;
};

static void
set_up_with(struct rig *r, const char *text)
{
    struct broker_config config = broker_config_default();
    memset(r, 0, sizeof *r);
    r->file = script_loaded("%s", text);
    r->suite = (struct suite){.driver = drive_broker_new(&config, NULL, NULL),
                              .run = &r->run,
                              .jobs = 8,
                              .setup = {.transport = "tcp",
                                        .tag = "t",
                                        .patience = 1}};
}

static void
set_up(struct rig *r)
{
    set_up_with(r, script);
}

static void
tear_down(struct rig *r)
{
    r->suite.driver->ops->free(r->suite.driver);
    result_run_release(&r->run);
    script_free(r->file);
}

static void
run_all(struct rig *r)
{
    struct suite_job jobs[] = {{&r->file->scenarios[0], MQTT_50},
                               {&r->file->scenarios[1], MQTT_311},
                               {&r->file->scenarios[1], MQTT_50}};
    struct error err = {""};
    ck_assert_msg(suite_run(&r->suite, jobs, 3, &err) == 0, "%s", err.text);
}

START_TEST(an_hour_takes_no_time)
{
    struct rig r;
    uint64_t start = clock_ms();
    set_up(&r);
    run_all(&r);
    for (size_t i = 0; i < r.run.scenario_count; i++)
        ck_assert_msg(r.run.scenarios[i].verdict == VERDICT_PASS, "%s: %s, %s",
                      r.run.scenarios[i].id,
                      result_verdict_name(r.run.scenarios[i].verdict),
                      r.run.scenarios[i].got ? r.run.scenarios[i].got : "-");
    ck_assert_uint_eq(r.run.scenario_count, 3);
    ck_assert_uint_ge(r.run.scenarios[0].took_us, 5399ull * 1000000);
    ck_assert_uint_lt(clock_ms() - start, 2000);
    tear_down(&r);
}
END_TEST

START_TEST(the_same_seed_gives_the_same_bytes)
{
    struct rig one, two;
    set_up(&one);
    set_up(&two);
    run_all(&one);
    run_all(&two);
    ck_assert_uint_eq(one.run.scenario_count, two.run.scenario_count);
    for (size_t i = 0; i < one.run.scenario_count; i++) {
        const struct result_scenario *a = &one.run.scenarios[i];
        const struct result_scenario *b = &two.run.scenarios[i];
        ck_assert(slice_equal(buf_slice(&a->bytes), buf_slice(&b->bytes)));
        ck_assert_uint_eq(a->event_count, b->event_count);
        ck_assert_uint_eq(a->took_us, b->took_us);
    }
    tear_down(&one);
    tear_down(&two);
}
END_TEST

START_TEST(the_probes_find_what_it_has)
{
    struct rig r;
    struct probe probe;
    struct error err;
    set_up(&r);
    struct driver *d = r.suite.driver;
    uint64_t began = d->ops->now_us(d);
    ck_assert_int_eq(probe_run(&probe, &r.suite, V_ALL, &err), 0);
    /* Whoever can do it all is not kept waiting for second ways of asking. */
    ck_assert_uint_lt(d->ops->now_us(d) - began, 200000);
    for (int v = MQTT_31; v <= MQTT_50; v++) {
        ck_assert_msg(probe.speaks[v], "%s",
                      probe.refusal[v] ? probe.refusal[v] : "?");
        ck_assert(probe.answers[v][PROBE_qos2].has);
        ck_assert(probe.answers[v][PROBE_retain].has);
        ck_assert(probe.answers[v][PROBE_wildcard].has);
        ck_assert(probe.answers[v][PROBE_session].has);
        ck_assert(!probe.answers[v][PROBE_acl].has);
    }
    ck_assert(probe.answers[MQTT_50][PROBE_shared].has);
    ck_assert(!probe.answers[MQTT_311][PROBE_shared].has);
    ck_assert(!probe.answers[MQTT_50][PROBE_no_retain].has);
    ck_assert(probe_set(&probe, slice_str("acl"), true, "target file"));
    ck_assert(!probe_set(&probe, slice_str("wings"), true, "target file"));
    probe_release(&probe);
    tear_down(&r);
}
END_TEST

/* --- several versions ----------------------------------------------------- */

static const char both[] =
    "define asked(who)\n"
    "    who connects fresh\n"
    "    who > SUBSCRIBE packet_id=1 filters=[{filter=\"$T/a\" qos=1}]\n"
    "    who < SUBACK codes=[?code] [MQTT-3.8.4-1 MQTT311-3.8.4-1]\n"
    "end\n"
    "scenario both\n    \"Both\"\n    for 5.0\n    needs qos1 shared\n"
    "    old speaks 3.1.1\n"
    "    asked(old)\n    asked(new)\n"
    "    v311: old > PUBLISH topic=\"$T/a\" payload=\"1\"\n"
    "    for each who in [old new] {\n"
    "        who < PUBLISH payload=\"1\"\n"
    "        v5: who > PUBLISH topic=\"$T/a\" payload=\"2\" content_type=\"c\"\n"
    "        v311: who alive [MQTT311-3.12.4-1]\n"
    "    }\n"
    "    any of old new as m < PUBLISH payload=\"2\"\n"
    "    new connects as old\n"
    "    old < close [MQTT-3.1.4-3]\n"
    "    judge $code = 1 [MQTT-3.9.3-1 MQTT311-3.9.3-1]\n";

static void
play_both(struct rig *r, struct result_scenario *out)
{
    struct suite_job job = {&r->file->scenarios[0], MQTT_50};
    struct error err = {""};
    ck_assert_msg(suite_run_one(&r->suite, &job, out, NULL, &err) == 0, "%s",
                  err.text);
}

START_TEST(clients_of_two_versions_meet)
{
    static const char *const judged[] = {
        "MQTT311-3.8.4-1", "MQTT-3.8.4-1", "MQTT311-3.12.4-1",
        "MQTT-3.1.4-3", "MQTT-3.9.3-1", "MQTT311-3.9.3-1"};
    struct rig r;
    struct result_scenario s = {0};
    set_up_with(&r, both);
    play_both(&r, &s);
    ck_assert_msg(s.verdict == VERDICT_PASS, "%s: %s, %s",
                  result_verdict_name(s.verdict), s.reason ? s.reason : "-",
                  s.got ? s.got : "-");
    ck_assert_uint_eq(s.judgement_count, TEST_COUNT(judged));
    for (size_t i = 0; i < TEST_COUNT(judged); i++)
        ck_assert_str_eq(s.judgements[i].statement, judged[i]);
    for (size_t i = 0; i < s.event_count; i++)
        ck_assert_int_eq(s.events[i].version,
                         strcmp(s.lanes[s.events[i].lane], "old") == 0
                             ? MQTT_311
                             : MQTT_50);
    result_scenario_release(&s);
    tear_down(&r);
}
END_TEST

START_TEST(who_speaks_one_version_is_not_asked_for_two)
{
    struct rig r;
    struct probe probe;
    struct error err;
    set_up_with(&r, both);
    const struct script_scenario *s = &r.file->scenarios[0];
    ck_assert_int_eq(probe_run(&probe, &r.suite, V_ALL, &err), 0);
    ck_assert_ptr_null(probe_lacks(&probe, s, MQTT_50));
    probe.answers[MQTT_311][PROBE_qos1].has = false;
    ck_assert_str_eq(probe_lacks(&probe, s, MQTT_50),
                     "the target lacks what `qos1` means: QoS 1");
    probe_release(&probe);
    ck_assert_int_eq(probe_run(&probe, &r.suite, V_5, &err), 0);
    ck_assert_str_eq(probe_lacks(&probe, s, MQTT_50),
                     "a client of it speaks another version, which is not one "
                     "of this run");
    probe_release(&probe);
    tear_down(&r);
}
END_TEST

TEST_MAIN(clients_of_two_versions_meet,
          who_speaks_one_version_is_not_asked_for_two, an_hour_takes_no_time, the_same_seed_gives_the_same_bytes,
          the_probes_find_what_it_has)
