/* play_test.c - what becomes of a line: passed, failed, doubtful, skipped.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_rows_testkit.h"

#define PUB "PUBLISH topic=\"$T/a\" "

static const char suback_judged[] =
    "c connects fresh\n"
    "c > SUBSCRIBE packet_id=1 filters=[{filter=\"$T/a\" qos=1}]\n"
    "c < SUBACK packet_id=1 codes=[1] [MQTT-3.8.4-1]\n";
static const char suback_stage[] =
    "c connects fresh\n"
    "c > SUBSCRIBE packet_id=1 filters=[{filter=\"$T/a\" qos=1}]\n"
    "c < SUBACK packet_id=1 codes=[1]\n"
    "c alive [MQTT-3.12.4-1]\n";
static const char careless[] =
    "c connects fresh\n"
    "c > SUBSCRIBE packet_id=1 filters=[{filter=\"$T/a\" qos=1}]\n"
    "c < SUBACK\n"
    "c < PUBLISH [MQTT-3.3.4-1]\n";
static const char never[] = "c connects fresh\n"
                            "c never PUBLISH for 2s [MQTT-3.3.4-1]\n";
static const char quiet[] = "c connects fresh\nc quiet for 2s\n"
                            "c alive [MQTT-3.12.4-1]\n";
static const char quiet_but[] = "c connects fresh\nc may < PUBLISH\n"
                                "c quiet for 2s\nc alive [MQTT-3.12.4-1]\n";
static const char stalled[] = "c connects fresh\nw connects fresh\n"
                              "c stalls\nw > PINGREQ\n"
                              "w < PINGRESP [MQTT-3.12.4-1]\n";
static const char should[] = "c connects fresh\nc > PINGREQ\n"
                             "c < PUBLISH payload=\"x\" [should 3.3]\n"
                             "c alive [MQTT-3.12.4-1]\n";

static const struct row rows[] = {
    {"answered", STAGE_PING, {WELCOME, SAYS("PINGRESP")}, VERDICT_PASS, NULL},
    {"silence convicts", STAGE_PING, {WELCOME, WAITS(5001)}, VERDICT_FAIL,
     "nothing like it for 5.0 s"},
    {"not before its time", STAGE_PING,
     {WELCOME, WAITS(4999), SAYS("PINGRESP")}, VERDICT_PASS, NULL},
    {"the end convicts", STAGE_PING, {WELCOME, CLOSES}, VERDICT_FAIL,
     "connection closed"},
    {"a last word is told", STAGE_PING,
     {WELCOME, SAYS("DISCONNECT reason=malformed_packet"), CLOSES},
     VERDICT_FAIL, "malformed_packet"},
    {"busy convicts nobody", STAGE_PING,
     {WELCOME, SAYS("DISCONNECT reason=server_busy"), CLOSES},
     VERDICT_INCONCLUSIVE, NULL},
    {"nor does who may stay no longer", STAGE_PING,
     {WELCOME, SAYS("DISCONNECT reason=maximum_connect_time"), CLOSES},
     VERDICT_INCONCLUSIVE, NULL},
    {"another code", suback_judged,
     {WELCOME, SAYS("SUBACK packet_id=1 codes=[0]")}, VERDICT_FAIL,
     "codes: expected [1], got [0]"},
    {"quota convicts nobody", suback_judged,
     {WELCOME, SAYS("SUBACK packet_id=1 codes=[0x97]")}, VERDICT_INCONCLUSIVE,
     NULL},
    {"the stage is no judge", suback_stage,
     {WELCOME, SAYS("SUBACK packet_id=1 codes=[0]")}, VERDICT_INCONCLUSIVE,
     "codes: expected"},
    {"the wrong stage, silent", suback_stage, {WELCOME, WAITS(6000)},
     VERDICT_INCONCLUSIVE, NULL},
    {"PUBLISH may overtake SUBACK", suback_judged,
     {WELCOME, SAYS(PUB), SAYS("SUBACK packet_id=1 codes=[1]")}, VERDICT_PASS,
     NULL},
    {"a refusal that the script overlooked", careless,
     {WELCOME, SAYS("SUBACK packet_id=1 codes=[0x87]"), WAITS(6000)},
     VERDICT_INCONCLUSIVE, NULL},
    {"without it the same fails", careless,
     {WELCOME, SAYS("SUBACK packet_id=1 codes=[1]"), WAITS(6000)},
     VERDICT_FAIL, NULL},

    {"nothing came", never, {WELCOME, WAITS(2001)}, VERDICT_PASS, NULL},
    {"it came", never, {WELCOME, WAITS(1999), SAYS(PUB)}, VERDICT_FAIL,
     "PUBLISH"},
    {"it came too late to count", never, {WELCOME, WAITS(2001), SAYS(PUB)},
     VERDICT_PASS, NULL},
    {"the dead say nothing", never, {WELCOME, CLOSES}, VERDICT_INCONCLUSIVE,
     NULL},

    {"quiet it was", quiet, {WELCOME, WAITS(2001)}, VERDICT_PASS, NULL},
    {"noise disturbs the stage, and convicts nobody", quiet,
     {WELCOME, WAITS(1999), SAYS(PUB)}, VERDICT_INCONCLUSIVE, "PUBLISH"},
    {"noise behind it is none", quiet, {WELCOME, WAITS(2001), SAYS(PUB)},
     VERDICT_PASS, NULL},
    {"what may come is no noise", quiet_but,
     {WELCOME, WAITS(1000), SAYS(PUB), WAITS(1001)}, VERDICT_PASS, NULL},
    {"what may come once is noise when it comes twice", quiet_but,
     {WELCOME, WAITS(1000), SAYS(PUB), SAYS(PUB)}, VERDICT_INCONCLUSIVE, NULL},

    {"another acknowledgement of the same packet decides", suback_judged,
     {WELCOME, SAYS("UNSUBACK packet_id=1 codes=[0]"),
      SAYS("SUBACK packet_id=1 codes=[1]")},
     VERDICT_FAIL, "UNSUBACK packet_id=1"},
    {"one of another packet decides nothing", suback_judged,
     {WELCOME, SAYS("UNSUBACK packet_id=2 codes=[0]"),
      SAYS("SUBACK packet_id=1 codes=[1]")},
     VERDICT_PASS, NULL},

    {"who does not read need not answer at the end", stalled,
     {WELCOME, {ACCEPT, 1, NULL, 0}, {SAY, 1, "CONNACK reason=success", 0},
      {SAY, 1, "PINGRESP", 0}, {SAY, 1, "PINGRESP", 0}, WAITS(6000)},
     VERDICT_PASS, NULL},

    {"a recommendation met", should,
     {WELCOME, SAYS("PUBLISH topic=\"$T/a\" payload=\"x\"")}, VERDICT_PASS,
     NULL},
    {"a recommendation missed", should,
     {WELCOME, SAYS("PUBLISH topic=\"$T/a\" payload=\"y\"")}, VERDICT_WARN,
     "payload: expected \"x\", got \"y\""},
};

START_TEST(lines_go_or_do_not)
{
    play_rows(rows, TEST_COUNT(rows));
}
END_TEST

/* Who resumes sessions and hides it fails where that is judged, only there. */
START_TEST(a_hidden_session_is_one)
{
    static const struct {
        const char *body;
        bool hides;
        enum result_verdict verdict;
    } cases[] = {
        {"c connects keeping session_present=1\nc alive [MQTT311-3.12.4-1]\n",
         false, VERDICT_INCONCLUSIVE},
        {"c connects keeping session_present=1\nc alive [MQTT311-3.12.4-1]\n",
         true, VERDICT_PASS},
        {"c connects keeping session_present=1 [MQTT311-3.2.2-2]\n", true,
         VERDICT_FAIL},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct stage s;
        stage_open(&s, MQTT_311, cases[i].body);
        s.setup.hides_sessions = cases[i].hides;
        stage_accept(&s, 0);
        stage_say(&s, 0, "CONNACK");
        stage_say(&s, 0, "PINGRESP");
        ck_assert_int_eq(stage_end(&s), cases[i].verdict);
        stage_close(&s);
    }
}
END_TEST

