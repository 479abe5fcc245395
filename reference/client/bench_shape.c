/* bench_shape.c - the load shapes of `plumb-client bench`.
 * SPDX-License-Identifier: MIT */
#include "client/bench_shape.h"

#include <string.h>

#define Q0 1u
#define Q01 3u
#define Q012 7u

/* clang-format off */
const struct bench_shape bench_shapes[] = {
    /* name           publishers    in flight    filters  idle    QoS
                            subscribers   payload                        */
    {"saturated",        10,   10, 1000,    64,      0,     0, Q012,
     "10 pairs, each with 1,000 messages under way"},
    {"ten",              10,   10,   10,    64,      0,     0, Q012,
     "10 pairs, each with ten"},
    {"one",              10,   10,    1,    64,      0,     0, Q012,
     "10 pairs, each with one"},
    {"many",           1000, 1000,    1,    64,      0,     0, Q0,
     "1,000 pairs, each with one"},
    {"fan-out",           1,  100,  100,    64,      0,     0, Q01,
     "one publisher, 100 subscribers"},
    {"fan-in",          100,    1,   10,    64,      0,     0, Q01,
     "100 publishers, one subscriber"},
    {"large",            10,   10,   10, 16384,      0,     0, Q0,
     "10 pairs, messages of 16 KiB"},
    {"large-fan-out",     1,  100,   10, 16384,      0,     0, Q0,
     "one publisher, 100 subscribers, messages of 16 KiB"},
    {"wildcards",        10,   10,   10,    64, 100000,     0, Q0,
     "10 pairs among 100,000 wildcard subscriptions that match nothing"},
    {"wildcards-few",    10,   10,   10,    64,     10,     0, Q0,
     "the same among 10, to see how the cost grows"},
    {"idle",              1,    1,    1,    64,      0, 10000, Q0,
     "a pair among 10,000 connections that say nothing"},
    {"idle-few",          1,    1,    1,    64,      0,    10, Q0,
     "the same among 10, to see how the cost grows"},
};
/* clang-format on */

const size_t bench_shape_count = sizeof bench_shapes / sizeof bench_shapes[0];

const struct bench_shape *
bench_shape_find(const char *name)
{
    for (size_t i = 0; i < bench_shape_count; i++)
        if (strcmp(bench_shapes[i].name, name) == 0)
            return &bench_shapes[i];
    return NULL;
}
