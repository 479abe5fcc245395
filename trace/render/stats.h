/* stats.h - totals: by type, client and topic; times of answers; repetitions.
 * SPDX-License-Identifier: MIT
 *
 * Bounded: past STATS_NAMES_MAX clients or topics the rest count together.   */
#ifndef TRACE_RENDER_STATS_H
#define TRACE_RENDER_STATS_H

#include "base/map.h"
#include "trace/model/model.h"
#include "trace/render/latency.h"

enum { STATS_NAMES_MAX = 10000 };

/* Of a client or a topic. */
struct stats_name {
    char *name;           /* as it is shown; owned */
    uint64_t connections; /* of a client */
    uint64_t packets[2];  /* by side: 0 client */
    uint64_t messages[2]; /* PUBLISH, by side */
    uint64_t payload[2];  /* their bytes */
    uint64_t repeated;    /* PUBLISH with DUP, either side */
    uint64_t open[2];     /* of a client: unacknowledged at the end of its
                             last connection, by who waits for an answer */
};

struct stats_names {
    struct map by_name;
    struct stats_name **list; /* in order of appearance; owned */
    size_t count, cap;
};

struct stats {
    uint64_t packets[2][MQTT_TYPES];    /* by side (0 client) and type */
    uint64_t bytes[2];                  /* of those packets, by side */
    uint64_t payload;                   /* bytes of PUBLISH payloads */
    uint64_t repeated;                  /* PUBLISH with DUP */
    uint64_t connections[MQTT_50 + 1];  /* with MQTT, by version */
    uint64_t inferred;                  /* of those, without a CONNECT */
    uint64_t violations;                /* by decode and check */
    uint64_t cut;                       /* packets with missing bytes */
    uint64_t lost;                      /* bytes the capture does not have */
    struct stats_names clients, topics;
    struct latency *answers[2][MQTT_TYPES]; /* owned; NULL: none; by side */
};

void stats_release(struct stats *s);
void stats_packet(struct stats *s, const struct model_packet *p);
void stats_close(struct stats *s, const struct model_conn *c);

#endif
