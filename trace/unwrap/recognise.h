/* recognise.h - is this MQTT, and who is the client?
 * SPDX-License-Identifier: MIT
 *
 * Decides by content, on any port. A CONNECT settles it. Without one (the
 * capture began late) a run of whole, clean packets does: one where a port says
 * MQTT, three elsewhere, since three do not come by chance. TLS, HTTP and noise
 * never pass, even on port 1883.
 *
 * The client is: who sent the SYN; who sent a CONNECT or another packet that
 * only clients send; the other end of port 1883; else (a guess) the end with
 * the higher port.                                                           */
#ifndef TRACE_UNWRAP_RECOGNISE_H
#define TRACE_UNWRAP_RECOGNISE_H

#include "trace/stream/stream.h"

enum unwrap_app {
    UNWRAP_UNDECIDED, /* too few bytes yet */
    UNWRAP_MQTT,
    UNWRAP_TLS,       /* handshake or records */
    UNWRAP_HTTP,      /* may turn into WebSocket */
    UNWRAP_EMPTY,     /* no bytes at all */
    UNWRAP_FRAMES,    /* WebSocket, its HTTP head not in the capture */
    UNWRAP_PROXY,     /* a PROXY header; something comes behind */
    UNWRAP_OTHER      /* something else */
};

#define UNWRAP_PORTS_MAX 8

struct unwrap_options {
    uint16_t ports[UNWRAP_PORTS_MAX]; /* besides 1883, that mean MQTT */
    unsigned port_count;
    struct keylog *keys;              /* borrowed; NULL: none */
};

/* What is known when asked. */
struct recognise {
    const struct stream_conn *conn;
    const struct unwrap_options *options;
    struct slice head[2]; /* bytes of each side, in one piece */
    bool is_start[2];     /* that side's stream begins with them */
    bool is_all[2];       /* no more will be added to that head */
    bool is_client_known; /* then `client` is the side of the client */
    enum stream_side client;
    bool is_announced;    /* the layer below says that it is MQTT */
};

/* `client` and `is_guess` are set when the answer is UNWRAP_MQTT. */
enum unwrap_app recognise(const struct recognise *in, enum stream_side *client,
                          bool *is_guess);

/* "MQTT", "TLS", "HTTP", "no data", "WebSocket", "PROXY", "not MQTT". */
const char *unwrap_app_text(enum unwrap_app app);

#endif
