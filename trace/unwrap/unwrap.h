/* unwrap.h - from TCP connections to streams of MQTT bytes.
 * SPDX-License-Identifier: MIT
 *
 * Stands between trace/stream and trace/model. Holds a connection's first
 * bytes until it knows what they are (recognise.h); MQTT is handed on, from
 * the first byte, by MQTT side instead of TCP side; the rest is only named and
 * counted. This is the seam where TLS and WebSocket are taken off: a layer
 * sits between `deliver` in unwrap.c and the consumer.
 *
 *     stream events -> held -> recognise -> deliver -> unwrap events
 */
#ifndef TRACE_UNWRAP_UNWRAP_H
#define TRACE_UNWRAP_UNWRAP_H

#include "mqtt/packet.h"
#include "trace/unwrap/recognise.h"

struct unwrap; /* opaque */

struct unwrap_conn {
    const struct stream_conn *tcp; /* borrowed */
    enum unwrap_app app;           /* what it turned out to be */
    enum stream_side client;       /* TCP side of the MQTT client */
    bool is_client_guessed;        /* nothing in the capture says so */
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

/* `mqtt_port`: a port, besides 1883, that means MQTT; 0: none. */
struct unwrap *unwrap_new(const struct unwrap_events *events,
                          uint16_t mqtt_port);
void unwrap_free(struct unwrap *u); /* NULL is fine */

/* What to give to conn_table_new; valid as long as u is. */
struct stream_events unwrap_stream_events(struct unwrap *u);

/* Did that side's stream begin with its first byte? */
bool unwrap_is_start_seen(const struct unwrap_conn *conn, enum mqtt_side from);

/* The TCP side that speaks as `from`. */
enum stream_side unwrap_side(const struct unwrap_conn *conn,
                             enum mqtt_side from);

#endif
