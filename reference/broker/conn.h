/* conn.h - one transport connection: bytes in, packets; packets, bytes out.
 * SPDX-License-Identifier: MIT
 *
 * Life of a connection:
 *
 *     WAIT_CONNECT  accepted; only CONNECT may come [MQTT-3.1.0-1]
 *     AUTHENTICATING  AUTH packets go to and fro; only AUTH and DISCONNECT may
 *                   come [MQTT-3.1.2-30]
 *     VERIFYING     the driver was asked about a password; what comes meanwhile
 *                   waits unread [MQTT-3.1.4-6]
 *     READY         CONNACK with success was sent; has a session
 *     CLOSING       nothing is read any more; the output is still written, then
 *                   the driver closes and calls broker_gone
 *
 * What belongs to the connection and dies with it is here (Keep Alive, quota,
 * aliases, limits the client announced); what may outlive it is in
 * session.h.                                                                 */
#ifndef BROKER_CONN_H
#define BROKER_CONN_H

#include "broker/broker_state.h"
#include "broker/output.h"
#include "mqtt/alias.h"
#include "mqtt/packet.h"
#include "mqtt/pktid.h"
#include "mqtt/violation.h"

enum conn_phase {
    CONN_WAIT_CONNECT,
    CONN_AUTHENTICATING,
    CONN_VERIFYING,
    CONN_READY,
    CONN_CLOSING,
    CONN_PHASES
};

struct auth_exchange; /* auth.h */
struct hold; /* pressure.h */
struct mqtt_scram_method;

/* Who it is (auth.h), apart from the connection since most forget it when they
 * are READY: the session knows the user name. */
struct conn_login {
    struct conn *conn;     /* whose */
    struct buf user_name;  /* as far as is known; empty: nobody by name */
    bool is_identified;    /* a certificate has said so */
    struct buf connect;    /* AUTHENTICATING, VERIFYING: the CONNECT, as bytes
                              and without its password */
    struct buf password;   /* VERIFYING: what is to be verified */
    uint64_t number;       /* VERIFYING: of the question; else 0 */
    bool is_asked;         /* the driver has taken it */
    struct list link;      /* in broker.logins */
    const struct mqtt_scram_method *method; /* of CONNECT, or NULL */
    struct auth_exchange *exchange; /* with AUTH packets, or NULL; owned */
    struct buf connack_data; /* Authentication Data that goes into CONNACK */
};

struct conn {
    void *owner;               /* the driver's */
    enum conn_phase phase;
    enum mqtt_version version; /* from CONNECT; MQTT_NO_VERSION before */
    struct session *session;   /* READY: its session; else NULL */
    struct list link;          /* in broker.conns */
    struct list stranger_link; /* in broker.strangers, until CONNECT is there */
    struct list dirty_link;    /* in broker.dirty */
    struct buf in;             /* start of a packet that is not all there */
    struct buf out;            /* to be written, without memory when there is
                                  nothing (outbox.h); the start of it ... */
    size_t out_sent;           /* ... that has been: broker_sent forgets it
                                  when that costs little */
    struct output_refs *refs;  /* owned: payloads between its bytes, or NULL */
    uint64_t heard_ms;         /* when the last packet came */
    struct broker_timer alive; /* CONNECT time-out, later Keep Alive, last the
                                  time to take the output */
    struct mqtt_pktids unfinished; /* QoS 2 PUBLISH packets that came over this
                                      connection and have no PUBCOMP (4.9) */

    /* What the client's CONNECT announced. */
    uint32_t keep_alive_ms;    /* silence allowed; 0: for ever */
    uint32_t maximum_packet_size;  /* UINT32_MAX when it did not say */
    uint16_t receive_maximum;      /* 65535 when it did not say */
    bool problem_information;      /* Request Problem Information */
    struct mqtt_aliases alias_in;  /* client to us */
    struct mqtt_aliases alias_out; /* us to client */

    struct hold *hold;        /* owned: nothing is read for now, or NULL */
    struct conn_login *login; /* owned: who it is; NULL once that is settled
                                 for as long as the connection lasts */
};

/* Bytes that wait to be written. */
static inline size_t
conn_waiting(const struct conn *c)
{
    return c->out.len - c->out_sent + (c->refs ? c->refs->bytes : 0);
}

/* For broker.c: begins and ends the life of a connection. */
struct conn *conn_new(struct broker *b, void *owner);
void conn_free(struct broker *b, struct conn *c);

/* Who it is will not be asked again: forgets it, unless the client may
 * authenticate anew (4.12.1). */
void conn_settle_login(struct conn *c);

/* Cuts the bytes into packets and dispatches each. */
void conn_input(struct broker *b, struct conn *c, struct slice bytes);

/* VERIFYING is over: takes what came meanwhile. */
void conn_go_on(struct broker *b, struct conn *c);

/* There is output, or it shall be closed: the driver must hear of it. */
void conn_mark_dirty(struct broker *b, struct conn *c);

/* From now on nothing is read; what is in `out` is still written, unless the
 * client does not take it within a few seconds. */
void conn_close(struct broker *b, struct conn *c);

/* The client broke the protocol: tells it why, by Reason Code and in a sentence,
 * as far as its version and phase allow, and closes [MQTT-3.1.4-1,
 * MQTT-4.13.1-1, MQTT-4.13.2-1, MQTT311-4.8.0-1]. The will goes out. */
void conn_fail(struct broker *b, struct conn *c, uint8_t reason,
               const char *text);

/* Starts watching Keep Alive: 0 means no limit. */
void conn_keep_alive(struct broker *b, struct conn *c, uint16_t seconds);

#endif
