/* filter.h - capture filters, as pcap-filter(7) writes them.
 * SPDX-License-Identifier: MIT
 *
 * A filter is compiled for a link type; a file may have several.             */
#ifndef TRACE_CAPTURE_FILTER_H
#define TRACE_CAPTURE_FILTER_H

#include "trace/capture/capture.h"

struct filter; /* opaque */

/* NULL, with err filled, when the expression means nothing on any link. */
struct filter *filter_new(const char *expression, struct error *err);
void filter_free(struct filter *f); /* NULL is fine */

/* Does the frame pass? Frames of a link type that the expression cannot be
 * used on do not. */
bool filter_passes(struct filter *f, const struct capture_frame *frame);

#endif
