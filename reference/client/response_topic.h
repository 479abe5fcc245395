/* response_topic.h - where an answer is to go (4.10, 3.2.2.3.15).
 * SPDX-License-Identifier: MIT
 *
 * A topic must be nobody else's, so its last level is random. A server that
 * offers Response Information names a part of its tree where this client may
 * subscribe; without it, plumb/response is as good as any.                   */
#ifndef CLIENT_RESPONSE_TOPIC_H
#define CLIENT_RESPONSE_TOPIC_H

#include "base/buf.h"

/* Appends the topic: `wanted` when not NULL; else one below the Response
 * Information of those properties (of CONNACK), if it can begin a topic. */
void response_topic_choose(struct buf *out, const char *wanted,
                           struct slice properties);

#endif
