/* latency.c - how long answers took.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/latency.h"

/* Below LATENCY_STEPS each number is a bucket; above, the top bit says which
 * power of two, and the 5 bits behind it the step. */
static unsigned
bucket_of(uint64_t ns)
{
    if (ns < LATENCY_STEPS)
        return (unsigned)ns;
    unsigned top = 63 - (unsigned)__builtin_clzll(ns);
    return (top - 4) * LATENCY_STEPS +
           (unsigned)(ns >> (top - 5) & (LATENCY_STEPS - 1));
}

/* The middle of a bucket. */
static int64_t
value_of(unsigned bucket)
{
    if (bucket < LATENCY_STEPS)
        return bucket;
    unsigned top = bucket / LATENCY_STEPS + 4;
    uint64_t low = (uint64_t)(LATENCY_STEPS + bucket % LATENCY_STEPS)
                   << (top - 5);
    return (int64_t)(low + ((uint64_t)1 << (top - 5)) / 2);
}

void
latency_add(struct latency *l, int64_t ns)
{
    if (ns < 0)
        ns = 0;
    if (l->count == 0 || ns < l->least_ns)
        l->least_ns = ns;
    if (ns > l->most_ns)
        l->most_ns = ns;
    l->count++;
    l->buckets[bucket_of((uint64_t)ns)]++;
}

int64_t
latency_quantile(const struct latency *l, unsigned share)
{
    uint64_t want = (l->count * share + 99) / 100, seen = 0;
    if (l->count == 0)
        return 0;
    if (want == 0)
        want = 1;
    if (want == l->count)
        return l->most_ns;
    for (unsigned i = 0; i < LATENCY_BUCKETS; i++) {
        seen += l->buckets[i];
        if (seen < want)
            continue;
        int64_t ns = value_of(i);
        return ns < l->least_ns  ? l->least_ns
               : ns > l->most_ns ? l->most_ns
                                 : ns;
    }
    return l->most_ns;
}
