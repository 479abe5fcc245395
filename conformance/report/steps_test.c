/* steps_test.c - failures step by step, against a golden file and by hand.
 * SPDX-License-Identifier: MIT */
#include "base/golden.h"

#include "conformance/report/sample_run.h"
#include "conformance/report/steps.h"

START_TEST(what_failed_or_is_open_is_told_and_nothing_else)
{
    struct result_run run;
    struct buf out = {0};

    sample_run(&run);
    report_steps_run(&out, &run, false);
    golden_check(buf_slice(&out), "conformance/report/testdata/sample.steps");
    ck_assert_ptr_null(strstr(buf_cstr(&out), "\nPASS"));
    buf_release(&out);
    result_run_release(&run);
}
END_TEST

/* One PUBLISH that came, with what the script says of it. */
static void
tell_publish(struct buf *out, unsigned qos, const char *expected,
             const char *got)
{
    struct result_run run = {0};
    struct result_scenario *s =
        sample_scenario(&run, "a/b/c", "", MQTT_50, VERDICT_FAIL);

    result_add_lane(s, "sub", "sub1");
    sample_publish(s, EVENT_GOT, 0, 0, 9, 7, "a/b", "hi");
    s->bytes.data[0] = (uint8_t)(0x30 | qos << 1);
    s->events[0].is_guilty = true;
    sample_because(s, 9, "sub < PUBLISH", expected, got, NULL);
    report_steps(out, s, 0);
    result_run_release(&run);
}

static void
expect_line(unsigned qos, const char *expected, const char *got,
            const char *line)
{
    struct buf out = {0};
    tell_publish(&out, qos, expected, got);
    ck_assert_msg(strstr(buf_cstr(&out), line) != NULL, "no '%s' in\n%s", line,
                  buf_cstr(&out));
    buf_release(&out);
}

#define BYTES "               34 0a 00 03 61 2f 62 00 07 00 68 69\n"

START_TEST(the_mark_is_beneath_what_differs)
{
    expect_line(2, "PUBLISH packet_id=8",
                "PUBLISH packet_id=7 (packet_id: expected 8, got 7)",
                BYTES "                                    ^^ ^^\n"
                      "               Packet Identifier: expected 8, got 7");
}
END_TEST

START_TEST(another_type_is_told_by_its_first_byte)
{
    expect_line(2, "PUBREL packet_id=7", "PUBLISH packet_id=7",
                BYTES "               ^^\n"
                      "               type 3 is PUBLISH; PUBREL was expected");
}
END_TEST

START_TEST(a_broken_rule_goes_before_the_script)
{
    expect_line(3, "PUBREL packet_id=7", "PUBLISH packet_id=7",
                "               QoS level: QoS 3");
}
END_TEST

TEST_MAIN(what_failed_or_is_open_is_told_and_nothing_else,
          the_mark_is_beneath_what_differs,
          another_type_is_told_by_its_first_byte,
          a_broken_rule_goes_before_the_script)
