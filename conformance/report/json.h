/* json.h - a run as JSON, schema 1 (docs/CERTIFY.md), and back.
 * SPDX-License-Identifier: MIT
 *
 * The file holds verdicts, not conversations: those are in the captures. What
 * is read back serves to compare, merge, and look up how a statement fared.  */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "base/error.h"
#include "conformance/catalog/coverage.h"

/* Appends the report, indented, with a newline at its end. */
void report_json(struct buf *out, const struct result_run *run,
                 const struct coverage *coverage);

/* Fills *run from such a report. -1 with err filled when it is none, or one of
 * a schema that we do not know; *run is then empty. */
int report_json_read(struct result_run *run, struct slice text,
                     struct error *err);

#endif
