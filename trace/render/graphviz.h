/* graphviz.h - DOT to SVG or PNG, by running Graphviz.
 * SPDX-License-Identifier: MIT                                               */
#ifndef TRACE_RENDER_GRAPHVIZ_H
#define TRACE_RENDER_GRAPHVIZ_H

#include "base/buf.h"
#include "base/error.h"

/* Runs `neato -n2 -T<format>` with dot on its standard input and appends what
 * it writes. -1 with err filled when Graphviz is missing or complains. */
int graphviz_run(struct buf *out, struct slice dot, const char *format,
                 struct error *err);

#endif
