/* summaries_test.c - TAP, Markdown and badge against golden files.
 * SPDX-License-Identifier: MIT */
#include "base/golden.h"

#include "conformance/report/badge.h"
#include "conformance/report/markdown.h"
#include "conformance/report/sample_run.h"
#include "conformance/report/tap.h"

static struct result_run run;
static struct buf out;

static void
begin(void)
{
    sample_run(&run);
    out = (struct buf){0};
}

static void
end(void)
{
    result_run_release(&run);
    buf_release(&out);
}

/* How many lines begin so. */
static size_t
lines_with(const char *prefix)
{
    size_t count = 0;
    for (const char *at = buf_cstr(&out); at && *at;) {
        count += strncmp(at, prefix, strlen(prefix)) == 0;
        at = strchr(at, '\n');
        at = at ? at + 1 : NULL;
    }
    return count;
}

START_TEST(tap_has_a_line_for_each_scenario)
{
    begin();
    report_tap(&out, &run);
    ck_assert_uint_eq(lines_with("1..12"), 1);
    ck_assert_uint_eq(lines_with("ok ") + lines_with("not ok "), 12);
    ck_assert_uint_eq(lines_with("not ok "), 5);
    golden_check(buf_slice(&out), "conformance/report/testdata/sample.tap");
    end();
}
END_TEST

START_TEST(tap_reasons_cannot_forge_directives)
{
    begin();
    result_set(&run.scenarios[4].reason, "a # TODO b\nnot ok 99");
    report_tap(&out, &run);
    ck_assert_uint_eq(lines_with("not ok 99"), 0);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "SKIP skip: a \\# TODO b"));
    end();
}
END_TEST

START_TEST(markdown_sums_up)
{
    struct coverage coverage;
    begin();
    sample_coverage(&coverage, &run);
    report_markdown(&out, &run, &coverage);
    golden_check(buf_slice(&out), "conformance/report/testdata/sample.md");
    coverage_release(&coverage);
    end();
}
END_TEST

START_TEST(the_badge_says_the_worst)
{
    begin();
    report_badge(&out, &run);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), ": 3 fail'"));
    buf_clear(&out);
    run.scenario_count = 2;
    report_badge(&out, &run);
    run.scenario_count = 12;
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), ": 2 pass'"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "#1a7f37"));
    end();
}
END_TEST

TEST_MAIN(tap_has_a_line_for_each_scenario,
          tap_reasons_cannot_forge_directives, markdown_sums_up,
          the_badge_says_the_worst)
