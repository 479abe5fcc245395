/* message.h - an application message on its way through the broker.
 * SPDX-License-Identifier: MIT
 *
 * Made once from a PUBLISH or a will, shared by every delivery and by the
 * retained store: the only thing here that is reference-counted. It does
 * not change once it is published.
 *
 * Most messages are written to their receivers at once and then forgotten. So a
 * PUBLISH is first a borrowed message, which lies on the stack and points into
 * the bytes that came; message_ref makes the copy that is kept, once. What it
 * buys: no allocation and no copy for QoS 0.                                 */
#ifndef BROKER_MESSAGE_H
#define BROKER_MESSAGE_H

#include "base/pool.h"
#include "mqtt/packet.h"

/* Kept messages up to this size, struct and all, come from a pool. */
#define MESSAGE_SMALL 256

struct message {
    unsigned refs;            /* 0: borrowed */
    uint8_t qos;              /* as published */
    bool retain;              /* as published */
    struct slice topic;       /* these three lie behind the struct, unless it
                                 is borrowed */
    struct slice payload;
    struct slice properties;  /* those that are forwarded, in order */
    bool expires;             /* had a Message Expiry Interval */
    uint64_t published_ms;    /* when it arrived */
    uint32_t expiry_interval; /* seconds, as published */
    struct message *copy;     /* borrowed: what is kept of it, or NULL */
    struct pool *pool;        /* where it came from or its copy shall come
                                 from; NULL: the heap */
    unsigned stored_refs;     /* records of the store that name it, ... */
    uint64_t stored_id;       /* ... by this number (persist.h) */
};

/* Copies topic, payload and the properties that travel on; one reference is
 * the caller's. Topic Alias, Subscription Identifier, Will Delay Interval and
 * Message Expiry Interval do not travel as they are. */
struct message *message_new(struct slice topic, struct slice payload,
                            struct slice properties, uint8_t qos, bool retain,
                            uint64_t now_ms);

/* The same for the time of a call, in *place: it must be given up with
 * message_unref before the slices end. Its copy, if somebody keeps it, is of
 * that pool, whose pieces are MESSAGE_SMALL. Returns place, or a copy at once
 * when there are properties to pick from. */
struct message *message_borrow(struct message *place, struct pool *pool,
                               struct slice topic, struct slice payload,
                               struct slice properties, uint8_t qos,
                               bool retain, uint64_t now_ms);

/* One more who keeps it. What is kept is what this returns. */
struct message *message_ref(struct message *m);
void message_unref(struct message *m);

/* Is `kept` this message, or the copy of it? */
static inline bool
message_is(const struct message *m, const struct message *kept)
{
    return m && (m == kept || m->copy == kept);
}

/* Is its Message Expiry Interval over [MQTT-3.3.2-5]? */
bool message_expired(const struct message *m, uint64_t now_ms);

/* What is left of the interval, in seconds: the value received less the time it
 * waited here [MQTT-3.3.2-6]. Only when m->expires. */
uint32_t message_expiry_left(const struct message *m, uint64_t now_ms);

/* Bytes it occupies, for limits. */
size_t message_size(const struct message *m);

#endif
