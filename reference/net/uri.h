/* uri.h - where a broker is, in one line: mqtt://user:pass@host:port/path
 * SPDX-License-Identifier: MIT
 *
 *     mqtt://localhost                 TCP, port 1883
 *     mqtts://ann:s%40cret@10.0.0.7    TLS, port 8883, password "s@cret"
 *     ws://[::1]:9001/mqtt             WebSocket, port 80 unless said
 *     wss://broker.example.org/mqtt    WebSocket over TLS, port 443
 *
 * User and password are percent-decoded and may be any bytes; they never
 * appear in an error message.                                                */
#ifndef NET_URI_H
#define NET_URI_H

#include "base/buf.h"
#include "base/error.h"

enum uri_scheme { URI_MQTT, URI_MQTTS, URI_WS, URI_WSS };

struct uri {
    enum uri_scheme scheme;
    bool has_user;       /* a user was given, maybe an empty one */
    bool has_password;   /* a password was given, maybe an empty one */
    struct buf user;     /* owned, decoded */
    struct buf password; /* owned, decoded */
    char host[256];      /* name or address, without brackets */
    uint16_t port;       /* the scheme's default when not given; 0 only where to
                            listen */
    struct buf path;     /* owned, as written, from '/' or '?' on; or empty */
};

/* Fills *u, which need not be initialised. After -1 err says what is wrong
 * and there is nothing to release. */
int uri_parse(struct uri *u, struct slice text, struct error *err);

/* The same for where to listen: the host may be "*", for all addresses, the
 * port may be 0, for any free one, and there is no user. */
int uri_parse_listen(struct uri *u, struct slice text, struct error *err);

void uri_release(struct uri *u);

/* Appends "host", or "host:port" when the port is not the scheme's own; an IPv6
 * address stands in brackets. */
void uri_add_authority(struct buf *out, const struct uri *u);

/* "mqtt", "mqtts", "ws" or "wss". */
const char *uri_scheme_name(enum uri_scheme s);

static inline bool
uri_is_tls(const struct uri *u)
{
    return u->scheme == URI_MQTTS || u->scheme == URI_WSS;
}

static inline bool
uri_is_websocket(const struct uri *u)
{
    return u->scheme == URI_WS || u->scheme == URI_WSS;
}

/* Appends the bytes that percent-encoded text stands for. Returns false on a
 * '%' without two hexadecimal digits; out is then as before. */
bool uri_decode(struct buf *out, struct slice text);

#endif
