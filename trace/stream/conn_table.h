/* conn_table.h - TCP connections by address and port, within bounds.
 * SPDX-License-Identifier: MIT
 *
 * The door of trace/stream: segments in, stream.h events out.
 *
 *     struct conn_table *t = conn_table_new(&events, NULL);
 *     while (capture_next(c, &frame, &err) == 1)
 *         if (segment_parse(&frame, &seg) == SEGMENT_TCP)
 *             conn_table_feed(t, &seg);
 *     conn_table_finish(t);  conn_table_free(t);
 *
 * A SYN that does not repeat the one that is known opens a new connection on
 * the same ports. Anything else on unknown ports starts one in mid-stream.
 * Closed connections stay for a while to swallow stragglers.                 */
#ifndef TRACE_STREAM_CONN_TABLE_H
#define TRACE_STREAM_CONN_TABLE_H

#include "trace/stream/stream.h"

struct conn_table; /* opaque */

struct conn_limits {
    size_t conns_max;     /* connections held; 0: 32768 */
    size_t side_max;      /* bytes one direction may keep waiting; 0: 4 MiB */
    size_t memory_max;    /* bytes all directions may keep; 0: 14 MiB */
    int64_t idle_ns;      /* evict when silent for so long; 0: never, as
                             MQTT may be silent for days */
};

/* `limits` may be NULL; both are copied. */
struct conn_table *conn_table_new(const struct stream_events *events,
                                  const struct conn_limits *limits);

void conn_table_feed(struct conn_table *t, const struct segment *seg);

/* The capture is over: delivers what waits, gaps included, and closes every
 * connection, in order of number. */
void conn_table_finish(struct conn_table *t);

/* Connections seen so far. */
uint64_t conn_table_count(const struct conn_table *t);

/* Frees; without conn_table_finish nobody is told anything. NULL is fine. */
void conn_table_free(struct conn_table *t);

#endif
