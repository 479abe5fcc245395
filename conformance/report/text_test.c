/* text_test.c - the report on a terminal and in a log.
 * SPDX-License-Identifier: MIT */
#include "base/golden.h"

#include "conformance/report/phrase.h"
#include "conformance/report/sample_run.h"
#include "conformance/report/text.h"

/* All that a run writes, with these flags. */
static void
write_run(struct buf *out, bool is_terminal, bool has_colour)
{
    struct result_run run;
    struct coverage coverage;
    struct report_text t;
    FILE *f = tmpfile();

    sample_run(&run);
    sample_coverage(&coverage, &run);
    report_text_begin(&t, f, &run, run.scenario_count);
    ck_assert(!t.is_terminal);
    ck_assert(!t.has_colour);
    t.is_terminal = is_terminal;
    t.has_colour = has_colour;
    for (size_t i = 0; i < run.scenario_count; i++)
        report_text_scenario(&t, &run, &run.scenarios[i]);
    ck_assert_uint_eq(t.done, run.scenario_count);
    ck_assert_uint_eq(t.bad, 3);
    report_text_end(&t, &run, &coverage);
    rewind(f);
    out->len += fread(buf_room(out, 1 << 20), 1, 1 << 20, f);
    fclose(f);
    coverage_release(&coverage);
    result_run_release(&run);
}

START_TEST(a_log_is_plain_and_has_a_line_for_every_scenario)
{
    struct buf out = {0};
    write_run(&out, false, false);
    ck_assert_ptr_null(strchr(buf_cstr(&out), '\033'));
    ck_assert_ptr_null(strchr(buf_cstr(&out), '\r'));
    golden_check(buf_slice(&out), "conformance/report/testdata/sample.txt");
    buf_release(&out);
}
END_TEST

START_TEST(a_terminal_shows_progress_and_no_passes)
{
    struct buf out = {0};
    write_run(&out, true, true);
    const char *text = buf_cstr(&out);
    ck_assert_ptr_nonnull(strstr(text, "\r\033[K"));
    ck_assert_ptr_nonnull(strstr(text, "]   12/12"));
    ck_assert_ptr_nonnull(strstr(text, "\033[1;31mFAIL\033[0m"));
    ck_assert_ptr_null(strstr(text, "PASS\033[0m          qos/"));
    buf_release(&out);
}
END_TEST

START_TEST(a_reproducer_needs_nothing_of_ours)
{
    struct result_run run;
    struct buf out = {0};

    sample_run(&run);
    struct result_scenario *two = &run.scenarios[0];
    ck_assert(!phrase_reproducer(&out, &run, two));
    ck_assert_uint_eq(out.len, 0);
    struct result_scenario *s = &run.scenarios[9];
    ck_assert_str_eq(s->id, "publish/qos/three");
    ck_assert(phrase_reproducer(&out, &run, s));
    ck_assert_str_eq(buf_cstr(&out),
                     "(printf '\\020\\022\\000\\004MQTT\\004\\002\\000\\074"
                     "\\000\\006c-7f3a'; sleep 0.3; "
                     "printf '6\\006\\000\\001a\\000\\011\\000'; sleep 2) | "
                     "nc 127.0.0.1 1883 | xxd");
    result_set(&s->transport, "tls");
    ck_assert(!phrase_reproducer(&out, &run, s));
    result_run_release(&run);
    buf_release(&out);
}
END_TEST

START_TEST(a_reproducer_finds_host_and_port)
{
    static const struct {
        const char *target, *address;
    } rows[] = {
        {"mqtt://127.0.0.1:1883", "nc 127.0.0.1 1883 |"},
        {"mqtt://host", "nc host 1883 |"},
        {"mqtt://user:secret@host:18/x:9", "nc host 18 |"},
        {"mqtt://[::1]:1884", "nc ::1 1884 |"},
        {"mqtt://[::1]", "nc ::1 1883 |"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct result_run run;
        struct buf out = {0};
        sample_run(&run);
        result_set(&run.target, rows[i].target);
        ck_assert(phrase_reproducer(&out, &run, &run.scenarios[9]));
        ck_assert_ptr_nonnull(strstr(buf_cstr(&out), rows[i].address));
        buf_release(&out);
        result_run_release(&run);
    }
}
END_TEST

/* Of a lint it is the scenario, in whatever version; of others in this one. */
START_TEST(what_is_played_again_exists)
{
    struct result_run run;
    struct buf out = {0};
    sample_run(&run);
    struct result_scenario *s = &run.scenarios[0];
    s->version = MQTT_311;
    phrase_again(&out, &run, s);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), " --version 3.1.1 "));
    result_set(&s->seen_in, "versions/wills/of-5.0");
    buf_clear(&out);
    phrase_again(&out, &run, s);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), " versions/wills/of-5.0"));
    ck_assert_ptr_null(strstr(buf_cstr(&out), "--version"));
    buf_release(&out);
    result_run_release(&run);
}
END_TEST

TEST_MAIN(a_log_is_plain_and_has_a_line_for_every_scenario,
          a_terminal_shows_progress_and_no_passes,
          a_reproducer_needs_nothing_of_ours,
          a_reproducer_finds_host_and_port, what_is_played_again_exists)
