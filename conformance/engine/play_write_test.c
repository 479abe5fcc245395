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

/* What TCP may do to any stream: the same bytes in other writes. */
START_TEST(a_stream_is_cut_as_the_run_says)
{
    static const struct {
        enum play_cut cut;
        size_t writes; /* for 15 bytes of PUBLISH and 2 of PINGREQ */
    } cases[] = {
        {PLAY_CUT_AS_IS, 2},
        {PLAY_CUT_BYTES, 17},
        {PLAY_CUT_EDGES, 5}, /* 1, 1 and 13 bytes; 1 and 1 */
        {PLAY_CUT_GLUED, 1},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct stage s;
        stage_open(&s, MQTT_311,
                   "c connects fresh\n"
                   "c > PUBLISH topic=\"a\" payload=\"0123456789\"\n"
                   "c > PINGREQ\n"
                   "c < PINGRESP [MQTT311-3.12.4-1]\n");
        s.setup.cut = cases[i].cut;
        stage_accept(&s, 0);
        buf_clear(&s.sent[0]);
        size_t before = s.writes;
        stage_say(&s, 0, "CONNACK");
        ck_assert_uint_eq(s.writes - before, cases[i].writes);
        ck_assert_uint_eq(s.sent[0].len, 17);
        stage_say(&s, 0, "PINGRESP");
        ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
        stage_close(&s);
    }
}
END_TEST

/* However it is cut elsewhere. */
START_TEST(frames_are_cut_as_the_line_says)
{
    for (int cut = PLAY_CUT_AS_IS; cut <= PLAY_CUT_GLUED; cut++) {
        struct stage s;
        stage_open(&s, MQTT_311, "c opens via ws\n"
                                 "let n = 4\n"
                                 "c > ws frames 1 ping $n 0 rest hex"
                                 " c0 00 c0 00 c0 00 c0 00\n"
                                 "c > ws text PINGREQ\n"
                                 "c > ws pong\n"
                                 "c > ws close\n"
                                 "c < close [MQTT311-6.0.0-1]\n");
        s.setup.cut = (enum play_cut)cut;
        stage_accept(&s, 0);
        ck_assert_str_eq(buf_cstr(&s.frames),
                         "b1- p0. m4- m0- m3. t2. o0. c0.");
        play_closed(s.play, 0, false, s.now_us);
        ck_assert_int_eq(stage_end(&s), VERDICT_PASS);
        stage_close(&s);
    }
}
END_TEST

START_TEST(frames_want_a_websocket_and_their_bytes)
{
    static const struct row {
        const char *line, *why;
    } rows[] = {
        {"c opens\nc > ws ping\n", "c has no WebSocket"},
        {"c opens via tls\nc > ws text PINGREQ\n", "c has no WebSocket"},
        {"c opens via ws\nc > ws frames 3 rest PINGREQ\n",
         "a frame of 3 bytes, and 2 are left"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct stage s;
        struct buf body = {0};
        buf_printf(&body, "%sc < close [MQTT311-6.0.0-1]\n", rows[i].line);
        stage_open(&s, MQTT_311, buf_cstr(&body));
        stage_accept(&s, 0);
        ck_assert_int_eq(stage_end(&s), VERDICT_ERROR);
        ck_assert_msg(strstr(s.result.reason, rows[i].why), "%s",
                      s.result.reason);
        ck_assert_uint_eq(s.writes, 0);
        stage_close(&s);
        buf_release(&body);
    }
}
END_TEST

TEST_MAIN(one_write_is_one_write, lines_are_a_write_each,
          a_stream_is_cut_as_the_run_says,
          frames_are_cut_as_the_line_says,
          frames_want_a_websocket_and_their_bytes)
