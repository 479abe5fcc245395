/* explain.h - all that is known of one statement.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CATALOG_EXPLAIN_H
#define CATALOG_EXPLAIN_H

#include "conformance/catalog/coverage.h"

/* Appends section, level, whom it binds, our wording, how to observe it, the
 * same rule in the other version, the scenarios that judge it, and, when runs
 * were added, how it fared. False, having appended the ids of that section,
 * when there is none of that id. "4.3.3-10" stands for that number in either
 * version. */
bool explain_statement(struct buf *out, const struct coverage *c,
                       struct slice id);

#endif
