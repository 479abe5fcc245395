/* engine.h - what the parts of the client share; private to this folder.
 * SPDX-License-Identifier: MIT
 *
 *     client.c     life cycle, bytes in, packets out, the end
 *     connect.c    CONNECT and CONNACK, keep alive
 *     outgoing.c   messages that we send
 *     incoming.c   messages that are sent to us
 *     auth.c       AUTH, with SCRAM
 *     request.c    SUBSCRIBE, UNSUBSCRIBE and their answers
 *
 * Handlers get a packet that was decoded and found in order. Invariant while
 * connected: quota + exchanges of outgoing.c begun or resumed on this
 * connection = the server's Receive Maximum, or our own limit if lower.      */
#ifndef CLIENT_ENGINE_H
#define CLIENT_ENGINE_H

#include "base/buf.h"
#include "base/list.h"
#include "client/backoff.h"
#include "client/client.h"
#include "mqtt/alias.h"
#include "mqtt/flow.h"
#include "mqtt/pktid.h"
#include "mqtt/scram.h"

enum phase {
    CLOSED,       /* no connection, or only output left to write */
    WAIT_CONNACK, /* CONNECT is out */
    CONNECTED
};

/* What CONNACK allows us (3.2.2.3). */
struct limits {
    uint32_t packet_size;   /* Maximum Packet Size */
    uint16_t receive;       /* Receive Maximum */
    uint16_t topic_alias;   /* Topic Alias Maximum */
    uint16_t keep_alive;    /* seconds, ours or the server's; 0: off */
    uint8_t qos;            /* Maximum QoS */
    bool retain;            /* Retain Available */
};

/* A DISCONNECT that was asked for in the middle of something. */
struct farewell {
    bool is_due;           /* there is one */
    uint8_t reason;        /* Reason Code */
    struct buf properties; /* owned, encoded */
};

struct mqtt_client {
    const struct mqtt_client_config *config; /* borrowed */

    /* the connection */
    enum phase phase;
    struct buf in;                   /* bytes that are no whole packet yet */
    struct buf out;                  /* bytes to write */
    uint64_t now_ms;                 /* as we were told last */
    uint64_t opened_ms;              /* when CONNECT was said */
    uint64_t accepted_ms;            /* when CONNACK said yes; 0: it has not */
    uint64_t sent_ms;                /* when the last packet was sent */
    uint64_t ping_ms;                /* when PINGREQ was sent */
    bool awaits_pingresp;            /* PINGREQ is out */
    struct limits limits;
    struct mqtt_scram scram;         /* the exchange; no method: none */
    bool reauthenticates;            /* AUTH 0x19 is out, its answer is not */
    struct mqtt_aliases aliases_in;  /* the server's */
    struct mqtt_aliases aliases_out; /* ours */
    int32_t quota;                   /* QoS 1 and 2 we may send; can be < 0 */
    uint32_t open_in;                /* QoS 2 begun by the server, open */
    int busy;                        /* depth of calls that must not be torn */
    struct farewell farewell;

    struct mqtt_backoff backoff;     /* from one connection to the next */

    /* the session */
    bool had_session;                /* a connection was accepted before */
    struct buf client_id;            /* in use; assigned or configured */
    struct mqtt_pktids ids;          /* ours: PUBLISH, (UN)SUBSCRIBE */
    struct mqtt_pktids ids_in;       /* the server's, in FLOW_AWAIT_PUBREL */
    struct list waiting;             /* struct outgoing, not sent yet */
    struct list in_flight;           /* struct outgoing, in order of sending */
    size_t unsettled;                /* of both lists */
    bool is_resuming;                /* some of in_flight wait for quota */
    struct list requests;            /* struct request */
};

/* ---- client.c ----------------------------------------------------------- */

/* Encodes p. False, with nothing sent, when the server takes no packet of that
 * size or there is no connection. */
bool client_send(struct mqtt_client *c, const struct mqtt_packet *p);

void client_tell(struct mqtt_client *c, const struct mqtt_client_event *e);

/* The server broke the protocol: says so in DISCONNECT (5.0), and it is over.
 * The text goes to the owner. */
void client_fail(struct mqtt_client *c, uint8_t reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The connection is over; tells the owner once. */
void client_close(struct mqtt_client *c, enum mqtt_client_by by,
                  uint8_t reason, const struct mqtt_packet *packet,
                  const char *text);

/* The statement of the version that is spoken. */
static inline const char *
client_cite(const struct mqtt_client *c, const char *id5, const char *id311)
{
    return c->config->version == MQTT_50 ? id5 : id311;
}

/* Between these, a disconnect that a callback asks for is put off. */
void client_enter(struct mqtt_client *c);
void client_leave(struct mqtt_client *c);

/* Does the session outlive the connection? */
bool client_keeps_session(const struct mqtt_client *c);

/* Reason Code of an answer; 0x00 when it was left out. */
static inline uint8_t
client_reason(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, reason) ? p->reason : 0;
}

/* What the packet says in words (Reason String), or "". Static storage of the
 * caller: `text` has room for len bytes. */
const char *client_reason_string(const struct mqtt_packet *p, char *text,
                                 size_t len);

/* ---- connect.c ---------------------------------------------------------- */

void connect_say(struct mqtt_client *c);
void connect_on_connack(struct mqtt_client *c, const struct mqtt_packet *p);

/* The server knows only an older version. */
void connect_on_refusal_of_3(struct mqtt_client *c,
                             const struct mqtt_packet *p);
uint64_t connect_deadline(const struct mqtt_client *c);
void connect_tick(struct mqtt_client *c);

/* ---- outgoing.c --------------------------------------------------------- */

/* Sends what may be sent: resumed exchanges first, then what waits. */
void outgoing_pump(struct mqtt_client *c);

/* The connection stands; the session is the old one or a new one. */
void outgoing_on_connected(struct mqtt_client *c, bool session_present);

/* PUBACK, PUBREC, PUBCOMP. */
void outgoing_on_ack(struct mqtt_client *c, const struct mqtt_packet *p);

void outgoing_release(struct mqtt_client *c);

/* ---- incoming.c --------------------------------------------------------- */

void incoming_on_publish(struct mqtt_client *c, const struct mqtt_packet *p);
void incoming_on_pubrel(struct mqtt_client *c, const struct mqtt_packet *p);

/* ---- request.c ---------------------------------------------------------- */

/* SUBACK, UNSUBACK. */
void request_on_ack(struct mqtt_client *c, const struct mqtt_packet *p);

/* Nobody will answer any more. */
void request_release(struct mqtt_client *c);

/* ---- auth.c ------------------------------------------------------------- */

/* Adds the Authentication Method and what is said first. */
void auth_say_first(struct mqtt_client *c, struct buf *properties);
void auth_on_auth(struct mqtt_client *c, const struct mqtt_packet *p);

/* Does CONNACK prove that the server knows the password? NULL, or what is
 * wrong. */
const char *auth_check_server(const struct mqtt_client *c,
                              const struct mqtt_packet *p);

#endif
