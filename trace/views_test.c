/* views_test.c - views of whole captures, asked for as on the command line.
 * SPDX-License-Identifier: MIT
 *
 * Goldens as in testdata_test.c. Redaction is held to its promise: the result
 * decodes to the same, names and payloads apart.                             */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/golden.h"
#include "base/json.h"
#include "trace/reading.h"
#include "trace/views/whole.h"

#define FOLDER "trace/testdata/"

enum { WORDS_MAX = 8 };

/* Splits "--at 60 FILE" and parses it; file names get FOLDER in front. */
static int
parse(struct options *o, char *text, struct error *err)
{
    static char paths[WORDS_MAX][200];
    static char *argv[WORDS_MAX + 1];
    int argc = 1;
    static char program[] = "plumb-trace";
    argv[0] = program;
    for (char *w = strtok(text, " "); w; w = strtok(NULL, " ")) {
        bool is_file = strstr(w, ".pcap") != NULL;
        snprintf(paths[argc], sizeof paths[argc], "%s%s",
                 is_file ? FOLDER : "", w);
        argv[argc] = paths[argc];
        argc++;
    }
    argv[argc] = NULL;
    *o = (struct options){0};
    return options_parse(o, argc, argv, err);
}

static void
run_whole(const char *command, struct buf *out)
{
    char text[300];
    struct options o;
    struct error err = {""};
    struct view v = {0}, other = {0};
    snprintf(text, sizeof text, "%s", command);
    ck_assert_msg(parse(&o, text, &err) == 0, "%s", err.text);
    struct whole w = {.number = o.number, .is_json = o.is_json,
                      .tells_answers = o.tells_answers, .print = o.view.print};
    ck_assert(whole_is(o.view.kind));
    ck_assert_msg(reading_keep(o.files, 1, &o, &v, out, &w.title, &err) == 0,
                  "%s", err.text);
    if (o.file_count == 2)
        ck_assert(reading_keep(o.files + 1, 1, &o, &other, out,
                               &w.other_title, &err) == 0);
    w.conversation = v.kept;
    w.other = other.kept;
    ck_assert_msg(whole_print(out, o.view.kind, &w, &err) == 0, "%s",
                  err.text);
    view_release(&v);
    view_release(&other);
}

static const struct {
    const char *command; /* as typed, without the folder of captures */
    const char *golden;
} goldens[] = {
    {"--follow 28 js-v5-tcp-a.pcap", "js-v5-tcp-a.follow-28.txt"},
    {"--follow 31 js-v5-tcp-a.pcap", "js-v5-tcp-a.follow-28.txt"},
    {"--follow 9 replay-will-v311.pcapng", "replay-will-v311.follow-9.txt"},
    {"--at 60 js-v5-tcp-a.pcap", "js-v5-tcp-a.at-60.txt"},
    {"--at 60 --json js-v5-tcp-a.pcap", "js-v5-tcp-a.at-60.json"},
    {"--at 15 resume-v311-a.pcap", "resume-v311-a.at-15.txt"},
    {"--at 5 midstream-v5-a.pcap", "midstream-v5-a.at-5.txt"},
    {"--diff js-v5-tcp-a.pcap js-v311-ipv6-a.pcap", "js.diff.txt"},
    {"--diff raw-ns-a.pcap vlan-a.pcap", "same.diff.txt"},
    {"--exercise 7 lint-a.pcap", "lint-a.exercise-7.txt"},
    {"--exercise 7 --answers lint-a.pcap", "lint-a.answers-7.txt"},
    {"--to-scenario resume-v311-a.pcap", "resume-v311-a.scn"},
    {"--to-scenario mosq-any-sll-a.pcap", "mosq-any-sll-a.scn"},
    {"--to-scenario js-v5-tcp-a.pcap", "js-v5-tcp-a.scn"},
    {"--to-scenario replay-session-v5.pcapng", "replay-session-v5.scn"},
    {"--to-scenario replay-extras-v5.pcapng", "replay-extras-v5.scn"},
    {"--to-scenario replay-will-v311.pcapng", "replay-will-v311.scn"},
    {"--to-scenario lint-a.pcap", "lint-a.scn"},
};

START_TEST(whole_captures_read_as_they_did)
{
    for (size_t i = 0; i < TEST_COUNT(goldens); i++) {
        struct buf out = {0};
        char path[200];
        run_whole(goldens[i].command, &out);
        snprintf(path, sizeof path, FOLDER "%s", goldens[i].golden);
        golden_check(buf_slice(&out), path);
        buf_release(&out);
    }
}
END_TEST

