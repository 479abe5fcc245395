/* real.h - crashes for real: plumb-broker is killed and started again.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CRASH_REAL_H
#define CRASH_REAL_H

#include <stdint.h>

#include "base/error.h"

struct real_result {
    unsigned rounds;   /* crashes */
    unsigned messages; /* published */
    unsigned failures; /* broken promises */
};

/* Runs the program on a store in that folder, which is left behind. -1, with
 * err, when it cannot even be begun. */
int real_run(const char *program, const char *folder, uint64_t seed,
             unsigned rounds, struct real_result *result, struct error *err);

#endif
