/* drive_sockets.h - plays against a real broker, over sockets.
 * SPDX-License-Identifier: MIT                                               */
#ifndef ENGINE_DRIVE_SOCKETS_H
#define ENGINE_DRIVE_SOCKETS_H

#include "conformance/engine/driver.h"
#include "net/layers.h"

enum { DRIVE_NODES_MAX = 8 };

/* A node of the same cluster, for clients that connect `on` it. */
struct drive_node {
    struct slice name;
    struct uri uri;
};

/* Where the broker is, by transport, and how to restart it. All borrowed. */
struct drive_target {
    const struct uri *by[URI_WSS + 1]; /* NULL: not offered */
    enum uri_scheme usual;             /* what `opens` and `connects` use */
    struct drive_node nodes[DRIVE_NODES_MAX];
    size_t node_count;
    struct tls_context *tls;           /* for mqtts; NULL: not offered */
    struct tls_context *web_tls;       /* for wss, which is another protocol to
                                          those who select by name (ALPN) */
    struct slice hello;                /* a CONNECT that it answered once; empty:
                                          taking connections has to do */
    int patience_ms;                   /* for the answer to hello */
    const char *start;                 /* shell commands, or NULL: start it if it
                                          is not there, restart, kill and
                                          restart; each returns at last */
    const char *restart;
    const char *kill;
};

/* "tcp", "tls", "ws" or "wss", as scripts call them. */
const char *drive_transport_name(enum uri_scheme s);

/* The driver of everything that talks to that broker. NULL with err when the
 * system gives no event loop. */
struct driver *drive_sockets_new(const struct drive_target *target,
                                 struct error *err);

/* Can the target be reached in its usual way? One connection, closed again;
 * with all handshakes below MQTT. */
int drive_sockets_try(const struct drive_target *target, int timeout_ms,
                      struct error *err);

/* Is hello still answered, in whatever way? True without one. */
bool drive_sockets_answers(const struct drive_target *target,
                           struct error *err);

/* The one of its two contexts that fits the URL. */
struct tls_context *drive_tls_for(const struct drive_target *t,
                                  const struct uri *uri);

/* Runs a shell command that makes the target listen, and waits until it does. */
int drive_sockets_command(const struct drive_target *target,
                          const char *command, struct error *err);

#endif