/* --- filters -------------------------------------------------------------- */

static const struct {
    const char *command;
    unsigned packets;    /* that pass */
} filters[] = {
    {"--tsv js-v5-tcp-a.pcap", 98},
    {"--tsv --client teach-sub js-v5-tcp-a.pcap", 52},
    {"--tsv --type publish js-v5-tcp-a.pcap", 38},
    {"--tsv --type PUBLISH,PUBACK js-v5-tcp-a.pcap", 56},
    {"--tsv --topic lab/room1/big js-v5-tcp-a.pcap", 10},
    {"--tsv --topic lab/room1/big --type publish js-v5-tcp-a.pcap", 2},
    {"--tsv --qos 2 --type publish js-v5-tcp-a.pcap", 10},
    {"--tsv --packet 28 js-v5-tcp-a.pcap", 1},
    {"--tsv --connection 1 --type disconnect js-v5-tcp-a.pcap", 1},
    {"--tsv --until 0.01 js-v5-tcp-a.pcap", 2},
    {"--tsv --from 0.01 --until 0.015 js-v5-tcp-a.pcap", 2},
    {"--tsv --violations js-v5-tcp-a.pcap", 0},
    {"--tsv --client nobody js-v5-tcp-a.pcap", 0},
};

START_TEST(filters_let_through_what_they_say)
{
    for (size_t i = 0; i < TEST_COUNT(filters); i++) {
        char text[300];
        struct options o;
        struct error err = {""};
        struct view v = {0};
        struct buf out = {0};
        const char *title;
        snprintf(text, sizeof text, "%s", filters[i].command);
        ck_assert_msg(parse(&o, text, &err) == 0, "%s", err.text);
        ck_assert(reading_keep(o.files, 1, &o, &v, &out, &title, &err) == 0);
        ck_assert_msg(v.shown == filters[i].packets, "%s: %u, not %u",
                      filters[i].command, (unsigned)v.shown,
                      filters[i].packets);
        view_release(&v);
        buf_release(&out);
    }
}
END_TEST

/* --violations is one pass more: which packets they are has to be known first. */
START_TEST(only_packets_that_break_a_statement)
{
    char text[] = "--tsv --violations lint-a.pcap";
    struct options o;
    struct error err = {""};
    struct view v = {0};
    struct buf out = {0};
    const char *title;
    size_t count;
    ck_assert_int_eq(parse(&o, text, &err), 0);
    uint64_t *broken = reading_broken(o.files, 1, &o, &count);
    ck_assert_uint_ge(count, 27);
    size_t packets = count > 0;
    for (size_t i = 1; i < count; i++) { /* one may break several */
        ck_assert_uint_le(broken[i - 1], broken[i]);
        packets += broken[i - 1] != broken[i];
    }
    o.view.only.broken = broken;
    o.view.only.broken_count = count;
    ck_assert(reading_keep(o.files, 1, &o, &v, &out, &title, &err) == 0);
    ck_assert_uint_eq(v.shown, packets);
    view_release(&v);
    buf_release(&out);
    free(broken);
}
END_TEST

/* --- redaction ------------------------------------------------------------ */

/* The columns that redaction leaves alone: type to packet identifier. */
static void
table_of(char *path, struct buf *out)
{
    char program[] = "plumb-trace", view[] = "--tsv";
    char *argv[] = {program, view, path};
    struct options o = {0};
    struct error err;
    struct view v;
    const char *title;
    struct buf text = {0};
    ck_assert(options_parse(&o, 3, argv, &err) == 0);
    ck_assert(reading_keep(o.files, 1, &o, &v, &text, &title, &err) == 0);
    for (char *line = strtok((char *)(uintptr_t)buf_cstr(&text), "\n"); line;
         line = strtok(NULL, "\n")) {
        int column = 0;
        for (char *at = line; *at; at++) {
            column += *at == '\t';
            if (column == 4 || (column >= 9 && column <= 15))
                buf_add_byte(out, (uint8_t)*at);
        }
        buf_add_byte(out, '\n');
    }
    view_release(&v);
    buf_release(&text);
}

