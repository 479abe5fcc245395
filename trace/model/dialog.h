/* dialog.h - what one connection's packets mean in sequence.
 * SPDX-License-Identifier: MIT
 *
 * Fed packet by packet, in the order of cause, it fills in what a packet alone
 * cannot tell: the version, the topic behind an alias, the request that it
 * answers and the time since. The state of the model for one connection, and
 * of a conversation for one lane. It judges nothing that needs history; that
 * is lint's.                                                                 */
#ifndef TRACE_MODEL_DIALOG_H
#define TRACE_MODEL_DIALOG_H

#include "base/buf.h"
#include "trace/model/alias_names.h"
#include "trace/model/model_packet.h"
#include "trace/model/pending.h"
#include "trace/model/version_guess.h"

/* A request without identifier that waits: CONNECT, AUTH, PINGREQ. */
struct dialog_request {
    uint64_t number; /* 0: none waits */
    int64_t time_ns;
};

struct dialog {
    enum mqtt_version version;  /* CONNECT said so; MQTT_NO_VERSION: guess */
    struct version_guess guess; /* without a CONNECT */
    bool has_connect;           /* a CONNECT was seen */
    bool has_connack;           /* a CONNACK was */
    uint16_t keep_alive;        /* of the CONNECT, or what CONNACK made of it */
    struct buf client_id;       /* of the CONNECT, or as CONNACK assigned it */
    struct alias_names alias[2];     /* by sender: 0 client, 1 server */
    struct pending_table pending[2]; /* by who began: 0 client, 1 server */
    struct dialog_request connect;   /* CONNECT, AUTH: latest of the client */
    struct dialog_request auth;      /* AUTH: latest of the server */
    uint64_t connect_number;         /* number of the CONNECT */
    struct dialog_request ping;      /* the earliest unanswered PINGREQ */
};

/* Forgets everything; also life's end. A zeroed struct is a fresh one. */
void dialog_release(struct dialog *d);

/* p has number, time_ns, from, bytes, wire_len and the marks CUT and AFTER_GAP;
 * the rest is filled in. `p->topic` may borrow from d until the next call. */
void dialog_next(struct dialog *d, struct model_packet *p);

/* Bytes of that side are missing: in them its aliases may have been bound
 * anew. */
void dialog_gap(struct dialog *d, enum mqtt_side from);

#endif
