/* unwrap.h - from TCP connections to streams of MQTT bytes.
 * SPDX-License-Identifier: MIT
 *
 * Stands between trace/stream and trace/model. Holds a connection's first
 * bytes until it knows what they are (recognise.h); takes off a PROXY header,
 * TLS (with keys) and WebSocket, in any stack of them (stage.h, layer.h); MQTT
 * is handed on, from the first byte, by MQTT side instead of TCP side; the
 * rest is only named and counted.
 *
 *     stream events -> stage -> layer -> stage -> ... -> unwrap events       */
#ifndef TRACE_UNWRAP_UNWRAP_H
#define TRACE_UNWRAP_UNWRAP_H

#include "base/buf.h"
#include "mqtt/packet.h"
#include "trace/unwrap/recognise.h"

struct unwrap; /* opaque */
struct stage;

struct unwrap_conn {
    const struct stream_conn *tcp; /* borrowed */
    enum unwrap_app app;           /* what it turned out to be */
    enum stream_side client;       /* TCP side of the MQTT client */
    bool is_client_guessed;        /* nothing in the capture says so */
    bool is_start_seen[2];         /* by TCP side: its first MQTT byte was */
    struct stage *stage;           /* private; the lowest one */
    void *user;                    /* the consumer's; NULL at first */
};

/* `from` is FROM_CLIENT or FROM_SERVER. on_close comes for every connection,
 * MQTT or not (then nothing came before); the connection lives until it
 * returns. */
struct unwrap_events {
    void *user; /* the consumer's, for all connections */
    void (*on_data)(void *user, struct unwrap_conn *conn, enum mqtt_side from,
                    struct slice bytes, const struct stream_mark *mark);
    void (*on_gap)(void *user, struct unwrap_conn *conn, enum mqtt_side from,
                   uint64_t bytes, enum stream_gap cause,
                   const struct stream_mark *mark);
    void (*on_close)(void *user, struct unwrap_conn *conn,
                     enum stream_close how, const struct stream_mark *mark);
};

/* `options` may be NULL and is copied; what it points to is borrowed. */
struct unwrap *unwrap_new(const struct unwrap_events *events,
                          const struct unwrap_options *options);
void unwrap_free(struct unwrap *u); /* NULL is fine */

/* What to give to conn_table_new; valid as long as u is. */
struct stream_events unwrap_stream_events(struct unwrap *u);

/* Did that side's MQTT begin with its first byte? */
bool unwrap_is_start_seen(const struct unwrap_conn *conn, enum mqtt_side from);

/* The TCP side that speaks as `from`. */
enum stream_side unwrap_side(const struct unwrap_conn *conn,
                             enum mqtt_side from);

/* Appends what is wrapped around MQTT, or why one cannot look inside: "TLS
 * 1.3, SNI broker.example, WebSocket /mqtt"; nothing for MQTT over bare TCP. */
void unwrap_describe(const struct unwrap_conn *conn, struct buf *out);

/* Does it come in WebSocket? Then *texts is how many text messages `from` sent. */
bool unwrap_texts(const struct unwrap_conn *conn, enum mqtt_side from,
                  uint64_t *texts);

#endif
