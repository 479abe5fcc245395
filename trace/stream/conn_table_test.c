/* conn_table_test.c - many connections, and the limits they must keep.
 * SPDX-License-Identifier: MIT */
#include "trace/stream/conn_table.h"

#include "base/random.h"
#include "trace/stream/stream_testkit.h"

/* clang-format off */
static const struct hear_case cases[] = {
{"same ports after FIN",
 {{'c', "S", 100, 0}, {'s', "SA", 500, 101}, {'c', "FA", 101, 501, "a"},
  {'s', "FA", 501, 103}, {'c', "A", 103, 502},
  {'c', "S", 900, 0}, {'s', "SA", 700, 901}, {'c', "A", 901, 701, "b"}},
 "+0 c\"a\"3 FIN +1 c\"b\"8 end of capture"},
{"same ports without FIN",
 {{'c', "S", 100, 0}, {'s', "SA", 500, 101}, {'c', "A", 101, 501, "a"},
  {'c', "S", 900, 0}, {'s', "SA", 700, 901}, {'c', "A", 901, 701, "b"}},
 "+0 c\"a\"3 ports reused +1 c\"b\"6 end of capture"},
{"same ports, and even the same first sequence number, after a refusal",
 {{'c', "S", 100, 0}, {'s', "RA", 0, 101},
  {'c', "S", 100, 0}, {'s', "SA", 500, 101}, {'c', "A", 101, 501, "a"}},
 "+0 RST +1 c\"a\"5 end of capture"},
{"same ports after a start in mid-stream",
 {{'c', "A", 2000, 3000, "a"}, {'s', "A", 3000, 2001},
  {'c', "S", 900, 0}, {'s', "SA", 700, 901}, {'c', "A", 901, 701, "b"}},
 "+0 c\"a\"1 ports reused +1 c\"b\"5 end of capture"},
{"same ports, only the answer was captured",
 {{'c', "A", 2000, 3000, "a"}, {'s', "A", 3000, 2001},
  {'s', "SA", 700, 901}, {'c', "A", 901, 701, "b"}},
 "+0 c\"a\"1 ports reused +1 c\"b\"4 end of capture"},
{"SYN and its answer sent again",
 {{'c', "S", 100, 0}, {'c', "S", 100, 0}, {'s', "SA", 500, 101},
  {'s', "SA", 500, 101}, {'c', "A", 101, 501, "a"}},
 "+0 c\"a\"5 end of capture"},
{"two clients",
 {{'c', "S", 100, 0, .port = 1}, {'c', "S", 100, 0, .port = 2},
  {'c', "A", 101, 501, "a", .port = 2}, {'c', "A", 101, 501, "b", .port = 1}},
 "+0 +1 c\"a\"3 c\"b\"4 end of capture end of capture"},
{"stragglers after the end open nothing",
 {{'c', "S", 100, 0}, {'s', "SA", 500, 101}, {'c', "FA", 101, 501, "a"},
  {'s', "FA", 501, 103}, {'c', "FA", 101, 501, "a"}, {'s', "A", 502, 103},
  {'c', "R", 103, 0}},
 "+0 c\"a\"3 FIN"},
};
/* clang-format on */

START_TEST(ports_are_not_connections)
{
    hear_cases(cases, TEST_COUNT(cases));
}
END_TEST

START_TEST(the_longest_silent_goes_but_empty_ones_first)
{
    static const struct row rows[] = {
        {'c', "A", 101, 501, "a", .port = 1},
        {'c', "S", 100, 0, .port = 2}, /* without data: cheap */
        {'c', "A", 101, 501, "b", .port = 3},
        {'c', "A", 101, 501, "c", .port = 4}, /* pushes out port 2 */
        {'c', "A", 102, 501, "d", .port = 1},
        {'c', "A", 101, 501, "e", .port = 5}, /* pushes out port 3 */
        {0}};
    struct heard h;
    hear_begin(&h, &(struct conn_limits){.conns_max = 3});
    for (const struct row *row = rows; row->from; row++)
        hear_row(&h, row);
    ck_assert_uint_eq(conn_table_count(h.table), 5);
    ck_assert_str_eq(hear_end(&h),
                     "+0 c\"a\"1 +1 +2 c\"b\"3 evicted +3 c\"c\"4"
                     " c\"d\"5 evicted +4 c\"e\"6"
                     " end of capture end of capture end of capture");
    buf_release(&h.text);
}
END_TEST

START_TEST(the_idle_go_when_a_limit_is_set)
{
    static const struct row rows[] = {
        {'c', "A", 101, 501, "a", .port = 1},
        {'c', "A", 101, 501, "b", .port = 2, .wait_ms = 2000},
        {'c', "A", 102, 501, "c", .port = 1},
        {0}};
    struct heard h;
    hear_begin(&h, &(struct conn_limits){.idle_ns = 1000000000});
    for (const struct row *row = rows; row->from; row++)
        hear_row(&h, row);
    ck_assert_str_eq(hear_end(&h), "+0 c\"a\"1 evicted +1 c\"b\"2 +2 c\"c\"3"
                                   " end of capture end of capture");
    buf_release(&h.text);
}
END_TEST

/* One without data is in another list: it goes all the same. One that both have
 * closed is kept for late segments, without a limit too, but not for ever. */
