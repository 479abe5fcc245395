/* bench_options_test.c - the command line and the loads of the bench.
 * SPDX-License-Identifier: MIT */
#include "client/bench_options.h"

#include "base/test.h"
#include "client/bench_packet.h"

static int
parse(struct bench_options *o, struct error *err, const char **words)
{
    int count = 0;
    while (words[count])
        count++;
    return bench_options_parse(o, count, (char **)words, err);
}
#define PARSE(...) parse(&o, &err, (const char *[]){__VA_ARGS__, NULL})

START_TEST(options_are_read)
{
    struct bench_options o;
    struct error err;
    ck_assert_int_eq(PARSE("-p", "1999", "--shape", "fan-out", "-q", "1"), 0);
    ck_assert_uint_eq(o.port, 1999);
    ck_assert_uint_eq(o.qos, 1);
    ck_assert_str_eq(o.shape->name, "fan-out");
}
END_TEST

START_TEST(nonsense_is_refused)
{
    struct bench_options o;
    struct error err;
    ck_assert_int_eq(PARSE("--shape", "round"), -1);
    ck_assert_str_eq(err.text,
                     "--shape round: there is no load \"round\": see --list");
    ck_assert_int_eq(PARSE("-s", "fan-out", "-q", "2"), -1);
    ck_assert_int_eq(PARSE("-p"), -1);
    ck_assert_int_eq(PARSE("-t", "0"), -1);
    ck_assert_int_eq(PARSE("--fast"), -1);
}
END_TEST

/* The template: fixed header, topic, Packet Identifier, publisher. */
START_TEST(a_publish_knows_where_its_identifier_stands)
{
    static const uint8_t want[] = {0x32, 15, 0, 7, 'b', 'e', 'n', 'c', 'h',
                                   '/', '3', 0, 1, 0, 0, 0, 3};
    struct buf out = {0};
    size_t at = bench_packet_publish(&out, 3, 4, 1);
    ck_assert_uint_eq(out.len, sizeof want);
    ck_assert_mem_eq(out.data, want, sizeof want);
    ck_assert_uint_eq(at, 11);
    buf_release(&out);
}
END_TEST

TEST_MAIN(options_are_read, nonsense_is_refused,
          a_publish_knows_where_its_identifier_stands)
