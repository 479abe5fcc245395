/* format.h - a message as the user wants to see it (-F).
 * SPDX-License-Identifier: MIT
 *
 * "%t: %p" and the like; the letters are a table, which makes the help too.
 * Backslash escapes: \n \t \r \a \e \0 \\                                    */
#ifndef CLIENT_FORMAT_H
#define CLIENT_FORMAT_H

#include "base/error.h"
#include "client/client.h"

/* -1, with err filled, when there is a letter that means nothing. */
int format_check(const char *format, struct error *err);

/* Appends the message; format has been checked. */
void format_print(struct buf *out, const char *format,
                  const struct mqtt_client_event *message);

/* Appends one line per letter. */
void format_help(struct buf *out);

#endif
