/* doors.c - where connections are taken, watched by the loop.
 * SPDX-License-Identifier: MIT */
#include "broker/doors.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timer.h"

enum {
    ACCEPTS_PER_TURN = 64,
    AGAIN_MS = 1000 /* until the next try, when there were no descriptors */
};

struct door {
    struct doors *doors;
    struct listening *place;
    struct listener *listener; /* one of the place's */
    struct loop_watch watch;
    uint64_t again_ms; /* 0: watching; else when to watch again */
};

static void
door_ready(struct loop_watch *w, unsigned events)
{
    struct door *d = w->data;
    struct doors *all = d->doors;
    struct transport *t;
    struct error err;
    bool failed = false;
    (void)events;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        if (!(t = listening_accept(d->place, d->listener, &failed, &err)))
            break;
        all->came(all->user, t, &d->place->where);
    }
    if (failed) {
        log_warn("%s", err.text);
        loop_change(all->loop, w, 0);
        d->again_ms = clock_ms() + AGAIN_MS;
    }
}

static int
door_open(struct doors *all, struct listening *place, struct listener *l,
          struct error *err)
{
    struct door *d = &all->list[all->count];
    *d = (struct door){.doors = all, .place = place, .listener = l};
    d->watch = (struct loop_watch){
        .fd = l->fd, .wants = LOOP_READ, .ready = door_ready, .data = d};
    if (loop_add(all->loop, &d->watch, err) < 0)
        return -1;
    all->count++;
    return 0;
}

int
doors_open(struct doors *d, struct listening *places, size_t count,
           struct error *err)
{
    d->list = xcalloc(count * LISTENING_ADDRESSES, sizeof *d->list);
    d->count = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < places[i].listener_count; k++)
            if (door_open(d, &places[i], &places[i].listeners[k], err) < 0)
                return -1;
    return 0;
}

uint64_t
doors_reopen(struct doors *d, uint64_t now_ms)
{
    uint64_t next_ms = TIMER_NEVER;
    for (size_t i = 0; i < d->count; i++) {
        struct door *door = &d->list[i];
        if (door->again_ms && now_ms >= door->again_ms) {
            door->again_ms = 0;
            loop_change(d->loop, &door->watch, LOOP_READ);
        }
        if (door->again_ms && door->again_ms < next_ms)
            next_ms = door->again_ms;
    }
    return next_ms;
}

void
doors_close(struct doors *d)
{
    for (size_t i = 0; i < d->count; i++)
        loop_remove(d->loop, &d->list[i].watch);
    free(d->list);
    *d = (struct doors){0};
}
