/* ip.c - IPv4 and IPv6 headers.
 * SPDX-License-Identifier: MIT */
#include "trace/capture/ip.h"

#include "base/reader.h"

#define IPV6_HEADER_LEN 40
#define UNSTATED_MAX (1u << 20) /* more is no packet, whatever the file says */

enum { /* IPv6 next headers that may stand before the payload */
    HEADER_HOP_BY_HOP = 0,
    HEADER_ROUTING = 43,
    HEADER_FRAGMENT = 44,
    HEADER_AUTHENTICATION = 51,
    HEADER_DESTINATION = 60,
    HEADER_MOBILITY = 135,
};

/* The payload: `header_len` bytes behind the start of the packet, up to the
 * length the packet states (or, stating 0, had on the wire). */
static enum ip_result
payload_of(struct slice packet, size_t header_len, uint32_t total,
           struct ip_packet *out)
{
    if (total < header_len || total > UNSTATED_MAX)
        return IP_BAD;
    if (packet.len < header_len)
        return IP_CUT;
    out->payload_len = total - (uint32_t)header_len;
    out->payload = slice_first(slice_from(packet, header_len),
                               out->payload_len);
    return IP_OK;
}

static enum ip_result
parse_v4(struct slice packet, uint32_t wire_len, struct ip_packet *out)
{
    struct reader r = reader_of(packet);
    size_t header_len = (size_t)(reader_u8(&r) & 0x0f) * 4;
    reader_u8(&r); /* service class */
    uint32_t total = reader_u16(&r);
    out->fragment_id = reader_u16(&r);
    uint16_t fragment = reader_u16(&r);
    reader_u8(&r); /* hops left */
    out->protocol = reader_u8(&r);
    reader_u16(&r); /* checksum */
    struct slice src = reader_bytes(&r, 4), dst = reader_bytes(&r, 4);
    if (r.failed)
        return IP_CUT;
    if (header_len < 20)
        return IP_BAD;
    memcpy(out->src, src.ptr, 4);
    memcpy(out->dst, dst.ptr, 4);
    out->fragment_at = (fragment & 0x1fffu) * 8;
    out->has_more = fragment & 0x2000;

    /* A sender that lets its network card cut big packets (TSO) leaves the
     * length 0 in what the capture sees. */
    enum ip_result got = payload_of(packet, header_len,
                                    total ? total : wire_len, out);
    if (got == IP_OK && (out->fragment_at || out->has_more))
        return IP_FRAGMENT;
    return got;
}

/* Reads one extension header; false when `*next` is none. */
static bool
skip_extension(struct reader *r, uint8_t *next, struct ip_packet *out)
{
    uint8_t type = *next;
    switch (type) {
    case HEADER_HOP_BY_HOP:
    case HEADER_ROUTING:
    case HEADER_DESTINATION:
    case HEADER_MOBILITY:
    case HEADER_AUTHENTICATION:
        *next = reader_u8(r);
        size_t units = reader_u8(r);
        reader_bytes(r, type == HEADER_AUTHENTICATION ? units * 4 + 6
                                                      : units * 8 + 6);
        return true;
    case HEADER_FRAGMENT:
        *next = reader_u8(r);
        reader_u8(r); /* reserved */
        uint16_t fragment = reader_u16(r);
        out->fragment_id = reader_u32(r);
        out->fragment_at = fragment & 0xfff8u;
        out->has_more = fragment & 1;
        return true;
    default:
        return false;
    }
}

bool
ip_skip_extensions(struct ip_packet *p)
{
    struct reader r = reader_of(p->payload);
    uint8_t next = p->protocol;
    while (p->is_v6 && !r.failed && next != HEADER_FRAGMENT &&
           skip_extension(&r, &next, p))
        continue;
    if (r.failed)
        return false;
    p->protocol = next;
    p->payload = slice_from(p->payload, reader_at(&r));
    p->payload_len -= (uint32_t)reader_at(&r);
    return true;
}

static enum ip_result
parse_v6(struct slice packet, uint32_t wire_len, struct ip_packet *out)
{
    struct reader r = reader_of(packet);
    reader_u32(&r); /* version, class, flow */
    uint32_t total = reader_u16(&r);
    uint8_t next = reader_u8(&r);
    reader_u8(&r); /* hops left */
    struct slice src = reader_bytes(&r, 16), dst = reader_bytes(&r, 16);
    if (r.failed)
        return IP_CUT;
    memcpy(out->src, src.ptr, 16);
    memcpy(out->dst, dst.ptr, 16);
    out->is_v6 = true;
    total = total ? total + IPV6_HEADER_LEN : wire_len; /* 0: as in IPv4 */

    while (!r.failed && skip_extension(&r, &next, out))
        if (out->fragment_at || out->has_more)
            break; /* what follows is the packet that was cut */
    if (r.failed)
        return IP_CUT;
    out->protocol = next;
    enum ip_result got = payload_of(packet, reader_at(&r), total, out);
    if (got == IP_OK && (out->fragment_at || out->has_more))
        return IP_FRAGMENT;
    return got;
}

enum ip_result
ip_parse(struct slice packet, uint32_t wire_len, struct ip_packet *out)
{
    *out = (struct ip_packet){0};
    if (packet.len == 0)
        return IP_CUT;
    switch (packet.ptr[0] >> 4) {
    case 4:
        return parse_v4(packet, wire_len, out);
    case 6:
        return parse_v6(packet, wire_len, out);
    default:
        return IP_BAD;
    }
}
