/* segment.h - one TCP segment, as a frame carried it.
 * SPDX-License-Identifier: MIT
 *
 * The end of the capture layer: frame -> link -> IP -> TCP in one call, and
 * what trace/stream works on. Everything that is not a whole TCP segment gets
 * a name, so that a summary can say what was left out and why.               */
#ifndef TRACE_CAPTURE_SEGMENT_H
#define TRACE_CAPTURE_SEGMENT_H

#include "base/buf.h"
#include "trace/capture/capture.h"

struct endpoint {
    uint8_t addr[16]; /* IPv4: the first 4 bytes, the others are 0 */
    uint16_t port;
    bool is_v6;
};

enum { /* bits of the TCP header's flag byte that matter here */
    SEGMENT_FIN = 0x01,
    SEGMENT_SYN = 0x02,
    SEGMENT_RST = 0x04,
    SEGMENT_ACK = 0x10,
};

/* What the TCP checksum says (checksum.h); never trusted alone. */
enum segment_checksum {
    SEGMENT_CHECKSUM_UNKNOWN, /* not all bytes are there to sum */
    SEGMENT_CHECKSUM_GOOD,
    SEGMENT_CHECKSUM_BAD,
};

struct segment {
    struct endpoint src, dst;
    uint32_t seq;         /* as on the wire, absolute */
    uint32_t ack;         /* means something when SEGMENT_ACK is set */
    uint8_t flags;        /* SEGMENT_ bits */
    struct slice payload; /* captured bytes, borrowed from the frame */
    uint32_t payload_len; /* bytes on the wire, >= payload.len */
    enum segment_checksum checksum;
    uint64_t frame;       /* number of the frame */
    int64_t time_ns;      /* its time */
};

enum segment_result {
    SEGMENT_TCP,          /* *out is filled */
    SEGMENT_NOT_IP,       /* ARP, spanning tree, ... */
    SEGMENT_NOT_TCP,      /* IP with UDP, ICMP, ... */
    SEGMENT_FRAGMENT,     /* IP fragment, or one that completes nothing */
    SEGMENT_CUT,          /* the snapshot length cut into the headers */
    SEGMENT_BAD,          /* lengths contradict each other */
    SEGMENT_UNKNOWN_LINK, /* link type that link.h does not know */
    SEGMENT_RESULTS       /* how many there are, for arrays of counters */
};

enum segment_result segment_parse(const struct capture_frame *frame,
                                  struct segment *out);

/* The same for the IP packet of a frame, when it is known. */
struct ip_packet;
enum segment_result segment_of_ip(const struct ip_packet *ip,
                                  const struct capture_frame *frame,
                                  struct segment *out);

/* What a person is told: "IP fragments". */
const char *segment_result_text(enum segment_result r);

/* Appends "127.0.0.1:1883" or "[::1]:1883". */
void endpoint_print(struct buf *out, const struct endpoint *e);

#endif
