/* coverage_test.c - statements joined with scenarios and results.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "conformance/catalog/coverage_print.h"
#include "conformance/catalog/explain.h"

static struct coverage c;
static struct buf out;

static void
begin(void)
{
    coverage_init(&c);
    out = (struct buf){0};
}

static void
end(void)
{
    coverage_release(&c);
    buf_release(&out);
}

static void
add_line(const char *id, unsigned versions, const char *scenario)
{
    coverage_add_line(&c, slice_str(id), versions, scenario, "scenarios/a.scn",
                      9);
}

/* A run of one scenario with one judgement, or none when id is NULL. */
static void
add_run(const char *scenario, enum mqtt_version v, enum result_verdict verdict,
        const char *id, enum result_verdict judged)
{
    struct result_run run = {0};
    struct result_scenario *s = result_add_scenario(&run);
    result_set(&s->id, scenario);
    s->version = v;
    s->verdict = verdict;
    if (id)
        result_add_judgement(s, slice_str(id), judged, 9);
    coverage_add_run(&c, &run);
    result_run_release(&run);
}

static const char *
status_of(const char *id)
{
    const struct coverage_row *row = coverage_find(&c, slice_str(id));
    ck_assert_ptr_nonnull(row);
    return coverage_status_name(coverage_status(row));
}

static bool
printed(const char *text)
{
    return strstr(buf_cstr(&out), text) != NULL;
}

START_TEST(without_scenarios_all_is_uncovered_or_argued)
{
    begin();
    ck_assert_uint_eq(c.row_count, 392);
    ck_assert_str_eq(status_of("MQTT-4.3.3-10"), "uncovered");
    ck_assert_str_eq(status_of("MQTT-4.7.3-3"), "not-observable");
    ck_assert_uint_eq(coverage_count(&c, MQTT_NO_VERSION, COVERAGE_UNCOVERED) +
                          coverage_count(&c, MQTT_NO_VERSION,
                                         COVERAGE_NOT_OBSERVABLE),
                      c.row_count);
    ck_assert_uint_gt(coverage_check(&out, &c), 300);
    ck_assert(printed("MQTT-4.3.3-10: no scenario judges it"));
    ck_assert(!printed("MQTT-4.7.3-3:"));
    end();
}
END_TEST

START_TEST(the_status_is_what_the_results_say)
{
    static const struct {
        enum result_verdict scenario, judgement;
        bool is_judged;
        const char *status;
    } rows[] = {
        {VERDICT_PASS, VERDICT_PASS, true, "pass"},
        {VERDICT_FAIL, VERDICT_FAIL, true, "fail"},
        {VERDICT_WARN, VERDICT_WARN, true, "warn"},
        {VERDICT_LENIENT, VERDICT_LENIENT, true, "lenient"},
        {VERDICT_UNEXERCISED, VERDICT_UNEXERCISED, true, "unexercised"},
        {VERDICT_WAIVED, VERDICT_FAIL, true, "waived"},
        {VERDICT_UNSTABLE, VERDICT_PASS, true, "inconclusive"},
        {VERDICT_FAIL, VERDICT_PASS, true, "pass"}, /* it was another line */
        {VERDICT_SKIP, 0, false, "skipped"},
        {VERDICT_INCONCLUSIVE, 0, false, "inconclusive"},
        {VERDICT_ERROR, 0, false, "inconclusive"},
        {VERDICT_FAIL, 0, false, "inconclusive"}, /* failed before it */
        {VERDICT_PASS, 0, false, "unexercised"},  /* branch not taken */
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        begin();
        add_line("MQTT-4.3.3-10", V_5, "qos/a");
        ck_assert_str_eq(status_of("MQTT-4.3.3-10"), "not-run");
        add_run("qos/a", MQTT_50, rows[i].scenario,
                rows[i].is_judged ? "MQTT-4.3.3-10" : NULL, rows[i].judgement);
        ck_assert_str_eq(status_of("MQTT-4.3.3-10"), rows[i].status);
        end();
    }
}
END_TEST

START_TEST(a_failure_outweighs_and_a_pass_outweighs_silence)
{
    begin();
    add_line("MQTT-4.3.3-10", V_5, "qos/a");
    add_line("MQTT-4.3.3-10", V_5, "qos/b");
    add_run("qos/a", MQTT_50, VERDICT_SKIP, NULL, 0);
    add_run("qos/b", MQTT_50, VERDICT_PASS, "MQTT-4.3.3-10", VERDICT_PASS);
    ck_assert_str_eq(status_of("MQTT-4.3.3-10"), "pass");
    add_run("qos/b", MQTT_50, VERDICT_FAIL, "MQTT-4.3.3-10", VERDICT_FAIL);
    ck_assert_str_eq(status_of("MQTT-4.3.3-10"), "fail");
    ck_assert_uint_eq(coverage_find(&c, slice_str("MQTT-4.3.3-10"))->passed,
                      1);
    end();
}
END_TEST

