/* framing_test.c - packets in a stream with holes.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/framing.h"

#include "base/hex.h"
#include "base/test.h"

#define PUBLISH "3006 0003 612f62 78 " /* 8 bytes */
#define PUBACK "4002 0007 "            /* 4 bytes */

struct trial {
    struct framing f;
    size_t budget;
    uint64_t at;
    char told[400]; /* "8@0 4@8! 6/20@9~": length@offset, / of wire length,
                       ~ cut, ! after a gap */
};

static void
on_packet(void *user, const struct framing_packet *p)
{
    struct trial *t = user;
    char *end = t->told + strlen(t->told);
    size_t room = sizeof t->told - strlen(t->told);
    if (p->bytes.len == p->wire_len)
        snprintf(end, room, "%zu@%d", p->wire_len, (int)p->offset);
    else
        snprintf(end, room, "%zu/%zu@%d", p->bytes.len, p->wire_len,
                 (int)p->offset);
    strcat(t->told, p->is_cut ? "~" : "");
    strcat(t->told, p->is_after_gap ? "! " : " ");
}

static struct framing_events
events(struct trial *t)
{
    return (struct framing_events){t, on_packet};
}

static void
begin(struct trial *t, bool is_start)
{
    *t = (struct trial){.budget = 1 << 20};
    framing_init(&t->f, is_start, &t->budget);
}

static void
say(struct trial *t, const char *hex)
{
    struct buf bytes = {0};
    struct stream_mark mark = {.frame = 1, .offset = t->at};
    struct framing_events e = events(t);
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    t->at += bytes.len;
    framing_data(&t->f, buf_slice(&bytes), &mark, &e);
    buf_release(&bytes);
}

static void
lose(struct trial *t, uint64_t bytes)
{
    struct stream_mark mark = {.frame = 1, .offset = t->at};
    struct framing_events e = events(t);
    framing_gap(&t->f, bytes, &mark, &e);
    t->at += bytes;
}

/* Ends it and compares; returns how many bytes of a packet were left. */
static size_t
expect(struct trial *t, const char *told)
{
    struct framing_events e = events(t);
    size_t need, rest = framing_end(&t->f, &need, &e);
    ck_assert_str_eq(t->told, told);
    framing_release(&t->f);
    ck_assert_uint_eq(t->budget, 1 << 20);
    return rest;
}

START_TEST(packets_come_whole_however_they_are_cut)
{
    struct trial t;
    begin(&t, true);
    say(&t, PUBLISH PUBACK "c0");
    say(&t, "00" PUBLISH);
    ck_assert_uint_eq(expect(&t, "8@0 4@8 2@12 8@14 "), 0);
    begin(&t, true);
    const char *bytes[] = {"30", "86", "01", "0003", "61", "2f62"};
    for (size_t i = 0; i < TEST_COUNT(bytes); i++)
        say(&t, bytes[i]);
    for (int i = 0; i < 129; i++)
        say(&t, "78");
    ck_assert_uint_eq(expect(&t, "137@0 "), 0);
}
END_TEST

START_TEST(a_packet_never_finished_is_not_told_but_counted)
{
    struct trial t;
    begin(&t, true);
    say(&t, PUBACK "30 50 0003 61");
    ck_assert_uint_eq(expect(&t, "4@0 "), 5);
}
END_TEST

START_TEST(a_hole_inside_a_packet_costs_its_content_only)
{
    struct trial t;
    begin(&t, true);
    say(&t, "30 14 0003 612f62");
    lose(&t, 10);
    say(&t, "7878787878" PUBACK);
    expect(&t, "7/22@0~ 4@22 ");
    begin(&t, true);
    say(&t, "30 14 0003 612f62");
    lose(&t, 15); /* to its very end */
    say(&t, PUBACK);
    expect(&t, "7/22@0~ 4@22 ");
}
END_TEST

START_TEST(a_hole_over_a_packets_end_is_searched_past)
{
    struct trial t;
    begin(&t, true);
    say(&t, PUBACK "30 14 0003 612f62");
    lose(&t, 100);
    say(&t, "7878" PUBACK PUBACK PUBLISH);
    expect(&t, "4@0 7/22@4~ 4@113! 4@117 8@121 ");
}
END_TEST

START_TEST(a_hole_between_packets_is_marked_on_the_next)
{
    struct trial t;
    begin(&t, true);
    say(&t, PUBACK);
    lose(&t, 4);
    say(&t, PUBACK);
    say(&t, PUBACK);
    expect(&t, "4@0 4@8! 4@12 ");
}
END_TEST

