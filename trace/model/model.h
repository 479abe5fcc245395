/* model.h - MQTT connections, packet by packet.
 * SPDX-License-Identifier: MIT
 *
 * Takes what trace/unwrap hands on, frames and decodes it, and tells its
 * consumer each packet once, in the order of the capture:
 *
 *     unwrap -> framing (2 per connection) -> dialog -> on_packet
 *
 * It keeps no packet; memory is bounded per connection and in all.
 *
 *     struct model *m = model_new(&events, NULL);
 *     struct stream_events se = model_stream_events(m);
 *     struct conn_table *t = conn_table_new(&se, NULL);
 *     ... feed t, finish t ...
 *     conn_table_free(t);  model_free(m);                                    */
#ifndef TRACE_MODEL_MODEL_H
#define TRACE_MODEL_MODEL_H

#include "trace/model/dialog.h"
#include "trace/model/framing.h"
#include "trace/unwrap/unwrap.h"

struct model; /* opaque */

/* One side of an MQTT connection. */
struct model_side {
    struct framing framing;
    uint64_t packets;      /* told so far */
    uint64_t lost_bytes;   /* missing in the capture */
    uint64_t cut_bytes;    /* cut by the snapshot length */
    unsigned gaps;         /* places where bytes were lost */
    size_t rest;           /* at the end: bytes of a packet never finished */
    size_t rest_need;      /* its whole length; 0: not known */
};

struct model_conn {
    uint64_t number;                /* of the TCP connection, from 0 */
    struct endpoint client, server; /* addresses */
    enum unwrap_app app;            /* what it is; the rest is for MQTT */
    bool is_side_guessed;           /* who is the client is a guess */
    bool is_start_seen;             /* the SYN was captured */
    struct dialog dialog;           /* version, client id, keep alive ... */
    struct model_side side[2];      /* 0 client, 1 server */
    uint64_t findings;              /* violations by decode and check */
    uint64_t cut_packets;           /* packets with missing bytes */
    enum mqtt_side said_goodbye;    /* who sent DISCONNECT first; 0: nobody */
    uint8_t goodbye_reason;         /* its Reason Code */
    const struct stream_conn *tcp;  /* times, bytes, conflicts; borrowed */
    const char *end;                /* "FIN", "RST", ...; NULL while open */
    enum mqtt_side first_to_close;  /* who sent FIN or RST first; 0: nobody */
    void *user;                     /* the consumer's; NULL at first */
    struct unwrap_conn *unwrap;     /* private */
    struct model *model;            /* private */
};

/* Any member may be NULL. Everything is borrowed for the call. on_close comes
 * for every TCP connection, also when it is not MQTT. */
struct model_events {
    void *user;
    void (*on_packet)(void *user, const struct model_packet *p);
    void (*on_gap)(void *user, struct model_conn *c, enum mqtt_side from,
                   uint64_t bytes, enum stream_gap cause,
                   const struct stream_mark *mark);
    void (*on_close)(void *user, struct model_conn *c,
                     const struct stream_mark *mark);
};

/* `options` as in unwrap.h. */
struct model *model_new(const struct model_events *events,
                        const struct unwrap_options *options);
void model_free(struct model *m); /* NULL is fine */

/* What to give to conn_table_new; valid as long as m is. */
struct stream_events model_stream_events(struct model *m);

/* Appends how a person calls the connection: its Client Identifier, or
 * "(no id)" when it had none, or the client's address when none was seen. */
void model_conn_name(struct buf *out, const struct model_conn *c);

/* The version it speaks: as its CONNECT says, else the guess. */
enum mqtt_version model_conn_version(const struct model_conn *c,
                                     bool *is_inferred);

#endif
