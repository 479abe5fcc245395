/* queue.h - messages on their way to one client.
 * SPDX-License-Identifier: MIT
 *
 * Two lists. `waiting` holds what has not been sent yet, in order; `inflight`
 * holds QoS 1 and 2 messages that were sent and are not settled, in the order
 * of first sending, each with its Packet Identifier and its state
 * (mqtt/flow.h). A message moves from the first to the second when the
 * client's Receive Maximum allows [MQTT-3.3.4-9]; other packets never wait
 * [MQTT-3.3.4-10, MQTT-4.9.0-3], not even a PUBREL that is sent again for a
 * PUBLISH before it. Both survive the connection; on resumption everything in
 * flight is sent again, each kind in order [MQTT-4.4.0-1, MQTT-4.6.0-5].
 *
 * Most sessions never have anything on its way, or only QoS 0 that is sent at
 * once: they have no queue, which is made when it is needed.                 */
#ifndef BROKER_QUEUE_H
#define BROKER_QUEUE_H

#include "base/list.h"
#include "broker/inflight.h"
#include "broker/message.h"
#include "mqtt/flow.h"

struct broker;
struct session;
struct store_delivery; /* store.h */

enum { DELIVERY_FEW_IDS = 4 };

/* One message for one client. */
struct delivery {
    struct list link;         /* in waiting or inflight */
    uint64_t stored_id;       /* number in the store; 0: not there */
    struct message *message;  /* a reference; NULL once PUBREC came */
    uint32_t *sub_ids;        /* Subscription Identifiers: few_ids or owned */
    uint32_t few_ids[DELIVERY_FEW_IDS]; /* them, when they are few */
    uint32_t sub_id_count;
    uint32_t share_id;        /* the share it was for; 0: none */
    uint16_t packet_id;       /* 0 while waiting */
    uint8_t qos;              /* to send at */
    bool retain;              /* RETAIN flag to send */
    uint8_t state;            /* in flight: enum flow_state */
    bool is_sent;             /* over the present connection */
};

struct queue {
    struct list waiting;      /* struct delivery.link */
    struct inflight inflight; /* what was sent and is not settled */
    struct list holds;        /* struct hold.link: who waits for it (pressure.h) */
    size_t waiting_count;
    size_t waiting_qos0;      /* of them at QoS 0, which do without quota */
    size_t waiting_bytes;
    uint64_t swept_ms;        /* when those expired were last looked for */
    int32_t quota;            /* PUBLISH packets we may still send (4.9);
                                 PUBRELs that are resent may take it below 0 */
    int32_t quota_maximum;    /* of this connection */
    bool is_slow;             /* they have waited in vain */
    bool is_resumed;          /* all in flight was sent over the present
                                 connection */
};

void queue_free(struct broker *b, struct session *s);

/* Gives the client of s a message: sends it at once if it may, else it waits,
 * or is dropped by the limits of the configuration. sub_ids are copied;
 * share_id is the share it is for, or 0 (share.h). */
void queue_add(struct broker *b, struct session *s, struct message *m,
               uint8_t qos, bool retain, const uint32_t *sub_ids,
               size_t sub_id_count, uint32_t share_id);

/* Its subscription to that share ends: calls `left` with each message that had
 * not begun, and forgets it; with session_ends before them with those of QoS 1
 * that have no PUBACK. */
typedef void queue_left_fn(struct broker *b, void *user, struct message *m);
void queue_leave_share(struct broker *b, struct session *s, uint32_t share_id,
                       bool session_ends, queue_left_fn *left, void *user);

/* Drops what waits and no subscription of s matches any more; what has begun
 * goes on [MQTT-3.10.4-3]. */
void queue_drop_unwanted(struct broker *b, struct session *s);

/* Puts back at the end what is stored; m is NULL when row->message is 0,
 * share_id is as in queue_add. False when there can be no such delivery. */
bool queue_restore(struct broker *b, struct session *s,
                   const struct store_delivery *row, struct message *m,
                   uint32_t share_id);

/* A connection was attached: sends again what is in flight, then what waits. */
void queue_resume(struct broker *b, struct session *s);

enum queue_answer {
    QUEUE_TAKEN,   /* it belonged to an exchange, which has moved on */
    QUEUE_UNKNOWN, /* no exchange has that Packet Identifier */
    QUEUE_WRONG    /* there is one, and this is not what may come now */
};

/* An acknowledgement came: PUBACK, PUBREC or PUBCOMP as `event` says. */
enum queue_answer queue_got(struct broker *b, struct session *s,
                            uint16_t packet_id, enum flow_event event);

#endif
