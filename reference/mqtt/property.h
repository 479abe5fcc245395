/* property.h - the properties of 5.0 (2.2.2), walked in place.
 * SPDX-License-Identifier: MIT
 *
 * A packet keeps its properties as the bytes they were; mqtt_property_next
 * walks them. Decoding has checked each against the table (known, allowed in
 * this packet, whole), so a walk over a decoded packet cannot fail.          */
#ifndef MQTT_PROPERTY_H
#define MQTT_PROPERTY_H

#include "mqtt/layout.h"

enum mqtt_property_id {
#define PROPERTY(symbol, id, ...) MQTT_P_##symbol = id,
#include "mqtt/properties.def"
#undef PROPERTY
    MQTT_P_END
};

struct mqtt_property_row {
    const char *symbol;  /* "session_expiry_interval", as in scenarios */
    uint8_t id;
    const char *label;   /* "Session Expiry Interval" */
    uint8_t kind;        /* enum mqtt_kind */
    uint32_t packets;    /* set of P(TYPE), P(WILL) */
    bool many;           /* may be repeated */
    uint32_t min, max;   /* of numbers */
    const char *summary; /* in our words */
};

struct mqtt_property {
    const struct mqtt_property_row *row; /* what the table says */
    uint32_t number;                     /* U8 U16 U32 VARINT */
    struct slice text;                   /* STRING BINARY; name of a PAIR */
    struct slice value;                  /* value of a PAIR */
};

/* NULL when no property has that id or name. */
const struct mqtt_property_row *mqtt_property_row(uint32_t id);
const struct mqtt_property_row *mqtt_property_parse(struct slice symbol);

/* All 27 in turn; NULL at the end. */
const struct mqtt_property_row *mqtt_property_at(size_t index);

/* The next one of valid properties; *rest moves on. */
bool mqtt_property_next(struct slice *rest, struct mqtt_property *out);

/* The first with that id: true when there is one. */
bool mqtt_property_find_in(struct slice properties, enum mqtt_property_id id,
                           struct mqtt_property *out);
static inline bool
mqtt_property_find(struct slice properties, enum mqtt_property_id id,
                   struct mqtt_property *out)
{
    /* Most packets have none, and then nothing is called. */
    return properties.len > 0 && mqtt_property_find_in(properties, id, out);
}

/* Its number, or `absent` when it is not there. */
uint32_t mqtt_property_number(struct slice properties,
                              enum mqtt_property_id id, uint32_t absent);

/* Its text; a NULL pointer when it is not there. */
struct slice mqtt_property_text(struct slice properties,
                                enum mqtt_property_id id);

/* Appending, identifier and all. */
void mqtt_property_add(struct buf *out, const struct mqtt_property *p);
void mqtt_property_add_number(struct buf *out, enum mqtt_property_id id,
                              uint32_t number);
void mqtt_property_add_text(struct buf *out, enum mqtt_property_id id,
                            struct slice text);
void mqtt_property_add_pair(struct buf *out, enum mqtt_property_id id,
                            struct slice name, struct slice value);

#endif
