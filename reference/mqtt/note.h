/* note.h - what each byte of a packet means, as the decoder found it.
 * SPDX-License-Identifier: MIT
 *
 * With a struct mqtt_notes at hand the decoder writes down every field, bit and
 * property it reads: where it stands, what the standard calls it, what it says.
 * The tree, the annotated hex, the diagrams and deliberate damage all work from
 * these notes; on the broker's path there are none. Notes are in wire order, a
 * parent before its children (depth), and borrow the packet's bytes.         */
#ifndef MQTT_NOTE_H
#define MQTT_NOTE_H

#include "mqtt/property.h"
#include "mqtt/violation.h"

enum mqtt_note_value {
    NOTE_NOTHING, /* a heading: its children say it */
    NOTE_NUMBER,
    NOTE_REASON, /* number is a Reason Code */
    NOTE_TYPE,   /* number is a packet type */
    NOTE_TEXT,
    NOTE_BYTES
};

struct mqtt_note {
    uint32_t at, len;    /* bytes, from the packet's first */
    uint8_t depth;       /* 0 field, 1 part of it, 2 part of a part */
    uint8_t value;       /* enum mqtt_note_value */
    uint8_t high, low;   /* bits of the byte; only when is_bits */
    bool is_bits;        /* some bits of one byte */
    uint8_t field;       /* enum mqtt_field it belongs to, or MQTT_FIELDS */
    uint8_t property;    /* its id; 0 when it is none */
    const char *name;    /* as in scenarios: "packet_id"; "" when it has none */
    const char *label;   /* the standard's words */
    const char *section; /* of the version spoken */
    uint32_t number;     /* value */
    struct slice text;   /* value, without its length bytes */
};

struct mqtt_notes {
    struct mqtt_note *list; /* owned */
    size_t count, cap;
};

void mqtt_notes_release(struct mqtt_notes *n);
static inline void
mqtt_notes_clear(struct mqtt_notes *n)
{
    n->count = 0;
}

/* A fresh, zeroed note at the end; valid until the next one is added. */
struct mqtt_note *mqtt_notes_add(struct mqtt_notes *n);

/* Gives the violations that name a field (violation.h) the place of its bytes. */
void mqtt_notes_place(const struct mqtt_notes *n, struct mqtt_report *report);

/* Appends the value as text: `7`, `0x81 Malformed Packet`, `"a/b"`, bytes in
 * hex; at most `max` bytes of text or bytes (0: all). */
void mqtt_note_print_value(struct buf *out, const struct mqtt_note *note,
                           enum mqtt_type type, enum mqtt_version v,
                           size_t max);

#endif
