/* pending.h - requests of one side that wait for their answer, by identifier.
 * SPDX-License-Identifier: MIT
 *
 * Each side has Packet Identifiers of its own (2.2.1): a PUBLISH 7 from the
 * client and a PUBLISH 7 from the server are two exchanges. Two tables per
 * connection therefore, one for the exchanges that each side began.
 * Bounded: when PENDING_MAX wait (one direction was not captured, say), all
 * are forgotten, and answers to them stand alone.                            */
#ifndef TRACE_MODEL_PENDING_H
#define TRACE_MODEL_PENDING_H

#include "mqtt/packet.h"

#define PENDING_MAX 4096

struct pending {
    uint16_t packet_id;   /* never 0 in use */
    uint8_t begun_by;     /* enum mqtt_type: PUBLISH, SUBSCRIBE, UNSUBSCRIBE */
    uint8_t last_type;    /* enum mqtt_type of the latest step */
    uint16_t detail;      /* topic filters of a SUBSCRIBE; QoS of a PUBLISH */
    uint64_t begin;       /* number of the packet that began it */
    uint64_t last;        /* number of the latest step */
    int64_t last_time_ns; /* its time */
};

struct pending_table {
    struct pending *slots; /* owned; packet_id 0: free */
    size_t cap, count;     /* cap: a power of two, or 0 */
};

void pending_release(struct pending_table *t);

/* The one with that identifier, or NULL. */
struct pending *pending_find(const struct pending_table *t, uint16_t id);

/* It, zeroed if it is new; valid until the next put or remove. id > 0. */
struct pending *pending_put(struct pending_table *t, uint16_t id);

void pending_remove(struct pending_table *t, uint16_t id);

#endif
