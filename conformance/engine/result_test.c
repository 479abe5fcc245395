/* result_test.c - building a result, verdicts and exit statuses.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "conformance/engine/result.h"

static int
status_of(const enum result_verdict *verdicts, size_t count, bool strict)
{
    struct result_run run = {0};
    for (size_t i = 0; i < count; i++)
        result_add_scenario(&run)->verdict = verdicts[i];
    int status = result_exit_status(&run, strict);
    result_run_release(&run);
    return status;
}

START_TEST(exit_statuses_say_the_worst)
{
    static const struct {
        enum result_verdict a, b; /* two scenarios */
        int lax, strict;          /* exit status without and with --strict */
    } rows[] = {
        {VERDICT_PASS, VERDICT_PASS, 0, 0},
        {VERDICT_PASS, VERDICT_LENIENT, 0, 0},
        {VERDICT_PASS, VERDICT_WARN, 0, 1},
        {VERDICT_UNEXERCISED, VERDICT_SKIP, 0, 0},
        {VERDICT_WAIVED, VERDICT_PASS, 0, 0},
        {VERDICT_WARN, VERDICT_SKIP, 0, 1},
        {VERDICT_INCONCLUSIVE, VERDICT_PASS, 3, 3},
        {VERDICT_INCONCLUSIVE, VERDICT_WARN, 3, 1},
        {VERDICT_UNSTABLE, VERDICT_PASS, 3, 3},
        {VERDICT_FAIL, VERDICT_INCONCLUSIVE, 1, 1},
        {VERDICT_FAIL, VERDICT_ERROR, 2, 2},
        {VERDICT_PASS, VERDICT_ERROR, 2, 2},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        enum result_verdict both[] = {rows[i].a, rows[i].b};
        enum result_verdict turned[] = {rows[i].b, rows[i].a};
        ck_assert_int_eq(status_of(both, 2, false), rows[i].lax);
        ck_assert_int_eq(status_of(turned, 2, true), rows[i].strict);
    }
    ck_assert_int_eq(status_of(NULL, 0, false), 3);
}
END_TEST

START_TEST(every_verdict_has_a_name_of_its_own)
{
    for (int a = 0; a < VERDICTS; a++)
        for (int b = 0; b < a; b++)
            ck_assert_str_ne(result_verdict_name(a), result_verdict_name(b));
}
END_TEST

START_TEST(an_event_follows_the_connection_of_its_lane)
{
    struct result_run run = {0};
    struct result_scenario *s = result_add_scenario(&run);
    s->version = MQTT_311;
    ck_assert_uint_eq(result_add_lane(s, "a", NULL), 0);
    ck_assert_uint_eq(result_add_lane(s, "b", "b-7"), 1);
    ck_assert_str_eq(s->client_ids[1], "b-7");

    result_add_event(s, EVENT_OPEN, 1, 0, slice_str(""));
    result_add_event(s, EVENT_OPEN, 2, 1, slice_str(""))->version = MQTT_50;
    result_add_event(s, EVENT_SENT, 3, 0, slice_str("abc"));
    result_add_event(s, EVENT_GOT, 4, 1, slice_str("de"));
    result_add_event(s, EVENT_OPEN, 5, 0, slice_str(""));
    result_add_event(s, EVENT_CUT, 6, 0, slice_str(""));
    static const unsigned connections[] = {0, 1, 0, 1, 2, 2};
    ck_assert_uint_eq(s->event_count, TEST_COUNT(connections));
    for (size_t i = 0; i < s->event_count; i++)
        ck_assert_uint_eq(s->events[i].connection, connections[i]);
    ck_assert_int_eq(s->events[3].version, MQTT_50);
    ck_assert_int_eq(s->events[2].version, MQTT_311);
    ck_assert(slice_is(result_bytes(s, &s->events[2]), "abc"));
    ck_assert(slice_is(result_bytes(s, &s->events[3]), "de"));
    ck_assert_uint_eq(result_bytes(s, &s->events[0]).len, 0);
    result_run_release(&run);
}
END_TEST

START_TEST(what_is_added_is_copied_and_counted)
{
    struct result_run run = {0};
    char text[] = "MQTT-4.3.3-10 and more";
    for (int i = 0; i < 20; i++) {
        struct result_scenario *s = result_add_scenario(&run);
        s->verdict = i % 2 ? VERDICT_FAIL : VERDICT_PASS;
        result_add_judgement(s, slice_of(text, 13), s->verdict, 31);
        result_add_choice(s, slice_of(text, 4), 7);
        result_set(&s->id, "a");
        result_set(&s->id, s->id);
        result_set(&s->title, "gone");
        result_set(&s->title, NULL);
    }
    result_add_capability(&run, "qos2", "yes", "probe");
    text[0] = 'X';
    ck_assert_uint_eq(result_count(&run, VERDICT_FAIL), 10);
    ck_assert_uint_eq(result_count(&run, VERDICT_WARN), 0);
    struct result_scenario *last = &run.scenarios[19];
    ck_assert_str_eq(last->judgements[0].statement, "MQTT-4.3.3-10");
    ck_assert_str_eq(last->choices[0].label, "MQTT");
    ck_assert_str_eq(last->id, "a");
    ck_assert_ptr_null(last->title);
    ck_assert_str_eq(run.capabilities[0].source, "probe");
    result_run_release(&run);
    ck_assert_uint_eq(run.scenario_count, 0);
}
END_TEST

TEST_MAIN(exit_statuses_say_the_worst, every_verdict_has_a_name_of_its_own,
          an_event_follows_the_connection_of_its_lane,
          what_is_added_is_copied_and_counted)
