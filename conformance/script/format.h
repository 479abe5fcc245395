/* format.h - a scenario file in its canonical layout.
 * SPDX-License-Identifier: MIT
 *
 * The formatter lays out tokens and never makes new ones, so comments stay and
 * nothing can change its meaning:
 *
 *     scenario, define, end   at the margin
 *     everything else         four spaces, four more in each { and [
 *     headers and clients     padded, so that what follows lines up within
 *                             a paragraph
 *     statement ids           in a column of their own, on the right
 *     comments                with the line they stand above or behind
 *     blank lines             never two, none at either end                  */
#ifndef SCRIPT_FORMAT_H
#define SCRIPT_FORMAT_H

#include "conformance/script/script.h"

enum { FORMAT_IDS_COLUMN = 62 }; /* where [ids] begin if the line allows */

/* Appends the text anew. False, with *errors, when it does not parse. */
bool script_format(struct buf *out, const char *path, struct slice text,
                   struct script_errors *errors);

#endif
