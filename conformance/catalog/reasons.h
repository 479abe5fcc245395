/* reasons.h - why no scenario can judge a statement, or no fault breaks it.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CATALOG_REASONS_H
#define CATALOG_REASONS_H

#include "base/slice.h"

/* The argument in a sentence or two, or NULL: it can be judged. */
const char *reasons_find(struct slice statement_id);

/* The ids that have a reason, in turn; NULL at the end. */
const char *reasons_at(size_t index);

/* Why it is judged, and yet no planted fault breaks it; or NULL: one does. */
const char *reasons_find_unbroken(struct slice statement_id);

/* The ids that have such a reason, in turn; NULL at the end. */
const char *reasons_unbroken_at(size_t index);

#endif
