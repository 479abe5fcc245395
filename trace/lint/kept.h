/* kept.h - what a broker keeps for later: retained messages and wills.
 * SPDX-License-Identifier: MIT
 *
 * Told every packet of all connections, in the order of the capture. A retained
 * message is known by its topic and payload, a will by both and by the connection
 * that left it. Findings are likely, as those of forward.h: somebody out of sight
 * may have published the same. So it is silent after a gap, of sessions from
 * before the capture, of messages that nobody was given (an ACL may have dropped
 * them), and of what was on its way at about the same time. Bounded: what does not
 * fit into its tables accuses nobody.                                         */
#ifndef TRACE_LINT_KEPT_H
#define TRACE_LINT_KEPT_H

#include "trace/lint/forward.h"

struct kept; /* opaque */

struct kept *kept_new(void);
void kept_free(struct kept *k);

/* A packet, whole and without fault. */
void kept_next(struct kept *k, const struct forward_seen *seen,
               forward_found *found, void *user);

/* That connection has ended. */
void kept_close(struct kept *k, uint64_t connection, int64_t time_us);

/* Something is missing, or in doubt, that may have been a message. */
void kept_gap(struct kept *k);

const struct mqtt_watch_rule *kept_rule_at(size_t index);
bool kept_was_tried(const struct kept *k, size_t index);

#endif
