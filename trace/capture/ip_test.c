/* ip_test.c - IPv4 and IPv6 headers, written by hand.
 * SPDX-License-Identifier: MIT */
#include "trace/capture/ip.h"

#include "base/hex.h"
#include "base/test.h"

#define V4_ENDS " 0a000001 0a000002 "
#define V6_ENDS " 20010db8000000000000000000000001" \
                " 20010db8000000000000000000000002 "

static const struct {
    const char *name;
    const char *packet;
    uint32_t cut; /* bytes the snapshot length took */
    enum ip_result result;
    uint8_t protocol;
    uint32_t payload_len; /* on the wire */
    const char *payload;  /* captured */
} cases[] = {
    {"IPv4", "45000017 00010000 40060000" V4_ENDS "616263", 0, IP_OK, 6, 3,
     "abc"},
    {"IPv4 with padding", "45000015 00010000 40060000" V4_ENDS "610000", 0,
     IP_OK, 6, 1, "a"},
    {"IPv4 with options", "4600001a 00010000 40060000" V4_ENDS
     "01010101 6162", 0, IP_OK, 6, 2, "ab"},
    {"IPv4, total length 0 (TSO)", "45000000 00010000 40060000" V4_ENDS
     "616263", 0, IP_OK, 6, 3, "abc"},
    {"the same, cut", "45000000 00010000 40060000" V4_ENDS "616263", 1000,
     IP_OK, 6, 1003, "abc"},
    {"IPv4, cut", "4500001e 00010000 40060000" V4_ENDS "616263", 7, IP_OK, 6,
     10, "abc"},
    {"IPv4, do not fragment", "45000017 00014000 40110000" V4_ENDS "616263",
     0, IP_OK, 17, 3, "abc"},
    {"IPv4, first fragment", "45000017 00012000 40060000" V4_ENDS "616263",
     0, IP_FRAGMENT, 6, 3, "abc"},
    {"IPv4, last fragment", "45000017 00010002 40060000" V4_ENDS "616263", 0,
     IP_FRAGMENT, 6, 3, "abc"},
    {"IPv4, header cut", "45000017 0001", 20, IP_CUT, 0, 0, ""},
    {"IPv4, header length 4", "41000017 00010000 40060000" V4_ENDS, 0, IP_BAD,
     0, 0, ""},
    {"IPv4, shorter than its header", "46000014 00010000 40060000" V4_ENDS
     "00000000", 0, IP_BAD, 0, 0, ""},
    {"IPv6", "60000000 0003 06 40" V6_ENDS "616263", 0, IP_OK, 6, 3, "abc"},
    {"IPv6 with padding", "60000000 0001 06 40" V6_ENDS "616263", 0, IP_OK, 6,
     1, "a"},
    {"IPv6, hop-by-hop and destination options", "60000000 001b 00 40" V6_ENDS
     "3c00010400000000 0601010c000000000000000000000000 616263", 0, IP_OK, 6,
     3, "abc"},
    {"IPv6, authentication header", "60000000 000f 33 40" V6_ENDS
     "06010000 00000001 00000001 616263", 0, IP_OK, 6, 3, "abc"},
    {"IPv6, fragment header of a whole packet", "60000000 000b 2c 40" V6_ENDS
     "0600000000000007 616263", 0, IP_OK, 6, 3, "abc"},
    {"IPv6, first fragment", "60000000 000b 2c 40" V6_ENDS
     "0600000100000007 616263", 0, IP_FRAGMENT, 6, 3, "abc"},
    {"IPv6, later fragment", "60000000 000b 2c 40" V6_ENDS
     "0600000800000007 616263", 0, IP_FRAGMENT, 6, 3, "abc"},
    {"IPv6, payload length 0 (TSO)", "60000000 0000 06 40" V6_ENDS "616263",
     0, IP_OK, 6, 3, "abc"},
    {"IPv6, extension cut", "60000000 0010 00 40" V6_ENDS "3c01", 14, IP_CUT,
     0, 0, ""},
    {"IPv6, extension past the end", "60000000 0004 00 40" V6_ENDS
     "06000000 00000000", 0, IP_BAD, 0, 0, ""},
    {"version 5", "50000000", 0, IP_BAD, 0, 0, ""},
    {"nothing", "", 0, IP_CUT, 0, 0, ""},
};

START_TEST(headers_are_skipped_and_lengths_kept)
{
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct buf bytes = {0};
        struct ip_packet ip;
        ck_assert(hex_parse(&bytes, slice_str(cases[i].packet)));
        enum ip_result got = ip_parse(buf_slice(&bytes),
                                      (uint32_t)bytes.len + cases[i].cut,
                                      &ip);
        ck_assert_msg(got == cases[i].result, "%s: result %d", cases[i].name,
                      got);
        if (got == IP_OK || got == IP_FRAGMENT) {
            ck_assert_msg(ip.protocol == cases[i].protocol, "%s: protocol %d",
                          cases[i].name, ip.protocol);
            ck_assert_msg(ip.payload_len == cases[i].payload_len,
                          "%s: length %u", cases[i].name, ip.payload_len);
            ck_assert_msg(slice_is(ip.payload, cases[i].payload), "%s",
                          cases[i].name);
        }
        buf_release(&bytes);
    }
}
END_TEST

START_TEST(fragments_say_where_they_belong)
{
    struct buf bytes = {0};
    struct ip_packet ip;
    hex_parse(&bytes, slice_str("45000017 12342003 40060000" V4_ENDS
                                "616263"));
    ip_parse(buf_slice(&bytes), (uint32_t)bytes.len, &ip);
    ck_assert_uint_eq(ip.fragment_id, 0x1234);
    ck_assert_uint_eq(ip.fragment_at, 24);
    ck_assert(ip.has_more);
    ck_assert(!ip.is_v6);
    ck_assert_uint_eq(ip.src[3], 1);
    ck_assert_uint_eq(ip.dst[3], 2);
    buf_release(&bytes);
}
END_TEST

TEST_MAIN(headers_are_skipped_and_lengths_kept,
          fragments_say_where_they_belong)
