/* page_json.h - JSON that may stand inside a <script> of a page.
 * SPDX-License-Identifier: MIT
 *
 * Written straight into a buf: a report has ten thousand packets, and a tree
 * of values for them would be many times the text.                           */
#ifndef REPORT_PAGE_JSON_H
#define REPORT_PAGE_JSON_H

#include "base/buf.h"

/* Appends a JSON string. '<' is escaped, so that no </script> can occur; what
 * is not UTF-8 becomes \xNN in the text. */
void page_text(struct buf *out, struct slice text);

/* The same of a C string; NULL becomes "". */
void page_str(struct buf *out, const char *text);

/* Appends `,` unless at the beginning of a list or object. */
void page_comma(struct buf *out);

/* Appends `,"key":"text"`, the comma as above; nothing when text is NULL. */
void page_member(struct buf *out, const char *key, const char *text);

/* The same for a number. */
void page_number(struct buf *out, const char *key, uint64_t number);

/* Appends `,"key":` and `open`, for a list or object to follow. */
void page_begin(struct buf *out, const char *key, const char *open);

#endif
