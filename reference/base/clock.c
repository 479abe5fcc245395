/* clock.c - what time it is.
 * SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <time.h>

static uint64_t
read_us(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

uint64_t
clock_ms(void)
{
    return read_us(CLOCK_MONOTONIC) / 1000;
}

uint64_t
clock_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

uint64_t
clock_wall_us(void)
{
    return read_us(CLOCK_REALTIME);
}
