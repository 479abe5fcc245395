/* bench_meter.h - what a process has used: processor time and memory (Linux).
 * SPDX-License-Identifier: MIT                                               */
#ifndef CLIENT_BENCH_METER_H
#define CLIENT_BENCH_METER_H

#include <stdint.h>

#include "base/error.h"

struct bench_meter {
    uint64_t cpu_ns;    /* user and system, of all threads */
    uint64_t rss_bytes; /* resident now */
};

/* From /proc/PID/task/.../schedstat, since clock ticks are too coarse, and
 * from /proc/PID/status. */
int bench_meter_read(struct bench_meter *m, uint64_t pid, struct error *err);

#endif
