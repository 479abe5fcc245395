/* delay.h - what is on its way between plays and the broker, in virtual time.
 * SPDX-License-Identifier: MIT
 *
 * A slow network, or a slow machine: whatever one side says takes between half
 * and one and a half of the delay to reach the other, by chance. Connections
 * overtake each other; on one connection nothing does.                       */
#ifndef ENGINE_DELAY_H
#define ENGINE_DELAY_H

#include "base/buf.h"
#include "base/list.h"
#include "base/random.h"

enum late_kind { LATE_BYTES, LATE_FIN };

struct late {
    struct list place;   /* in delay.list, what is due first in front */
    uint64_t due_us;
    enum late_kind kind;
    bool is_to_broker;   /* else to the play */
    void *link;          /* of the driver; borrowed */
    struct buf bytes;    /* owned */
};

struct delay {
    uint64_t mean_us;     /* 0: nothing is late */
    struct random random;
    struct list list;     /* of struct late; owned */
};

void delay_init(struct delay *d, uint64_t mean_us, uint64_t seed);

/* Sends what on its way; its bytes are copied. *last_us is when the one before
 * on the same way arrives, and becomes when this one does. */
void delay_add(struct delay *d, struct late what, struct slice bytes,
               uint64_t now_us, uint64_t *last_us);

/* The next that has arrived, for delay_done; NULL when there is none. */
struct late *delay_next(struct delay *d, uint64_t now_us);
void delay_done(struct late *l);

/* When the next one arrives; UINT64_MAX when nothing is on its way. */
uint64_t delay_due_us(const struct delay *d);

/* What is on its way to or from that link is lost. */
void delay_forget(struct delay *d, const void *link);

#endif
