/* show.h - messages on standard output, in the form the user asked for.
 * SPDX-License-Identifier: MIT */
#ifndef CLIENT_SHOW_H
#define CLIENT_SHOW_H

#include "client/client.h"
#include "client/options.h"

/* Replaces `text` by the message as -F, --output, -v and -N want it. */
void show_print(struct buf *text, const struct options *o,
                const struct mqtt_client_event *e);

/* The same on standard output; 0, or -1 when that takes no more. */
int show_message(struct buf *text, const struct options *o,
                 const struct mqtt_client_event *e);

#endif
