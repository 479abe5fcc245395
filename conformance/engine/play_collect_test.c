/* play_collect_test.c - what a peer answers when no line says it.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_testkit.h"

#define PUB "PUBLISH topic=\"$T/a\" "

START_TEST(collect_gathers_acknowledges_and_stops)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "c collect PUBLISH as m until payload=\"end\"\n"
               "judge count(m, payload=\"x\") = 1 [MQTT-4.3.3-10]\n"
               "judge distinct(m.packet_id) [MQTT-4.3.3-1]\n");
    stage_welcome(&s, 0);
    stage_say(&s, 0, PUB "qos=2 packet_id=9 payload=\"x\"");
    ck_assert_str_eq(stage_heard(&s, 0), "PUBREC packet_id=9");
    stage_say(&s, 0, "PUBREL packet_id=9");
    ck_assert_str_eq(stage_heard(&s, 0), "PUBCOMP packet_id=9");
    stage_say(&s, 0, PUB "qos=1 packet_id=10 payload=\"x\"");
    ck_assert_str_eq(stage_heard(&s, 0), "PUBACK packet_id=10");
    stage_say(&s, 0, PUB "payload=\"end\"");
    ck_assert_int_eq(stage_end(&s), VERDICT_FAIL);
    ck_assert_str_eq(s.result.expected, "1");
    ck_assert(strncmp(s.result.got, "2:", 2) == 0);
    stage_close(&s);
}
END_TEST

START_TEST(what_the_script_says_itself_is_left_to_it)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "c < PUBLISH packet_id=?p\n"
               "c > PUBREC packet_id=$p\n"
               "c < PUBREL packet_id=$p [MQTT-4.3.3-4]\n"
               "c > PUBCOMP packet_id=$p\n"
               "c < PUBLISH packet_id=?q payload=\"2\"\n"
               "c < PUBLISH payload=\"3\"\n");
    stage_welcome(&s, 0);
    stage_say(&s, 0, PUB "qos=2 packet_id=3");
    ck_assert_str_eq(stage_heard(&s, 0), "PUBREC packet_id=3");
    ck_assert_str_eq(stage_heard(&s, 0), "");
    stage_say(&s, 0, "PUBREL packet_id=3");
    ck_assert_str_eq(stage_heard(&s, 0), "PUBCOMP packet_id=3");
    ck_assert_str_eq(stage_heard(&s, 0), "");
    stage_say(&s, 0, PUB "qos=2 packet_id=4 payload=\"2\"");
    ck_assert_str_eq(stage_heard(&s, 0), "PUBREC packet_id=4");
    stage_say(&s, 0, "PUBREL packet_id=4");
    ck_assert_str_eq(stage_heard(&s, 0), "PUBCOMP packet_id=4");
    stage_say(&s, 0, PUB "payload=\"3\"");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(a_publish_of_ours_is_completed_when_no_line_does)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "c > PUBLISH topic=\"$T/a\" qos=2 packet_id=7\n"
               "c < PUBREC packet_id=7 [MQTT-4.3.3-8]\n"
               "c > PUBREL packet_id=7\n"
               "c < PUBCOMP packet_id=7\n"
               "c > PUBLISH topic=\"$T/a\" qos=2 packet_id=8\n"
               "c > PINGREQ\nc < PINGRESP\n");
    stage_welcome(&s, 0);
    ck_assert(strstr(stage_heard(&s, 0), "packet_id=7"));
    stage_say(&s, 0, "PUBREC packet_id=7");
    ck_assert_str_eq(stage_heard(&s, 0), "PUBREL packet_id=7");
    stage_say(&s, 0, "PUBCOMP packet_id=7");
    ck_assert(strstr(stage_heard(&s, 0), "packet_id=8"));
    ck_assert_str_eq(stage_heard(&s, 0), "PINGREQ");
    stage_say(&s, 0, "PUBREC packet_id=8");
    ck_assert_str_eq(stage_heard(&s, 0), "PUBREL packet_id=8");
    stage_say(&s, 0, "PUBCOMP packet_id=8");
    stage_say(&s, 0, "PINGRESP");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(held_acknowledgements_are_held)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\nc acks hold\n"
               "c collect PUBLISH as m until 2 [MQTT-3.3.4-1]\n");
    stage_welcome(&s, 0);
    stage_say(&s, 0, PUB "qos=1 packet_id=1");
    stage_say(&s, 0, PUB "qos=2 packet_id=2");
    ck_assert_str_eq(stage_heard(&s, 0), "PINGREQ"); /* the end: alive? */
    ck_assert_str_eq(stage_heard(&s, 0), "");
    stage_say(&s, 0, "PINGRESP");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(may_and_ignores_keep_out_of_the_way)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "c ignores PUBLISH payload=\"noise\"\n"
               "c may < PUBLISH payload=\"extra\"\n"
               "c < PUBLISH payload=\"x\" [MQTT-3.3.4-1]\n");
    stage_welcome(&s, 0);
    stage_say(&s, 0, PUB "payload=\"noise\"");
    stage_say(&s, 0, PUB "payload=\"extra\"");
    stage_say(&s, 0, PUB "payload=\"x\"");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

/* The runner was kept waiting, and no tick came in time: then neither the packet
 * nor the end of the connection came in time, as far as it can tell. */
START_TEST(what_is_read_too_late_is_not_held_against_anybody)
{
    static const struct row {
        unsigned late_ms;
        bool is_close;
        enum result_verdict verdict;
    } rows[] = {
        {1999, false, VERDICT_FAIL},
        {2001, false, VERDICT_PASS},
        {1999, true, VERDICT_INCONCLUSIVE},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct stage s;
        stage_open(&s, MQTT_311, "c connects fresh\nmark t\n"
                                 "c > PINGREQ\nc < PINGRESP\n"
                                 "c never PUBLISH for 3s - since t"
                                 " [MQTT311-3.3.5-1]\n");
        stage_accept(&s, 0);
        stage_say(&s, 0, "CONNACK");
        stage_pass(&s, 1000); /* of the three seconds two are left */
        stage_say(&s, 0, "PINGRESP");
        s.now_us += rows[i].late_ms * 1000;
        if (rows[i].is_close)
            play_closed(s.play, 0, false, s.now_us);
        else
            stage_say(&s, 0, "PUBLISH topic=\"a\"");
        ck_assert_int_eq(stage_end(&s), rows[i].verdict);
        stage_close(&s);
    }
}
END_TEST

/* All of it is over, and what came meanwhile is there. */
START_TEST(a_time_that_is_over_still_looks_back)
{
    struct stage s;
    stage_open(&s, MQTT_311, "c connects fresh\nmark t\n"
                             "c > PINGREQ\nc < PINGRESP\n"
                             "c never PUBLISH for 3s - since t"
                             " [MQTT311-3.3.5-1]\n");
    stage_accept(&s, 0);
    stage_say(&s, 0, "CONNACK");
    stage_say(&s, 0, "PUBLISH topic=\"a\"");
    stage_pass(&s, 4000);
    stage_say(&s, 0, "PINGRESP");
    ck_assert_int_eq(stage_end(&s), VERDICT_FAIL);
    stage_close(&s);
}
END_TEST

TEST_MAIN(what_is_read_too_late_is_not_held_against_anybody,
          a_time_that_is_over_still_looks_back,
          collect_gathers_acknowledges_and_stops,
          what_the_script_says_itself_is_left_to_it,
          a_publish_of_ours_is_completed_when_no_line_does,
          held_acknowledgements_are_held,
          may_and_ignores_keep_out_of_the_way)
