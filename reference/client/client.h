/* client.h - an MQTT client that does no input or output of its own.
 * SPDX-License-Identifier: MIT
 *
 * The owner has a connection and a clock; the engine has the protocol. Bytes
 * and time go in, bytes, events and a deadline come out:
 *
 *     c = mqtt_client_new(&config);
 *     mqtt_client_open(c, now);            a connection is there
 *     loop: write mqtt_client_output(c), drop what was written
 *           mqtt_client_input(c, bytes, now)         when bytes come
 *           mqtt_client_tick(c, now)                 at the deadline
 *           mqtt_client_ended(c, NULL, now)          when the peer is gone
 *           when !mqtt_client_is_open(c): write what is left, then close
 *
 * What outlives a connection, the session, stays in the engine: open again on
 * another connection, and messages that are not settled go on where they were
 * (4.4). client_io.h is the owner that plumb-client uses; client_test.c is one
 * without any network.                                                       */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include "mqtt/packet.h"
#include "mqtt/reason.h"

struct mqtt_client; /* opaque */

enum mqtt_client_kind {
    MQTT_CLIENT_CONNECTED,    /* packet: the CONNACK */
    MQTT_CLIENT_REFUSED,      /* the same, but the answer was no; it is over */
    MQTT_CLIENT_MESSAGE,      /* packet: the PUBLISH; topic */
    MQTT_CLIENT_SENT,         /* tag, reason: a message of ours is settled */
    MQTT_CLIENT_SUBSCRIBED,   /* packet: the SUBACK */
    MQTT_CLIENT_UNSUBSCRIBED, /* packet: the UNSUBACK */
    MQTT_CLIENT_AUTHENTICATED, /* packet: the AUTH that ends it (4.12.1) */
    MQTT_CLIENT_CLOSED        /* reason, text; it is over */
};

/* Who ended the connection. */
enum mqtt_client_by { MQTT_CLIENT_BY_US, MQTT_CLIENT_BY_SERVER,
                      MQTT_CLIENT_BY_NETWORK };

struct mqtt_client_event {
    enum mqtt_client_kind kind;
    const struct mqtt_packet *packet; /* until the callback returns, or NULL */
    struct slice topic;               /* Topic Name, also behind an alias */
    uint64_t tag;                     /* of the message that is settled */
    uint8_t reason;                   /* Reason Code; from 0x80 on it failed */
    enum mqtt_client_by by;           /* who closed */
    const char *text;                 /* why, for a person; "" when all said */
};

struct mqtt_client_message {
    struct slice topic;
    struct slice payload;
    struct slice properties; /* encoded, of PUBLISH; ignored before 5.0 */
    uint64_t tag;            /* the owner's, comes back with SENT */
    uint8_t qos;             /* 0 to 2 */
    bool retain;
};

/* Everything is borrowed until mqtt_client_free. Absent is a NULL pointer. */
struct mqtt_client_config {
    enum mqtt_version version;
    struct slice client_id;          /* empty: 5.0 and 3.1.1 servers make one */
    struct slice user_name;          /* or absent */
    struct slice password;           /* or absent */
    struct slice auth_method;        /* of mqtt/scram.h, with user name and
                                        password; or absent (5.0) */
    bool clean_start;                /* of the first connection */
    uint16_t keep_alive;             /* seconds; 0: off */
    struct slice connect_properties; /* encoded; what is announced here
                                        (Receive Maximum ...) is kept to */
    struct slice will_topic;         /* or absent: no will */
    struct slice will_payload;
    struct slice will_properties;    /* encoded */
    uint8_t will_qos;
    bool will_retain;
    uint16_t aliases; /* Topic Aliases to use when the server takes some */
    uint16_t in_flight;  /* most QoS 1 and 2 messages under way, when the
                            server takes more; 0: as many as it takes */
    uint32_t connack_ms; /* how long to wait for CONNACK; 0: for ever */
    uint32_t retry_first_ms; /* mqtt_client_retry: longest wait after the first
                                failure; 0: 1,000 */
    uint32_t retry_most_ms;  /* and after any number of them; 0: 60,000 */
    uint64_t retry_seed;     /* makes the waits repeatable; 0: not */

