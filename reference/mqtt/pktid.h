/* pktid.h - the Packet Identifiers that are in use in one direction (2.2.1).
 * SPDX-License-Identifier: MIT
 *
 * Identifiers are 1 to 65535; 0 is none. They are handed out in turn and mostly
 * come back in turn, so those in use are a few runs of neighbours, and runs are
 * what is kept: 3-7 and 9 are two runs, eight bytes. The worst case, every
 * other identifier in use, takes 128 KiB.
 *
 * What mostly happens - the one behind the last run comes, the first one of the
 * first run goes - is done in place, in 13 instructions; pktid.c has the rest.
 *
 * A zeroed struct is an empty set. A sender asks for the next free one; the
 * receiver of QoS 2, to whom the peer dictates them, only marks.             */
#ifndef MQTT_PKTID_H
#define MQTT_PKTID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MQTT_PKTID_MAX = UINT16_MAX };

struct mqtt_pktid_run {
    uint16_t first, last; /* both in use, and all between */
};

struct mqtt_pktids {
    struct mqtt_pktid_run *runs; /* owned; ascending, never touching */
    uint16_t run_count;          /* runs in use; 32768 at most */
    uint16_t cap;                /* runs allocated */
    uint16_t count;              /* identifiers in use */
    uint16_t last;               /* handed out last; 0 at first */
};

/* Gives the memory back; the set is then empty. */
void mqtt_pktid_release(struct mqtt_pktids *ids);

/* When id is the one behind the last run, marks it. */
static inline bool
mqtt_pktid_appends(struct mqtt_pktids *ids, uint16_t id)
{
    size_t n = ids->run_count;
    if (n == 0 || ids->runs[n - 1].last != id - 1)
        return false;
    ids->runs[n - 1].last = id;
    ids->count++;
    return true;
}

/* The next identifier behind the last one that is not in use, from 65535 on to
 * 1, and marks it; 0 when all are in use [MQTT-2.2.1-3, MQTT-2.2.1-4]. */
uint16_t mqtt_pktid_next_any(struct mqtt_pktids *ids);
static inline uint16_t
mqtt_pktid_next(struct mqtt_pktids *ids)
{
    uint16_t id = (uint16_t)(ids->last + 1);
    if (!mqtt_pktid_appends(ids, id))
        return mqtt_pktid_next_any(ids);
    return ids->last = id;
}

/* Marks one; false when it is 0 or in use already. */
bool mqtt_pktid_mark_any(struct mqtt_pktids *ids, uint16_t id);
static inline bool
mqtt_pktid_mark(struct mqtt_pktids *ids, uint16_t id)
{
    return mqtt_pktid_appends(ids, id) || mqtt_pktid_mark_any(ids, id);
}

/* The other way round; false when it was not in use. */
bool mqtt_pktid_unmark_any(struct mqtt_pktids *ids, uint16_t id);
static inline bool
mqtt_pktid_unmark(struct mqtt_pktids *ids, uint16_t id)
{
    struct mqtt_pktid_run *run = ids->runs;
    if (ids->run_count == 0 || run->first != id || run->last == id)
        return mqtt_pktid_unmark_any(ids, id);
    run->first++;
    ids->count--;
    return true;
}

bool mqtt_pktid_in_use(const struct mqtt_pktids *ids, uint16_t id);

#endif
