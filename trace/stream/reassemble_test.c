/* reassemble_test.c - what becomes of segments in one connection.
 * SPDX-License-Identifier: MIT */
#include "trace/stream/reassemble.h"

#include "trace/stream/stream_testkit.h"

/* The client's first byte has 101, the server's 501. */
#define HANDSHAKE                                                       \
    {'c', "S", 100, 0}, {'s', "SA", 500, 101}, {'c', "A", 101, 501}

#define GOOD .checksum = SEGMENT_CHECKSUM_GOOD
#define BAD .checksum = SEGMENT_CHECKSUM_BAD

/* clang-format off */
static const struct hear_case cases[] = {
{"in order, closed by both",
 {HANDSHAKE, {'c', "A", 101, 501, "abc"}, {'s', "A", 501, 104, "OK"},
  {'c', "FA", 104, 503}, {'s', "FA", 503, 105}, {'c', "A", 105, 504}},
 "+0 c\"abc\"4 s\"OK\"5 FIN"},
{"swapped segments: the later frame completes both",
 {HANDSHAKE, {'c', "A", 104, 501, "def"}, {'c', "A", 101, 501, "abc"}},
 "+0 c\"abc\"5 c\"def\"5 end of capture"},
{"repeated",
 {HANDSHAKE, {'c', "A", 101, 501, "abc"}, {'c', "A", 101, 501, "abc"},
  {'c', "A", 104, 501, "d"}},
 "+0 c\"abc\"4 c\"d\"6 end of capture"},
{"overlap: first arrival wins, delivered or waiting",
 {HANDSHAKE, {'c', "A", 101, 501, "abc"}, {'c', "A", 102, 501, "XXde"},
  {'c', "A", 108, 501, "hi"}, {'c', "A", 106, 501, "fgYYjk"}},
 "+0 c\"abc\"4 c\"de\"5 c\"fg\"7 c\"hi\"7 c\"jk\"7 end of capture"},
{"a wrong checksum among right ones: the good copy wins",
 {HANDSHAKE, {'c', "A", 101, 501, "a", GOOD}, {'c', "A", 102, 501, "b", GOOD},
  {'c', "A", 103, 501, "c", GOOD}, {'c', "A", 104, 501, "XYZ", BAD},
  {'c', "A", 104, 501, "def", GOOD}},
 "+0 c\"a\"4 c\"b\"5 c\"c\"6 c\"def\"8 end of capture"},
{"a wrong checksum among right ones, and no other copy",
 {HANDSHAKE, {'c', "A", 101, 501, "a", GOOD}, {'c', "A", 102, 501, "b", GOOD},
  {'c', "A", 103, 501, "c", GOOD}, {'c', "A", 104, 501, "XYZ", BAD}},
 "+0 c\"a\"4 c\"b\"5 c\"c\"6 c\"XYZ\"7 end of capture"},
{"only wrong checksums: the network card fills them in",
 {HANDSHAKE, {'c', "A", 101, 501, "abc", BAD}, {'c', "A", 101, 501, "XYZ", BAD}},
 "+0 c\"abc\"4 end of capture"},
{"a segment that fills two holes at once",
 {HANDSHAKE, {'c', "A", 103, 501, "c"}, {'c', "A", 105, 501, "e"},
  {'c', "A", 101, 501, "ab-d-f"}},
 "+0 c\"ab\"6 c\"c\"6 c\"d\"6 c\"e\"6 c\"f\"6 end of capture"},
{"answer before its question: held back, own frame number kept",
 {HANDSHAKE, {'s', "A", 501, 104, "OK"}, {'c', "A", 101, 501, "abc"}},
 "+0 c\"abc\"5 s\"OK\"4 end of capture"},
{"hole that was acknowledged: a gap once the grace in time is over",
 {HANDSHAKE, {'c', "A", 104, 501, "def"}, {'s', "A", 501, 107},
  {'c', "A", 107, 501, "g", .wait_ms = 600}, {'c', "A", 101, 501, "abc"}},
 "+0 gap:c3 c\"def\"4 c\"g\"6 end of capture"},
{"lost question: the gap stands before the answer",
 {HANDSHAKE, {'s', "A", 501, 104, "OK"},
  {'c', "A", 104, 503, .wait_ms = 600}},
 "+0 gap:c3 s\"OK\"4 end of capture"},
{"hole nobody acknowledged waits for the retransmission",
 {HANDSHAKE, {'c', "A", 104, 501, "def"}, {'s', "A", 501, 101},
  {'s', "A", 501, 101, .wait_ms = 90000}, {'c', "A", 101, 501, "abc"}},
 "+0 c\"abc\"7 c\"def\"7 end of capture"},
{"hole at the end of the capture",
 {HANDSHAKE, {'c', "A", 104, 501, "def"}},
 "+0 gap:c3 c\"def\"4 end of capture"},
{"lost and acknowledged at the end of the capture, nothing behind",
 {HANDSHAKE, {'s', "A", 501, 104}},
 "+0 gap:c3 end of capture"},
{"an acknowledged FIN that was not captured is no gap",
 {HANDSHAKE, {'c', "A", 101, 501, "abc"}, {'s', "A", 501, 105}},
 "+0 c\"abc\"4 end of capture"},
{"only one direction captured: no acknowledgement to wait for",
 {{'c', "S", 100, 0}, {'c', "A", 104, 501, "def"},
  {'c', "A", 107, 501, "g", .wait_ms = 6000}},
 "+0 gap:c3 c\"def\"2 c\"g\"3 end of capture"},
{"snapshot length cuts the end of two segments",
 {HANDSHAKE, {'c', "A", 101, 501, "ab", .wire_len = 5},
  {'c', "A", 106, 501, "cd", .wire_len = 3}},
 "+0 c\"ab\"4 cut:c3 c\"cd\"5 cut:c1 end of capture"},
{"cut segments out of order",
 {HANDSHAKE, {'c', "A", 106, 501, "cd", .wire_len = 3},
  {'c', "A", 101, 501, "ab", .wire_len = 5}},
 "+0 c\"ab\"5 cut:c3 c\"cd\"5 cut:c1 end of capture"},
{"keep-alive probes with and without a byte",
 {HANDSHAKE, {'c', "A", 101, 501, "abc"}, {'c', "A", 103, 501, "X"},
  {'c', "A", 103, 501}, {'s', "A", 500, 104, "X"}, {'c', "A", 104, 501, "d"}},
 "+0 c\"abc\"4 c\"d\"8 end of capture"},
{"sequence numbers wrap",
 {{'c', "S", 0xfffffffd, 0}, {'s', "SA", 500, 0xfffffffe},
  {'c', "A", 0xfffffffe, 501, "ab"}, {'c', "A", 1, 501, "de"},
  {'c', "A", 0, 501, "c"}, {'s', "A", 501, 3, "OK"}},
 "+0 c\"ab\"3 c\"c\"5 c\"de\"5 s\"OK\"6 end of capture"},
{"data in the SYN and on the FIN",
 {{'c', "S", 100, 0, "abc"}, {'s', "SA", 500, 104},
  {'c', "FA", 104, 501, "de"}, {'s', "FA", 501, 107, "OK"}},
 "+0 c\"abc\"1 c\"de\"3 s\"OK\"4 FIN"},
{"data behind the FIN belongs to nothing",
 {HANDSHAKE, {'c', "FA", 101, 501, "abc"}, {'c', "A", 103, 501, "cdefg"},
  {'c', "A", 105, 501, "xyz"}, {'s', "FA", 501, 105}, {'c', "A", 105, 502}},
 "+0 c\"abc\"4 FIN"},
{"FIN before the data it ends",
 {HANDSHAKE, {'c', "FA", 104, 501}, {'s', "FA", 501, 101},
  {'c', "A", 101, 501, "abc"}},
 "+0 c\"abc\"6 FIN"},
{"RST in the middle; what follows is not delivered",
 {HANDSHAKE, {'c', "A", 101, 501, "abc"}, {'s', "R", 501, 0},
  {'c', "A", 104, 501, "def"}},
 "+0 c\"abc\"4 RST"},
{"RST far from the stream is ignored",
 {HANDSHAKE, {'s', "R", 0x70000000, 0}, {'c', "A", 101, 501, "abc"}},
 "+0 c\"abc\"5 end of capture"},
{"RST tells of bytes that were sent before it",
 {HANDSHAKE, {'c', "RA", 106, 501}},
 "+0 gap:c5 RST"},
{"refused", {{'c', "S", 100, 0}, {'s', "RA", 0, 101}}, "+0 RST"},
{"no handshake",
 {{'c', "A", 1001, 2001, "abc"}, {'s', "A", 2001, 1004, "OK"}},
 "+0 c\"abc\"1 s\"OK\"2 end of capture"},
{"no handshake, first a keep-alive probe and its answer",
 {{'c', "A", 1000, 2001, "X"}, {'s', "A", 2001, 1001},
  {'c', "A", 1001, 2001, "abc"}},
 "+0 c\"X\"1 c\"abc\"3 end of capture"},
{"the same, but the other side had said what it expects",
 {{'s', "A", 2001, 1001}, {'c', "A", 1000, 2001, "X"},
  {'s', "A", 2001, 1001}, {'c', "A", 1001, 2001, "abc"}},
 "+0 s\"abc\"4 end of capture"},
{"no handshake, first two swapped",
 {{'s', "A", 2001, 1001}, {'c', "A", 1004, 2001, "def"},
  {'c', "A", 1001, 2001, "abc"}},
 "+0 s\"abc\"3 s\"def\"3 end of capture"},
{"SYN after the data it opens",
 {{'c', "A", 101, 501, "abc"}, {'c', "S", 100, 0}, {'s', "SA", 500, 101}},
 "+0 c\"abc\"1 end of capture"},
{"a stray far ahead is not believed",
 {HANDSHAKE, {'c', "A", 0x60000000, 501, "??"}, {'c', "A", 101, 501, "abc"}},
 "+0 c\"abc\"5 end of capture"},
};
/* clang-format on */

