/* play_write_test.c - how what is sent is divided into writes.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_testkit.h"

START_TEST(one_write_is_one_write)
{
    struct stage s;
    stage_open(&s, MQTT_311, "c connects fresh\n"
                             "c > in one write {\n"
                             "    c > PUBLISH topic=\"a\" payload=\"1\"\n"
                             "    c > hex c0 00\n"
                             "}\n"
                             "c < PINGRESP [MQTT311-3.12.4-1]\n");
    stage_accept(&s, 0);
    size_t before = s.writes;
    stage_say(&s, 0, "CONNACK");
    ck_assert_uint_eq(s.writes - before, 1);
    stage_say(&s, 0, "PINGRESP");
    stage_say(&s, 0, "PINGRESP");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(lines_are_a_write_each)
{
    struct stage s;
    stage_open(&s, MQTT_311, "c connects fresh\n"
                             "c > PUBLISH topic=\"a\" payload=\"1\"\n"
                             "c > PINGREQ\n"
                             "c < PINGRESP [MQTT311-3.12.4-1]\n");
    stage_accept(&s, 0);
    size_t before = s.writes;
    stage_say(&s, 0, "CONNACK");
    ck_assert_uint_eq(s.writes - before, 2);
    stage_say(&s, 0, "PINGRESP");
    stage_say(&s, 0, "PINGRESP");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

TEST_MAIN(one_write_is_one_write, lines_are_a_write_each)
