/* store.h - where sessions and retained messages outlive the broker.
 * SPDX-License-Identifier: MIT
 *
 * A table of functions that hears of every change of what must survive. The
 * core calls it through persist.h and knows no file; a broker without a store
 * remembers in memory only. store_sqlite.h is the store on disk.
 *
 * Durable before acknowledged: changes gather until `commit` makes all of them
 * durable at once. The driver commits at the end of a turn and writes no output
 * of that turn before. When a change or the commit fails, nothing of the turn
 * is stored, no further change is taken, and the broker has to stop: what it
 * remembers is then ahead of what is stored.
 *
 * Every record has a number, given by the core and never 0. A message is stored
 * once, however many deliveries name it. All times are milliseconds since 1970:
 * the clock of the core ends with the process.                               */
#ifndef BROKER_STORE_H
#define BROKER_STORE_H

#include "base/error.h"
#include "base/slice.h"

/* All slices in these are borrowed for the call. */
struct store_session {
    uint64_t id;
    struct slice client_id;
    struct slice user_name;
    uint32_t expiry_interval; /* seconds */
    uint64_t ends_at_ms;      /* when it expires; 0: a client is connected, or
                                 it never does */
};

struct store_subscription {
    uint64_t session;
    struct slice filter;      /* as subscribed, $share and all */
    uint32_t id;              /* Subscription Identifier; 0: none */
    uint8_t qos;              /* granted */
    bool no_local;
    bool retain_as_published;
};

struct store_message {
    uint64_t id;
    struct slice topic;
    struct slice payload;
    struct slice properties;  /* those that are forwarded */
    uint64_t published_at_ms;
    uint32_t expiry_interval; /* seconds, when it expires */
    bool expires;
    uint8_t qos;              /* as published */
    bool retain;              /* as published */
};

struct store_delivery {
    uint64_t id;              /* in the order of the queue */
    uint64_t session;
    uint64_t message;         /* 0: PUBREC came */
    const uint32_t *sub_ids;  /* Subscription Identifiers */
    size_t sub_id_count;
    struct slice share;       /* the filter of the shared subscription it was
                                 for; empty: none */
    uint16_t packet_id;       /* 0: it waits */
    uint8_t qos;              /* to send at */
    uint8_t state;            /* enum flow_state */
    bool retain;              /* RETAIN flag to send */
};

struct store_receiving {
    uint64_t session;
    uint64_t message;         /* held until PUBREL comes; 0: none */
    uint16_t packet_id;       /* the client's, in use */
};

struct store_will {
    uint64_t session;         /* whose; need not be stored itself */
    uint64_t message;
    uint32_t delay;           /* Will Delay Interval, seconds */
    uint64_t due_at_ms;       /* 0: its client is connected */
};

/* Who hears what is stored, in this order: messages, sessions, and then what
 * names them. Each returns -1, and fills err, on a record that cannot be. */
struct store_reader {
    void *user;
    int (*message)(void *user, const struct store_message *m,
                   struct error *err);
    int (*session)(void *user, const struct store_session *s,
                   struct error *err);
    int (*subscription)(void *user, const struct store_subscription *s,
                        struct error *err);
    int (*delivery)(void *user, const struct store_delivery *d,
                    struct error *err);
    int (*receiving)(void *user, const struct store_receiving *r,
                     struct error *err);
    int (*retained)(void *user, uint64_t message, struct error *err);
    int (*will)(void *user, const struct store_will *w, struct error *err);
};

struct store;

/* `put` adds or replaces; `remove` of what is not there does nothing. */
struct store_calls {
    void (*message_put)(struct store *s, const struct store_message *m);
    void (*message_remove)(struct store *s, uint64_t id);
    void (*session_put)(struct store *s, const struct store_session *row);
    /* With its subscriptions, deliveries and identifiers. */
    void (*session_remove)(struct store *s, uint64_t id);
    void (*subscription_put)(struct store *s,
                             const struct store_subscription *row);
    void (*subscription_remove)(struct store *s, uint64_t session,
                                struct slice filter);
    void (*delivery_put)(struct store *s, const struct store_delivery *d);
    void (*delivery_step)(struct store *s, const struct store_delivery *d);
    void (*delivery_remove)(struct store *s, uint64_t id);
    void (*receiving_put)(struct store *s, const struct store_receiving *r);
    void (*receiving_remove)(struct store *s, uint64_t session,
                             uint16_t packet_id);
    void (*retained_put)(struct store *s, uint64_t message);
    void (*retained_remove)(struct store *s, uint64_t message);
    void (*will_put)(struct store *s, const struct store_will *w);
    void (*will_remove)(struct store *s, uint64_t session);

    int (*load)(struct store *s, const struct store_reader *to,
                struct error *err);
    /* Makes all changes since the last one durable. */
    int (*commit)(struct store *s, struct error *err);
    void (*close)(struct store *s); /* frees it; what is not committed is lost */
};

struct store {
    const struct store_calls *call;
    bool has_changes; /* since the last commit */
};

#endif
