/* suite_room_test.c - limits of what is under way at the same time.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"
#include "conformance/engine/suite_testkit.h"

enum { JOBS = 12 };

/* Two clients each, one of which comes twice, and nothing to tidy up. */
static const char script[] =
    "scenario one\n\"1\"\nfor 3.1.1\n"
    "a connects fresh\nb connects fresh\nb cuts\nwait 1s\nb connects fresh\n"
    "a connects fresh session_present=0 [MQTT311-3.2.2-1]\nwait 1s\n";

static void
play_with(struct puppet *puppet, size_t connections, double rate)
{
    struct script_errors errors = {0};
    struct script_file *file =
        script_load_text("t.scn", slice_str("t"), slice_str(script), &errors);
    struct result_run run = {0};
    struct suite_job jobs[JOBS];
    struct error err = {""};
    ck_assert_ptr_nonnull(file);
    *puppet = (struct puppet){.driver = {&puppet_ops}};
    struct suite suite = {.driver = &puppet->driver,
                          .run = &run,
                          .jobs = JOBS,
                          .connections = connections,
                          .rate = rate,
                          .setup = {.transport = "tcp", .tag = "t",
                                    .patience = 1}};
    for (size_t i = 0; i < JOBS; i++)
        jobs[i] = (struct suite_job){&file->scenarios[0], MQTT_311};
    ck_assert_int_eq(suite_run(&suite, jobs, JOBS, &err), 0);
    ck_assert_uint_eq(result_count(&run, VERDICT_PASS), JOBS);
    script_errors_release(&errors);
    result_run_release(&run);
    script_free(file);
}

START_TEST(connections_are_never_more_than_allowed)
{
    struct puppet free, limited;
    play_with(&free, 0, 0);
    ck_assert_uint_ge(free.most, 2 * JOBS);
    play_with(&limited, 7, 0);
    ck_assert_uint_le(limited.most, 7);
    ck_assert_uint_gt(limited.most, 3); /* and not one after the other */
    ck_assert_uint_eq(limited.started, free.started);
    ck_assert_uint_gt(limited.now_us, free.now_us);
}
END_TEST

/* Less than one play needs: one at a time. */
START_TEST(a_play_that_needs_more_plays_alone)
{
    struct puppet p;
    play_with(&p, 1, 0);
    ck_assert_uint_ge(p.most, 2);
    ck_assert_uint_le(p.most, 3);
}
END_TEST

/* In virtual time: n connections take n / rate seconds, but for those that the
 * plays under way open on their own. */
START_TEST(connections_come_at_the_rate)
{
    enum { RATE = 4, OWN = 4 };
    struct puppet free, limited;
    play_with(&free, 0, 0);
    ck_assert_uint_eq(free.opened_us[2 * JOBS - 1], 0);
    play_with(&limited, 0, RATE);
    ck_assert_uint_eq(limited.started, free.started);
    for (size_t i = OWN; i < limited.started; i++)
        ck_assert_msg(limited.opened_us[i] >= (i - OWN) * 1000000 / RATE / 2,
                      "connection %zu at %llu us", i,
                      (unsigned long long)limited.opened_us[i]);
    uint64_t last = limited.opened_us[limited.started - 1];
    ck_assert_uint_ge(last, (limited.started - 2 * OWN) * 1000000 / RATE);
}
END_TEST

TEST_MAIN(connections_are_never_more_than_allowed,
          a_play_that_needs_more_plays_alone, connections_come_at_the_rate)
