/* segment_test.c - TCP headers, and names for what is not TCP.
 * SPDX-License-Identifier: MIT */
#include "trace/capture/segment.h"

#include "base/hex.h"
#include "base/test.h"
#include "trace/capture/link.h"

#define IP_TCP(total) "45 00 " total " 0001 0000 40 06 0000 0a000001 0a000002 "
#define PORTS_SEQ_ACK "9c40 075b 01020304 05060708 "

static enum segment_result
parse(const char *hex, uint32_t cut, struct segment *seg, struct buf *bytes)
{
    buf_clear(bytes);
    ck_assert(hex_parse(bytes, slice_str(hex)));
    struct capture_frame frame = {.number = 7,
                                  .time_ns = 9,
                                  .link_type = LINK_RAW,
                                  .wire_len = (uint32_t)bytes->len + cut,
                                  .bytes = buf_slice(bytes)};
    return segment_parse(&frame, seg);
}

START_TEST(a_segment_has_all_its_fields)
{
    struct buf bytes = {0}, text = {0};
    struct segment seg;
    ck_assert_int_eq(parse(IP_TCP("002f") PORTS_SEQ_ACK "60 19 0100 0000 0000"
                           "01010101 616263",
                           0, &seg, &bytes),
                     SEGMENT_TCP);
    ck_assert_uint_eq(seg.seq, 0x01020304);
    ck_assert_uint_eq(seg.ack, 0x05060708);
    ck_assert_uint_eq(seg.flags & 0x17, SEGMENT_FIN | SEGMENT_ACK);
    ck_assert(slice_is(seg.payload, "abc"));
    ck_assert_uint_eq(seg.payload_len, 0x2f - 20 - 24);
    ck_assert_uint_eq(seg.frame, 7);
    ck_assert_int_eq(seg.time_ns, 9);
    endpoint_print(&text, &seg.src);
    buf_add_byte(&text, ' ');
    endpoint_print(&text, &seg.dst);
    ck_assert_str_eq(buf_cstr(&text), "10.0.0.1:40000 10.0.0.2:1883");
    buf_release(&bytes);
    buf_release(&text);
}
END_TEST

START_TEST(what_is_no_segment_has_a_name)
{
    static const struct {
        const char *hex;
        enum segment_result result;
    } cases[] = {
        {IP_TCP("0028") PORTS_SEQ_ACK "50 10 0100 0000 0000", SEGMENT_TCP},
        {IP_TCP("0028") PORTS_SEQ_ACK "50 10", SEGMENT_TCP},
        {IP_TCP("002c") PORTS_SEQ_ACK "60 10 0100 0000 0000", SEGMENT_TCP},
        {IP_TCP("0028") PORTS_SEQ_ACK "50", SEGMENT_CUT},
        {IP_TCP("0028") PORTS_SEQ_ACK "60 10 0100 0000 0000", SEGMENT_BAD},
        {IP_TCP("0028") PORTS_SEQ_ACK "40 10 0100 0000 0000", SEGMENT_BAD},
        {IP_TCP("0018") "9c40075b", SEGMENT_BAD},
        {"45000018 00010000 40110000 0a000001 0a000002 9c40075b",
         SEGMENT_NOT_TCP},
        {"45000018 00012000 40060000 0a000001 0a000002 9c40075b",
         SEGMENT_FRAGMENT},
        {"4500", SEGMENT_CUT},
        {"00", SEGMENT_BAD},
    };
    struct buf bytes = {0};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct segment seg;
        enum segment_result got = parse(cases[i].hex, 0, &seg, &bytes);
        ck_assert_msg(got == cases[i].result, "row %zu: %s", i,
                      segment_result_text(got));
    }
    buf_release(&bytes);
}
END_TEST

START_TEST(an_ipv6_end_is_printed_in_brackets)
{
    struct endpoint e = {.is_v6 = true, .port = 1883};
    struct buf text = {0};
    e.addr[15] = 1;
    endpoint_print(&text, &e);
    ck_assert_str_eq(buf_cstr(&text), "[::1]:1883");
    buf_release(&text);
}
END_TEST

TEST_MAIN(a_segment_has_all_its_fields, what_is_no_segment_has_a_name,
          an_ipv6_end_is_printed_in_brackets)
