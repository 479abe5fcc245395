/* bench_shape.h - the load shapes of `plumb-client bench`.
 * SPDX-License-Identifier: MIT
 *
 * Publisher i publishes to bench/i. With as many subscribers as publishers they
 * are pairs; with more, all subscribe to bench/0 (fan-out); with fewer, to
 * bench/+ (fan-in).                                                          */
#ifndef CLIENT_BENCH_SHAPE_H
#define CLIENT_BENCH_SHAPE_H

#include <stddef.h>
#include <stdint.h>

struct bench_shape {
    const char *name;
    uint16_t publishers;
    uint16_t subscribers;
    uint16_t in_flight; /* messages of each publisher that are under way */
    uint16_t payload;   /* bytes of each message; at least 4 */
    uint32_t filters;   /* further subscriptions, which match nothing */
    uint16_t idle;      /* further connections, which say nothing */
    uint8_t qos_set;    /* bit q: measured at QoS q */
    const char *help;
};

/* The rows, in the order of --list. */
extern const struct bench_shape bench_shapes[];
extern const size_t bench_shape_count;

/* NULL when there is none of that name. */
const struct bench_shape *bench_shape_find(const char *name);

#endif
