/* play_end_test.c - how connections end, and what is cleaned up.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_testkit.h"

START_TEST(a_connection_ends_as_the_script_says)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects keeping\nc cuts\n"
               "c connects keeping session_present=1 [MQTT-3.2.2-3]\n"
               "c disconnects\nc connects fresh\nc resets\n");
    stage_welcome(&s, 0);
    ck_assert_int_eq(s.last[0], PLAY_FIN);
    stage_hang_up(&s, 0);
    stage_accept(&s, 1);
    ck_assert(strstr(stage_heard(&s, 1), "session_expiry_interval=3600"));
    stage_say(&s, 1, "CONNACK reason=success session_present=1");
    ck_assert_str_eq(stage_heard(&s, 1), "DISCONNECT");
    stage_pass(&s, 1000); /* the broker does not hang up; it goes on */
    stage_welcome(&s, 2);
    ck_assert_int_eq(s.last[2], PLAY_RESET);
    stage_pass(&s, 50);
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(sessions_and_retained_messages_are_removed)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects keeping\n"
               "c > PUBLISH topic=\"$T/kept\" retain=1 payload=\"x\"\n"
               "c alive [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    stage_heard(&s, 0);
    stage_heard(&s, 0);
    stage_say(&s, 0, "PINGRESP");
    stage_say(&s, 0, "PINGRESP");
    stage_hang_up(&s, 0);
    ck_assert_uint_eq(s.opened, 2);
    stage_accept(&s, 1);
    ck_assert(strstr(stage_heard(&s, 1), "clean_start=1"));
    stage_say(&s, 1, "CONNACK reason=success");
    const char *line = stage_heard(&s, 1);
    ck_assert(strstr(line, "retain=1") && strstr(line, "payload=\"\""));
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(a_broker_that_dies_at_the_end_passes_nothing)
{
    struct stage s;
    stage_open(&s, MQTT_50, STAGE_PING);
    stage_welcome(&s, 0);
    stage_say(&s, 0, "PINGRESP");
    stage_hang_up(&s, 0);
    ck_assert_int_eq(stage_end(&s), VERDICT_INCONCLUSIVE);
    stage_close(&s);
}
END_TEST

START_TEST(a_host_that_is_not_there_is_no_fault)
{
    struct stage s;
    stage_open(&s, MQTT_50, STAGE_PING);
    play_refused(s.play, 0, "connection refused", s.now_us);
    ck_assert(play_is_done(s.play));
    ck_assert(play_was_refused(s.play));
    ck_assert_int_eq(s.result.verdict, VERDICT_INCONCLUSIVE);
    stage_close(&s);
}
END_TEST

TEST_MAIN(a_connection_ends_as_the_script_says,
          sessions_and_retained_messages_are_removed,
          a_broker_that_dies_at_the_end_passes_nothing,
          a_host_that_is_not_there_is_no_fault)
