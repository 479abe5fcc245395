/* draw_dot.h - a drawing in the DOT language, everything pinned to its place.
 * SPDX-License-Identifier: MIT
 *
 * For `neato -n2`, which then lays out nothing. Any text is escaped so that
 * DOT and the SVG made of it stay well-formed.                               */
#ifndef TRACE_RENDER_DRAW_DOT_H
#define TRACE_RENDER_DRAW_DOT_H

#include "base/buf.h"
#include "trace/render/drawing.h"

void drawing_dot(struct buf *out, const struct drawing *d);

#endif
