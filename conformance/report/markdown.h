/* markdown.h - a run summed up for a merge request or a wiki.
 * SPDX-License-Identifier: MIT                                               */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include "conformance/catalog/coverage.h"

/* Appends the target, a table of verdicts, whatever needs attention, and the
 * choices observed. coverage may be NULL. */
void report_markdown(struct buf *out, const struct result_run *run,
                     const struct coverage *coverage);

#endif
