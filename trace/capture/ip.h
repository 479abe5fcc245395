/* ip.h - IPv4 and IPv6: addresses, protocol and payload of one packet.
 * SPDX-License-Identifier: MIT
 *
 * Options and extension headers are skipped, link layer padding is cut off.
 * Checksums are not looked at: with offload they are wrong in good captures.
 * Fragments are told, not joined; the fields to join them by are here.       */
#ifndef TRACE_CAPTURE_IP_H
#define TRACE_CAPTURE_IP_H

#include "base/slice.h"

#define IP_PROTOCOL_TCP 6

struct ip_packet {
    uint8_t src[16];      /* IPv4: the first 4 bytes, the others are 0 */
    uint8_t dst[16];
    bool is_v6;
    uint8_t protocol;     /* of the payload, after all extension headers */
    struct slice payload; /* what was captured of it, borrowed */
    uint32_t payload_len; /* what it had on the wire, >= payload.len */
    uint32_t fragment_id; /* of a fragment: which packet it is part of */
    uint32_t fragment_at; /* of a fragment: offset of its payload in bytes */
    bool has_more;        /* of a fragment: not the last one */
};

enum ip_result {
    IP_OK,
    IP_FRAGMENT, /* a part of a packet; payload is that part */
    IP_CUT,      /* the capture ends inside the headers */
    IP_BAD,      /* not an IP packet, or its lengths contradict each other */
};

/* `wire_len` is the length the packet had before the snapshot length cut it;
 * it only counts when IP itself states no length (total length 0: TSO). */
enum ip_result ip_parse(struct slice packet, uint32_t wire_len,
                        struct ip_packet *out);

/* IPv6: skips the extension headers that stood behind the fragment header, now
 * that `p` is joined. False: they go past its end. */
bool ip_skip_extensions(struct ip_packet *p);

#endif