START_TEST(segments_become_streams)
{
    hear_cases(cases, TEST_COUNT(cases));
}
END_TEST

static void
hear_all(struct heard *h, const struct row *rows)
{
    hear_begin(h, NULL);
    for (; rows->from; rows++)
        hear_row(h, rows);
    hear_end(h);
    buf_release(&h->text);
}

START_TEST(conflicts_are_counted_with_their_first_frame)
{
    static const struct row rows[] = {
        HANDSHAKE,
        {'c', "A", 101, 501, "abc"},
        {'c', "A", 101, 501, "aXX"},  /* with what was delivered */
        {'c', "A", 106, 501, "fg"},
        {'c', "A", 105, 501, "efYh"}, /* with what waits */
        {0}};
    struct heard h;
    hear_all(&h, rows);
    ck_assert_uint_eq(h.info[0].resent_bytes, 5);
    ck_assert_uint_eq(h.info[0].conflict_bytes, 3);
    ck_assert_uint_eq(h.info[0].conflict_frame, 5);
    ck_assert_uint_eq(h.info[0].gap_bytes, 1);
    ck_assert_uint_eq(h.info[0].bytes, 7);
}
END_TEST

START_TEST(probes_and_latecomers_are_counted)
{
    static const struct row rows[] = {
        HANDSHAKE,
        {'c', "A", 104, 501, "def"},
        {'s', "A", 501, 107},
        {'c', "A", 106, 501, "X"},
        {'c', "A", 107, 501, "g", .wait_ms = 600}, /* "abc" is given up */
        {'c', "A", 101, 501, "abc"},
        {'c', "A", 100, 501, "Xa"},
        {0}};
    struct heard h;
    hear_all(&h, rows);
    ck_assert_uint_eq(h.info[0].keep_alives, 1);
    ck_assert_uint_eq(h.info[0].late_bytes, 5);
    ck_assert_uint_eq(h.info[0].resent_bytes, 0);
    ck_assert_uint_eq(h.info[0].conflict_bytes, 0);
    ck_assert_uint_eq(h.info[0].out_of_order, 1);
}
END_TEST

