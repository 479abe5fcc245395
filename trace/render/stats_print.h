/* stats_print.h - totals as text.
 * SPDX-License-Identifier: MIT */
#ifndef TRACE_RENDER_STATS_PRINT_H
#define TRACE_RENDER_STATS_PRINT_H

#include "trace/render/stats.h"

void stats_print(struct buf *out, const struct stats *s);

#endif
