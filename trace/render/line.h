/* line.h - a packet on a line, in the notation of the scenario language.
 * SPDX-License-Identifier: MIT
 *
 *     7  0.012345  sensor-1  > PUBLISH qos=1 topic="a/b" ...   # answers 6
 *
 * Number, seconds since the start, client, > (to the broker) or < (from it),
 * the packet as mqtt/print writes it; what else is known stands behind a `#`,
 * so that everything from the client's name on pastes into a scenario. What
 * the packet breaks follows on lines of its own.                             */
#ifndef TRACE_RENDER_LINE_H
#define TRACE_RENDER_LINE_H

#include "mqtt/print.h"
#include "trace/model/model.h"

struct line_style {
    int64_t start_ns;        /* time that counts as 0 */
    struct mqtt_print print; /* secrets, and how much of long texts */
};

/* Appends number, time, client and direction, without a newline. */
void line_head(struct buf *out, const struct model_packet *p,
               const struct line_style *style);

/* Appends the whole line and its violations, newlines included. */
void line_packet(struct buf *out, const struct model_packet *p,
                 const struct line_style *style);

/* Appends only the violations, a line each. */
void line_violations(struct buf *out, const struct model_packet *p);

/* Appends a line that says that bytes are missing here. */
void line_gap(struct buf *out, const struct model_conn *c, enum mqtt_side from,
              uint64_t bytes, enum stream_gap cause, int64_t time_ns,
              const struct line_style *style);

/* Appends a duration as people read it: "0.42 ms", "12 ms", "3.1 s". */
void line_duration(struct buf *out, int64_t ns);

/* Appends what is known of a connection on one line: who, which version, how
 * much, how it ended, and what is missing. For after its end. */
void line_summary(struct buf *out, const struct model_conn *c);

#endif