START_TEST(the_start_and_the_client_are_known_from_a_syn)
{
    static const struct {
        struct row rows[4];
        bool client, start[2];
    } starts[] = {
        {{{'c', "S", 100, 0}}, true, {true, false}},
        {{{'s', "SA", 500, 101}}, true, {false, true}},
        {{{'c', "S", 100, 0}, {'s', "SA", 500, 101}}, true, {true, true}},
        {{{'s', "SA", 500, 101}, {'c', "S", 100, 0}}, true, {true, true}},
        {{{'s', "A", 501, 101}, {'c', "A", 101, 501}}, false, {false, false}},
        {{{'c', "A", 101, 501, "x"}, {'s', "SA", 500, 101}},
         true, {false, true}},
    };
    for (size_t i = 0; i < TEST_COUNT(starts); i++) {
        struct heard h;
        hear_all(&h, starts[i].rows);
        ck_assert_msg(h.is_client_known == starts[i].client, "row %zu", i);
        for (int s = 0; s < 2; s++)
            ck_assert_msg(h.info[s].is_start_seen == starts[i].start[s],
                          "row %zu side %d", i, s);
        if (starts[i].client)
            ck_assert_uint_eq(h.info[1].endpoint.port, 1883);
    }
}
END_TEST

START_TEST(the_first_to_close_is_named)
{
    static const struct row fin[] = {
        HANDSHAKE, {'s', "FA", 501, 101}, {'c', "FA", 101, 502}, {0}};
    static const struct row rst[] = {HANDSHAKE, {'c', "R", 101, 0}, {0}};
    struct heard h;
    hear_all(&h, fin);
    ck_assert_int_eq(h.first_to_close, STREAM_SERVER);
    hear_all(&h, rst);
    ck_assert_int_eq(h.first_to_close, STREAM_CLIENT);
}
END_TEST

/* Grace in segments: 16 more of the connection, time standing still. */
START_TEST(a_lost_byte_is_given_up_after_sixteen_segments)
{
    static const struct row begin[] = {
        HANDSHAKE, {'s', "A", 501, 104, "OK"}, {0}};
    struct row ack = {'c', "A", 104, 503};
    struct heard h;
    hear_begin(&h, NULL);
    for (const struct row *row = begin; row->from; row++)
        hear_row(&h, row);
    for (int i = 0; i < 15; i++)
        hear_row(&h, &ack);
    ck_assert_str_eq(buf_cstr(&h.text), "+0");
    hear_row(&h, &ack);
    ck_assert_str_eq(buf_cstr(&h.text), "+0 gap:c3 s\"OK\"4");
    hear_end(&h);
    buf_release(&h.text);
}
END_TEST

TEST_MAIN(segments_become_streams,
          conflicts_are_counted_with_their_first_frame,
          probes_and_latecomers_are_counted,
          the_start_and_the_client_are_known_from_a_syn,
          the_first_to_close_is_named,
          a_lost_byte_is_given_up_after_sixteen_segments)
