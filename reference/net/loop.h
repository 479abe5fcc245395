/* loop.h - waits for many descriptors at once and calls whoever is ready.
 * SPDX-License-Identifier: MIT
 *
 * One turn = one wait + the callbacks of what became ready. The owner of the
 * loop runs turns, and does between them whatever belongs between them: timers,
 * commits. A signal that matters is a descriptor too (signalfd).
 *
 *     while (!stop) {
 *         int wait_ms = loop_timeout(timers_next_ms(&timers), clock_ms());
 *         if (loop_turn(loop, wait_ms, &err))
 *             ...
 *     }
 *
 * Readiness is a level, not an edge: what is not dealt with is told again in
 * the next turn. Two implementations stand behind this header and one of them
 * is linked: loop.c (poll, the one to read) and loop_epoll.c (Linux, many
 * connections).                                                              */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <limits.h>

#include "base/error.h"
#include "base/timer.h"

#define LOOP_READ 1u  /* bytes, the end, or a new connection wait */
#define LOOP_WRITE 2u /* there is room to write; a connect has ended */
#define LOOP_ERROR 4u /* hang-up or error; told whether wanted or not */

/* Most callbacks of one turn, so that timers never wait for long. */
#define LOOP_TURN_MAX 256

struct loop; /* opaque */

/* Embedded in the owner (LIST_ITEM of base/list.h finds the way back). */
struct loop_watch {
    int fd;         /* owner's; stays open while watched */
    unsigned wants; /* LOOP_READ and LOOP_WRITE; 0: only errors */
    void (*ready)(struct loop_watch *w, unsigned events);
    void *data;  /* owner's, never looked at */
    size_t slot; /* private: 0 when not watched */
};

/* NULL, with err filled, when the system gives no descriptor. */
struct loop *loop_new(struct error *err);

/* The watches must have been removed, or be dead with the loop; their
 * descriptors stay open. NULL is allowed. */
void loop_free(struct loop *l);

/* Starts watching w->fd for w->wants; keeps w until loop_remove. Fails when
 * the descriptor cannot be waited for (epoll and a regular file). */
int loop_add(struct loop *l, struct loop_watch *w, struct error *err);

/* From now on w waits for `wants`. Cheap when that is no change. */
void loop_change(struct loop *l, struct loop_watch *w, unsigned wants);

/* Stops watching, before w->fd is closed. Nothing happens when w is not
 * watched. Allowed anywhere, in the callback of w or of another watch too:
 * after it w->ready is not called again and w may be freed. */
void loop_remove(struct loop *l, struct loop_watch *w);

/* Waits until something is ready, at most timeout_ms (-1: for ever), and calls
 * at most LOOP_TURN_MAX callbacks, with only such events as the watch wants at
 * that moment, or LOOP_ERROR. On LOOP_ERROR, read or write: the result tells
 * what happened. A signal ends the wait early; that is no error. */
int loop_turn(struct loop *l, int timeout_ms, struct error *err);

/* What to pass to loop_turn so that it returns at the deadline. */
static inline int
loop_timeout(uint64_t deadline_ms, uint64_t now_ms)
{
    if (deadline_ms == TIMER_NEVER)
        return -1;
    if (deadline_ms <= now_ms)
        return 0;
    uint64_t wait_ms = deadline_ms - now_ms;
    return wait_ms < INT_MAX ? (int)wait_ms : INT_MAX;
}

#endif