START_TEST(nothing_is_inferred_from_one_version_to_the_other)
{
    begin();
    add_line("MQTT-4.3.3-10", V_311 | V_5, "qos/a");
    add_line("MQTT311-4.3.3-2", V_311 | V_5, "qos/a");
    add_run("qos/a", MQTT_311, VERDICT_PASS, "MQTT-4.3.3-10", VERDICT_PASS);
    ck_assert_str_eq(status_of("MQTT-4.3.3-10"), "not-run");
    ck_assert_str_eq(status_of("MQTT311-4.3.3-2"), "unexercised");
    end();
}
END_TEST

START_TEST(bad_lines_are_problems)
{
    begin();
    add_line("MQTT-9.9.9-9", V_5, "qos/a");
    add_line("MQTT311-4.3.3-2", V_5, "qos/a");
    add_line("MQTT31-s3.3", V_31, "qos/a"); /* fine: a section of 3.1 */
    add_line("MQTT-4.7.3-3", V_5, "qos/a"); /* has a reason as well */
    ck_assert_uint_eq(c.problem_count, 2);
    coverage_check(&out, &c);
    ck_assert(printed("scenarios/a.scn:9: there is no statement "
                      "MQTT-9.9.9-9"));
    ck_assert(printed("scenarios/a.scn:9: MQTT311-4.3.3-2 is of 3.1.1"));
    ck_assert(printed("MQTT-4.7.3-3: qos/a judges it, and yet"));
    ck_assert(!printed("MQTT31-s3.3"));
    end();
}
END_TEST

START_TEST(what_never_passed_is_not_covered)
{
    begin();
    add_line("MQTT-4.3.3-10", V_5, "qos/a");
    coverage_check(&out, &c);
    ck_assert(!printed("MQTT-4.3.3-10"));
    add_run("qos/a", MQTT_50, VERDICT_SKIP, NULL, 0);
    buf_clear(&out);
    coverage_check(&out, &c);
    ck_assert(printed("MQTT-4.3.3-10: no line that names it ever passed"));
    end();
}
END_TEST

START_TEST(a_lost_statement_is_noticed)
{
    static const char before[] =
        "{\"schema\": 1, \"statements\": ["
        "{\"id\": \"MQTT-4.3.3-10\", \"status\": \"pass\"},"
        "{\"id\": \"MQTT-4.3.3-9\", \"status\": \"pass\"},"
        "{\"id\": \"MQTT-4.3.3-8\", \"status\": \"skipped\"}]}";
    struct error err = {{0}};

    begin();
    add_line("MQTT-4.3.3-10", V_5, "qos/a");
    add_run("qos/a", MQTT_50, VERDICT_PASS, "MQTT-4.3.3-10", VERDICT_PASS);
    ck_assert_int_eq(coverage_compare(&out, &c, slice_str(before), &err), 1);
    ck_assert_str_eq(buf_cstr(&out),
                     "MQTT-4.3.3-9: was covered, and is now uncovered\n");
    ck_assert_int_eq(coverage_compare(&out, &c, slice_str("[]"), &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "not a report"));
    end();
}
END_TEST

static struct script_stmt
judging(struct slice *id, uint8_t versions, unsigned line)
{
    return (struct script_stmt){.kind = STMT_JUDGE,
                                .at = {line, 1},
                                .versions = versions,
                                .ids = id,
                                .id_count = 1};
}