START_TEST(the_way_in_from_the_middle_of_a_packet)
{
    struct trial t;
    begin(&t, false);
    say(&t, "78787878");
    say(&t, "7878" PUBLISH);
    ck_assert_str_eq(t.told, ""); /* one packet is no proof */
    say(&t, PUBACK);
    expect(&t, "8@6 4@14 ");
    ck_assert_uint_eq(t.f.skipped, 6);
}
END_TEST

START_TEST(at_the_end_less_proof_has_to_do)
{
    struct trial t;
    begin(&t, false);
    say(&t, "787878" PUBLISH);
    expect(&t, "8@3 ");
}
END_TEST

START_TEST(a_snapshot_that_cuts_each_segment_keeps_the_frame)
{
    struct trial t;
    begin(&t, false);
    say(&t, "30 14 0003 612f62");
    lose(&t, 15);
    say(&t, "30 14 0003 612f62");
    lose(&t, 15);
    expect(&t, "7/22@0~ 7/22@22~ ");
}
END_TEST

START_TEST(five_length_bytes_end_it)
{
    struct trial t;
    begin(&t, true);
    say(&t, PUBACK "30 ffffffff 01" PUBACK PUBACK PUBACK);
    expect(&t, "4@0 5@4 ");
    ck_assert_uint_eq(t.f.skipped, 13);
}
END_TEST

START_TEST(a_promise_of_256_megabytes_takes_no_memory)
{
    struct trial t;
    begin(&t, true);
    say(&t, "30 ffffff7f 0001 61");
    for (int i = 0; i < 3; i++) {
        uint8_t *big = calloc(1, 1 << 20);
        struct stream_mark mark = {.frame = 1, .offset = t.at};
        struct framing_events e = events(&t);
        t.at += 1 << 20;
        framing_data(&t.f, slice_of(big, 1 << 20), &mark, &e);
        free(big);
        ck_assert_uint_le(t.f.kept.cap, 2 * FRAMING_KEEP);
    }
    ck_assert_uint_eq(expect(&t, ""), 8 + 3 * (1 << 20));
}
END_TEST

enum { LEN = 8, ALL = 6 * LEN };

/* Tells all packets but those that the hole touches, and nothing else. */
static void
try_hole(struct slice bytes, size_t from, size_t to)
{
    struct trial t;
    begin(&t, true);
    struct framing_events e = events(&t);
    struct stream_mark mark = {.frame = 1};
    char told[sizeof t.told + 1] = " ";
    size_t need;
    if (from)
        framing_data(&t.f, slice_first(bytes, from), &mark, &e);
    t.at = from;
    lose(&t, to - from);
    mark.offset = to;
    if (to < ALL)
        framing_data(&t.f, slice_from(bytes, to), &mark, &e);
    framing_end(&t.f, &need, &e);
    framing_release(&t.f);
    strcat(told, t.told);
    for (size_t at = 0; at < ALL; at += LEN) {
        char want[20];
        bool touched = from < at + LEN && to > at;
        snprintf(want, sizeof want, " 8@%zu", at);
        ck_assert_msg(touched == !strstr(told, want), "hole %zu..%zu:%s",
                      from, to, told);
    }
}

START_TEST(any_hole_anywhere)
{
    struct buf bytes = {0};
    ck_assert(hex_parse(
        &bytes, slice_str(PUBLISH PUBLISH PUBLISH PUBLISH PUBLISH PUBLISH)));
    for (size_t from = 0; from < ALL; from++)
        for (size_t to = from + 1; to <= ALL; to++)
            try_hole(buf_slice(&bytes), from, to);
    buf_release(&bytes);
}
END_TEST

TEST_MAIN(packets_come_whole_however_they_are_cut,
          a_packet_never_finished_is_not_told_but_counted,
          a_hole_inside_a_packet_costs_its_content_only,
          a_hole_over_a_packets_end_is_searched_past,
          a_hole_between_packets_is_marked_on_the_next,
          the_way_in_from_the_middle_of_a_packet,
          at_the_end_less_proof_has_to_do,
          a_snapshot_that_cuts_each_segment_keeps_the_frame,
          five_length_bytes_end_it,
          a_promise_of_256_megabytes_takes_no_memory, any_hole_anywhere)
