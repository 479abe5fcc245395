/* tap.h - a run in the Test Anything Protocol, version 13.
 * SPDX-License-Identifier: MIT
 *
 * What was never put to the test (skip, unexercised, inconclusive) is SKIP;
 * what fails but is excused or undecided (waived, unstable) is TODO.         */
#ifndef REPORT_TAP_H
#define REPORT_TAP_H

#include "conformance/engine/result.h"

void report_tap(struct buf *out, const struct result_run *run);

#endif
