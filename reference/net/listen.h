/* listen.h - a TCP port that takes connections.
 * SPDX-License-Identifier: MIT
 *
 * Open it, watch l.fd for LOOP_READ, and on readiness accept until there is
 * nothing more:
 *
 *     while ((fd = listen_accept(&l, &err)) >= 0)
 *         serve(tcp_adopt(fd));
 *
 * When the process has no descriptor left, a connection that cannot be taken
 * would wait in the queue and wake the loop for ever. So one spare descriptor
 * is kept: it is given up for a moment to take the connection and close it. */
#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define LISTEN_NONE (-1)   /* nothing waits */
#define LISTEN_FAILED (-2) /* cannot accept: stop watching for a second */

struct listener {
    int fd;           /* to watch for LOOP_READ; -1 when closed */
    int spare;        /* descriptor kept for hard times, or -1 */
    uint64_t refused; /* connections closed for want of descriptors */
};

/* Listens on an address ("127.0.0.1", "::1", a name, or "*" for all of both
 * families) and a port; 0 lets the system choose. SO_REUSEADDR is set, so a
 * restart need not wait. A name may have several addresses, as "localhost" has
 * one of each family: each gets a listener, all with the same port; those that
 * this machine does not have are left out. Returns how many are open, at least
 * one and at most `max`, or -1, after which there is nothing to close. */
int listen_open_all(struct listener *list, size_t max, const char *address,
                    uint16_t port, struct error *err);

/* The first of them only. After -1 there is nothing to close. */
int listen_open(struct listener *l, const char *address, uint16_t port,
                struct error *err);

/* The port, also when the system chose it. */
uint16_t listen_port(const struct listener *l);

/* The next connection as a non-blocking, close-on-exec descriptor that the
 * caller owns; LISTEN_NONE; or LISTEN_FAILED with err filled. */
int listen_accept(struct listener *l, struct error *err);

/* Allowed on a closed one. */
void listen_close(struct listener *l);

#endif
