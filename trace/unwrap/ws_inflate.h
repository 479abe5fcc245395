/* ws_inflate.h - permessage-deflate taken off (RFC 7692), through zlib.
 * SPDX-License-Identifier: MIT
 *
 * One per direction. With context takeover a message may refer to the ones
 * before it, so none may be missing. Output comes in pieces: a message that
 * grows a thousandfold takes time, not memory.                               */
#ifndef TRACE_UNWRAP_WS_INFLATE_H
#define TRACE_UNWRAP_WS_INFLATE_H

#include "base/slice.h"

struct ws_inflate; /* opaque */

/* What one takes at most, in bytes. */
#define WS_INFLATE_COST (44 * 1024)

struct ws_inflate *ws_inflate_new(void);
void ws_inflate_free(struct ws_inflate *w); /* NULL is fine */

/* Inflates bytes of a message; what comes out goes to `sink`. False: they are
 * not deflated, or too many came out of one message; nothing more will come. */
bool ws_inflate_data(struct ws_inflate *w, struct slice bytes,
                     void (*sink)(void *user, struct slice out), void *user);

/* The message is over; `forget`: the next one does not refer to it. */
bool ws_inflate_end(struct ws_inflate *w, bool forget,
                    void (*sink)(void *user, struct slice out), void *user);

#endif
