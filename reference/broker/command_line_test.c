/* command_line_test.c - the options of plumb-broker.
 * SPDX-License-Identifier: MIT */
#include "broker/command_line.h"

#include "base/test.h"

static struct error err;

/* Words separated by spaces. */
static int
parse(struct command_line *c, const char *line)
{
    static char text[512], name[] = "plumb-broker";
    char *argv[32] = {name};
    int argc = 1;
    ck_assert_uint_lt(strlen(line), sizeof text);
    strcpy(text, line);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    return command_line_parse(c, argc, argv, &err);
}

/* The places as "scheme host port path", one after the other. */
static const struct places {
    const char *line, *places;
} rows[] = {
    {"", "mqtt 127.0.0.1 1883;"},
    {"-p 0", "mqtt 127.0.0.1 0;"},
    {"-p99 --bind *", "mqtt * 99;"},
    {"--bind=::1", "mqtt ::1 1883;"},
    {"--listen mqtt://127.0.0.1:7", "mqtt 127.0.0.1 7;"},
    {"--listen ws://*:8080/mqtt --listen=mqtt://[::1]:0",
     "ws * 8080 /mqtt;mqtt ::1 0;"},
    {"--listen ws://h:8080 --port 1884", "mqtt 127.0.0.1 1884;ws h 8080;"},
    {"--listen wss://h:1 --bind h --tls-cert c --tls-key k",
     "mqtt h 1883;wss h 1;"},
};

START_TEST(where_it_listens)
{
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct command_line c;
        struct buf out = {0};
        ck_assert_msg(parse(&c, rows[i].line) == 0, "%s", err.text);
        for (size_t k = 0; k < c.listen_count; k++) {
            struct uri *u = &c.listen[k];
            buf_printf(&out, "%s %s %u", uri_scheme_name(u->scheme), u->host,
                       u->port);
            if (u->path.len)
                buf_printf(&out, " %s", buf_cstr(&u->path));
            buf_add_str(&out, ";");
        }
        ck_assert_str_eq(buf_cstr(&out), rows[i].places);
        buf_release(&out);
        command_line_release(&c);
    }
}
END_TEST

START_TEST(the_tls_options)
{
    struct command_line c;
    ck_assert_int_eq(parse(&c, "--listen mqtts://h --tls-cert a --tls-key b "
                               "--tls-ca c --tls-require-client-cert"), 0);
    ck_assert_str_eq(c.tls.certificate, "a");
    ck_assert_str_eq(c.tls.key, "b");
    ck_assert_str_eq(c.tls.ca, "c");
    ck_assert(c.tls.requires_certificate);
    command_line_release(&c);
}
END_TEST

START_TEST(settings_and_the_rest)
{
    struct command_line c;
    ck_assert_int_eq(parse(&c, "--receive-maximum 7 --port-file f --capture g "
                               "--allow-anonymous --retain-available=0"), 0);
    ck_assert_uint_eq(c.config.receive_maximum, 7);
    ck_assert(!c.config.retain_available && c.anonymous_given);
    ck_assert_str_eq(c.port_file, "f");
    ck_assert_str_eq(c.capture, "g");
    command_line_release(&c);
    ck_assert_int_eq(parse(&c, "-h"), 0);
    ck_assert(c.help && !c.anonymous_given);
    command_line_release(&c);
}
END_TEST

START_TEST(what_is_wrong)
{
    static const char *const wrong[][2] = {
        {"x", "'x' is not an option"},
        {"--nothing", "unknown option '--nothing'"},
        {"-z", "unknown option '-z'"},
        {"-", "is not an option"},
        {"--port", "needs a value"},
        {"--port 70000", "'70000' is not a port"},
        {"--help=1", "takes no value"},
        {"--listen x", "--listen: not a broker address"},
        {"--listen mqtt://u:p@h", "has no user"},
        {"--listen mqtt://h/path", "takes no path"},
        {"--tls-cert c", "--listen mqtts://"},
        {"--tls-require-client-cert --listen ws://h", "--listen mqtts://"},
        {"--receive-maximum 0", "not a number"},
    };
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        struct command_line c;
        ck_assert_int_eq(parse(&c, wrong[i][0]), -1);
        ck_assert_msg(strstr(err.text, wrong[i][1]), "%s", err.text);
        command_line_release(&c);
    }
}
END_TEST

START_TEST(the_help_names_every_option)
{
    struct buf out = {0};
    command_line_help(&out);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "--tls-require-client-cert"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "--receive-maximum"));
    for (char *line = strtok((char *)out.data, "\n"); line;
         line = strtok(NULL, "\n"))
        ck_assert_uint_lt(strlen(line), 120);
    buf_release(&out);
}
END_TEST

TEST_MAIN(where_it_listens, the_tls_options, settings_and_the_rest,
          what_is_wrong, the_help_names_every_option)
