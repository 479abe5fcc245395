/* cmd_sub.h - plumb-client sub: shows messages.
 * SPDX-License-Identifier: MIT */
#ifndef CLIENT_CMD_SUB_H
#define CLIENT_CMD_SUB_H

#include "client/options.h"

/* The exit status. */
enum status cmd_sub(const struct options *o);

#endif
