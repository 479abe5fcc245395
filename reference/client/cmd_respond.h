/* cmd_respond.h - plumb-client respond: answers requests (4.10).
 * SPDX-License-Identifier: MIT */
#ifndef CLIENT_CMD_RESPOND_H
#define CLIENT_CMD_RESPOND_H

#include "client/options.h"

enum status cmd_respond(const struct options *o);

#endif
