/* graphviz.h - DOT to SVG or PNG, by running Graphviz.
 * SPDX-License-Identifier: MIT                                               */
#ifndef TRACE_RENDER_GRAPHVIZ_H
#define TRACE_RENDER_GRAPHVIZ_H

#include "base/buf.h"
#include "base/error.h"

/* Runs `neato -n2 -T<format>`, which takes places as they are, or `dot`, which
 * finds them when they are not `is_placed`, with the text on its standard
 * input, and appends what it writes. -1 with err filled when Graphviz is
 * missing or complains. */
int graphviz_run(struct buf *out, struct slice dot, bool is_placed,
                 const char *format, struct error *err);

#endif
