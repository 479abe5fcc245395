/* draw_text.h - a drawing in letters, for terminals and mails.
 * SPDX-License-Identifier: MIT                                               */
#ifndef TRACE_RENDER_DRAW_TEXT_H
#define TRACE_RENDER_DRAW_TEXT_H

#include "base/buf.h"
#include "trace/render/drawing.h"

/* Appends it, one line per row, with box-drawing characters, or with + - |
 * when `ascii`. */
void drawing_print(struct buf *out, const struct drawing *d, bool ascii);

#endif
