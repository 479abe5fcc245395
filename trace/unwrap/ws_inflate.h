/* ws_inflate.h - permessage-deflate taken off (RFC 7692), through zlib.
 * SPDX-License-Identifier: MIT
 *
 * One per direction. With context takeover a message may refer to the ones
 * before it, so none may be missing. Output comes in pieces: a message that
 * grows a thousandfold takes time, not memory.
 *
 * Between messages only what the next one may refer to is kept, 32 KiB at
 * most; zlib's own state lives while a message is under way. Both are taken
 * from a budget that all share. When it is used up, this direction is given up
 * (ws_inflate_is_starved), rather than memory taken that was not granted.    */
#ifndef TRACE_UNWRAP_WS_INFLATE_H
#define TRACE_UNWRAP_WS_INFLATE_H

#include "base/slice.h"

struct ws_inflate; /* opaque */

/* `budget` is borrowed: bytes that all of them may still take. */
struct ws_inflate *ws_inflate_new(size_t *budget);
void ws_inflate_free(struct ws_inflate *w); /* NULL is fine */

/* Inflates bytes of a message; what comes out goes to `sink`. False: they are
 * not deflated, too many came out of one message, or there is no memory;
 * nothing more will come. */
bool ws_inflate_data(struct ws_inflate *w, struct slice bytes,
                     void (*sink)(void *user, struct slice out), void *user);

/* The message is over; `forget`: the next one does not refer to it. */
bool ws_inflate_end(struct ws_inflate *w, bool forget,
                    void (*sink)(void *user, struct slice out), void *user);

/* Gives up; nothing more will come. */
void ws_inflate_forget(struct ws_inflate *w);

/* Was it given up for want of memory? */
bool ws_inflate_is_starved(const struct ws_inflate *w);

#endif
