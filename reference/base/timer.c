/* timer.c - deadlines in order.
 * SPDX-License-Identifier: MIT */
#include "base/timer.h"

#include <stdlib.h>

#include "base/mem.h"

void
timers_release(struct timers *ts)
{
    free(ts->heap);
    *ts = (struct timers){0};
}

static bool
earlier(const struct timer *a, const struct timer *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void
place(struct timers *ts, size_t at, struct timer *t)
{
    ts->heap[at] = t;
    t->slot = at + 1;
}

static void
rise(struct timers *ts, size_t at)
{
    struct timer *t = ts->heap[at];
    while (at > 0 && earlier(t, ts->heap[(at - 1) / 2])) {
        place(ts, at, ts->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    place(ts, at, t);
}

static void
sink(struct timers *ts, size_t at)
{
    struct timer *t = ts->heap[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= ts->count)
            break;
        if (child + 1 < ts->count &&
            earlier(ts->heap[child + 1], ts->heap[child]))
            child++;
        if (!earlier(ts->heap[child], t))
            break;
        place(ts, at, ts->heap[child]);
        at = child;
    }
    place(ts, at, t);
}

void
timer_cancel(struct timers *ts, struct timer *t)
{
    if (!t->slot)
        return;
    size_t at = t->slot - 1;
    t->slot = 0;
    struct timer *last = ts->heap[--ts->count];
    if (last == t)
        return;
    place(ts, at, last);
    rise(ts, at);
    sink(ts, last->slot - 1);
}

void
timer_set(struct timers *ts, struct timer *t, uint64_t at_ms)
{
    timer_cancel(ts, t);
    if (at_ms == TIMER_NEVER)
        return;
    ts->heap = xgrow(ts->heap, &ts->cap, ts->count + 1, sizeof(struct timer *));
    t->at_ms = at_ms;
    t->order = ts->order++;
    place(ts, ts->count++, t);
    rise(ts, ts->count - 1);
}

uint64_t
timers_next_ms(const struct timers *ts)
{
    return ts->count ? ts->heap[0]->at_ms : TIMER_NEVER;
}

struct timer *
timers_pop(struct timers *ts, uint64_t now_ms)
{
    if (ts->count == 0 || ts->heap[0]->at_ms > now_ms)
        return NULL;
    struct timer *t = ts->heap[0];
    timer_cancel(ts, t);
    return t;
}
