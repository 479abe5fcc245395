/* value.h - what an expression of a script turns out to be.
 * SPDX-License-Identifier: MIT
 *
 * Numbers, bytes, lists, records, and packets that arrived. Everything that a
 * value points to lives in the arena of its scenario, so values are copied
 * like numbers and never freed alone.                                        */
#ifndef ENGINE_VALUE_H
#define ENGINE_VALUE_H

#include "conformance/script/arena.h"
#include "mqtt/packet.h"

enum value_kind {
    VALUE_ABSENT, /* a field or property that is not there */
    VALUE_NUMBER, /* also a truth (0, 1) and a time in microseconds */
    VALUE_BYTES,  /* text or any bytes */
    VALUE_PAIR,   /* of a User Property: text and second */
    VALUE_LIST,   /* items */
    VALUE_RECORD, /* items with names */
    VALUE_PACKET  /* one that arrived */
};

/* A packet that arrived, as long as the scenario lives. */
struct got {
    struct mqtt_packet packet; /* decoded; its slices borrow bytes */
    struct slice bytes;        /* the whole packet, in the arena */
    struct slice topic;        /* of a PUBLISH, its Topic Alias resolved */
    uint64_t time_us;          /* when its last byte came */
    struct slice client;       /* name of the scripted client that got it */
    size_t event;              /* its index in the result's events */
};

/* Members that not every packet has; empty, or success, when it has none. */
static inline struct slice
got_properties(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, properties) ? p->properties : slice_str("");
}

static inline struct slice
got_codes(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, codes) ? p->codes : slice_str("");
}

static inline uint8_t
got_reason(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, reason) ? p->reason : 0;
}

static inline uint16_t
got_packet_id(const struct mqtt_packet *p)
{
    return MQTT_HAS(p, packet_id) ? p->packet_id : 0;
}

struct value {
    enum value_kind kind;
    int64_t number;           /* NUMBER */
    struct slice text;        /* BYTES; name of a PAIR */
    struct slice second;      /* value of a PAIR */
    const struct value *items; /* LIST, RECORD */
    const struct slice *names; /* RECORD, parallel to items */
    size_t count;             /* of items */
    const struct got *packet; /* PACKET */
};

struct value value_number(int64_t n);
struct value value_bytes(struct slice s);
struct value value_text(const char *text); /* keeps the text: a literal */
struct value value_list(const struct value *items, size_t count);
struct value value_packet(const struct got *g);

/* Is it true: a number other than 0, anything else that is not empty. */
bool value_is_true(struct value v);

/* Same kind and same content; a list of one equals its item. */
bool value_equal(struct value a, struct value b);

/* Below 0, 0, above 0. Numbers by size, also those written as text when both
 * are; other bytes as memcmp does. */
int value_compare(struct value a, struct value b);

/* A field ("topic"), a property, or size, time, client of a packet; a member
 * of a record; of a list of those the list of the members. False when there
 * can be no such member. */
bool value_member(struct arena *arena, struct value v, struct slice name,
                  struct value *out);

/* Appends it in the notation of scripts. Packets are printed on one line. */
void value_print(struct buf *out, struct value v);

#endif
