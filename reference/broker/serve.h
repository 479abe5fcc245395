/* serve.h - drives the broker core over sockets.
 * SPDX-License-Identifier: MIT
 *
 * One thread, one loop. A turn: wait, read what is there and hand it to the
 * core, then write what the core wants written, once per connection.         */
#ifndef BROKER_SERVE_H
#define BROKER_SERVE_H

#include <signal.h>

#include "broker/broker.h"
#include "broker/listening.h"
#include "broker/recording.h"
#include "broker/verifier.h"

/* What signal handlers ask for. */
struct serve_signals {
    volatile sig_atomic_t stop; /* serve ends */
    volatile sig_atomic_t dump; /* on_dump is called, and this is 0 again */
    void (*on_dump)(const struct broker *b, void *user); /* or NULL */
    void *user;                 /* its own */
};

/* Serves until signals->stop is set. The places are open; the caller closes them, and
 * the recording too, and frees the verifier; both may be NULL. */
int serve(struct broker *b, struct listening *places, size_t count,
          struct recording *recording, struct verifier *verifier,
          struct serve_signals *signals, struct error *err);

#endif
