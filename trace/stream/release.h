/* release.h - what of a connection may be delivered now, and delivering it.
 * SPDX-License-Identifier: MIT
 *
 * The second half of reassemble.h, which explains the rules. Called by
 * reassemble.c only.                                                         */
#ifndef TRACE_STREAM_RELEASE_H
#define TRACE_STREAM_RELEASE_H

#include "trace/stream/reassemble.h"

/* Is this piece next in its direction, with nothing to wait for? */
bool release_may_pass(const struct reassembly *r, enum stream_side s,
                      const struct piece *p);

/* Delivers a piece that is next: its bytes, or a gap when it is cut. */
void release_piece(struct reassembly *r, enum stream_side s,
                   const struct piece *p, const uint8_t *data);

/* Delivers everything whose turn has come, and gaps whose grace is over. */
void release_ready(struct reassembly *r);

/* Makes gaps in direction s until it keeps the limits again. */
void release_excess(struct reassembly *r, enum stream_side s);

/* Delivers all there is; what is missing becomes gaps. */
void release_all(struct reassembly *r);

/* Have both directions delivered everything up to their FIN? */
bool release_is_finished(const struct reassembly *r);

#endif
