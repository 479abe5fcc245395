/* payload.h - what -m, -n, -f and -s say is to be sent.
 * SPDX-License-Identifier: MIT */
#ifndef CLIENT_PAYLOAD_H
#define CLIENT_PAYLOAD_H

#include "client/options.h"

/* Appends it. 0, or -1 when a file cannot be read or is larger than any
 * packet. */
int payload_read(struct buf *out, const struct options *o, struct error *err);

#endif
