/* packet_diagram.h - the bytes of one packet as boxes, with what they say.
 * SPDX-License-Identifier: MIT
 *
 * A strip of boxes as RFCs draw them, but of a real packet: each field shows
 * its bytes, its value, its name and the section of the standard. The bits of
 * flag bytes are unfolded beneath; long fields are shortened with a break mark
 * and their true length; Remaining Length is worked out digit by digit.     */
#ifndef TRACE_RENDER_PACKET_DIAGRAM_H
#define TRACE_RENDER_PACKET_DIAGRAM_H

#include "trace/model/model_packet.h"
#include "trace/render/drawing.h"

struct packet_options {
    const char *title; /* borrowed; NULL: made from the packet */
    int width;         /* columns to fill before a strip is continued; 0: 100 */
    bool secrets;      /* show Password and Authentication Data */
};

/* The caller frees. `options` may be NULL. */
struct drawing *packet_diagram(const struct model_packet *p,
                               const struct packet_options *options);

#endif
