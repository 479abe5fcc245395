/* segment.c - frame -> link -> IP -> TCP.
 * SPDX-License-Identifier: MIT */
#include "trace/capture/segment.h"

#include <arpa/inet.h>

#include "base/mem.h"
#include "base/reader.h"
#include "trace/capture/checksum.h"
#include "trace/capture/ip.h"
#include "trace/capture/link.h"

#define TCP_HEADER_LEN 20

/* What the consumer is told when a lower layer yields no packet. */
static const enum segment_result of_link[] = {
    [LINK_IP] = SEGMENT_TCP,
    [LINK_OTHER] = SEGMENT_NOT_IP,
    [LINK_CUT] = SEGMENT_CUT,
    [LINK_UNKNOWN] = SEGMENT_UNKNOWN_LINK,
};
static const enum segment_result of_ip[] = {
    [IP_OK] = SEGMENT_TCP,
    [IP_FRAGMENT] = SEGMENT_FRAGMENT,
    [IP_CUT] = SEGMENT_CUT,
    [IP_BAD] = SEGMENT_BAD,
};

static enum segment_result
parse_tcp(const struct ip_packet *ip, struct segment *out)
{
    struct reader r = reader_of(ip->payload);
    out->src.port = reader_u16(&r);
    out->dst.port = reader_u16(&r);
    out->seq = reader_u32(&r);
    out->ack = reader_u32(&r);
    size_t header_len = (size_t)(reader_u8(&r) >> 4) * 4;
    out->flags = reader_u8(&r);
    if (ip->payload_len < TCP_HEADER_LEN || header_len > ip->payload_len)
        return SEGMENT_BAD;
    if (r.failed)
        return SEGMENT_CUT;
    if (header_len < TCP_HEADER_LEN)
        return SEGMENT_BAD;

    /* Options may be cut by the snapshot length; nobody needs them. */
    out->payload = slice_from(ip->payload, header_len);
    out->payload_len = ip->payload_len - (uint32_t)header_len;
    return SEGMENT_TCP;
}

enum segment_result
segment_of_ip(const struct ip_packet *ip, const struct capture_frame *frame,
              struct segment *out)
{
    if (ip->protocol != IP_PROTOCOL_TCP)
        return SEGMENT_NOT_TCP;
    *out = (struct segment){.frame = frame->number,
                            .time_ns = frame->time_ns};
    memcpy(out->src.addr, ip->src, sizeof ip->src);
    memcpy(out->dst.addr, ip->dst, sizeof ip->dst);
    out->src.is_v6 = out->dst.is_v6 = ip->is_v6;
    if (ip->payload.len == ip->payload_len)
        out->checksum = checksum_is_good(ip) ? SEGMENT_CHECKSUM_GOOD
                                             : SEGMENT_CHECKSUM_BAD;
    return parse_tcp(ip, out);
}

enum segment_result
segment_parse(const struct capture_frame *frame, struct segment *out)
{
    struct slice packet;
    struct ip_packet ip;

    enum link_result link = link_strip(frame->link_type, frame->bytes,
                                       &packet);
    if (link != LINK_IP)
        return of_link[link];
    size_t link_header = frame->bytes.len - packet.len;
    enum ip_result got = ip_parse(packet,
                                  frame->wire_len - (uint32_t)link_header,
                                  &ip);
    return got == IP_OK ? segment_of_ip(&ip, frame, out) : of_ip[got];
}

const char *
segment_result_text(enum segment_result r)
{
    static const char *const texts[SEGMENT_RESULTS] = {
        [SEGMENT_TCP] = "TCP",
        [SEGMENT_NOT_IP] = "not IP",
        [SEGMENT_NOT_TCP] = "IP, but not TCP",
        [SEGMENT_FRAGMENT] = "parts of fragmented IP packets",
        [SEGMENT_CUT] = "headers cut by the snapshot length",
        [SEGMENT_BAD] = "broken IP or TCP headers",
        [SEGMENT_UNKNOWN_LINK] = "link type not supported",
    };
    return texts[r];
}

void
endpoint_print(struct buf *out, const struct endpoint *e)
{
    char text[INET6_ADDRSTRLEN];
    if (!inet_ntop(e->is_v6 ? AF_INET6 : AF_INET, e->addr, text, sizeof text))
        BUG("an address that has no text");
    buf_printf(out, e->is_v6 ? "[%s]:%u" : "%s:%u", text, e->port);
}
