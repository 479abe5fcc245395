/* listening.h - one place where the broker listens: a name and its layers.
 * SPDX-License-Identifier: MIT                                               */
#ifndef BROKER_LISTENING_H
#define BROKER_LISTENING_H

#include "net/layers.h"
#include "net/listen.h"

#define LISTENING_ADDRESSES 8 /* of one name, at most */

struct listening {
    struct uri where;        /* owned; its port is the real one */
    struct listener listeners[LISTENING_ADDRESSES]; /* open */
    size_t listener_count;   /* one for each address: localhost may have two */
    struct tls_context *tls; /* owned; NULL when the scheme needs none */
};

/* Opens the port and reads the certificates when the scheme needs them. Takes
 * *where in any case. After -1 there is nothing to close. */
int listening_open(struct listening *l, struct uri *where,
                   const struct tls_config *tls, struct error *err);

/* After all of its connections are closed. */
void listening_close(struct listening *l);

/* The next connection of one of its listeners, its layers on top of it; NULL
 * when none waits, and NULL with *failed set and err filled when none can be
 * taken now. */
struct transport *listening_accept(struct listening *l, struct listener *from,
                                   bool *failed, struct error *err);

/* Can only this machine reach that address? */
bool listening_is_local(const char *address);

#endif
