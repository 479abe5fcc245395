/* input_test.c - several captures as one, their counts and their secrets.
 * SPDX-License-Identifier: MIT */
#include "trace/input.h"

#include "base/test.h"

#define FOLDER "trace/testdata/"

static void
ignore_open(void *user, struct stream_conn *c)
{
    (void)c;
    ++*(unsigned *)user;
}

static void
ignore_data(void *user, struct stream_conn *c, enum stream_side from,
            struct slice bytes, const struct stream_mark *mark)
{
    (void)user, (void)c, (void)from, (void)bytes, (void)mark;
}

static void
ignore_gap(void *user, struct stream_conn *c, enum stream_side from,
           uint64_t bytes, enum stream_gap cause,
           const struct stream_mark *mark)
{
    (void)user, (void)c, (void)from, (void)bytes, (void)cause, (void)mark;
}

static void
ignore_close(void *user, struct stream_conn *c, enum stream_close how,
             const struct stream_mark *mark)
{
    (void)user, (void)c, (void)how, (void)mark;
}

static int
read_all(const struct input *in, struct input_counts *counts,
         struct error *err)
{
    unsigned opened = 0;
    struct stream_events events = {&opened, ignore_open, ignore_data,
                                   ignore_gap, ignore_close};
    *counts = (struct input_counts){0};
    int got = input_read(in, &events, NULL, NULL, counts, err);
    ck_assert_uint_eq(opened, counts->connections);
    return got;
}

START_TEST(files_in_order_are_one_capture)
{
    static char one[] = FOLDER "js-v5-tcp-a.pcap";
    static char two[] = FOLDER "wrapped-a.pcapng"; /* another format */
    char *files[] = {one, two};
    struct input_counts a, b, both;
    struct error err = {""};
    struct input in = {.files = files, .file_count = 1};
    ck_assert_int_eq(read_all(&in, &a, &err), 0);
    in.files = files + 1;
    ck_assert_int_eq(read_all(&in, &b, &err), 0);
    in = (struct input){.files = files, .file_count = 2};
    ck_assert_int_eq(read_all(&in, &both, &err), 0);
    ck_assert_uint_eq(both.frames, a.frames + b.frames);
    ck_assert_uint_eq(both.connections, a.connections + b.connections);
    ck_assert_uint_eq(both.bytes, a.bytes + b.bytes);
    ck_assert_uint_eq(both.bad_checksums, a.bad_checksums + b.bad_checksums);
}
END_TEST

START_TEST(secrets_inside_a_capture_are_learnt)
{
    static char file[] = FOLDER "wrapped-a.pcapng";
    char *files[] = {file};
    struct input_counts counts;
    struct error err = {""};
    struct input in = {.files = files, .file_count = 1,
                       .keys = keylog_new()};
    ck_assert(keylog_is_empty(in.keys));
    ck_assert_int_eq(read_all(&in, &counts, &err), 0);
    ck_assert(!keylog_is_empty(in.keys));
    keylog_free(in.keys);
}
END_TEST

START_TEST(a_filter_leaves_connections_out)
{
    static char file[] = FOLDER "js-v5-tcp-a.pcap";
    char *files[] = {file};
    struct input_counts counts;
    struct error err = {""};
    struct input in = {.files = files, .file_count = 1,
                       .filter = "tcp port 9"};
    ck_assert_int_eq(read_all(&in, &counts, &err), 0);
    ck_assert_uint_eq(counts.connections, 0);
    in.filter = "no filter at all";
    ck_assert_int_eq(read_all(&in, &counts, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "filter"));
}
END_TEST

START_TEST(what_came_before_an_error_is_told)
{
    static char good[] = FOLDER "js-v5-tcp-a.pcap";
    static char bad[] = FOLDER "README.md";
    char *files[] = {good, bad};
    struct input_counts counts;
    struct error err = {""};
    struct input in = {.files = files, .file_count = 2};
    ck_assert_int_eq(read_all(&in, &counts, &err), -1);
    ck_assert_uint_gt(counts.frames, 0);
    ck_assert_uint_gt(counts.connections, 0);
    ck_assert_ptr_nonnull(strstr(err.text, "README.md"));
}
END_TEST

TEST_MAIN(files_in_order_are_one_capture, secrets_inside_a_capture_are_learnt,
          a_filter_leaves_connections_out, what_came_before_an_error_is_told)
