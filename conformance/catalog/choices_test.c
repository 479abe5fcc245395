/* choices_test.c - what may be chosen, and what was.
 * SPDX-License-Identifier: MIT */
#include "conformance/catalog/choices.h"

#include "conformance/script/script_testkit.h"

static const char script[] =
    "define asks(c)\n"
    "either \"says yes\" {\nc < PINGRESP\n} or \"says no\" {\nc < close\n}\n"
    "end\n"
    "scenario one\n\"1\"\nfor 3.1.1 5.0\n"
    "c connects fresh\n"
    "asks(c)\n"
    "c > PINGREQ\n"
    "c rejects or tolerates \"a ping\" [MQTT-4.13.1-1 MQTT311-4.8.0-1]\n"
    "scenario two\n\"2\"\nfor 5.0\n"
    "c connects fresh [MQTT-3.1.4-5]\n";

START_TEST(all_of_them_and_what_was_seen)
{
    struct script_file *file = script_loaded("%s", script);
    struct result_run run = {0};
    struct buf out = {0};
    for (int v = MQTT_311; v <= MQTT_50; v++) {
        struct result_scenario *s = result_add_scenario(&run);
        result_set(&s->id, "qos/x/one");
        s->version = (enum mqtt_version)v;
        result_add_choice(s, slice_str("says no"), 2);
    }
    result_add_choice(&run.scenarios[1], slice_str("a ping"), 14);
    ck_assert(choices_print(&out, &file->scenarios[0], &run, 1));
    ck_assert_str_eq(
        buf_cstr(&out),
        "  qos/x/one, line 2\n"
        "    says yes\n"
        "    says no                                                      "
        " <- 5.0 3.1.1\n"
        "  qos/x/one, line 14\n"
        "    rejects\n"
        "    a ping                                                       "
        " <- 5.0\n");
    buf_release(&out);
    result_run_release(&run);
    script_free(file);
}
END_TEST

START_TEST(most_scenarios_leave_none)
{
    struct script_file *file = script_loaded("%s", script);
    struct buf out = {0};
    ck_assert(!choices_print(&out, &file->scenarios[1], NULL, 0));
    ck_assert_uint_eq(out.len, 0);
    script_free(file);
}
END_TEST

TEST_MAIN(all_of_them_and_what_was_seen, most_scenarios_leave_none)
