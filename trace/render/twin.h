/* twin.h - one packet as 3.1.1 and as 5.0 read it.
 * SPDX-License-Identifier: MIT
 *
 * For captures that begin in the middle: nobody saw the CONNECT, and the same
 * bytes mean something in both versions, or only in one.                     */
#ifndef TRACE_RENDER_TWIN_H
#define TRACE_RENDER_TWIN_H

#include "mqtt/print.h"
#include "trace/model/model_packet.h"

/* Appends both readings behind the head of a line, newlines included: each on
 * a line, what is wrong with it below; a reading without fault is a possible
 * one, and the one that the trace took is marked. */
void twin_print(struct buf *out, const struct model_packet *p,
                struct mqtt_print how);

#endif
