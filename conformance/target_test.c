/* target_test.c - command lines and target files.
 * SPDX-License-Identifier: MIT */
#include "conformance/target.h"

#include <stdio.h>

#include "base/file.h"
#include "base/test.h"

static const char path[] = "build/target_test.conf";

static void
write_target(const char *text)
{
    struct error err = {""};
    ck_assert_msg(file_write(path, slice_str(text), &err) == 0, "%s",
                  err.text);
}

START_TEST(options_are_read_or_explained)
{
    static const struct {
        const char *args[4];
        const char *error; /* part of it; NULL: none */
    } rows[] = {
        {{"--jobs", "7", "qos", "--strict"}, NULL},
        {{"--jobs=7"}, NULL},
        {{"--jobs"}, "wants a value"},
        {{"--jobs", "0"}, "'0' is not a number"},
        {{"--strict=1"}, "takes no value"},
        {{"--frobnicate"}, "no option --frobnicate"},
        {{"-x"}, "no option -x"},
        {{"--version", "5.0,3.1.1"}, NULL},
        {{"--version", "4.0"}, "is no version"},
        {{"--patience", "0"}, "not a number from"},
        {{"--shard", "3/2"}, "not a part"},
        {{"--shard", "2/2"}, NULL},
        {{"--check"}, "no option --check"}, /* that is of fmt */
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct options o;
        struct error err = {""};
        char *argv[4];
        int argc = 0;
        while (argc < 4 && rows[i].args[argc]) {
            argv[argc] = (char *)rows[i].args[argc];
            argc++;
        }
        int status = options_parse(&o, CMD_RUN, argc, argv, &err);
        ck_assert_msg(status == (rows[i].error ? -1 : 0), "%s: %s", argv[0],
                      err.text);
        if (rows[i].error)
            ck_assert_msg(strstr(err.text, rows[i].error), "%s", err.text);
    }
}
END_TEST

START_TEST(a_target_file_says_all_this)
{
    struct options o = {.target_file = path};
    struct target t;
    struct error err = {""};
    write_target("# ours\n"
                 "name     staging area\n"
                 "url      mqtt://127.0.0.1:1884\n"
                 "also     ws://[::1]:9001/mqtt\n"
                 "user     u{n}\n"
                 "password secret\n"
                 "keep_alive 600\n"
                 "restart  ./again now\n"
                 "set      forbidden_publish admin/x\n"
                 "has      session no\n"
                 "waive    qos/qos2/dup* until 2000-01-01: ticket 1\n"
                 "waive    qos/*: ticket 2\n");
    ck_assert_msg(target_load(&t, &o, &err) == 0, "%s", err.text);
    ck_assert_str_eq(t.name, "staging area");
    ck_assert_str_eq(t.shown, "mqtt://127.0.0.1:1884");
    ck_assert_uint_eq(t.drive.by[URI_MQTT]->port, 1884);
    ck_assert_str_eq(t.drive.by[URI_WS]->host, "::1");
    ck_assert_ptr_null(t.drive.by[URI_MQTTS]);
    ck_assert(slice_is(t.user, "u{n}"));
    ck_assert_uint_eq(t.keep_alive, 600);
    ck_assert_str_eq(t.restart, "./again now");
    ck_assert_uint_eq(t.name_count, 3); /* and user and password */
    ck_assert(slice_is(t.names[0].name, "target.forbidden_publish"));
    ck_assert(slice_is(t.names[0].value.text, "admin/x"));

    struct probe probe = {0};
    probe.answers[MQTT_50][PROBE_session].has = true;
    target_override(&t, &probe);
    ck_assert(!probe.answers[MQTT_50][PROBE_session].has);
    ck_assert(probe.answers[MQTT_50][PROBE_acl].has);
    ck_assert(probe.answers[MQTT_50][PROBE_restart].has);
    ck_assert(!probe.answers[MQTT_50][PROBE_kill].has);
    ck_assert(probe.answers[MQTT_50][PROBE_websocket].has);

    struct result_scenario s = {.verdict = VERDICT_FAIL};
    result_set(&s.id, "qos/qos2/duplicate"); /* the first has expired */
    target_waive(&t, &s);
    ck_assert_int_eq(s.verdict, VERDICT_FAIL);
    ck_assert(strstr(s.reason, "expired"));
    result_set(&s.id, "qos/qos1/x");
    target_waive(&t, &s);
    ck_assert_int_eq(s.verdict, VERDICT_WAIVED);
    ck_assert(strstr(s.reason, "ticket 2"));
    s.verdict = VERDICT_FAIL;
    result_set(&s.id, "wills/x");
    target_waive(&t, &s);
    ck_assert_int_eq(s.verdict, VERDICT_FAIL);
    result_scenario_release(&s);
    target_release(&t);
    remove(path);
}
END_TEST

START_TEST(a_bad_target_file_is_told_with_its_line)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"\nurll mqtt://x\n", ":2: there is no \"urll\""},
        {"has wings yes\n", ":1: there is no capability \"wings\""},
        {"has session maybe\n", "yes or no"},
        {"waive qos/*\n", "a colon and a reason"},
        {"waive qos/* by now: x\n", "until YYYY-MM-DD"},
        {"url ftp://x\n", ":1: "},
        {"name x\n", "no `url`"},
        {"set a\n", "a name and a value"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct options o = {.target_file = path};
        struct target t;
        struct error err = {""};
        write_target(rows[i].text);
        ck_assert_int_eq(target_load(&t, &o, &err), -1);
        ck_assert_msg(strstr(err.text, rows[i].error), "%s: %s", rows[i].text,
                      err.text);
        target_release(&t);
    }
    remove(path);
}
END_TEST

TEST_MAIN(options_are_read_or_explained, a_target_file_says_all_this,
          a_bad_target_file_is_told_with_its_line)
