/* compare.h - two runs held against each other, and parts of one put together.
 * SPDX-License-Identifier: MIT
 *
 * Both work on what json.h reads back, so conversations are not needed.      */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include "base/error.h"
#include "conformance/engine/result.h"

/* Appends a line for every scenario x version x transport whose verdict
 * changed, came or went, worst first. Returns how many are worse: a verdict
 * further down in enum result_verdict, or a pass that was not run again. */
size_t report_compare(struct buf *out, const struct result_run *before,
                      const struct result_run *after);

/* Moves all scenarios of `part` to the end of `whole`, and adds up the times;
 * the rest of `whole` stays, or is taken over when it is empty. `part` is
 * empty afterwards. -1 with err filled, and nothing moved, when both are not
 * parts of one run: another target, seed or set of scenarios, or the same
 * scenario in both. */
int report_merge(struct result_run *whole, struct result_run *part,
                 struct error *err);

#endif
