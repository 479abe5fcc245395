/* packet.h - one Control Packet as a value.
 * SPDX-License-Identifier: MIT
 *
 * A flat struct: every field that any packet can have is a member, and the bit
 * mask `present` says which of them this packet has. An absent Password is not
 * an empty one. Properties, filters and codes stay the bytes they were on the
 * wire, already validated, and are walked on demand (property.h, filter below),
 * so a packet owns nothing and copying it is free: its slices borrow the bytes
 * it was decoded from, or whatever the sender put there.
 *
 * decode.h makes one from bytes, encode.h bytes from one.                    */
#ifndef MQTT_PACKET_H
#define MQTT_PACKET_H

#include "base/buf.h"
#include "mqtt/version.h"

enum mqtt_type {
    MQTT_NO_TYPE = 0, /* 0 is reserved: no such packet */
#define PACKET(name, number, ...) MQTT_##name = number,
#include "mqtt/packets.def"
#undef PACKET
    MQTT_TYPES /* one past the last */
};

/* Sets of packet types, for tables; WILL stands for the Will Properties. */
#define P(name) (1u << MQTT_##name)
#define P_ALL_WITH_PROPERTIES \
    (P(WILL) | (((1u << MQTT_TYPES) - 1) & ~(1u | P(PINGREQ) | P(PINGRESP))))
enum { MQTT_WILL = MQTT_TYPES };

/* Who sends: values and a set at once. */
enum mqtt_side { FROM_CLIENT = 1, FROM_SERVER = 2, FROM_ANY = 3 };

enum mqtt_field {
#define FIELD(name, ...) MQTT_F_##name,
#include "mqtt/fields.def"
#undef FIELD
    MQTT_FIELDS /* how many */
};

struct mqtt_packet {
    enum mqtt_type type;
    enum mqtt_version version; /* of the connection it belongs to */
    uint64_t present;          /* bit MQTT_F_x: field x is there */
#define FIELD(name, type, ...) type name;
#include "mqtt/fields.def"
#undef FIELD
};

/* MQTT_HAS(p, password): is the field there?
 * MQTT_SET(p, password, s): puts it there. */
#define MQTT_BIT(field) ((uint64_t)1 << (field))
#define MQTT_HAS(p, name) (((p)->present & MQTT_BIT(MQTT_F_##name)) != 0)
#define MQTT_SET(p, name, value) \
    ((p)->name = (value), (p)->present |= MQTT_BIT(MQTT_F_##name))

/* What packets.def says about a type. */
struct mqtt_packet_row {
    const char *name;       /* "PUBLISH" */
    uint8_t flags;          /* bits 3 to 0 of the first byte, or FLAGS_VARY */
    uint8_t sent_by;        /* set of enum mqtt_side */
    uint8_t versions;       /* set of versions that know it */
    const char *section5;   /* where 5.0 describes it */
    const char *section311; /* where 3.1.1 does, or "-" */
};
enum { FLAGS_VARY = 0xff };

/* The row; for 0 and values above 15 a row named "reserved". */
const struct mqtt_packet_row *mqtt_packet_row(enum mqtt_type type);

/* MQTT_NO_TYPE when the text names none. */
enum mqtt_type mqtt_packet_parse(struct slice name);

/* An empty packet of that type. Where a field has only one right value on a
 * given version (Protocol Name and Version), it is filled in. */
struct mqtt_packet mqtt_packet_make(enum mqtt_type type, enum mqtt_version v);

/* The same in place, for who sends by the thousand: members that a packet of
 * that type has no row for are not set, nor all 250 bytes zeroed and copied: 25
 * instructions. */
void mqtt_packet_init(struct mqtt_packet *p, enum mqtt_type type,
                      enum mqtt_version v);

/* In sanitizer builds makes poison of every member that a packet of p's type
 * has no row for in any of these versions: who reads it gets a pointer that
 * crashes and numbers that make no sense. Else nothing. For decode and init. */
#ifdef __SANITIZE_ADDRESS__
void mqtt_packet_poison(struct mqtt_packet *p, unsigned versions);
#else
static inline void
mqtt_packet_poison(struct mqtt_packet *p, unsigned versions)
{
    (void)p, (void)versions;
}
#endif

/* One Topic Filter with its Subscription Options (3.8.3.1). */
struct mqtt_filter {
    struct slice filter;         /* borrowed */
    uint8_t qos;                 /* Maximum QoS */
    uint8_t no_local;            /* 5.0 */
    uint8_t retain_as_published; /* 5.0 */
    uint8_t retain_handling;     /* 5.0 */
    uint8_t reserved;            /* should be 0 */
};

/* Walks the filters of a SUBSCRIBE or UNSUBSCRIBE: `struct slice rest =
 * p->filters; while (mqtt_filter_next(p, &rest, &f)) ...` */
bool mqtt_filter_next(const struct mqtt_packet *p, struct slice *rest,
                      struct mqtt_filter *out);

/* Appends a filter in the form that p's type and version want. */
void mqtt_filter_add(struct buf *out, const struct mqtt_packet *p,
                     const struct mqtt_filter *f);

/* The options byte and back. */
uint8_t mqtt_options_pack(const struct mqtt_filter *f, enum mqtt_version v);
void mqtt_options_unpack(struct mqtt_filter *f, uint8_t byte,
                         enum mqtt_version v);

#endif
