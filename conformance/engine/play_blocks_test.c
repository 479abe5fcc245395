/* play_blocks_test.c - either, together, meanwhile, loops and defines.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_testkit.h"

#define PUB "PUBLISH topic=\"$T/a\" "

START_TEST(either_records_what_the_broker_chose)
{
    static const char body[] =
        "c connects fresh\nc > PUBLISH topic=\"$T/a\" qos=1 packet_id=5\n"
        "either \"takes it\" {\n    c < PUBACK packet_id=5 reason=success\n"
        "} or \"refuses it\" {\n    c < PUBACK packet_id=5 reason=0x80..0xff\n"
        "}\nc alive [MQTT-3.12.4-1]\n";
    struct stage s;
    stage_open(&s, MQTT_50, body);
    stage_welcome(&s, 0);
    stage_say(&s, 0, "PUBACK packet_id=5 reason=not_authorized");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    ck_assert_uint_eq(s.result.choice_count, 1);
    ck_assert_str_eq(s.result.choices[0].label, "refuses it");
    stage_close(&s);

    stage_open(&s, MQTT_50, body);
    stage_welcome(&s, 0);
    stage_pass(&s, 6000);
    ck_assert_int_eq(stage_end(&s), VERDICT_INCONCLUSIVE);
    stage_close(&s);
}
END_TEST

START_TEST(together_takes_any_order)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "together {\n"
               "    c < PUBLISH payload=\"a\" [MQTT-3.3.4-1]\n"
               "    c < PUBLISH payload=\"b\" [MQTT-3.3.4-1]\n"
               "}\n");
    stage_welcome(&s, 0);
    stage_say(&s, 0, PUB "payload=\"b\"");
    stage_say(&s, 0, PUB "payload=\"a\"");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);

    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "c < PUBLISH payload=\"a\" [MQTT-3.3.4-1]\n"
               "c < PUBLISH payload=\"b\" [MQTT-3.3.4-1]\n");
    stage_welcome(&s, 0);
    stage_say(&s, 0, PUB "payload=\"b\"");
    ck_assert_int_eq(stage_end(&s), VERDICT_FAIL);
    stage_close(&s);
}
END_TEST

START_TEST(meanwhile_runs_beside_the_rest)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "meanwhile {\n    wait 1s\n    c > PINGREQ\n}\n"
               "c < PINGRESP within 3s [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert_str_eq(stage_heard(&s, 0), "");
    stage_pass(&s, 1000);
    ck_assert_str_eq(stage_heard(&s, 0), "PINGREQ");
    stage_say(&s, 0, "PINGRESP");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(loops_and_defines_unfold)
{
    struct stage s;
    stage_open_text(&s, MQTT_50,
                    "define says(who what)\n"
                    "    who > PUBLISH topic=\"$T/$what\"\n"
                    "end\n\n"
                    "scenario t\n\"t\"\nfor 5.0\n",
                    "c connects fresh\n"
                    "for each x in [\"a\" \"b\"] {\n    says(c $x)\n}\n"
                    "repeat 2 {\n    says(c \"r\")\n}\n"
                    "c alive [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert(strstr(stage_heard(&s, 0), "/a\""));
    ck_assert(strstr(stage_heard(&s, 0), "/b\""));
    ck_assert(strstr(stage_heard(&s, 0), "/r\""));
    ck_assert(strstr(stage_heard(&s, 0), "/r\""));
    ck_assert_str_eq(stage_heard(&s, 0), "PINGREQ");
    stage_say(&s, 0, "PINGRESP");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(any_of_binds_whoever_got_it)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "a connects fresh\nb connects fresh\n"
               "any of a b as m < PUBLISH payload=\"x\" [MQTT-4.8.2-4]\n"
               "judge m.client = \"b\" [MQTT-4.8.2-4]\n");
    stage_welcome(&s, 0);
    stage_welcome(&s, 1);
    stage_say(&s, 1, PUB "payload=\"x\"");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

TEST_MAIN(either_records_what_the_broker_chose, together_takes_any_order,
          meanwhile_runs_beside_the_rest, loops_and_defines_unfold,
          any_of_binds_whoever_got_it)
