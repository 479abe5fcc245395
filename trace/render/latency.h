/* latency.h - how long answers took: least, median, 99 of 100, most.
 * SPDX-License-Identifier: MIT
 *
 * A histogram with LATENCY_STEPS buckets for each power of two, so that it
 * needs no more memory for a million answers than for ten: quantiles are right
 * to 3 of 100; least and most are exact.                                     */
#ifndef TRACE_RENDER_LATENCY_H
#define TRACE_RENDER_LATENCY_H

#include <stdint.h>

enum { LATENCY_STEPS = 32, LATENCY_BUCKETS = 64 * LATENCY_STEPS };

struct latency {
    uint64_t count;
    int64_t least_ns, most_ns;         /* exact */
    uint32_t buckets[LATENCY_BUCKETS]; /* how many, by size */
};

/* Negative times (a capture whose clock went back) count as 0. */
void latency_add(struct latency *l, int64_t ns);

/* The time that `share` of 100 answers did not exceed; 0 when there are
 * none. */
int64_t latency_quantile(const struct latency *l, unsigned share);

#endif
