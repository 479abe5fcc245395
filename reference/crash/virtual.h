/* virtual.h - crashes in virtual time: the broker's core on a disk in memory.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CRASH_VIRTUAL_H
#define CRASH_VIRTUAL_H

#include <stdbool.h>
#include <stdint.h>

/* Ways to break the promise, to see that this is found. */
enum virtual_flaw {
    FLAW_NONE,
    FLAW_SYNC,  /* commits do not wait for the disk */
    FLAW_ORDER  /* output is written before the commit */
};

struct virtual_result {
    unsigned points;     /* crashes that were survived, or not */
    unsigned checks;     /* times that all was quiet and looked at */
    unsigned failures;   /* broken promises */
    uint64_t operations; /* of the disk */
};

struct virtual_result virtual_run(uint64_t seed, unsigned points,
                                  enum virtual_flaw flaw);

#endif
