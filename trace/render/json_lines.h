/* json_lines.h - packets for other programs: one JSON object on each line.
 * SPDX-License-Identifier: MIT
 *
 *     number      1, 2, ... in the capture
 *     frame       number of the frame that completed it
 *     time_ns     of that frame, nanoseconds since 1970
 *     connection  number of the TCP connection, from 0
 *     client_id   of the connection, when known
 *     from        "client" or "server"
 *     type        "PUBLISH", ...; "reserved" for type 0
 *     version     "3.1", "3.1.1", "5.0"
 *     offset      of its first byte in the stream of its direction
 *     length      bytes it has; with "captured" when fewer are here
 *     fields      as in scenarios: {"qos": 1, "topic": "a/b", ...}; properties
 *                 and filters are lists, since they may repeat; bytes that are
 *                 not text are {"hex": "00ff"}, secrets {"masked": LENGTH}
 *     topic       behind a Topic Alias, when it was one
 *     answers     number of the packet it answers, with latency_ns
 *     marks       list: what is a guess or missing ("version inferred", ...)
 *     violations  list of {statement, section, reason, offset, length, text}
 *
 * Lists that would be empty and members that are not known are left out.     */
#ifndef TRACE_RENDER_JSON_LINES_H
#define TRACE_RENDER_JSON_LINES_H

#include "base/buf.h"
#include "trace/model/model_packet.h"

/* Appends the object on a line, newline included. */
void json_lines_print(struct buf *out, const struct model_packet *p,
                      bool secrets);

#endif
