/* seal.h - do evidence and verdicts still belong together?
 * SPDX-License-Identifier: MIT
 *
 * A report names the SHA-256 of each capture, and its seal is the SHA-256 of what
 * it claims: who was judged by which scenarios, each verdict, each judgement, each
 * choice and each capture. `plumb-check verify` makes both anew. Whoever alters a
 * report with care can make a new seal: it shows that something was changed, not
 * who wrote it. Sign the file for that.                                       */
#ifndef REPORT_SEAL_H
#define REPORT_SEAL_H

#include "conformance/engine/result.h"

enum { SEAL_LEN = 64 };

/* The SHA-256 in hex. */
void seal_bytes(char out[SEAL_LEN + 1], struct slice bytes);

/* Of the report, by what it claims and not by how it is written. */
void report_seal(char out[SEAL_LEN + 1], const struct result_run *run);

#endif
