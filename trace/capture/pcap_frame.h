/* pcap_frame.h - what libpcap hands over, as a frame of ours.
 * SPDX-License-Identifier: MIT                                               */
#ifndef TRACE_CAPTURE_PCAP_FRAME_H
#define TRACE_CAPTURE_PCAP_FRAME_H

#include <pcap/pcap.h>

#include "trace/capture/capture.h"

enum { PCAP_SNAPLEN = 262144 }; /* bytes of a frame that are looked at */

/* Fills all but the number. The capture is one of nanosecond precision, where
 * tv_usec holds nanoseconds. The bytes are borrowed. */
static inline void
pcap_frame(struct capture_frame *out, uint32_t link_type,
           const struct pcap_pkthdr *header, const u_char *bytes)
{
    out->time_ns = (int64_t)header->ts.tv_sec * 1000000000 +
                   header->ts.tv_usec;
    out->link_type = link_type;
    out->wire_len = header->len > header->caplen ? header->len
                                                 : header->caplen;
    out->bytes = slice_of(bytes, header->caplen);
}

#endif
