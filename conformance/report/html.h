/* html.h - a run as one page that needs nothing but itself.
 * SPDX-License-Identifier: MIT
 *
 * page.html, page.css and page.js are put into the program when it is built;
 * the data goes between them as JSON, each conversation an element of its own
 * that is parsed when somebody opens it.                                     */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "conformance/catalog/coverage.h"

void report_html(struct buf *out, const struct result_run *run,
                 const struct coverage *coverage);

#endif
