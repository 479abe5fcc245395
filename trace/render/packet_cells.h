/* packet_cells.h - a packet's fields as the cells of a diagram, without places.
 * SPDX-License-Identifier: MIT
 *
 * One cell per field that has bytes of its own: its name, its bytes (the
 * middle of many left out), its value, the section that describes it. The
 * layout (packet_diagram.c) measures them and puts them into boxes.          */
#ifndef TRACE_RENDER_PACKET_CELLS_H
#define TRACE_RENDER_PACKET_CELLS_H

#include "base/buf.h"
#include "trace/model/model_packet.h"
#include "trace/render/drawing.h"

/* The parts of a packet as the standard names them (2.1, 2.2, 2.3). */
enum packet_part {
    PART_FIXED_HEADER,
    PART_VARIABLE_HEADER,
    PART_PROPERTIES,
    PART_PAYLOAD,
    PART_WILL_PROPERTIES,
    PART_MISSING, /* what the capture does not have */
};

struct packet_cell {
    enum packet_part part;
    enum drawing_role role; /* VIOLATION when a finding lies in it */
    size_t note;            /* index of its note; (size_t)-1: missing bytes */
    uint32_t at, len;       /* its bytes */
    bool is_shortened;      /* not all of them are shown */
    struct buf name, bytes, value, section; /* its four lines */
};

struct packet_cells {
    struct packet_cell *list; /* count of them, owned */
    size_t count, cap;
    struct mqtt_notes notes;  /* what they were made from */
};

void packet_cells_make(struct packet_cells *cells,
                       const struct model_packet *p, bool secrets);
void packet_cells_release(struct packet_cells *cells);

/* "fixed header", "variable header", ... */
const char *packet_part_name(enum packet_part part);

/* Is it a length of several bytes, whose sum is worth showing? Then appends
 * "da 01 = 0x5a + 0x01 * 128 = 90 + 128 = 218". */
bool packet_cells_sum(struct buf *out, const struct packet_cell *cell,
                      const struct mqtt_note *note, struct slice bytes);

#endif
