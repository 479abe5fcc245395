/* again.h - the command that plays a scenario again.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CONFORMANCE_AGAIN_H
#define CONFORMANCE_AGAIN_H

#include "conformance/options.h"

/* "plumb-check run --target mqtt://127.0.0.1:1883 --chop --seed 1": with all
 * options that have a say in what is sent and when, and without the names of
 * scenarios. A password is not in it. The caller frees. */
char *again_command(const struct options *o, const char *target);

#endif
