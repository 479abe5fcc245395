/* serve.h - drives the broker core over sockets.
 * SPDX-License-Identifier: MIT
 *
 * One thread, one loop. A turn: wait, read what is there and hand it to the
 * core, then write what the core wants written, once per connection.         */
#ifndef BROKER_SERVE_H
#define BROKER_SERVE_H

#include <signal.h>

#include "broker/broker.h"
#include "broker/recording.h"
#include "net/listen.h"

/* Serves until *stop is set. The listener is open; the caller closes it, and
 * the recording too, which may be NULL. */
int serve(struct broker *b, struct listener *l, struct recording *recording,
          volatile sig_atomic_t *stop, struct error *err);

#endif