    void *owner; /* first argument of the callbacks */

    /* May call anything here but open, input, tick, ended and free. */
    void (*on_event)(void *owner, const struct mqtt_client_event *e);

    /* Every packet that is sent or received, for showing; or NULL. */
    void (*on_packet)(void *owner, enum mqtt_side from,
                      const struct mqtt_packet *p);
};

struct mqtt_client *mqtt_client_new(const struct mqtt_client_config *config);
void mqtt_client_free(struct mqtt_client *c);

/* ---- connections -------------------------------------------------------- */

/* There is a connection: says CONNECT. On a later one the session goes on if
 * it was to outlive the connection (Session Expiry Interval above 0; before
 * 5.0 Clean Session 0). */
void mqtt_client_open(struct mqtt_client *c, uint64_t now_ms);

/* Bytes from the server; ignored when it is over. */
void mqtt_client_input(struct mqtt_client *c, struct slice bytes,
                       uint64_t now_ms);

/* What is to be written; the owner drops what is. */
struct buf *mqtt_client_output(struct mqtt_client *c);

/* The clock: to be called at the deadline, harmless at any other time.
 * TIMER_NEVER when there is nothing to wait for. */
uint64_t mqtt_client_deadline(const struct mqtt_client *c);
void mqtt_client_tick(struct mqtt_client *c, uint64_t now_ms);

/* The connection has gone away under us; `why` for a person, or NULL when the
 * peer simply ended it. */
void mqtt_client_ended(struct mqtt_client *c, const char *why,
                       uint64_t now_ms);

/* Is there a connection in use? When not: write the output, then close. */
bool mqtt_client_is_open(const struct mqtt_client *c);

/* Has the server said yes? */
bool mqtt_client_is_connected(const struct mqtt_client *c);

/* Has every QoS 2 message that the server began its PUBREL? Also when not
 * connected. */
bool mqtt_client_is_settled(const struct mqtt_client *c);

/* There is no connection: the last one has ended, or none could be made. When
 * to try again, by exponential back-off with jitter (backoff.h); to be called
 * once for each failure. */
uint64_t mqtt_client_retry(struct mqtt_client *c, uint64_t now_ms);

/* ---- what a client does ------------------------------------------------- */

/* Sends a message, or keeps it (a copy) until there is a connection and quota.
 * It is settled, and told so by MQTT_CLIENT_SENT, when it was written (QoS 0),
 * acknowledged (QoS 1, 2), or cannot be sent (reason from 0x80 on). */
void mqtt_client_publish(struct mqtt_client *c,
                         const struct mqtt_client_message *m);

/* Messages that are not settled. */
size_t mqtt_client_unsettled(const struct mqtt_client *c);

/* Sends SUBSCRIBE or UNSUBSCRIBE (which uses no options). Returns the Packet
 * Identifier; 0 when not connected, or when the server takes no packet of that
 * size, or all identifiers are in use. Not repeated on the next connection. */
uint16_t mqtt_client_subscribe(struct mqtt_client *c,
                               const struct mqtt_filter *filters, size_t count,
                               struct slice properties);
uint16_t mqtt_client_unsubscribe(struct mqtt_client *c,
                                 const struct mqtt_filter *filters,
                                 size_t count, struct slice properties);

/* Proves who it is once more (4.12.1), by the method of the config; everything
 * else goes on meanwhile. MQTT_CLIENT_AUTHENTICATED tells the end; a failure
 * ends the connection. False when not connected, when there is no method, or
 * when it is at it already. */
bool mqtt_client_reauthenticate(struct mqtt_client *c);

/* Says DISCONNECT; properties as encoded. From inside a callback it is said
 * after the packet at hand has been answered. */
void mqtt_client_disconnect(struct mqtt_client *c, uint8_t reason,
                            struct slice properties);

/* ---- what the server said ----------------------------------------------- */

/* The Client Identifier in use: ours, or the one the server assigned. */
struct slice mqtt_client_id(const struct mqtt_client *c);

#endif
