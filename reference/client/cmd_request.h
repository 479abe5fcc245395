/* cmd_request.h - plumb-client request: asks, and shows the answer (4.10).
 * SPDX-License-Identifier: MIT */
#ifndef CLIENT_CMD_REQUEST_H
#define CLIENT_CMD_REQUEST_H

#include "client/options.h"

enum status cmd_request(const struct options *o);

#endif
