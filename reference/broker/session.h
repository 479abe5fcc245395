/* session.h - what a Client Identifier owns beyond one connection (4.1).
 * SPDX-License-Identifier: MIT
 *
 * Subscriptions, messages on their way in both directions, the will. A session
 * is attached to at most one connection; without one it lives on until its
 * Session Expiry Interval has passed [MQTT-3.1.2-23, MQTT-4.1.0-1,
 * MQTT-4.1.0-2]. It is found by the Client Identifier and by nothing else
 * [MQTT-3.1.3-2].                                                            */
#ifndef BROKER_SESSION_H
#define BROKER_SESSION_H

#include "broker/conn.h"
#include "broker/queue.h"
#include "broker/will.h"
#include "mqtt/pktid.h"

#define SESSION_NEVER_EXPIRES UINT32_MAX

struct session {
    struct slice client_id;        /* behind the struct; key in broker.sessions */
    struct buf user_name;          /* whose it is; empty: nobody's by name */
    struct conn *conn;             /* attached, or NULL */
    uint32_t expiry_interval;      /* seconds after the connection is gone */
    uint32_t subscription_count;   /* in subscriptions */
    uint64_t stored_id;            /* number in the store; 0: none yet */
    struct broker_timer expiry;    /* runs while no connection is attached */
    struct list subscriptions;     /* struct subscription.session_link; owned */
    struct map *by_filter;         /* owned: the same by Topic Filter, when they
                                      are many; else NULL (subtree.c) */
    struct queue *queue;           /* messages to the client; owned; NULL: there
                                      were none yet (queue.h) */
    struct mqtt_pktids receiving;  /* QoS 2 from the client, PUBREC sent and
                                      PUBREL not yet received */
    struct list held;              /* QoS 2 that waits for PUBREL (held.h) */
    struct will *will;             /* owned; NULL: it has none (will.h) */
    uint64_t route_round;          /* route.c: the message it was last found
                                      for, ... */
    uint32_t route_slot;           /* ... and where in the list of targets */
    bool is_stored;                /* the store has it and what it owns */
};

/* NULL when there is none. */
struct session *session_find(const struct broker *b, struct slice client_id);

/* A fresh one; the id is copied. */
struct session *session_new(struct broker *b, struct slice client_id);

/* The connection is its own from now on; messages can flow. */
void session_attach(struct broker *b, struct session *s, struct conn *c);

/* The connection is gone: the will goes out or its delay begins; the session
 * waits, or ends when its Session Expiry Interval is 0. */
void session_detach(struct broker *b, struct session *s);

/* Ends it with all it owns; a will that still waits goes out [MQTT-3.1.2-8]. */
void session_end(struct broker *b, struct session *s);

/* Frees it without any effect, when the broker stops. */
void session_free(struct broker *b, struct session *s);

#endif
