/* compare_test.c - two runs held against each other, parts put together.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "conformance/report/compare.h"
#include "conformance/report/sample_run.h"

static struct result_run a, b;
static struct buf out;

static void
begin(void)
{
    sample_run(&a);
    sample_run(&b);
    out = (struct buf){0};
}

static void
end(void)
{
    result_run_release(&a);
    result_run_release(&b);
    buf_release(&out);
}

static bool
printed(const char *text)
{
    return strstr(buf_cstr(&out), text) != NULL;
}

START_TEST(the_same_run_has_no_changes)
{
    begin();
    ck_assert_uint_eq(report_compare(&out, &a, &b), 0);
    ck_assert_str_eq(buf_cstr(&out), "0 worse, 0 better, 0 new, 0 gone\n");
    end();
}
END_TEST

START_TEST(worse_comes_first_and_is_counted)
{
    begin();
    b.scenarios[0].verdict = VERDICT_FAIL; /* was pass */
    b.scenarios[8].verdict = VERDICT_PASS; /* was fail */
    b.scenarios[2].version = MQTT_311;     /* one gone, one new */
    result_set(&b.scenarios[1].id, "qos/qos2/other"); /* a pass gone */
    ck_assert_uint_eq(report_compare(&out, &a, &b), 2);
    ck_assert(slice_starts(buf_slice(&out), "worse   qos/qos2/handshake "));
    ck_assert(printed("pass -> fail\n"));
    ck_assert(printed("pass -> not run\n"));
    ck_assert(printed("2 worse, 1 better, 2 new, 1 gone\n"));
    end();
}
END_TEST

START_TEST(a_new_failure_is_worse)
{
    begin();
    result_set(&b.scenarios[8].id, "qos/qos2/brand-new");
    ck_assert_uint_eq(report_compare(&out, &a, &b), 1);
    ck_assert(printed("not run -> fail\n"));
    end();
}
END_TEST

START_TEST(parts_become_one)
{
    struct result_run whole = {0};
    struct error err = {{0}};

    begin();
    for (size_t i = 0; i < b.scenario_count; i++) {
        char *id = xasprintf("x/%s", b.scenarios[i].id);
        result_set(&b.scenarios[i].id, id);
        free(id);
    }
    ck_assert_int_eq(report_merge(&whole, &a, &err), 0);
    ck_assert_uint_eq(a.scenario_count, 0);
    ck_assert_int_eq(report_merge(&whole, &b, &err), 0);
    ck_assert_uint_eq(whole.scenario_count, 24);
    ck_assert_uint_eq(result_count(&whole, VERDICT_FAIL), 4);
    ck_assert_uint_eq(b.scenario_count, 0);
    result_run_release(&whole);
    end();
}
END_TEST

/* Two parts in which the broker breaks the same rule of the lint. */
START_TEST(lint_of_both_parts_is_one)
{
    struct result_run whole = {0};
    struct error err = {{0}};

    begin();
    for (size_t i = 0; i < b.scenario_count; i++) {
        char *id = xasprintf("x/%s", b.scenarios[i].id);
        result_set(&b.scenarios[i].id, i == 8 ? "lint/MQTT-4.9.0-1" : id);
        free(id);
    }
    result_set(&a.scenarios[8].id, "lint/MQTT-4.9.0-1");
    ck_assert_int_eq(report_merge(&whole, &a, &err), 0);
    ck_assert_int_eq(report_merge(&whole, &b, &err), 0);
    ck_assert_uint_eq(whole.scenario_count, 23);
    result_run_release(&whole);
    end();
}
END_TEST

START_TEST(strangers_do_not_merge)
{
    struct error err = {{0}};

    begin();
    ck_assert_int_eq(report_merge(&a, &b, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "is in both parts"));
    b.seed = 7;
    ck_assert_int_eq(report_merge(&a, &b, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "seed or scenarios differ"));
    result_set(&b.target, "mqtt://other");
    ck_assert_int_eq(report_merge(&a, &b, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "mqtt://other"));
    ck_assert_uint_eq(a.scenario_count, 12);
    ck_assert_uint_eq(b.scenario_count, 12);
    end();
}
END_TEST

TEST_MAIN(the_same_run_has_no_changes, worse_comes_first_and_is_counted,
          a_new_failure_is_worse, parts_become_one,
          lint_of_both_parts_is_one, strangers_do_not_merge)
