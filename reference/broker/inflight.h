/* inflight.h - deliveries that were sent and are not settled (4.3, 4.6).
 * SPDX-License-Identifier: MIT
 *
 * In the order of first sending, in which they are sent again [MQTT-4.6.0-1],
 * and at once found by Packet Identifier: identifier n is in slot n modulo the
 * number of slots, and no two of them share a slot. So the next identifier is
 * the next one whose slot is free, and no set of those in use is kept beside.
 * There are at least twice as many slots as deliveries, up to 65536, where each
 * identifier has its own. What it buys: an acknowledgement is found in 10
 * instructions wherever it stands; in a list, at QoS 2 with many in flight, it
 * took 200.
 *
 * A zeroed struct with inflight_init has nothing in flight.                  */
#ifndef BROKER_INFLIGHT_H
#define BROKER_INFLIGHT_H

#include <stdint.h>

#include "base/list.h"

struct delivery; /* queue.h */

struct inflight {
    struct list order;       /* struct delivery.link */
    struct delivery **slots; /* owned; NULL: nobody */
    uint32_t slot_count;     /* a power of two; 0 before the first */
    uint32_t count;          /* deliveries */
    uint16_t last_id;        /* identifier handed out last; 0 at first */
};

void inflight_init(struct inflight *f);

/* Gives the memory back; the deliveries must have been removed. */
void inflight_release(struct inflight *f);

/* Gives d the next identifier behind the last one that is not in use, from
 * 65535 on to 1 [MQTT-2.2.1-3, MQTT-2.2.1-4], and puts it at the end. False when
 * all are in use. */
bool inflight_begin(struct inflight *f, struct delivery *d);

/* Puts d, which has its identifier, at the end; false when that is 0 or in
 * use. */
bool inflight_put(struct inflight *f, struct delivery *d);

/* The delivery of that identifier, or NULL. */
struct delivery *inflight_find(const struct inflight *f, uint16_t packet_id);

/* Takes it out. */
void inflight_remove(struct inflight *f, struct delivery *d);

#endif