START_TEST(a_redacted_capture_decodes_to_the_same)
{
    static const char *const names[] = {
        "allpackets-v5-a.pcap", "js-v5-tcp-a.pcap", "js-v5-ws-a.pcap",
        "lint-a.pcap", "resume-v311-a.pcap", "midstream-v5-a.pcap",
    };
    char path[] = "/tmp/redact-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        char original[200];
        struct buf before = {0}, after = {0}, bytes = {0};
        struct error err;
        snprintf(original, sizeof original, FOLDER "%s", names[i]);
        char program[] = "plumb-trace", redact[] = "--redact";
        char *argv[] = {program, redact, path, original};
        struct options o = {0};
        ck_assert(options_parse(&o, 4, argv, &err) == 0);
        ck_assert(reading_redact(o.files, 1, &o, &err) == 0);
        table_of(original, &before);
        table_of(path, &after);
        golden_compare(names[i], buf_slice(&after), buf_slice(&before));
        ck_assert(file_read(&bytes, path, &err) == 0);
        for (const char *word = "room1"; i == 1 && word; word = NULL)
            ck_assert(!memmem(bytes.data, bytes.len, word, strlen(word)));
        buf_release(&before);
        buf_release(&after);
        buf_release(&bytes);
    }
    unlink(path);
}
END_TEST

/* --- the schema of JSON lines ----------------------------------------------- */

/* docs/TRACE.md promises these members; whoever takes one away or renames it
 * breaks programs. */
static const char *const always[] = {
    "number", "frame", "time_ns", "connection", "from",
    "type",   "version", "offset", "length", "fields",
};

START_TEST(json_lines_keep_their_members)
{
    char text[] = "--json allpackets-v5-a.pcap";
    struct options o;
    struct error err;
    struct view v;
    struct buf out = {0};
    const char *title;
    unsigned lines = 0;
    ck_assert(parse(&o, text, &err) == 0);
    ck_assert(reading_keep(o.files, 1, &o, &v, &out, &title, &err) == 0);
    for (char *line = strtok((char *)(uintptr_t)buf_cstr(&out), "\n"); line;
         line = strtok(NULL, "\n")) {
        struct json *j = json_parse(slice_str(line), &err);
        ck_assert_msg(j != NULL, "%s", err.text);
        for (size_t i = 0; i < TEST_COUNT(always); i++)
            ck_assert_msg(json_get(j, always[i]) != NULL, "%s in %s",
                          always[i], line);
        json_free(j);
        lines++;
    }
    ck_assert_uint_eq(lines, v.shown);
    view_release(&v);
    buf_release(&out);
}
END_TEST

/* --- options ---------------------------------------------------------------- */

static const struct {
    const char *command;
    const char *says;    /* part of the message */
} wrong[] = {
    {"--diff js-v5-tcp-a.pcap", "two captures"},
    {"--answers js-v5-tcp-a.pcap", "--exercise"},
    {"--topic a#b js-v5-tcp-a.pcap", "not a Topic Filter"},
    {"--type FOO js-v5-tcp-a.pcap", "no packet type 'FOO'"},
    {"--qos 4 js-v5-tcp-a.pcap", "--qos"},
    {"--from x js-v5-tcp-a.pcap", "seconds"},
    {"--at", "needs N"},
    {"--at x a.pcap", "not a number"},
    {"--line --hex a.pcap", "only one view"},
    {"--lint --topic a a.pcap", "--lint"},
    {"--packet 0 a.pcap", "first packet is 1"},
    {"--line", "no capture"},
    {"--nonsense a.pcap", "--nonsense"},
    {"--filter x a.pcap", "did you mean --capture-filter?"},
    {"-i lo a.pcap", "at once"},
    {"--svg x a.pcap", "diagram"},
    {"--format json a.pcap", "--lint"},
    {"--port 70000 a.pcap", "--port"},
};

START_TEST(wrong_options_are_told_in_a_sentence)
{
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        char text[200];
        struct options o;
        struct error err = {""};
        snprintf(text, sizeof text, "%s", wrong[i].command);
        ck_assert_msg(parse(&o, text, &err) < 0, "%s", wrong[i].command);
        ck_assert_msg(strstr(err.text, wrong[i].says) != NULL, "%s: %s",
                      wrong[i].command, err.text);
    }
}
END_TEST

TEST_MAIN(whole_captures_read_as_they_did, filters_let_through_what_they_say,
          only_packets_that_break_a_statement,
          a_redacted_capture_decodes_to_the_same,
          json_lines_keep_their_members, wrong_options_are_told_in_a_sentence)
