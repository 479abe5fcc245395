/* draw_json.h - a drawing as JSON, which HTML pages draw from.
 * SPDX-License-Identifier: MIT
 *
 *     { "title": "...", "width": 100, "height": 40, "items": [
 *       {"shape": "box|line|arrow|text", "role": "publish", "x": 0, "y": 0,
 *        "w": 10, "h": 2, "text": "PUBLISH", "align": "left|centre|right",
 *        "dashed": true, "hides": true, "packet": 7}, ... ] }
 *
 * Units as in drawing.h. "text" and "align" only in texts; "dashed", "hides"
 * and "packet" only where they say something.                               */
#ifndef TRACE_RENDER_DRAW_JSON_H
#define TRACE_RENDER_DRAW_JSON_H

#include "base/json.h"
#include "trace/render/drawing.h"

/* The caller frees it or puts it into another. */
struct json *drawing_json(const struct drawing *d);

#endif
