/* driver.h - what carries out the actions of plays, whatever it is.
 * SPDX-License-Identifier: MIT
 *
 * The suite knows plays and a driver. A driver has a clock, real or virtual,
 * and connections, real or simulated. It never blocks but in `turn`.         */
#ifndef ENGINE_DRIVER_H
#define ENGINE_DRIVER_H

#include "base/error.h"
#include "conformance/engine/play.h"

/* A play under way and its connections. */
struct driven {
    struct play *play;
    void **links;      /* by connection number; NULL when over; the driver's */
    size_t link_count;
};

struct driver {
    const struct driver_ops *ops;
};

enum {
    DRIVER_LIVES,
    DRIVER_STARTED, /* again: nobody listened */
    DRIVER_WOKEN    /* restarted: it took connections and answered nobody */
};

struct driver_ops {
    uint64_t (*now_us)(struct driver *d);

    /* Carries out what the play wants, and what follows at once from it. */
    void (*pump)(struct driver *d, struct driven *of);

    /* Waits until something happens, at most to the deadline, and tells the
     * plays that are concerned. In virtual time: goes there. */
    int (*turn)(struct driver *d, uint64_t deadline_us, struct error *err);

    /* Closes whatever is left of it and frees links. */
    void (*drop)(struct driver *d, struct driven *of);

    void (*free)(struct driver *d);

    /* Does the target still take connections, and answer? If not, starts it
     * again. NULL: it cannot be lost. -1 with err: it is lost. */
    int (*revive)(struct driver *d, struct error *err);
};

#endif