START_TEST(so_do_the_empty_and_the_closed)
{
    static const struct row idle[] = {
        {'c', "S", 100, 0, .port = 1},
        {'c', "A", 101, 501, "b", .port = 2, .wait_ms = 2000},
        {0}};
    static const struct row closed[] = {
        {'c', "S", 100, 0}, {'s', "SA", 500, 101},
        {'c', "FA", 101, 501, "a"}, {'s', "FA", 501, 103},
        {'c', "A", 103, 502, "late", .wait_ms = 1000},
        {'c', "A", 103, 502, "new", .wait_ms = 121000},
        {0}};
    struct heard h;
    hear_begin(&h, &(struct conn_limits){.idle_ns = 1000000000});
    for (const struct row *row = idle; row->from; row++)
        hear_row(&h, row);
    ck_assert_str_eq(hear_end(&h), "+0 evicted +1 c\"b\"2 end of capture");
    buf_release(&h.text);

    hear_begin(&h, NULL);
    for (const struct row *row = closed; row->from; row++)
        hear_row(&h, row);
    ck_assert_str_eq(hear_end(&h),
                     "+0 c\"a\"3 FIN +1 c\"new\"6 end of capture");
    buf_release(&h.text);
}
END_TEST

START_TEST(one_direction_keeps_its_limit)
{
    static char big[1001];
    memset(big, 'x', 1000);
    struct heard h;
    hear_begin(&h, &(struct conn_limits){.side_max = 5000});
    hear_row(&h, &(struct row){'c', "S", 100, 0});
    hear_row(&h, &(struct row){'s', "SA", 500, 101});
    for (uint32_t i = 0; i < 4; i++)
        hear_row(&h, &(struct row){'c', "A", 201 + i * 1000, 501, big});
    ck_assert_str_eq(buf_cstr(&h.text), "+0");
    hear_row(&h, &(struct row){'c', "A", 4201, 501, big});
    ck_assert(slice_starts(buf_slice(&h.text), "+0 gap:c100 c\"xxx"));
    hear_end(&h);
    ck_assert_uint_eq(h.info[0].bytes, 5000);
    buf_release(&h.text);
}
END_TEST

START_TEST(so_do_many_tiny_pieces)
{
    struct heard h;
    hear_begin(&h, NULL);
    hear_row(&h, &(struct row){'c', "S", 100, 0});
    hear_row(&h, &(struct row){'s', "SA", 500, 101});
    for (uint32_t i = 10000; i > 0; i -= 2) /* each needs a piece of its own */
        hear_row(&h, &(struct row){'c', "A", 101 + i, 501, "x"});
    ck_assert_uint_gt(h.text.len, 10);
    hear_end(&h);
    buf_release(&h.text);
}
END_TEST

#define STREAM_LEN 4096

/* Sends pieces of the stream around how far it has come, until all of it was
 * sent at least once. */
static void
hear_shuffled(struct heard *h, const char *stream, struct random *rnd)
{
    uint32_t isn = (uint32_t)random_u64(rnd);
    hear_row(h, &(struct row){'c', "S", isn, 0});
    hear_row(h, &(struct row){'s', "SA", 500, isn + 1});
    for (size_t done = 0; done < STREAM_LEN;) {
        size_t at = done + random_below(rnd, 600);
        at = at > 300 ? at - 300 : 0;
        size_t len = 1 + random_below(rnd, 200);
        if (random_below(rnd, 3) == 0) {
            at = done;
            done += len;
        }
        if (at >= STREAM_LEN)
            continue;
        char text[201] = {0};
        memcpy(text, stream + at,
               len < STREAM_LEN - at ? len : STREAM_LEN - at);
        hear_row(h, &(struct row){'c', "A", isn + 1 + (uint32_t)at, 501,
                                  text});
    }
}

/* The text of all data events, put together. */
static void
join(struct buf *out, struct buf *heard)
{
    char *at = (char *)(uintptr_t)buf_cstr(heard);
    while ((at = strstr(at, "c\""))) {
        size_t len = strcspn(at + 2, "\"");
        buf_add(out, slice_of(at + 2, len));
        at += 2 + len;
    }
}

START_TEST(any_order_gives_the_same_stream)
{
    char stream[STREAM_LEN + 1] = {0};
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct random rnd;
        struct heard h;
        struct buf joined = {0};
        random_seed(&rnd, seed);
        for (size_t i = 0; i < STREAM_LEN; i++)
            stream[i] = (char)('A' + random_below(&rnd, 26));
        hear_begin(&h, NULL);
        hear_shuffled(&h, stream, &rnd);
        hear_end(&h);
        join(&joined, &h.text);
        ck_assert_msg(slice_is(buf_slice(&joined), stream), "seed %d",
                      (int)seed);
        ck_assert_uint_eq(h.info[0].conflict_bytes, 0);
        buf_release(&joined);
        buf_release(&h.text);
    }
}
END_TEST

TEST_MAIN(ports_are_not_connections,
          the_longest_silent_goes_but_empty_ones_first,
          the_idle_go_when_a_limit_is_set, so_do_the_empty_and_the_closed,
          one_direction_keeps_its_limit, so_do_many_tiny_pieces,
          any_order_gives_the_same_stream)
