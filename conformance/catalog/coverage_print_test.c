/* coverage_print_test.c - coverage printed, checked, held against an older one.
 * SPDX-License-Identifier: MIT */
#include "conformance/catalog/coverage_print.h"

#include "base/test.h"

#define ID "MQTT-3.3.1-6"

static struct coverage c;
static struct buf out;

/* One scenario judges ID, and did so in a run with that verdict. */
static void
begin(enum result_verdict judged)
{
    struct result_run run = {0};
    struct result_scenario *s = result_add_scenario(&run);
    coverage_init(&c);
    coverage_add_line(&c, slice_str(ID), V_5, "retained/empty",
                      "scenarios/a.scn", 9);
    result_set(&s->id, "retained/empty");
    s->version = MQTT_50;
    s->verdict = judged;
    result_add_judgement(s, slice_str(ID), judged, 9);
    coverage_add_run(&c, &run);
    result_run_release(&run);
}

static void
end(void)
{
    coverage_release(&c);
    buf_release(&out);
}

static bool
printed(const char *text)
{
    return strstr(buf_cstr(&out), text) != NULL;
}

/* What came of ID, compared with a report in which it had that status. */
static int
lost_since(const char *was)
{
    struct buf report = {0};
    struct error err = {""};
    buf_printf(&report,
               "{\"schema\":1,\"statements\":[{\"id\":\"%s\","
               "\"status\":\"%s\"}]}",
               ID, was);
    int lost = coverage_compare(&out, &c, buf_slice(&report), &err);
    ck_assert_msg(lost >= 0, "%s", err.text);
    buf_release(&report);
    return lost;
}

START_TEST(what_was_covered_and_is_not_is_said)
{
    begin(VERDICT_FAIL);
    ck_assert_int_eq(lost_since("pass"), 1);
    ck_assert(printed(ID ": was covered, and is now "));
    end();
}
END_TEST

START_TEST(what_still_is_or_never_was_is_not)
{
    begin(VERDICT_PASS);
    ck_assert_int_eq(lost_since("pass"), 0);
    end();
    begin(VERDICT_FAIL);
    ck_assert_int_eq(lost_since("fail"), 0);
    ck_assert_uint_eq(out.len, 0);
    end();
}
END_TEST

START_TEST(a_statement_that_is_gone_counts)
{
    struct error err;
    begin(VERDICT_PASS);
    ck_assert_int_eq(
        coverage_compare(&out, &c,
                         slice_str("{\"schema\":1,\"statements\":[{\"id\":"
                                   "\"GONE\",\"status\":"
                                   "\"pass\"}]}"),
                         &err),
        1);
    ck_assert(printed("GONE: was covered, and is now unknown"));
    end();
}
END_TEST

START_TEST(what_is_no_report_says_so)
{
    static const char *const texts[] = {"{", "[]", "{\"schema\":1}",
                                        "{\"schema\":2,\"statements\":[]}"};
    begin(VERDICT_PASS);
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct error err = {""};
        ck_assert_int_eq(
            coverage_compare(&out, &c, slice_str(texts[i]), &err), -1);
        ck_assert_str_ne(err.text, "");
    }
    end();
}
END_TEST

START_TEST(what_never_passed_is_wrong)
{
    struct buf good = {0};
    begin(VERDICT_PASS);
    size_t others = coverage_check(&good, &c);
    end();
    c = (struct coverage){0};
    out = (struct buf){0};
    begin(VERDICT_FAIL);
    ck_assert_uint_eq(coverage_check(&out, &c), others + 1);
    ck_assert(printed(ID ": no line that names it ever passed"));
    ck_assert_ptr_null(strstr(buf_cstr(&good), ID ":"));
    buf_release(&good);
    end();
}
END_TEST

/* Only what is not judged or failed, unless all are asked for. */
START_TEST(lines_for_what_matters)
{
    begin(VERDICT_PASS);
    coverage_print(&out, &c, false);
    ck_assert(!printed("\n" ID));
    buf_clear(&out);
    coverage_print(&out, &c, true);
    ck_assert(printed("\n" ID));
    ck_assert(printed("retained/empty"));
    end();
    out = (struct buf){0};
    begin(VERDICT_FAIL);
    coverage_print(&out, &c, false);
    ck_assert(printed("\n" ID));
    end();
}
END_TEST

/* A line of conformance/faults/caught.tsv. */
static const char fault[] = "empty-is-kept\tMQTT-9.9.9-9 " ID;

START_TEST(what_is_judged_wants_a_fault_once_there_are_any)
{
    begin(VERDICT_PASS);
    size_t without = coverage_check(&out, &c);
    coverage_add_fault(&c, slice_str("other\tMQTT-4.3.3-10"));
    ck_assert_uint_eq(coverage_check(&out, &c), without + 1);
    ck_assert(printed(ID ": no planted fault breaks it"));
    coverage_add_fault(&c, slice_str(fault));
    ck_assert_uint_eq(coverage_check(&out, &c), without);
    end();
}
END_TEST

START_TEST(the_table_has_scenario_and_fault_of_a_statement)
{
    begin(VERDICT_PASS);
    coverage_add_fault(&c, slice_str(fault));
    coverage_table(&out, &c);
    ck_assert(printed("| " ID " | "));
    ck_assert(printed(" | `retained/empty` | `empty-is-kept` |"));
    ck_assert(printed("| not observable: "));
    ck_assert(printed("## MQTT 3.1.1\n"));
    end();
}
END_TEST

START_TEST(a_missing_file_of_faults_is_said)
{
    struct error err = {""};
    begin(VERDICT_PASS);
    ck_assert_int_eq(coverage_add_faults(&c, "scenarios/none", &err), -1);
    ck_assert_str_eq(err.text, "scenarios/none: cannot be read: No such file "
                               "or directory");
    ck_assert_int_eq(
        coverage_add_faults(&c, "conformance/faults/caught.tsv", &err), 0);
    end();
}
END_TEST

TEST_MAIN(what_was_covered_and_is_not_is_said,
          what_still_is_or_never_was_is_not, a_statement_that_is_gone_counts,
          what_is_no_report_says_so, what_never_passed_is_wrong,
          lines_for_what_matters,
          what_is_judged_wants_a_fault_once_there_are_any,
          the_table_has_scenario_and_fault_of_a_statement,
          a_missing_file_of_faults_is_said)
