/* ws.h - the transport that puts bytes into WebSocket frames (RFC 6455).
 * SPDX-License-Identifier: MIT
 *
 * Over TCP it is ws://, over TLS wss://. The upgrade (ws_upgrade.h) is part of
 * the first reads and writes; until it is over, both say AGAIN. A ping of the
 * peer is answered while reading. A close frame of the peer is the end of its
 * stream: read returns 0, and writing fails. A breach of the framing rules, a
 * text frame among them [MQTT-6.0.0-1], is answered with a close frame and is
 * TRANSPORT_ERROR.
 *
 * A write is accepted when its frame has gone down whole, so that an orderly
 * close right after it loses nothing.                                        */
#ifndef NET_WS_H
#define NET_WS_H

#include "net/transport.h"
#include "net/ws_frame.h"

/* The end of a server; takes `below`. Only requests for `path` are served
 * (empty: any), others get an HTTP refusal and then TRANSPORT_ERROR. `path`
 * is borrowed until the upgrade is over. */
struct transport *ws_server(struct transport *below, struct slice path);

/* The end of a client; takes `below`. `authority` is "host" or "host:port";
 * `protocols` the subprotocols to offer, "mqtt" or "mqtt, mqttv3.1", and
 * borrowed until the upgrade is over. */
struct transport *ws_client(struct transport *below, const char *authority,
                            struct slice path, const char *protocols);

/* How long the unit is that begins with these bytes, there or not; 0: that
 * cannot be told. */
typedef size_t ws_unit_fn(struct slice bytes);

/* From now on no frame holds bytes of two units. They may lie in frames as one
 * likes [MQTT-6.0.0-2], but there are readers who take one per frame: Paho C
 * 1.3.12 leaves the second one in its buffer until another frame comes. The
 * start of each unit, as much as `unit` needs, must come in one write. */
void ws_set_unit(struct transport *t, ws_unit_fn *unit);

/* One frame as it is said here, behind all that was written: for those who want
 * to know what the other end makes of it. The upgrade must be over. A write below
 * that fails is told by the next write. After a close frame nothing is written. */
void ws_send_frame(struct transport *t, enum ws_opcode opcode, bool is_last,
                   struct slice payload);

/* Has the upgrade failed for nothing but the subprotocol that the server
 * selected, or did not select [MQTT-6.0.0-4, MQTT311-6.0.0-4]? */
bool ws_is_unselected(const struct transport *t);

/* Has it failed because the peer sent a text message [MQTT-6.0.0-1]? */
bool ws_got_text(const struct transport *t);

/* The transport below, which stays this one's. */
const struct transport *ws_below(const struct transport *t);

#endif
