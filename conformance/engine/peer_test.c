/* peer_test.c - what one connection cuts, writes down, resolves and accuses of.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_testkit.h"

START_TEST(passwords_are_stars_in_the_record)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh user_name=\"ann\" password=\"hunter2\"\n"
               "c alive [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert(memmem(s.result.bytes.data, s.result.bytes.len, "ann", 3));
    ck_assert(!memmem(s.result.bytes.data, s.result.bytes.len, "hunter", 6));
    ck_assert(memmem(s.result.bytes.data, s.result.bytes.len, "*******", 7));
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(what_no_rule_allows_is_found)
{
    size_t count;
    struct stage s;
    stage_open(&s, MQTT_50, STAGE_PING);
    stage_welcome(&s, 0);
    stage_say_hex(&s, 0, "d1 00"); /* PINGRESP with flags 0001 */
    const struct play_finding *f = play_findings(s.play, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(f[0].statement, "MQTT-2.1.3-1");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);

    /* After a violation of our own nobody is accused. */
    stage_open(&s, MQTT_50,
               "c connects fresh\nc > hex ff 00\n"
               "c rejects [MQTT-4.13.1-1]\n");
    stage_welcome(&s, 0);
    stage_say_hex(&s, 0, "d1 00");
    stage_hang_up(&s, 0);
    play_findings(s.play, &count);
    ck_assert_uint_eq(count, 0);
    stage_end(&s);
    stage_close(&s);
}
END_TEST

START_TEST(what_the_history_forbids_is_found)
{
    size_t count;
    struct stage s;
    stage_open(&s, MQTT_50, STAGE_PING);
    stage_welcome(&s, 0);
    stage_say_hex(&s, 0, "40 02 00 07"); /* PUBACK for no PUBLISH */
    const struct play_finding *f = play_findings(s.play, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(f[0].statement, "MQTT-2.2.1-5");
    stage_end(&s);
    stage_close(&s);
}
END_TEST

START_TEST(bytes_in_any_cut_are_packets)
{
    struct stage s;
    stage_open(&s, MQTT_50, STAGE_PING);
    stage_accept(&s, 0);
    stage_say_hex(&s, 0, "20");
    stage_say_hex(&s, 0, "03 00");
    stage_say_hex(&s, 0, "00 00 d0");
    stage_say_hex(&s, 0, "00");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);

    stage_open(&s, MQTT_50, STAGE_PING);
    stage_welcome(&s, 0);
    stage_say_hex(&s, 0, "d0 ff ff ff ff ff");
    ck_assert_int_eq(stage_end(&s), VERDICT_FAIL);
    ck_assert_str_eq(s.result.got, "bytes that are no packet");
    stage_close(&s);
}
END_TEST

START_TEST(aliases_are_resolved)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh topic_alias_maximum=5\n"
               "c < PUBLISH topic=\"$T/a\"\n"
               "c < PUBLISH topic=\"$T/a\" payload=\"2\" [MQTT-3.3.2-12]\n");
    stage_welcome(&s, 0);
    stage_say(&s, 0, "PUBLISH topic=\"$T/a\" topic_alias=3");
    stage_say(&s, 0, "PUBLISH topic=\"\" topic_alias=3 payload=\"2\"");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

/* Told by the driver, since no byte of it is MQTT. */
START_TEST(a_text_frame_is_found)
{
    size_t count;
    struct stage s;
    stage_open(&s, MQTT_50, STAGE_PING);
    stage_welcome(&s, 0);
    play_got_text_frame(s.play, 0);
    const struct play_finding *f = play_findings(s.play, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(f[0].statement, "MQTT-6.0.0-1");
    stage_hang_up(&s, 0);
    stage_end(&s);
    stage_close(&s);
}
END_TEST

/* For who repeats plays early: is there a line yet that can fail? */
START_TEST(only_a_line_that_judges_and_waits_may_fail)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\nc > PINGREQ\nc < PINGRESP\n"
               "c > PINGREQ\nc < PINGRESP [MQTT-3.12.4-1]\n");
    stage_accept(&s, 0);
    ck_assert(!play_may_fail(s.play)); /* CONNACK sets the stage */
    stage_say(&s, 0, "CONNACK reason=success");
    ck_assert(!play_may_fail(s.play)); /* so does the first PINGRESP */
    stage_say(&s, 0, "PINGRESP");
    ck_assert(play_may_fail(s.play));
    play_give_up(s.play, s.now_us);
    stage_carry_out(&s);
    ck_assert(!play_may_fail(s.play));
    stage_end(&s);
    stage_close(&s);
}
END_TEST

TEST_MAIN(a_text_frame_is_found, only_a_line_that_judges_and_waits_may_fail,
          passwords_are_stars_in_the_record, what_no_rule_allows_is_found,
          what_the_history_forbids_is_found, bytes_in_any_cut_are_packets,
          aliases_are_resolved)
