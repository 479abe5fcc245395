/* link_test.c - every link type, and what is too short.
 * SPDX-License-Identifier: MIT */
#include "trace/capture/link.h"

#include "base/hex.h"
#include "base/test.h"

#define MACS "020000000001 020000000002 "
#define SLL_HEAD "0000 0304 0006 000000000000 0000 "

static const struct {
    const char *name;
    uint32_t type;
    const char *frame;
    enum link_result result;
    size_t header; /* bytes in front of IP */
} cases[] = {
    {"Ethernet, IPv4", LINK_ETHERNET, MACS "0800 45", LINK_IP, 14},
    {"Ethernet, IPv6", LINK_ETHERNET, MACS "86dd 60", LINK_IP, 14},
    {"Ethernet, ARP", LINK_ETHERNET, MACS "0806 00", LINK_OTHER, 0},
    {"802.1Q", LINK_ETHERNET, MACS "8100 0064 0800 45", LINK_IP, 18},
    {"QinQ", LINK_ETHERNET, MACS "88a8 0001 8100 0064 0800 45", LINK_IP, 22},
    {"old QinQ", LINK_ETHERNET, MACS "9100 0001 8100 0064 0800", LINK_IP, 22},
    {"802.1Q, ARP", LINK_ETHERNET, MACS "8100 0064 0806", LINK_OTHER, 0},
    {"cut in a tag", LINK_ETHERNET, MACS "8100 00", LINK_CUT, 0},
    {"cut in an address", LINK_ETHERNET, "0200", LINK_CUT, 0},
    {"nothing", LINK_ETHERNET, "", LINK_CUT, 0},
    {"SLL", LINK_SLL, SLL_HEAD "0800 45", LINK_IP, 16},
    {"SLL with VLAN", LINK_SLL, SLL_HEAD "8100 0064 86dd 60", LINK_IP, 20},
    {"SLL cut", LINK_SLL, "0000 0304", LINK_CUT, 0},
    {"SLL2", LINK_SLL2,
     "0800 0000 00000001 0304 00 06 0000000000000000 45", LINK_IP, 20},
    {"SLL2 cut", LINK_SLL2, "0800 0000", LINK_CUT, 0},
    {"NULL, little-endian", LINK_NULL, "02000000 45", LINK_IP, 4},
    {"NULL, big-endian", LINK_NULL, "00000002 45", LINK_IP, 4},
    {"NULL, IPv6 of macOS", LINK_NULL, "1e000000 60", LINK_IP, 4},
    {"NULL, IPv6 of FreeBSD", LINK_NULL, "0000001c 60", LINK_IP, 4},
    {"NULL, another family", LINK_NULL, "00000007 60", LINK_OTHER, 0},
    {"NULL cut", LINK_NULL, "020000", LINK_CUT, 0},
    {"LOOP", LINK_LOOP, "00000018 60", LINK_IP, 4},
    {"raw", LINK_RAW, "45", LINK_IP, 0},
    {"raw, as DLT 12", LINK_RAW_DLT, "60", LINK_IP, 0},
    {"raw, as DLT 14", LINK_RAW_BSD, "60", LINK_IP, 0},
    {"raw IPv4", LINK_IPV4, "45", LINK_IP, 0},
    {"raw IPv6", LINK_IPV6, "60", LINK_IP, 0},
    {"802.11", 105, "0800", LINK_UNKNOWN, 0},
};

START_TEST(each_link_type_is_taken_off)
{
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct buf frame = {0};
        struct slice ip = {0};
        ck_assert(hex_parse(&frame, slice_str(cases[i].frame)));
        enum link_result got = link_strip(cases[i].type, buf_slice(&frame),
                                          &ip);
        ck_assert_msg(got == cases[i].result, "%s: %d", cases[i].name, got);
        if (got == LINK_IP)
            ck_assert_msg(frame.len - ip.len == cases[i].header, "%s",
                          cases[i].name);
        buf_release(&frame);
    }
}
END_TEST

TEST_MAIN(each_link_type_is_taken_off)
