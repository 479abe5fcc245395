/* layout.h - the shape of every packet as rows of a table.
 * SPDX-License-Identifier: MIT
 *
 * The rows themselves stand in layout.def. Whoever needs to know what a packet
 * looks like walks them; nobody else states it.                              */
#ifndef MQTT_LAYOUT_H
#define MQTT_LAYOUT_H

#include "mqtt/packet.h"

/* How a field looks on the wire (1.5). */
enum mqtt_kind {
    KIND_U8,         /* one byte */
    KIND_U16,        /* Two Byte Integer */
    KIND_U32,        /* Four Byte Integer */
    KIND_VARINT,     /* Variable Byte Integer */
    KIND_STRING,     /* UTF-8 Encoded String: two length bytes and text */
    KIND_BINARY,     /* Binary Data: two length bytes and bytes */
    KIND_PAIR,       /* UTF-8 String Pair */
    KIND_PROPERTIES, /* Property Length and that many bytes of properties */
    KIND_FILTERS,    /* Topic Filters with options, to the end */
    KIND_TOPICS,     /* Topic Filters alone, to the end */
    KIND_CODES,      /* Reason Codes, one byte each, to the end */
    KIND_REST,       /* bytes to the end */
    KIND_BYTE,       /* a byte of bits; no field of its own */
    KIND_BITS        /* some bits of the byte before */
};

enum mqtt_when {
    WHEN_ALWAYS,
    WHEN_IF_QOS,
    WHEN_IF_WILL,
    WHEN_IF_USER_NAME,
    WHEN_IF_PASSWORD,
    WHEN_IF_MORE
};

struct mqtt_row {
    uint8_t kind;           /* enum mqtt_kind */
    uint8_t field;          /* enum mqtt_field; MQTT_FIELDS for KIND_BYTE */
    uint8_t versions;       /* set of versions that have it */
    uint8_t when;           /* enum mqtt_when */
    uint8_t high, low;      /* bits, for KIND_BITS */
    uint16_t offset;        /* of the member in struct mqtt_packet */
    const char *label;      /* the standard's words */
    const char *section5;   /* "-" when 5.0 has no such field */
    const char *section311; /* "-" when 3.1.1 has no such field */
};

struct mqtt_layout {
    const struct mqtt_row *rows;
    size_t count;
};

/* Variable header and payload of a type; no rows for a reserved one. */
struct mqtt_layout mqtt_layout(enum mqtt_type type);

/* The low four bits of the first byte. */
struct mqtt_layout mqtt_layout_first(enum mqtt_type type);

/* The Subscription Options byte; offsets are into struct mqtt_filter and
 * `field` is an index only. */
struct mqtt_layout mqtt_layout_options(void);

/* The row of a field in a packet of that version, or NULL when it has none. */
const struct mqtt_row *mqtt_layout_find(enum mqtt_type type,
                                        enum mqtt_version v,
                                        enum mqtt_field field);

/* "packet_id" -> MQTT_F_packet_id; MQTT_FIELDS when no field has that name. */
enum mqtt_field mqtt_field_parse(struct slice name);
const char *mqtt_field_name(enum mqtt_field field);

/* The largest number that a field or property of that kind holds; 0 for what is
 * no number. The row is only looked at for KIND_BITS. */
uint32_t mqtt_kind_max(enum mqtt_kind kind, const struct mqtt_row *row);

/* A numeric member, whatever its width; 0 for slices. */
uint32_t mqtt_field_number(const struct mqtt_packet *p,
                           const struct mqtt_row *row);
void mqtt_field_set_number(struct mqtt_packet *p, const struct mqtt_row *row,
                           uint32_t value);

/* A slice member; empty for numbers. */
struct slice mqtt_field_slice(const struct mqtt_packet *p,
                              const struct mqtt_row *row);
void mqtt_field_set_slice(struct mqtt_packet *p, const struct mqtt_row *row,
                          struct slice value);

/* Is the member of this row a number (U8, U16, BITS)? */
bool mqtt_row_is_number(const struct mqtt_row *row);

static inline const char *
mqtt_row_section(const struct mqtt_row *row, enum mqtt_version v)
{
    return v == MQTT_50 ? row->section5 : row->section311;
}

#endif
