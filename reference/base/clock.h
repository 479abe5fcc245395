/* clock.h - the only place that asks what time it is.
 * SPDX-License-Identifier: MIT
 *
 * Called by event loops and commands; everything below them gets `now_ms`.   */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds and microseconds since some point in the past; never jumps. */
uint64_t clock_ms(void);
uint64_t clock_us(void);

/* Microseconds since 1970, as the wall says; may jump. */
uint64_t clock_wall_us(void);

#endif