START_TEST(only_ids_of_the_version_judge)
{
    struct stage s;
    stage_open_text(&s, MQTT_311, "scenario t\n\"t\"\nfor 3.1.1 5.0\n",
                    "c connects fresh\nc > PINGREQ\n"
                    "c < PINGRESP [MQTT-3.12.4-1]\n"
                    "c alive [MQTT311-3.12.4-1]\n");
    stage_welcome(&s, 0);
    stage_pass(&s, 6000);
    ck_assert_int_eq(stage_end(&s), VERDICT_INCONCLUSIVE);
    ck_assert_uint_eq(s.result.judgement_count, 0);
    stage_close(&s);
}
END_TEST

START_TEST(a_failure_names_line_statement_and_packet)
{
    struct stage s;
    stage_open(&s, MQTT_50, suback_judged);
    stage_welcome(&s, 0);
    stage_say(&s, 0, "SUBACK packet_id=1 codes=[0]");
    ck_assert_int_eq(stage_end(&s), VERDICT_FAIL);
    ck_assert_uint_eq(s.result.line, 6);
    ck_assert_str_eq(s.result.source, "c < SUBACK packet_id=1 codes=[1]");
    ck_assert_str_eq(s.result.expected, "SUBACK packet_id=1 codes=[1]");
    ck_assert_uint_eq(s.result.judgement_count, 1);
    ck_assert_str_eq(s.result.judgements[0].statement, "MQTT-3.8.4-1");
    ck_assert_int_eq(s.result.judgements[0].verdict, VERDICT_FAIL);
    size_t guilty = 0;
    for (size_t i = 0; i < s.result.event_count; i++)
        guilty += s.result.events[i].is_guilty;
    ck_assert_uint_eq(guilty, 1);
    stage_close(&s);
}
END_TEST

