/* options_test.c - what each option sets, and one clear error for each mistake.
 * SPDX-License-Identifier: MIT */
#include "trace/options.h"

#include "base/test.h"

enum { WORDS_MAX = 12 };

/* Splits "--at 60 FILE" and parses it. The words live until the next call. */
static int
parse(struct options *o, const char *command, struct error *err)
{
    static char words[300];
    static char *argv[WORDS_MAX + 1];
    static char program[] = "plumb-trace";
    int argc = 1;
    *o = (struct options){0};
    *err = (struct error){""};
    argv[0] = program;
    snprintf(words, sizeof words, "%s", command);
    for (char *w = strtok(words, " "); w; w = strtok(NULL, " "))
        argv[argc++] = w;
    argv[argc] = NULL;
    return options_parse(o, argc, argv, err);
}

/* --- views ---------------------------------------------------------------- */

static const struct {
    const char *command;
    enum view_kind kind;
    uint64_t number; /* what it is about; 0: nothing */
} views[] = {
    {"f", VIEW_LINE, 0},
    {"--line f", VIEW_LINE, 0},
    {"--tree f", VIEW_TREE, 0},
    {"--hex f", VIEW_HEX, 0},
    {"--json f", VIEW_JSON, 0},
    {"--tsv f", VIEW_TSV, 0},
    {"--summary f", VIEW_SUMMARY, 0},
    {"--stats f", VIEW_STATS, 0},
    {"--sequence f", VIEW_SEQUENCE, 0},
    {"--html f", VIEW_PAGE, 0},
    {"--packet 3 f", VIEW_DIAGRAM, 0},
    {"--packet 3 --hex f", VIEW_HEX, 0},
    {"--packet 3 --machine f", VIEW_MACHINE, 0},
    {"--twin f", VIEW_TWIN, 0},
    {"--follow 7 f", VIEW_FOLLOW, 7},
    {"--at 8 f", VIEW_AT, 8},
    {"--at 8 --json f", VIEW_AT, 8},
    {"--json --at 8 f", VIEW_AT, 8},
    {"--diff f g", VIEW_DIFF, 0},
    {"--to-scenario f", VIEW_SCENARIO, 0},
    {"--redact to f", VIEW_REDACT, 0},
    {"--exercise 9 f", VIEW_EXERCISE, 9},
};

START_TEST(a_view_is_chosen)
{
    for (size_t i = 0; i < TEST_COUNT(views); i++) {
        struct options o;
        struct error err;
        ck_assert_msg(parse(&o, views[i].command, &err) == 0, "%s: %s",
                      views[i].command, err.text);
        ck_assert_msg(o.view.kind == views[i].kind, "%s", views[i].command);
        ck_assert_msg(o.number == views[i].number, "%s", views[i].command);
        ck_assert_str_eq(o.files[0], "f");
    }
}
END_TEST

/* --- the rest ------------------------------------------------------------- */

