/* cmd_bench.h - `plumb-client bench`: a load on a broker, and what it took.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CLIENT_CMD_BENCH_H
#define CLIENT_CMD_BENCH_H

#include "client/options.h"

/* argv is what follows the command. */
enum status cmd_bench(int argc, char **argv);

#endif
