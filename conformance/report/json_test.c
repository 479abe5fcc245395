/* json_test.c - the report in JSON: what is in it, and back.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "base/json.h"
#include "conformance/report/json.h"
#include "conformance/report/sample_run.h"

static struct result_run run;
static struct coverage coverage;
static struct buf out;

static void
begin(void)
{
    sample_run(&run);
    sample_coverage(&coverage, &run);
    out = (struct buf){0};
    report_json(&out, &run, &coverage);
}

static void
end(void)
{
    coverage_release(&coverage);
    result_run_release(&run);
    buf_release(&out);
}

START_TEST(it_has_what_schema_1_promises)
{
    struct error err = {{0}};

    begin();
    struct json *r = json_parse(buf_slice(&out), &err);
    ck_assert_msg(r != NULL, "%s", err.text);
    ck_assert_int_eq(json_number(json_get(r, "schema")), 1);
    ck_assert_int_eq(json_number(json_get(r, "seed")), 42);
    ck_assert_str_eq(json_str(json_get(json_get(r, "suite"), "version")),
                     "1.0.0");
    ck_assert_str_eq(json_str(json_get(json_get(r, "target"), "url")),
                     "mqtt://127.0.0.1:1883");
    const struct json *summary = json_get(r, "summary");
    for (int v = 0; v < VERDICTS; v++)
        ck_assert_int_eq(json_number(json_get(summary, result_verdict_name(v))),
                         result_count(&run, v));
    const struct json *list = json_get(r, "scenarios");
    ck_assert_uint_eq(json_count(list), run.scenario_count);
    const struct json *s = json_at(list, 8);
    ck_assert_str_eq(json_str(json_get(s, "id")),
                     "qos/qos2/duplicate-after-resume");
    ck_assert_str_eq(json_str(json_get(s, "version")), "5.0");
    ck_assert_str_eq(json_str(json_get(s, "verdict")), "fail");
    const struct json *judged = json_at(json_get(s, "statements"), 1);
    ck_assert_str_eq(json_str(json_get(judged, "id")), "MQTT-4.3.3-10");
    ck_assert_str_eq(json_str(json_get(judged, "verdict")), "fail");
    ck_assert_uint_eq(json_count(json_get(r, "choices")), 1);
    ck_assert_uint_eq(json_count(json_get(r, "statements")), 392);
    json_free(r);
    end();
}
END_TEST

START_TEST(what_is_written_is_read)
{
    struct result_run again;
    struct coverage joined;
    struct error err = {{0}};
    struct buf second = {0};

    begin();
    ck_assert_msg(report_json_read(&again, buf_slice(&out), &err) == 0, "%s",
                  err.text);
    ck_assert_int_eq(result_exit_status(&again, false), 2);
    sample_coverage(&joined, &again);
    report_json(&second, &again, &joined);
    ck_assert_str_eq(buf_cstr(&second), buf_cstr(&out));
    coverage_release(&joined);
    result_run_release(&again);
    buf_release(&second);
    end();
}
END_TEST

START_TEST(what_is_no_report_is_refused)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", ""},
        {"{}", "not a report"},
        {"[1]", "not a report"},
        {"{\"schema\": 1}", "not a report"},
        {"{\"schema\": 2, \"scenarios\": []}", "schema 2"},
        {"{\"schema\": 1, \"scenarios\": [{}]}", "without \"id\""},
        {"{\"schema\": 1, \"scenarios\": [{\"id\": \"a/b/c\", \"version\": "
         "\"5.0\", \"verdict\": \"perhaps\"}]}",
         "a/b/c: \"perhaps\" is no verdict"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct error err = {{0}};
        ck_assert_int_eq(
            report_json_read(&run, slice_str(rows[i].text), &err), -1);
        ck_assert_ptr_nonnull(strstr(err.text, rows[i].message));
        ck_assert(err.text[0] != 0);
        ck_assert_uint_eq(run.scenario_count, 0);
    }
}
END_TEST

TEST_MAIN(it_has_what_schema_1_promises, what_is_written_is_read,
          what_is_no_report_is_refused)
