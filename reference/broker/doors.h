/* doors.h - where connections are taken, watched by the loop.
 * SPDX-License-Identifier: MIT
 *
 * A place to listen has a door for each address of its name. When none can be
 * taken, for want of descriptors, a door is left alone for a second.         */
#ifndef BROKER_DOORS_H
#define BROKER_DOORS_H

#include "broker/listening.h"
#include "net/loop.h"

struct door;

struct doors {
    struct loop *loop; /* outlives them */
    struct door *list; /* owned array */
    size_t count;
    void (*came)(void *user, struct transport *t, /* which it takes */
                 const struct uri *where);
    void *user;        /* its own */
};

/* Watches all of the places, which stay open and where they are until
 * doors_close. After -1 doors_close is still called. */
int doors_open(struct doors *d, struct listening *places, size_t count,
               struct error *err);

/* Watches those again whose second is over. Returns when to come back at the
 * latest, or TIMER_NEVER. */
uint64_t doors_reopen(struct doors *d, uint64_t now_ms);

/* The places stay open. */
void doors_close(struct doors *d);

#endif
