/* state.h - what both ends knew at one packet of a conversation.
 * SPDX-License-Identifier: MIT
 *
 * The session of one client just after a packet: its connection, its
 * subscriptions, what is in flight each way, Topic Aliases, the quota that is
 * left, the will. Worked out from the packets alone: what began before the
 * capture is not there, and `is_partial` says so.
 *
 *     struct state s;
 *     if (state_at(&s, conversation, 45, &err) == 0) ...
 *     state_release(&s);
 *
 * All texts are borrowed from the conversation.                              */
#ifndef TRACE_MODEL_STATE_H
#define TRACE_MODEL_STATE_H

#include "base/error.h"
#include "trace/model/conversation.h"

struct state_subscription {
    struct mqtt_filter filter;   /* as asked for */
    uint32_t identifier;         /* Subscription Identifier; 0: none */
    uint16_t packet_id;          /* of its SUBSCRIBE */
    bool is_answered;            /* SUBACK came */
    uint8_t code;                /* what it said; the QoS granted */
    uint64_t packet;             /* number of the SUBSCRIBE */
};

struct state_flight {
    enum mqtt_side begun_by;     /* who published */
    uint16_t packet_id;
    uint8_t qos;
    enum mqtt_type awaited;      /* the packet that is due next */
    enum mqtt_side due_from;     /* and who owes it */
    struct slice topic;          /* empty when its PUBLISH was not seen */
    uint64_t packet;             /* number of the PUBLISH, or of the first
                                    packet seen of it */
};

struct state_alias {
    uint16_t alias;
    struct slice topic;
};

struct state {
    const struct conversation_lane *lane;
    const struct model_packet *packet; /* the one asked for */
    unsigned connection;         /* which of the lane's, from 1 */
    bool is_connected;           /* CONNACK came and nobody has left */
    bool is_answered;            /* CONNACK came */
    bool is_partial;             /* its CONNECT is not in the capture */
    bool clean_start, session_present;
    uint16_t keep_alive;         /* seconds, as in force */
    uint32_t session_expiry;     /* seconds; 3.x: UINT32_MAX if kept, else 0 */
    uint16_t receive_max[2];     /* what each side accepts: 0 client */
    uint16_t alias_max[2];
    uint32_t packet_max[2];      /* 0: no limit */
    bool has_will;
    const struct mqtt_packet *connect; /* of this connection; NULL: not seen */
    struct state_subscription *subscriptions; /* owned, as are all lists */
    size_t subscription_count, subscription_cap;
    struct state_flight *flights;
    size_t flight_count, flight_cap;
    struct state_alias *aliases[2]; /* by sender */
    size_t alias_count[2], alias_cap[2];
};

/* -1: there is no packet of that number. */
int state_at(struct state *s, const struct conversation *c, uint64_t number,
             struct error *err);
void state_release(struct state *s);

/* Or step by step: the next item of a lane. Before the first one s is zeroed
 * but for lane. */
void state_next(struct state *s, const struct conversation_item *item);

/* How many messages that side may still begin; -1: not known, 3.x has no
 * limit. */
int state_quota(const struct state *s, enum mqtt_side sender);

#endif
