/* fragments_test.c - IPv4 and IPv6 fragments, in any order.
 * SPDX-License-Identifier: MIT */
#include "trace/capture/fragments.h"

#include "base/hex.h"
#include "base/test.h"
#include "trace/capture/link.h"

#define TCP "9c40 075b 00000001 00000000 5018 ffff 0000 0000 "

/* Appends an IPv4 fragment of that packet: [at, at + len) of it. */
static void
v4(struct buf *out, unsigned id, struct slice packet, size_t at, size_t len)
{
    bool is_last = at + len >= packet.len;
    struct slice part = slice_first(slice_from(packet, at), len);
    uint8_t head[20] = {0x45, 0, 0, (uint8_t)(20 + part.len), 0, (uint8_t)id,
                        is_last ? 0 : 0x20, (uint8_t)(at / 8), 64, 6, 0, 0,
                        10, 0, 0, 1, 10, 0, 0, 2};
    buf_add(out, slice_of(head, sizeof head));
    buf_add(out, part);
}

static void
v6(struct buf *out, unsigned id, struct slice packet, size_t at, size_t len)
{
    bool is_last = at + len >= packet.len;
    struct slice part = slice_first(slice_from(packet, at), len);
    uint8_t head[48] = {0x60, [5] = (uint8_t)(8 + part.len), 44, 64,
                        [23] = 1, [39] = 2, [40] = 6,
                        [43] = (uint8_t)(at | !is_last), [47] = (uint8_t)id};
    buf_add(out, slice_of(head, sizeof head));
    buf_add(out, part);
}

static enum segment_result
give(struct fragments *f, const struct buf *bytes, uint64_t number,
     struct segment *seg)
{
    struct capture_frame frame = {.number = number,
                                  .link_type = LINK_RAW,
                                  .wire_len = (uint32_t)bytes->len,
                                  .bytes = buf_slice(bytes)};
    enum segment_result got = segment_parse(&frame, seg);
    ck_assert_int_eq(got, SEGMENT_FRAGMENT);
    return fragments_join(f, &frame, seg);
}

START_TEST(any_order_makes_the_packet_whole)
{
    static const size_t orders[][4] = {
        {0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}};
    struct buf packet = {0};
    ck_assert(hex_parse(&packet, slice_str(TCP "0102030405060708")));
    for (size_t o = 0; o < TEST_COUNT(orders); o++)
        for (int is_v6 = 0; is_v6 < 2; is_v6++) {
            struct fragments *f = fragments_new();
            struct segment seg;
            enum segment_result got = SEGMENT_FRAGMENT;
            for (size_t i = 0; i < 4; i++) {
                struct buf part = {0};
                ck_assert_int_eq(got, SEGMENT_FRAGMENT);
                (is_v6 ? v6 : v4)(&part, 7, buf_slice(&packet),
                                  orders[o][i] * 8, 8);
                got = give(f, &part, i + 1, &seg);
                buf_release(&part);
            }
            ck_assert_int_eq(got, SEGMENT_TCP);
            ck_assert_uint_eq(seg.frame, 4);
            ck_assert_uint_eq(seg.src.port, 40000);
            ck_assert_uint_eq(seg.payload_len, 8);
            ck_assert_uint_eq(seg.payload.ptr[7], 8);
            fragments_free(f);
        }
    buf_release(&packet);
}
END_TEST

/* The header behind the fragment header is cut with the packet (RFC 8200). */
START_TEST(extension_headers_behind_the_fragment_header_are_skipped)
{
    static const struct {
        const char *options; /* 8 bytes: next header, length, padding */
        enum segment_result result;
    } cases[] = {{"06 00 0104 00000000", SEGMENT_TCP},
                 {"06 ff 0104 00000000", SEGMENT_BAD}};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct fragments *f = fragments_new();
        struct buf packet = {0};
        struct segment seg;
        enum segment_result got = SEGMENT_FRAGMENT;
        ck_assert(hex_parse(&packet, slice_str(cases[i].options)));
        ck_assert(hex_parse(&packet, slice_str(TCP "0102030405060708")));
        for (size_t at = 0; at < packet.len; at += 16) {
            struct buf part = {0};
            v6(&part, 9, buf_slice(&packet), at, 16);
            part.data[40] = 60; /* destination options */
            got = give(f, &part, at + 1, &seg);
            buf_release(&part);
        }
        ck_assert_int_eq(got, cases[i].result);
        if (got == SEGMENT_TCP) {
            ck_assert_uint_eq(seg.src.port, 40000);
            ck_assert_uint_eq(seg.payload_len, 8);
        }
        fragments_free(f);
        buf_release(&packet);
    }
}
END_TEST

START_TEST(packets_are_told_apart_and_the_oldest_is_given_up)
{
    struct fragments *f = fragments_new();
    struct buf packet = {0};
    struct segment seg;
    ck_assert(hex_parse(&packet, slice_str(TCP "aabbccdd")));
    for (unsigned id = 0; id <= FRAGMENTS_MAX; id++) {
        struct buf part = {0};
        v4(&part, id, buf_slice(&packet), 0, 16);
        ck_assert_int_eq(give(f, &part, 1, &seg), SEGMENT_FRAGMENT);
        buf_release(&part);
    }
    for (unsigned id = FRAGMENTS_MAX + 1; id-- > 0;) {
        struct buf part = {0};
        v4(&part, id, buf_slice(&packet), 16, 16);
        ck_assert_int_eq(give(f, &part, 2, &seg),
                         id ? SEGMENT_TCP : SEGMENT_FRAGMENT);
        buf_release(&part);
    }
    fragments_free(f);
    buf_release(&packet);
}
END_TEST

TEST_MAIN(any_order_makes_the_packet_whole,
          extension_headers_behind_the_fragment_header_are_skipped,
          packets_are_told_apart_and_the_oldest_is_given_up)
