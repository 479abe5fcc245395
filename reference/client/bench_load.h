/* bench_load.h - a load of connections, publishers and subscribers in one loop.
 * SPDX-License-Identifier: MIT
 *
 * It has to cost less than any broker, so it is not made of client engines: a
 * PUBLISH is a template of which only the Packet Identifier changes, what comes
 * in is looked at in place, and each connection is written to once a turn. It
 * is a closed loop: a publisher sends the next message when an earlier one has
 * reached every subscriber and, above QoS 0, was acknowledged.               */
#ifndef CLIENT_BENCH_LOAD_H
#define CLIENT_BENCH_LOAD_H

#include <stdbool.h>

#include "base/error.h"
#include "client/bench_shape.h"

struct bench_load; /* opaque */

/* Connects everybody, with sessions that outlive their connections when `keeps`
 * says so, and waits until all have subscribed. NULL, with err
 * filled, when that fails. */
struct bench_load *bench_load_new(const struct bench_shape *shape, uint8_t qos,
                                  bool keeps, const char *host, uint16_t port,
                                  struct error *err);
void bench_load_free(struct bench_load *l);

/* Publishes, until that many messages were delivered or that many microseconds
 * have passed (0: no limit). -1: the connection or messages were lost. */
int bench_load_run(struct bench_load *l, uint64_t messages, uint64_t us,
                   struct error *err);

/* Messages that reached a subscriber since the beginning. */
uint64_t bench_load_delivered(const struct bench_load *l);

#endif
