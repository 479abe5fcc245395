/* also.h - what else a packet breaks that broke a rule of its own.
 * SPDX-License-Identifier: MIT
 *
 * check and decode name one statement. The standard often says the same twice:
 * in the section on strings and in that on the field. Here stand the others. */
#ifndef TRACE_LINT_ALSO_H
#define TRACE_LINT_ALSO_H

#include "trace/model/model_packet.h"

/* All statements that violation v of packet p breaks, separated by spaces;
 * static. "" when none has a number. */
const char *also_ids(const struct mqtt_violation *v,
                     const struct model_packet *p);

/* Where a statement about a packet by itself can be broken. */
struct also_place {
    uint32_t packets; /* set of P(TYPE) */
    uint8_t from;     /* set of enum mqtt_side */
    uint8_t versions; /* set of versions */
};

/* Fills at most max of them; returns how many. */
size_t also_places(const char *id, struct also_place *out, size_t max);

#endif
