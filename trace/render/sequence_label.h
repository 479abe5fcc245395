/* sequence_label.h - a packet in the few words that fit beside an arrow.
 * SPDX-License-Identifier: MIT
 *
 * Shorter than a line of mqtt/print: the name, what a person asks first (QoS,
 * identifier, topic, outcome), and the time since the request. No secrets.   */
#ifndef TRACE_RENDER_SEQUENCE_LABEL_H
#define TRACE_RENDER_SEQUENCE_LABEL_H

#include "trace/model/model_packet.h"

/* Appends it; bytes of topics go in as they are (drawing_text escapes). */
void sequence_label_print(struct buf *out, const struct model_packet *p);

#endif
