/* layers.h - what a URL's scheme puts on top of a TCP connection.
 * SPDX-License-Identifier: MIT
 *
 *     mqtt     TCP
 *     mqtts    TLS over TCP
 *     ws       WebSocket over TCP
 *     wss      WebSocket over TLS over TCP
 *
 * The result is a transport like any other. Its handshakes happen in the first
 * reads and writes; an empty write returns 0 when they are over.             */
#ifndef NET_LAYERS_H
#define NET_LAYERS_H

#include "net/tls.h"
#include "net/transport.h"
#include "net/uri.h"
#include "net/ws.h"

/* The end of a client that wants to reach `where`; takes `tcp`. `tls` is needed
 * for mqtts and wss only. `protocols` are the WebSocket subprotocols to offer,
 * "mqtt" or "mqtt, mqttv3.1", borrowed until the handshakes are over. */
struct transport *layers_client(struct transport *tcp, const struct uri *where,
                                struct tls_context *tls, const char *protocols);

/* The end of a server that listens at `where`, whose path is borrowed until the
 * handshakes are over: only that is served, or any when it is empty. `unit`,
 * or NULL, says where WebSocket frames end (ws_set_unit). */
struct transport *layers_server(struct transport *tcp, const struct uri *where,
                                struct tls_context *tls, ws_unit_fn *unit);

/* Appends the common name in the certificate that the peer has shown. False
 * when there is none, or no TLS. `where` is what the layers were made for. */
bool layers_peer_name(const struct transport *t, const struct uri *where,
                      struct buf *out);

/* Waits until the handshakes are over. -1: they failed, or took longer than
 * timeout_ms; t is still the caller's to close. */
int layers_wait(struct transport *t, int timeout_ms, struct error *err);

#endif
