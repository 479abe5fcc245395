/* target_file_test.c - the words of a target file, and the environment.
 * SPDX-License-Identifier: MIT */
#include "conformance/target_file.h"

#include <stdlib.h>

#include "base/test.h"

START_TEST(lines_say_what_they_say)
{
    struct target t = {0};
    struct error err = {""};
    static const char *const lines[] = {
        "node b mqtt://127.0.0.1:1884", "limit connections 20",
        "limit rate 2.5",               "limit jobs 4",
        "limit patience 3",             "start ${PLUMB_TEST_START:-}",
        "restart echo ${HOME}",         "broker maximum_qos=1",
        "name ${PLUMB_TEST_NAME} of ${PLUMB_TEST_NONE:-nobody}",
    };
    setenv("PLUMB_TEST_NAME", "the pride", 1);
    for (size_t i = 0; i < TEST_COUNT(lines); i++)
        ck_assert_msg(
            target_take_line(&t, slice_str(lines[i]), &err) == 0, "%s: %s",
            lines[i], err.text);
    ck_assert_uint_eq(t.drive.node_count, 1);
    ck_assert_uint_eq(t.drive.nodes[0].uri.port, 1884);
    ck_assert_uint_eq(t.connections, 20);
    ck_assert_uint_eq(t.jobs, 4);
    ck_assert(t.rate > 2.4 && t.rate < 2.6 && t.patience > 2.9);
    ck_assert_ptr_null(t.start);
    ck_assert_str_eq(t.restart, "echo ${HOME}"); /* a shell reads that */
    ck_assert_str_eq(t.settings[0], "maximum_qos=1");
    ck_assert_str_eq(t.name, "the pride of nobody");
    target_release(&t);
}
END_TEST

START_TEST(mistakes_are_explained)
{
    static const struct {
        const char *line, *error;
    } rows[] = {
        {"name", "wants a value"},
        {"nmae x", "there is no \"nmae\"; there are name, url"},
        {"limit speed 3", "there are jobs"},
        {"limit jobs many", "'many' is not a number"},
        {"node b", "a name and an address"},
        {"url ${PLUMB_TEST_NONE}", "the environment has no PLUMB_TEST_NONE"},
        {"waive qos/*", "a colon and a reason"},
        {"has wings yes", "no capability \"wings\""},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct target t = {0};
        struct error err = {""};
        ck_assert_int_eq(target_take_line(&t, slice_str(rows[i].line), &err),
                         -1);
        ck_assert_msg(strstr(err.text, rows[i].error), "%s: %s", rows[i].line,
                      err.text);
        target_release(&t);
    }
}
END_TEST

START_TEST(a_waiver_that_nothing_needs_is_told)
{
    struct target t = {0};
    struct error err = {""};
    struct result_run run = {0};
    struct result_scenario *s = result_add_scenario(&run);
    result_set(&s->id, "qos/qos1/one");
    s->verdict = VERDICT_PASS;
    FILE *out = tmpfile();
    ck_assert_int_eq(
        target_take_line(&t, slice_str("waive qos/*: ticket 1"), &err), 0);
    ck_assert_int_eq(
        target_take_line(&t, slice_str("waive wills/*: ticket 2"), &err), 0);
    ck_assert_uint_eq(target_stale_waivers(&t, &run, out), 1);
    s->verdict = VERDICT_FAIL;
    target_waive(&t, s);
    ck_assert_int_eq(s->verdict, VERDICT_WAIVED);
    ck_assert_uint_eq(target_stale_waivers(&t, &run, out), 0);
    fclose(out);
    result_run_release(&run);
    target_release(&t);
}
END_TEST

TEST_MAIN(lines_say_what_they_say, mistakes_are_explained,
          a_waiver_that_nothing_needs_is_told)
