/* layer.h - one wrapping around MQTT, taken off: what all of them offer.
 * SPDX-License-Identifier: MIT
 *
 * A layer gets both directions of what it wraps, in order, gaps included, and
 * hands on what is inside, the same way. stage.c picks the layer by looking at
 * the first bytes, and looks again at what comes out:
 *
 *     TCP -> [proxy] -> [tls] -> [ws] -> MQTT
 *
 * A layer that cannot look inside (no keys) hands on nothing, and says why in
 * its description. A layer embeds `struct layer` as first member.            */
#ifndef TRACE_UNWRAP_LAYER_H
#define TRACE_UNWRAP_LAYER_H

#include "base/buf.h"
#include "trace/stream/stream.h"

/* Where the inside goes. The offset of a mark means nothing here. */
struct layer_sink {
    void *user;
    void (*data)(void *user, enum stream_side from, struct slice bytes,
                 const struct stream_mark *mark);
    void (*gap)(void *user, enum stream_side from, uint64_t bytes,
                enum stream_gap cause, const struct stream_mark *mark);
};

struct layer;

struct layer_kind {
    void (*data)(struct layer *l, enum stream_side from, struct slice bytes,
                 const struct stream_mark *mark);
    void (*gap)(struct layer *l, enum stream_side from, uint64_t bytes,
                enum stream_gap cause, const struct stream_mark *mark);
    /* Appends "TLS 1.3, SNI broker.example". */
    void (*describe)(const struct layer *l, struct buf *out);
    void (*free)(struct layer *l);
};

struct layer {
    const struct layer_kind *kind;
    struct layer_sink sink;      /* set by stage.c */
    bool is_client_known;        /* it showed who is the client */
    enum stream_side client;     /* then: which */
    bool is_websocket;           /* then: */
    uint64_t texts[2];           /* text messages, by side [MQTT-6.0.0-1] */
    bool is_mqtt_announced;      /* ALPN or the subprotocol says MQTT */
    bool is_start[2];            /* by side: the first byte that comes out is
                                    the first of what is inside */
};

struct keylog;

/* The layers there are. `keys` is borrowed and may be NULL. `budget` is
 * borrowed: bytes that all layers of all connections may still keep, of records
 * that came in part and of what compressed messages refer to. ws, headless: the capture
 * begins behind the HTTP heads, so with frames. */
struct layer *proxy_new(void);
struct layer *tls_new(struct keylog *keys, size_t *budget);
struct layer *ws_new(size_t *budget, bool is_headless);

#endif
