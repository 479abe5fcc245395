/* state_print.h - the state at a packet, as text and as JSON.
 * SPDX-License-Identifier: MIT */
#ifndef TRACE_RENDER_STATE_PRINT_H
#define TRACE_RENDER_STATE_PRINT_H

#include "trace/model/state.h"

/* Appends a short report for people. */
void state_print(struct buf *out, const struct state *s);

/* Appends one JSON object, without a newline (docs/TRACE.md has its members).
 * Lists that are empty are there, as []. */
void state_json(struct buf *out, const struct state *s);

#endif
