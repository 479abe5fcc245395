/* sequence_diagram.h - a conversation as a ladder: clients, broker, packets.
 * SPDX-License-Identifier: MIT
 *
 * Time runs down. The broker stands in the middle, each MQTT client has a lane
 * of its own at its left or right, headed by Client Identifier, version and
 * Keep Alive; packets are arrows. What belongs to one QoS exchange is joined by
 * a bracket at the client's lane, red and open when it was never finished.
 * Violations are red and name the statement beneath the arrow.               */
#ifndef TRACE_RENDER_SEQUENCE_DIAGRAM_H
#define TRACE_RENDER_SEQUENCE_DIAGRAM_H

#include "trace/model/conversation.h"
#include "trace/render/drawing.h"

struct sequence_options {
    const char *title;       /* borrowed; NULL: none */
    const char *broker_name; /* head of the middle lane; NULL: "broker" */
    int label_max;           /* columns of an arrow's label; 0: by itself */
    int width;               /* columns that there are, if labels of 16 will do;
                                0: as many as it needs */
    bool secrets;            /* show passwords (never in labels anyway) */
};

/* The caller frees. `options` may be NULL. */
struct drawing *sequence_diagram(const struct conversation *c,
                                 const struct sequence_options *options);

#endif
