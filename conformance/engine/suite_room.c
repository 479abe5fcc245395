/* suite_room.c - how much may be under way at the same time.
 * SPDX-License-Identifier: MIT
 *
 * Three limits: jobs (of what is busy; who waits takes no slot), connections, and
 * the rate of new connections. What a play opens is charged when it is opened,
 * and each connection holds back the next start; a scenario under way is never
 * held back, since it may have its own clock.                                */
#include "conformance/engine/suite_floor.h"

enum {
    IDLE_US = 100000, /* a play that waited so long only waits */
    FLIGHT_MAX = 300  /* at the same time, for the sake of descriptors */
};

static bool
only_waits(const struct running *r, uint64_t now)
{
    return now >= play_moved_us(r->driven.play) + IDLE_US;
}

/* Those that only wait take no slot. */
static size_t
slots_in_use(const struct floor *f)
{
    size_t n = 0;
    uint64_t now = floor_now(f);
    for (size_t i = 0; i < f->count; i++)
        n += !f->jobs[f->list[i]->job].scenario->slow &&
             !only_waits(f->list[i], now);
    return n;
}

/* Several wait for an answer to CONNECT: more of them would help nobody. */
static bool
is_ignored(const struct floor *f)
{
    uint64_t now = floor_now(f);
    size_t n = 0;
    for (size_t i = 0; i < f->count; i++)
        n += play_was_ignored(f->list[i]->driven.play) &&
             only_waits(f->list[i], now);
    return n >= SUITE_IGNORED;
}

bool
room_is_quiet(const struct floor *f)
{
    uint64_t now = floor_now(f);
    for (size_t i = 0; i < f->count; i++)
        if (!only_waits(f->list[i], now))
            return false;
    return true;
}

bool
room_has_connections(const struct floor *f, size_t job)
{
    size_t max = f->suite->connections, n = f->entries[job].clients;
    for (size_t i = 0; i < f->count; i++)
        n += f->entries[f->list[i]->job].clients;
    return max == 0 || n <= max || f->count == 0;
}

/* One at a time is one at a time. */
bool
room_for(const struct floor *f, size_t limit, size_t job)
{
    const struct script_scenario *s = f->jobs[job].scenario;
    if (f->count == 0)
        return floor_now(f) >= f->launch_us;
    if (limit == 1 && !(s->slow && !s->alone))
        return false;
    return f->count < FLIGHT_MAX && !is_ignored(f) &&
           floor_now(f) >= f->launch_us && room_has_connections(f, job) &&
           (s->slow || slots_in_use(f) < limit);
}

uint64_t
room_next_start(const struct floor *f)
{
    uint64_t now = floor_now(f);
    return f->launch_us > now ? f->launch_us : now + IDLE_US;
}

void
room_charge(struct floor *f)
{
    for (size_t i = 0; f->suite->rate > 0 && i < f->count; i++) {
        struct running *r = f->list[i];
        size_t opened = play_connections(r->driven.play);
        uint64_t now = floor_now(f);
        if (opened == r->charged)
            continue;
        f->launch_us = (now > f->launch_us ? now : f->launch_us) +
                       (uint64_t)(1e6 * (double)(opened - r->charged) /
                                  f->suite->rate);
        r->charged = opened;
    }
}
