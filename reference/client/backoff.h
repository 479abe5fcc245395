/* backoff.h - how long to wait before connecting again.
 * SPDX-License-Identifier: MIT
 *
 * Each failure doubles the wait, up to a longest; the wait is then drawn at
 * random from its upper half, so that a thousand clients who lost the same
 * server do not come back in the same moment. A connection that lasted longer
 * than the wait before it ends the series.
 *
 *     failures   1      2      3      4   ...
 *     wait      .5-1   1-2    2-4    4-8  ... s, with first_ms = 1000        */
#ifndef CLIENT_BACKOFF_H
#define CLIENT_BACKOFF_H

#include "base/random.h"

struct mqtt_backoff {
    uint32_t first_ms;    /* longest wait after the first failure */
    uint32_t most_ms;     /* no wait is longer */
    uint32_t last_ms;     /* the wait before this connection; 0: none */
    unsigned failures;    /* in this series */
    struct random random; /* of the jitter */
};

/* seed 0: not repeatable, as it should be outside tests. */
void mqtt_backoff_init(struct mqtt_backoff *b, uint32_t first_ms,
                       uint32_t most_ms, uint64_t seed);

/* The wait after a connection that lasted that long (0: it was never
 * accepted). */
uint32_t mqtt_backoff_next(struct mqtt_backoff *b, uint64_t lasted_ms);

#endif
