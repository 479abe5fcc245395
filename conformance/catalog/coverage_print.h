/* coverage_print.h - coverage for people, and for a script that must say no.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CATALOG_COVERAGE_PRINT_H
#define CATALOG_COVERAGE_PRINT_H

#include "base/error.h"
#include "conformance/catalog/coverage.h"

/* Appends counts by version and status, then the statements that are not
 * judged, each with its reason. With `all` every statement has a line. */
void coverage_print(struct buf *out, const struct coverage *c, bool all);

/* Appends the page of all statements in Markdown: in our words, with what judges
 * them and what planted fault breaks them, by chapter of the standards. */
void coverage_table(struct buf *out, const struct coverage *c);

/* Appends a line for everything that must not be: bad lines, a statement with
 * neither scenario nor reason, one with both, when runs were added one that has
 * scenarios and never passed, and when faults were added one that is judged and
 * that none breaks. Returns how many: 0 is good. */
size_t coverage_check(struct buf *out, const struct coverage *c);

/* Appends a line for each statement that was covered in `before` (an earlier
 * report in JSON, json.h) and is no longer. Returns how many; -1 with err
 * filled when `before` is not such a report. */
int coverage_compare(struct buf *out, const struct coverage *c,
                     struct slice before, struct error *err);

#endif
