/* client_io.h - an engine, a connection and a loop, put together.
 * SPDX-License-Identifier: MIT
 *
 *     mqtt_client_io_connect(&io, &uri, 10000, &err);
 *     while (io.transport)
 *         mqtt_client_io_turn(&io, TIMER_NEVER, &err);
 *
 * The owner may put watches of its own on io.loop. When the connection is over
 * and everything is written, the transport is closed and NULL; connecting again
 * then goes on with the session.                                             */
#ifndef CLIENT_CLIENT_IO_H
#define CLIENT_CLIENT_IO_H

#include "client/client.h"
#include "net/layers.h"
#include "net/loop.h"

struct mqtt_client_io {
    struct mqtt_client *client;  /* borrowed */
    struct loop *loop;           /* owned */
    struct transport *transport; /* owned; NULL: not connected */
    struct loop_watch watch;     /* of the transport */
    struct tls_context *tls;     /* borrowed, set by the owner before it connects
                                    to mqtts or wss; else NULL */
    const char *protocols;       /* WebSocket subprotocols to offer; "mqtt"
                                    unless the owner sets others */
    uint64_t close_by_ms;        /* when to stop writing; TIMER_NEVER: open */
    bool is_deaf;                /* the peer takes no more bytes */
};

/* `client` is borrowed until release. 0 or -1. */
int mqtt_client_io_init(struct mqtt_client_io *io, struct mqtt_client *client,
                        struct error *err);
void mqtt_client_io_release(struct mqtt_client_io *io);

/* Connects, handshakes included, waiting at most timeout_ms, and says CONNECT.
 * 0 or -1. */
int mqtt_client_io_connect(struct mqtt_client_io *io, const struct uri *where,
                           int timeout_ms, struct error *err);

/* Writes, waits until something happens or until_ms (of clock_ms) is there,
 * reads, tells the engine the time, writes. 0, or -1 when the system fails. */
int mqtt_client_io_turn(struct mqtt_client_io *io, uint64_t until_ms,
                        struct error *err);

#endif
