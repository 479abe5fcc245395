/* stats.h - totals: how many packets of which type, and from whom.
 * SPDX-License-Identifier: MIT */
#ifndef TRACE_RENDER_STATS_H
#define TRACE_RENDER_STATS_H

#include "trace/model/model.h"

struct stats {
    uint64_t packets[2][MQTT_TYPES];    /* by side (0 client) and type */
    uint64_t bytes[2];                  /* of those packets, by side */
    uint64_t payload;                   /* bytes of PUBLISH payloads */
    uint64_t connections[MQTT_50 + 1];  /* with MQTT, by version */
    uint64_t inferred;                  /* of those, without a CONNECT */
    uint64_t violations;                /* by decode and check */
    uint64_t cut;                       /* packets with missing bytes */
    uint64_t lost;                      /* bytes the capture does not have */
};

void stats_packet(struct stats *s, const struct model_packet *p);
void stats_close(struct stats *s, const struct model_conn *c);
void stats_print(struct buf *out, const struct stats *s);

#endif
