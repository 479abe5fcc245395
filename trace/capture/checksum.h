/* checksum.h - the Internet checksum of a TCP segment (RFC 9293, 3.1).
 * SPDX-License-Identifier: MIT
 *
 * Never trusted alone: what a host sends is captured before its network card
 * fills the checksum in. But where two segments disagree, a good one wins.   */
#ifndef TRACE_CAPTURE_CHECKSUM_H
#define TRACE_CAPTURE_CHECKSUM_H

#include "trace/capture/ip.h"

/* Is the TCP checksum of this whole packet right? */
bool checksum_is_good(const struct ip_packet *ip);

#endif
