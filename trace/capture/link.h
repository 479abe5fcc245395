/* link.h - from a captured frame to the IP packet inside.
 * SPDX-License-Identifier: MIT
 *
 * Takes off Ethernet with any stack of VLAN tags, Linux "cooked" headers and
 * the loopback headers of the BSDs. What may follow the IP packet (padding to
 * 60 bytes, a checksum) stays on; ip.h cuts at the length that IP states.    */
#ifndef TRACE_CAPTURE_LINK_H
#define TRACE_CAPTURE_LINK_H

#include "base/slice.h"

/* Numbers of the LINKTYPE_ registry at tcpdump.org; 12 and 14 are what raw IP
 * is called on some systems inside libpcap. */
enum {
    LINK_NULL = 0,
    LINK_ETHERNET = 1,
    LINK_RAW_DLT = 12,
    LINK_RAW_BSD = 14,
    LINK_RAW = 101,
    LINK_LOOP = 108,
    LINK_SLL = 113,
    LINK_IPV4 = 228,
    LINK_IPV6 = 229,
    LINK_SLL2 = 276,
};

enum link_result {
    LINK_IP,      /* *ip is an IPv4 or IPv6 packet */
    LINK_OTHER,   /* something else, ARP for one */
    LINK_CUT,     /* the capture ends inside the link header */
    LINK_UNKNOWN, /* a link type not in the list above */
};

/* On LINK_IP *ip is the rest of the frame, from the IP header on. */
enum link_result link_strip(uint32_t link_type, struct slice frame,
                            struct slice *ip);

#endif
