/* wrap.h - sentences broken into lines for a terminal.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CATALOG_WRAP_H
#define CATALOG_WRAP_H

#include "base/buf.h"

/* Appends text, words apart by one space, in lines of at most `width` columns.
 * The first line begins at column `indent`, which the caller has written up
 * to; further ones are indented by as many spaces. Ends without a newline. */
void wrap_text(struct buf *out, struct slice text, size_t indent, size_t width);

#endif
