/* notation.h - packets as lines of a scenario that any broker can be given.
 * SPDX-License-Identifier: MIT
 *
 * Unlike mqtt/print, which writes what was, this writes what is to be said or
 * expected again: topics under $T, where nobody else is; secrets and names of
 * users left to the target; identifiers that the broker chose bound to names;
 * of properties only those that a broker must hand on.                       */
#ifndef TRACE_VIEWS_NOTATION_H
#define TRACE_VIEWS_NOTATION_H

#include "mqtt/packet.h"

/* Appends ` topic="..." ...` for a packet that a client sends again. id: what
 * to write for the Packet Identifier, NULL: the packet's own. */
void notation_send(struct buf *out, const struct mqtt_packet *p,
                   const char *id);

/* The same for a PUBLISH that the broker is expected to send: `topic` is the
 * one behind its alias; id: "?p1", "$p1" or NULL for none. */
void notation_expect(struct buf *out, const struct mqtt_packet *p,
                     struct slice topic, const char *id);

#endif