START_TEST(a_file_gives_the_lines_of_all_its_blocks)
{
    struct slice ids[] = {slice_str("MQTT-4.3.3-10"), slice_str("MQTT-4.3.3-9"),
                          slice_str("MQTT-4.3.3-8"),
                          slice_str("MQTT311-4.3.3-2")};
    struct script_stmt inner[] = {judging(&ids[1], 0, 3)};
    struct script_stmt branch[] = {judging(&ids[2], 0, 4)};
    struct script_stmt defined[] = {judging(&ids[3], V_311, 50)};
    struct script_branch branches[] = {{slice_str("closes"), {branch, 1}}};
    struct script_define define = {.block = {defined, 1}};
    struct script_stmt body[] = {
        judging(&ids[0], V_5, 2),
        {.kind = STMT_REPEAT, .block = {inner, 1}},
        {.kind = STMT_EITHER, .branches = branches, .branch_count = 1},
        {.kind = STMT_CALL, .define = &define},
    };
    struct script_scenario scenario = {.id = slice_str("qos/qos2/x"),
                                       .versions = V_311 | V_5,
                                       .body = {body, 4}};
    struct script_file file = {.path = slice_str("scenarios/qos/qos2.scn"),
                               .scenarios = &scenario,
                               .scenario_count = 1};
    static const unsigned lines[] = {2, 3, 4, 50};

    begin();
    coverage_add_file(&c, &file);
    ck_assert_uint_eq(c.problem_count, 0);
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        const struct coverage_row *row = coverage_find(&c, ids[i]);
        ck_assert_uint_eq(row->link_count, 1);
        ck_assert_uint_eq(row->links[0].line, lines[i]);
        ck_assert_str_eq(row->links[0].scenario, "qos/qos2/x");
    }
    end();
}
END_TEST

/* A define that is called with the name of a parameter of its own. */
START_TEST(a_parameter_stands_for_one_client)
{
    struct slice ids[] = {slice_str("MQTT311-3.1.4-2"),
                          slice_str("MQTT-3.1.4-3")};
    struct slice params[] = {slice_str("a"), slice_str("b")};
    struct script_stmt defined[] = {judging(&ids[0], 0, 50),
                                    judging(&ids[1], 0, 51)};
    defined[0].client = params[0];
    defined[1].client = params[1];
    struct script_define define = {
        .params = params, .param_count = 2, .block = {defined, 2}};
    struct script_expr args[] = {{.kind = EXPR_NAME, .text = params[1]},
                                 {.kind = EXPR_NAME, .text = params[0]}};
    struct script_expr *list[] = {&args[0], &args[1]};
    struct script_stmt body[] = {{.kind = STMT_CALL, .define = &define,
                                  .args = list, .arg_count = 2}};
    struct script_voice old = {.client = slice_str("b"), .version = MQTT_311};
    struct script_scenario scenario = {.id = slice_str("versions/x/y"),
                                       .versions = V_5,
                                       .voices = &old, .voice_count = 1,
                                       .body = {body, 1}};
    struct script_file file = {.path = slice_str("scenarios/versions/x.scn"),
                               .scenarios = &scenario,
                               .scenario_count = 1};

    begin();
    coverage_add_file(&c, &file);
    ck_assert_uint_eq(c.problem_count, 0);
    ck_assert(coverage_find(&c, ids[0])->links[0].is_beside);
    ck_assert(!coverage_find(&c, ids[1])->links[0].is_beside);
    end();
}
END_TEST

START_TEST(a_statement_is_explained)
{
    begin();
    add_line("MQTT-4.3.3-10", V_5, "qos/a");
    add_run("qos/a", MQTT_50, VERDICT_PASS, "MQTT-4.3.3-10", VERDICT_PASS);
    ck_assert(explain_statement(&out, &c, slice_str("MQTT-4.3.3-10")));
    ck_assert(printed("MQTT-4.3.3-10  MQTT 5.0, section 4.3.3"));
    ck_assert(printed("MQTT311-4.3.3-2"));
    ck_assert(printed("qos/a (scenarios/a.scn:9)"));
    ck_assert(printed("  result       pass\n"));
    buf_clear(&out);
    ck_assert(explain_statement(&out, &c, slice_str("4.3.3-2")));
    ck_assert(printed("MQTT-4.3.3-2  "));
    ck_assert(printed("MQTT311-4.3.3-2  "));
    buf_clear(&out);
    ck_assert(!explain_statement(&out, &c, slice_str("MQTT-4.3.3-99")));
    ck_assert(printed("That section has MQTT-4.3.3-1 MQTT-4.3.3-2 "));
    buf_clear(&out);
    ck_assert(!explain_statement(&out, &c, slice_str("nonsense")));
    ck_assert(printed("Ids look like"));
    end();
}
END_TEST

TEST_MAIN(without_scenarios_all_is_uncovered_or_argued,
          the_status_is_what_the_results_say,
          a_failure_outweighs_and_a_pass_outweighs_silence,
          nothing_is_inferred_from_one_version_to_the_other,
          bad_lines_are_problems, what_never_passed_is_not_covered,
          a_lost_statement_is_noticed,
          a_file_gives_the_lines_of_all_its_blocks,
          a_parameter_stands_for_one_client, a_statement_is_explained)