START_TEST(options_set_what_they_say)
{
    struct options o;
    struct error err;
    ck_assert_int_eq(parse(&o, "f", &err), 0);
    ck_assert(!o.lints && o.format < 0 && !o.ascii && !o.is_joined);
    ck_assert_uint_eq(o.view.print.max_text, 120);
    ck_assert_int_eq(parse(&o, "--lint --format sarif --keylog k --join f g",
                           &err), 0);
    ck_assert(o.lints && o.is_joined && o.file_count == 2);
    ck_assert_int_eq(o.format, 3);
    ck_assert_str_eq(o.keylog, "k");
    ck_assert_int_eq(parse(&o, "--client c --topic a/# --qos 2 --violations "
                               "--connection 4 f", &err), 0);
    ck_assert_str_eq(o.view.only.client, "c");
    ck_assert_str_eq(o.view.only.topic, "a/#");
    ck_assert(o.view.only.has_qos && o.view.only.qos == 2);
    ck_assert(o.view.only.is_broken && o.view.only.has_connection);
    ck_assert_uint_eq(o.view.only.connection, 4);
    ck_assert_int_eq(parse(&o, "--from 1.5 --until 2 --full --show-secrets "
                               "--port 2883 --port 51883 f", &err), 0);
    ck_assert_int_eq(o.view.only.from_ns, 1500000000);
    ck_assert_int_eq(o.view.only.until_ns, 2000000000);
    ck_assert(o.view.print.max_text == 0 && o.view.print.secrets);
    ck_assert_uint_eq(o.unwrap.port_count, 2);
    ck_assert_uint_eq(o.unwrap.ports[1], 51883);
    ck_assert_int_eq(parse(&o, "--sequence --ascii --dot d --svg s --png p f",
                           &err), 0);
    ck_assert(o.ascii);
    ck_assert_str_eq(o.dot_path, "d");
    ck_assert_str_eq(o.svg_path, "s");
    ck_assert_str_eq(o.png_path, "p");
    ck_assert_int_eq(parse(&o, "-i lo -c 5 --capture-filter tcp", &err), 0);
    ck_assert_str_eq(o.live.interface, "lo");
    ck_assert_uint_eq(o.live.max_frames, 5);
    ck_assert_str_eq(o.filter, "tcp");
    ck_assert_int_eq(parse(&o, "--exercise 1 --answers f", &err), 0);
    ck_assert(o.tells_answers);
    ck_assert_int_eq(parse(&o, "--explain MQTT-3.3.1-4", &err), 0);
    ck_assert_str_eq(o.explain, "MQTT-3.3.1-4");
    ck_assert_int_eq(parse(&o, "--redact to f", &err), 0);
    ck_assert_str_eq(o.redact_path, "to");
    ck_assert_int_eq(parse(&o, "-- --line", &err), 0);
    ck_assert_str_eq(o.files[0], "--line");
}
END_TEST

static const struct {
    const char *command;
    const char *error; /* what it says, in part */
} mistakes[] = {
    {"", "no capture file given"},
    {"--sequenze f", "there is no option --sequenze"},
    {"--scenario f", "did you mean --to-scenario?"},
    {"--packet", "--packet needs N"},
    {"--packet x f", "--packet: 'x' is not a number"},
    {"--packet 0 f", "the first packet is 1"},
    {"--line --tree f", "only one view"},
    {"--at 1 --tsv f", "only one view"},
    {"--machine f", "add --packet N"},
    {"--format json f", "add --lint"},
    {"--lint --format xml f", "'xml' is none of text, json, junit, sarif"},
    {"--lint --tree f", "leave out the options about views"},
    {"--lint --client c f", "leave out the options about views"},
    {"--topic a/#/b f", "is not a Topic Filter"},
    {"--qos 3x f", "--qos: '3x' is not a number"},
    {"--qos 4 f", "--qos: '4' is not a number from 0 to 3"},
    {"--from -1 f", "is not a number of seconds"},
    {"--port 65536 f", "is not a number from 0 to 65535"},
    {"--svg s f", "add --sequence or --packet N"},
    {"--svg s --sequence f g", "take one capture"},
    {"-i lo f", "cannot be read at once"},
    {"-c 5 f", "goes with -i"},
    {"--answers f", "goes with --exercise"},
    {"--diff f", "name both"},
    {"--diff --join f g", "name both"},
};

START_TEST(one_clear_error)
{
    for (size_t i = 0; i < TEST_COUNT(mistakes); i++) {
        struct options o;
        struct error err;
        ck_assert_msg(parse(&o, mistakes[i].command, &err) == -1, "%s",
                      mistakes[i].command);
        ck_assert_msg(strstr(err.text, mistakes[i].error), "%s: %s",
                      mistakes[i].command, err.text);
    }
}
END_TEST

TEST_MAIN(a_view_is_chosen, options_set_what_they_say, one_clear_error)
