/* page_data.h - all of a run but the conversations, as JSON for the page.
 * SPDX-License-Identifier: MIT
 *
 * Names in lists (verdicts, statuses, roles) are written once, and elsewhere
 * their index. Scenarios stand in the order of the run; the conversation of
 * number 7 is the element c7 of the page, the first of two tries f7.         */
#ifndef REPORT_PAGE_DATA_H
#define REPORT_PAGE_DATA_H

#include "conformance/catalog/coverage.h"
#include "trace/render/page_tables.h"

/* Appends one object, the tables included. */
void page_data(struct buf *out, const struct result_run *run,
               const struct coverage *coverage,
               const struct page_tables *tables);

#endif
