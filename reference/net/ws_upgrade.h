/* ws_upgrade.h - how an HTTP connection becomes a WebSocket (RFC 6455, 4).
 * SPDX-License-Identifier: MIT
 *
 *     GET /mqtt HTTP/1.1               HTTP/1.1 101 Switching Protocols
 *     Host: broker.example             Upgrade: websocket
 *     Upgrade: websocket               Connection: Upgrade
 *     Connection: Upgrade         ->   Sec-WebSocket-Accept: s3pPLM...
 *     Sec-WebSocket-Key: dGhlIHN...    Sec-WebSocket-Protocol: mqtt
 *     Sec-WebSocket-Version: 13
 *     Sec-WebSocket-Protocol: mqtt     (from here on frames)
 *
 * The Accept is a digest of the Key: it proves that the server has understood
 * this request and is no cache that repeats an old answer. The subprotocol must
 * be offered and selected [MQTT-6.0.0-3, MQTT-6.0.0-4, MQTT311-6.0.0-3,
 * MQTT311-6.0.0-4]: `mqtt`, or `mqttv3.1`, which MQTT 3.1 used.
 *
 * Both ends, no I/O: whoever has bytes asks whether the head is complete.    */
#ifndef NET_WS_UPGRADE_H
#define NET_WS_UPGRADE_H

#include "base/buf.h"
#include "base/error.h"

#define WS_UPGRADE_KEY_LEN 24

enum ws_upgrade_status {
    WS_UPGRADE_DONE,
    WS_UPGRADE_NEED_MORE, /* nothing wrong so far, but it is not all there */
    WS_UPGRADE_BAD,
    WS_UPGRADE_UNSELECTED /* a response, all right but for its subprotocol */
};

/* What a client asks for. Slices point into the bytes that were read. */
struct ws_request {
    size_t len;           /* bytes of the head; frames begin behind it */
    struct slice path;    /* with its query, if any */
    struct slice key;     /* Sec-WebSocket-Key */
    const char *protocol; /* the subprotocol to select */
    unsigned refusal;     /* BAD: the HTTP status to answer, 400 to 431 */
    const char *why;      /* BAD: one sentence */
};

/* Looks at the start of `in`. `path` is the one that is served, empty for any.
 * On DONE or BAD write the response. */
enum ws_upgrade_status ws_upgrade_read_request(struct slice in,
                                               struct slice path,
                                               struct ws_request *out);

/* Appends 101 to a good request, or the refusal of a bad one; after a refusal
 * close the connection. */
void ws_upgrade_write_response(struct buf *out, const struct ws_request *r);

/* A Key nobody can guess, as a C string. */
void ws_upgrade_make_key(char key[WS_UPGRADE_KEY_LEN + 1]);

/* Appends a request. `authority` is "host" or "host:port"; an empty path means
 * "/"; `protocols` is a list like "mqtt, mqttv3.1". */
void ws_upgrade_write_request(struct buf *out, const char *authority,
                              struct slice path, const char *protocols,
                              const char *key);

/* Looks at the start of `in` for the answer to a request with that key and
 * those protocols. DONE: *len are the bytes of the head. BAD: err says why. */
enum ws_upgrade_status ws_upgrade_read_response(struct slice in,
                                                const char *protocols,
                                                const char *key, size_t *len,
                                                struct error *err);

#endif
