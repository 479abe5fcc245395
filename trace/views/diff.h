/* diff.h - two captures of the same doings, compared by meaning.
 * SPDX-License-Identifier: MIT
 *
 * Not by time, port or number: clients are paired by Client Identifier (those
 * left over in order of appearance), and of each pair the packets by sender,
 * type and topic, first with first. Packet Identifiers, the time
 * that is left of an expiry, and TCP do not count as differences.            */
#ifndef TRACE_VIEWS_DIFF_H
#define TRACE_VIEWS_DIFF_H

#include "trace/model/conversation.h"

/* Appends the differences of b from a, grouped by client, and a line with
 * the sum. Returns how many there are. */
unsigned diff_print(struct buf *out, const struct conversation *a,
                    const struct conversation *b, const char *title_a,
                    const char *title_b);

#endif
