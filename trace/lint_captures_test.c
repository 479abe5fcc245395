/* lint_captures_test.c - what lint says of captures of real software.
 * SPDX-License-Identifier: MIT
 *
 * A false alarm is worse than a fault that is missed, so what is found in each
 * capture of trace/testdata stands in a file that somebody has read and argued
 * in docs/TRACE-LINT.md. Of lint-a everything that is labelled is found. And
 * the forms for machines keep their shape.                                   */
#include <stdio.h>

#include "base/golden.h"
#include "base/json.h"
#include "trace/lint/lint_print.h"
#include "trace/reading.h"

#define FOLDER "trace/testdata/"

static struct lint *
run_lint(const char *capture, const char *keylog)
{
    static char path[200], keys[200];
    char program[] = "plumb-trace", option[] = "--lint", with[] = "--keylog";
    char *argv[] = {program, option, path, with, keys};
    struct options o = {0};
    struct error err = {""};
    struct input_counts counts = {0};
    snprintf(path, sizeof path, FOLDER "%s", capture);
    snprintf(keys, sizeof keys, FOLDER "%s", keylog ? keylog : "");
    ck_assert_msg(options_parse(&o, keylog ? 5 : 3, argv, &err) == 0, "%s",
                  err.text);
    struct lint *l = lint_new();
    struct model_events events = lint_events(l);
    ck_assert_msg(reading_run(o.files, 1, &o, &events, NULL, NULL, &counts,
                              &err) == 0, "%s", err.text);
    return l;
}

/* --- what is found -------------------------------------------------------- */

static const struct {
    const char *name;
    const char *keylog;
} captures[] = {
    {"lint-a.pcap", NULL},
    {"allpackets-v5-a.pcap", NULL},      {"js-v311-ipv6-a.pcap", NULL},
    {"js-v5-tcp-a.pcap", NULL},          {"js-v5-ws-a.pcap", NULL},
    {"js-v5-tls13-a.pcap", "js-v5-tls13-a.keylog"},
    {"js-v5-tls13-dsb-a.pcapng", NULL},  {"midstream-v5-a.pcap", NULL},
    {"mosq-any-sll-a.pcap", NULL},       {"mosq-snaplen-a.pcap", NULL},
    {"oddport-nosyn-a.pcap", NULL},      {"portreuse-a.pcap", NULL},
    {"raw-ns-a.pcap", NULL},             {"resume-v311-a.pcap", NULL},
    {"rst-midpacket-findata-a.pcap", NULL}, {"seg-drip-a.pcap", NULL},
    {"seqwrap-a.pcap", NULL},            {"tcp-loss-a.pcap", NULL},
    {"tcp-reorder-a.pcap", NULL},        {"vlan-a.pcap", NULL},
    {"ws-odd-a.pcap", NULL},             {"replay-extras-v5.pcapng", NULL},
    {"replay-session-v5.pcapng", NULL},  {"replay-will-v311.pcapng", NULL},
    {"wrapped-a.pcapng", NULL},
};

START_TEST(no_alarm_that_was_not_argued)
{
    struct buf out = {0};
    for (size_t i = 0; i < TEST_COUNT(captures); i++) {
        struct lint *l = run_lint(captures[i].name, captures[i].keylog);
        size_t n;
        const struct lint_finding *f = lint_findings(l, &n);
        buf_printf(&out, "%s: %llu packets, %llu violations\n",
                   captures[i].name,
                   (unsigned long long)lint_totals(l).packets,
                   (unsigned long long)lint_totals(l).violations);
        for (size_t k = 0; k < n; k++)
            if (lint_is_violation(&f[k]))
                buf_printf(&out, "    %llu %s %s: %s\n",
                           (unsigned long long)f[k].packet,
                           lint_side_name(f[k].by),
                           *f[k].ids ? f[k].ids : f[k].section, f[k].text);
        lint_free(l);
    }
    golden_check(buf_slice(&out), FOLDER "lint.findings");
    buf_release(&out);
}
END_TEST

/* --- forms, for people and for machines ------------------------------------ */

START_TEST(forms_read_as_they_did)
{
    static const struct {
        enum lint_format format;
        const char *capture, *golden;
    } forms[] = {
        {LINT_TEXT, "lint-a.pcap", FOLDER "lint-a.lint.txt"},
        {LINT_TEXT, "midstream-v5-a.pcap", FOLDER "midstream-v5-a.lint.txt"},
        {LINT_JSON, "lint-a.pcap", FOLDER "lint-a.lint.json"},
        {LINT_JUNIT, "lint-a.pcap", FOLDER "lint-a.lint.junit.xml"},
        {LINT_SARIF, "lint-a.pcap", FOLDER "lint-a.lint.sarif"},
    };
    for (size_t i = 0; i < TEST_COUNT(forms); i++) {
        struct lint *l = run_lint(forms[i].capture, NULL);
        struct buf out = {0};
        lint_print(&out, l, forms[i].format, forms[i].capture);
        golden_check(buf_slice(&out), forms[i].golden);
        buf_release(&out);
        lint_free(l);
    }
}
END_TEST

/* The members that SARIF 2.1.0 requires, and those that viewers need. */
START_TEST(sarif_has_the_shape_of_2_1_0)
{
    struct lint *l = run_lint("lint-a.pcap", NULL);
    struct buf out = {0};
    struct error err;
    lint_print(&out, l, LINT_SARIF, "lint-a.pcap");
    struct json *j = json_parse(buf_slice(&out), &err);
    ck_assert_msg(j != NULL, "%s", err.text);
    ck_assert_str_eq(json_str(json_get(j, "version")), "2.1.0");
    ck_assert_ptr_nonnull(strstr(json_str(json_get(j, "$schema")), "sarif"));
    const struct json *run = json_at(json_get(j, "runs"), 0);
    const struct json *driver = json_get(json_get(run, "tool"), "driver");
    ck_assert_str_eq(json_str(json_get(driver, "name")), "plumb-trace");
    const struct json *results = json_get(run, "results");
    ck_assert_uint_ge(json_count(results), 27);
    for (size_t i = 0; i < json_count(results); i++) {
        const struct json *r = json_at(results, i);
        const char *level = json_str(json_get(r, "level"));
        ck_assert_str_ne(json_str(json_get(r, "ruleId")), "");
        ck_assert(strcmp(level, "error") == 0 ||
                  strcmp(level, "warning") == 0 || strcmp(level, "note") == 0);
        ck_assert_str_ne(json_str(json_get(json_get(r, "message"), "text")),
                         "");
        const struct json *place = json_get(
            json_at(json_get(r, "locations"), 0), "physicalLocation");
        ck_assert_str_ne(
            json_str(json_get(json_get(place, "artifactLocation"), "uri")),
            "");
    }
    json_free(j);
    buf_release(&out);
    lint_free(l);
}
END_TEST

START_TEST(explain_reads_as_it_did)
{
    static const char *const ids[] = {
        "MQTT-3.3.1-4", "MQTT311-3.3.1-4", "MQTT-4.3.3-8", "MQTT-3.1.2-22",
        "MQTT-6.0.0-1",
    };
    struct buf out = {0};
    for (size_t i = 0; i < TEST_COUNT(ids); i++)
        ck_assert(lint_explain(&out, ids[i]));
    golden_check(buf_slice(&out), FOLDER "explain.txt");
    ck_assert(!lint_explain(&out, "MQTT-9.9.9-9"));
    buf_release(&out);
}
END_TEST

TEST_MAIN(no_alarm_that_was_not_argued, forms_read_as_they_did,
          sarif_has_the_shape_of_2_1_0, explain_reads_as_it_did)
