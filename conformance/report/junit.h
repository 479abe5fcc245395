/* junit.h - a run as JUnit XML, which every CI server reads.
 * SPDX-License-Identifier: MIT
 *
 * A test suite per chapter, a test case per scenario x version x transport.
 * pass, lenient and warn passed; fail failed; error is an error; whatever
 * never reached its question, or is excused or undecided, is skipped with a
 * message that begins with the verdict. system-out holds the conversation.   */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include "conformance/engine/result.h"

void report_junit(struct buf *out, const struct result_run *run);

#endif