START_TEST(names_are_bound_used_and_defaulted)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh server_keep_alive=?k else 60\n"
               "judge $k = 60 [MQTT-3.2.2-21]\n"
               "let n = $k * 2 + 1\n"
               "c > PUBLISH topic=\"$T/x${n}y\"\n"
               "judge $n in 100..130 and not ($n = 7) [MQTT-3.2.2-21]\n"
               "judge min([3 2 9]) = 2 and len(\"abc\") = 3 [MQTT-3.2.2-21]\n");
    stage_welcome(&s, 0);
    ck_assert(strstr(stage_heard(&s, 0), "tag000/x121y") != NULL);
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

START_TEST(skip_and_unexercised_end_it)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh topic_alias_maximum=5\n"
               "skip unless 1 = 2 \"no such thing\"\n"
               "c alive [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert_int_eq(stage_end(&s), VERDICT_SKIP);
    ck_assert_str_eq(s.result.reason, "no such thing");
    stage_close(&s);

    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "unexercised unless 1 = 2 \"never does that\"\n"
               "c alive [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert_int_eq(stage_end(&s), VERDICT_UNEXERCISED);
    ck_assert_uint_eq(s.result.judgement_count, 1);
    ck_assert_int_eq(s.result.judgements[0].verdict, VERDICT_UNEXERCISED);
    stage_close(&s);
}
END_TEST

START_TEST(slow_and_split_deliveries_take_their_time)
{
    struct stage s;
    stage_open(&s, MQTT_50,
               "c connects fresh\n"
               "c > slowly 1 byte per 10ms PINGREQ\n"
               "c > split after 1 PINGREQ\n"
               "c < PINGRESP [MQTT-3.12.4-1]\n");
    stage_welcome(&s, 0);
    ck_assert_uint_eq(s.sent[0].len, 1);
    stage_pass(&s, 9);
    ck_assert_uint_eq(s.sent[0].len, 1);
    stage_pass(&s, 1);
    ck_assert_uint_eq(s.sent[0].len, 3); /* the second begins at once */
    stage_pass(&s, 50);
    ck_assert_uint_eq(s.sent[0].len, 4);
    stage_say(&s, 0, "PINGRESP");
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);
}
END_TEST

/* The broker itself, stopped and started: nobody waits for it, nobody accuses
 * it of connections that end then. */
START_TEST(a_restart_is_the_drivers)
{
    static const char header[] =
        "scenario t\n\"t\"\nfor 5.0\nneeds restart\nalone\n";
    static const char body[] = "c connects fresh\nbroker restarts\n"
                               "w connects fresh\nw alive [MQTT-3.12.4-1]\n";
    struct stage s;
    stage_open_text(&s, MQTT_50, header, body);
    s.setup.can_restart = true;
    stage_welcome(&s, 0);
    ck_assert_int_eq(s.last[0], PLAY_RESTART);
    stage_hang_up(&s, 0);
    stage_pass(&s, 60000);
    ck_assert(!play_is_done(s.play));
    play_restarted(s.play, s.now_us);
    stage_carry_out(&s);
    stage_welcome(&s, 1);
    ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
    stage_close(&s);

    stage_open_text(&s, MQTT_50, header, body); /* by a driver that cannot */
    stage_welcome(&s, 0);
    ck_assert_int_eq(stage_end(&s), VERDICT_SKIP);
    stage_close(&s);
}
END_TEST

TEST_MAIN(lines_go_or_do_not, a_restart_is_the_drivers, a_hidden_session_is_one,
          only_ids_of_the_version_judge,
          a_failure_names_line_statement_and_packet,
          names_are_bound_used_and_defaulted, skip_and_unexercised_end_it,
          slow_and_split_deliveries_take_their_time)
