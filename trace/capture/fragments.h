/* fragments.h - IPv4 and IPv6 fragments, joined.
 * SPDX-License-Identifier: MIT
 *
 * Packets under way are told apart by addresses, protocol and identification.
 * Of bytes that come twice the first arrival counts, as in TCP here. Bounded:
 * so many packets at once, and 64 KiB each; the oldest is given up.          */
#ifndef TRACE_CAPTURE_FRAGMENTS_H
#define TRACE_CAPTURE_FRAGMENTS_H

#include "trace/capture/segment.h"

#define FRAGMENTS_MAX 64 /* packets under way */

struct fragments; /* opaque */

struct fragments *fragments_new(void);
void fragments_free(struct fragments *f); /* NULL is fine */

/* Takes a frame that segment_parse called SEGMENT_FRAGMENT. When it makes a
 * packet whole, the answer is as segment_parse would say of that packet, with
 * the frame and time of the last fragment; *out borrows from f until the next
 * call. Until then: SEGMENT_FRAGMENT. */
enum segment_result fragments_join(struct fragments *f,
                                   const struct capture_frame *frame,
                                   struct segment *out);

#endif
