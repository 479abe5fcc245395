/* cmd_pub.h - plumb-client pub: publishes messages.
 * SPDX-License-Identifier: MIT */
#ifndef CLIENT_CMD_PUB_H
#define CLIENT_CMD_PUB_H

#include "client/options.h"

/* The exit status. */
enum status cmd_pub(const struct options *o);

#endif
