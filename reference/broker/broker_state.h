/* broker_state.h - what the broker remembers. For the broker's own files.
 * SPDX-License-Identifier: MIT
 *
 * The ownership tree:
 *
 *     broker
 *       conns        every transport connection; each may have a session
 *       sessions     by Client Identifier; each owns its subscriptions, its
 *                    queue and its will
 *         queue      deliveries, each with a reference to a message
 *       subscriptions, retained: trees of topic levels that point to the above
 *       timers       deadlines of all of them                                */
#ifndef BROKER_BROKER_STATE_H
#define BROKER_BROKER_STATE_H

#include "base/list.h"
#include "base/map.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/timer.h"
#include "broker/broker.h"
#include "broker/form.h"
#include "broker/matches.h"
#include "broker/outbox.h"
#include "broker/tree.h"

/* A deadline and what to do at it. Embedded in what it concerns; `due` finds
 * its owner with LIST_ITEM. */
struct broker_timer {
    struct timer timer;
    void (*due)(struct broker *b, struct broker_timer *t);
};

/* What grows while the broker serves; each is a topic of sys.c. */
enum sys_counter {
    SYS_PACKETS_RECEIVED,
    SYS_PACKETS_SENT,
    SYS_PUBLISH_RECEIVED, /* PUBLISH packets */
    SYS_PUBLISH_SENT,
    SYS_PUBLISH_DROPPED,  /* messages that a full queue had no room for */
    SYS_BYTES_RECEIVED,   /* of MQTT: without TLS and WebSocket */
    SYS_BYTES_SENT,
    SYS_COUNTERS          /* how many */
};

enum { SYS_PERIODS = 3 }; /* the last minute, 5 minutes, 15 minutes */

/* What the broker tells of itself (sys.h). */
struct broker_sys {
    struct broker_timer timer; /* the next round; unset: never */
    uint64_t began_ms;         /* when the broker did */
    uint64_t counts[SYS_COUNTERS];
    uint64_t before[SYS_COUNTERS]; /* at the last round */
    double load[SYS_COUNTERS][SYS_PERIODS]; /* per minute, averaged */
    size_t connected;          /* sessions with a connection */
    size_t connected_maximum;  /* most at the same time */
};

struct broker {
    struct broker_config config;
    const struct acl *acl;     /* borrowed, or NULL: who may do what */
    const struct passwords *passwords; /* borrowed, or NULL: nobody asks */
    struct list logins;        /* struct conn_login.link: VERIFYING */
    size_t login_count;        /* in it */
    uint64_t login_last;       /* number of the last question */
    uint8_t salt_key[32];      /* makes salts for those who do not exist */
    struct broker_sys sys;
    uint32_t last_share_id;    /* given to a share (share.h) */
    bool is_short_of_memory;   /* as the driver last told */
    struct store *store;       /* borrowed, or NULL: nothing outlives us */
    uint64_t stored_last_id;   /* number of the newest record (persist.h) */
    uint64_t wall_offset_ms;   /* from now_ms to milliseconds since 1970 */
    broker_note_fn *note;      /* who hears of statements obeyed, or NULL */
    void *note_user;           /* its own */
    uint64_t now_ms;           /* as the driver last said */
    struct timers timers;      /* struct broker_timer */
    struct random random;      /* for assigned Client Identifiers */
    struct list conns;         /* struct conn.link */
    size_t conn_count;
    struct list strangers;     /* struct conn.stranger_link, oldest first */
    size_t stranger_count;     /* in it */
    struct list dirty;         /* struct conn.dirty_link: output or close */
    struct list let_go;        /* struct hold.link: may go on (pressure.h) */
    struct map sessions;       /* by Client Identifier */
    struct tree subscriptions; /* Topic Filter to subscriptions (subtree.h) */
    struct matches matches;    /* of subscriptions, with topics that came */
    struct tree retained;      /* Topic Name to message (retain.h) */
    size_t retained_count;
    uint64_t retained_swept_ms; /* when those expired were last looked for */
    uint64_t route_round;      /* counts messages routed (route.h) */
    struct target *targets;    /* owned: kept from one message to the next */
    size_t targets_cap;        /* (route.c) */
    struct buf scratch;        /* properties of the packet being built */
    struct forms forms;        /* of the message being handed out */
    struct outbox outbox;      /* buffers for output, when not in use */
    struct pool deliveries;    /* struct delivery, for all queues */
    struct pool messages;      /* small messages (message.h) */
};

/* In how many milliseconds from now; TIMER_NEVER cancels. */
void broker_timer_set(struct broker *b, struct broker_timer *t,
                      uint64_t after_ms);

#endif
