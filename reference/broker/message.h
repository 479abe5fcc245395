/* message.h - an application message on its way through the broker.
 * SPDX-License-Identifier: MIT
 *
 * Made once from a PUBLISH or a will, shared by every delivery and by the
 * retained store: the only thing here that is reference-counted. It does
 * not change once it is published.                                           */
#ifndef BROKER_MESSAGE_H
#define BROKER_MESSAGE_H

#include "mqtt/packet.h"

struct message {
    unsigned refs;
    uint8_t qos;              /* as published */
    bool retain;              /* as published */
    struct slice topic;       /* these three lie behind the struct */
    struct slice payload;
    struct slice properties;  /* those that are forwarded, in order */
    bool expires;             /* had a Message Expiry Interval */
    uint64_t published_ms;    /* when it arrived */
    uint32_t expiry_interval; /* seconds, as published */
};

/* Copies topic, payload and the properties that travel on; one reference is
 * the caller's. Topic Alias, Subscription Identifier, Will Delay Interval and
 * Message Expiry Interval do not travel as they are. */
struct message *message_new(struct slice topic, struct slice payload,
                            struct slice properties, uint8_t qos, bool retain,
                            uint64_t now_ms);
struct message *message_ref(struct message *m);
void message_unref(struct message *m);

/* Is its Message Expiry Interval over [MQTT-3.3.2-5]? */
bool message_expired(const struct message *m, uint64_t now_ms);

/* What is left of the interval, in seconds: the value received less the time it
 * waited here [MQTT-3.3.2-6]. Only when m->expires. */
uint32_t message_expiry_left(const struct message *m, uint64_t now_ms);

/* Bytes it occupies, for limits. */
size_t message_size(const struct message *m);

#endif
