/* timer.h - deadlines in order: a binary heap of intrusive timers.
 * SPDX-License-Identifier: MIT
 *
 * A timer is a member of what it concerns. Nobody here reads a clock: the one
 * who owns the heap says what time it is and pops what is due. All times are
 * milliseconds of the owner's clock. Deadlines that are equal come out in the
 * order in which they were set, so that virtual time is deterministic.       */
#ifndef BASE_TIMER_H
#define BASE_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMER_NEVER UINT64_MAX

struct timer {
    uint64_t at_ms; /* deadline */
    uint64_t order; /* tie-break: when it was set */
    size_t slot;    /* place in the heap plus 1; 0: not set */
};

struct timers {
    struct timer **heap; /* owned array of borrowed timers */
    size_t count, cap;
    uint64_t order; /* next tie-break */
};

void timers_release(struct timers *ts);

/* Sets t, or moves it when it is set already. TIMER_NEVER cancels. */
void timer_set(struct timers *ts, struct timer *t, uint64_t at_ms);
void timer_cancel(struct timers *ts, struct timer *t);

static inline bool
timer_is_set(const struct timer *t)
{
    return t->slot != 0;
}

/* The earliest deadline, or TIMER_NEVER. */
uint64_t timers_next_ms(const struct timers *ts);

/* Takes out and returns the earliest timer whose deadline is now or past, or
 * NULL. */
struct timer *timers_pop(struct timers *ts, uint64_t now_ms);

#endif
