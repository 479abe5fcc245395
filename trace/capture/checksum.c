/* checksum.c - the Internet checksum of a TCP segment (RFC 9293, 3.1).
 * SPDX-License-Identifier: MIT                                               */
#include "trace/capture/checksum.h"

/* Sums big-endian words. Eight bytes at a time: the order of bytes does not
 * matter to a sum that is folded, as long as it is the same everywhere. */
static uint64_t
sum_of(const uint8_t *p, size_t len, uint64_t sum)
{
    uint16_t word;
    uint32_t half;
    while (len >= 4) {
        memcpy(&half, p, 4);
        sum += half;
        p += 4;
        len -= 4;
    }
    if (len >= 2) {
        memcpy(&word, p, 2);
        sum += word;
        p += 2;
        len -= 2;
    }
    if (len) {
        uint8_t last[2] = {*p, 0};
        memcpy(&word, last, 2);
        sum += word;
    }
    return sum;
}

bool
checksum_is_good(const struct ip_packet *ip)
{
    size_t addr = ip->is_v6 ? 16 : 4;
    uint8_t rest[4] = {0, IP_PROTOCOL_TCP, (uint8_t)(ip->payload_len >> 8),
                       (uint8_t)ip->payload_len};
    uint64_t sum = sum_of(ip->src, addr, 0);
    sum = sum_of(ip->dst, addr, sum);
    sum = sum_of(rest, sizeof rest, sum);
    sum = sum_of(ip->payload.ptr, ip->payload.len, sum);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff;
}
