/* vectors.h - packets written down by hand, from the figures of the standards.
 * SPDX-License-Identifier: MIT
 *
 * Broker, runner and trace share one codec, so a misreading in it would be seen
 * by none of them. These bytes were put together by a person with the standard
 * beside the keyboard, never by our encoder: they hold the codec to the text.
 * Tests walk them; fuzzing and damaging start from them.                     */
#ifndef MQTT_VECTORS_H
#define MQTT_VECTORS_H

#include "mqtt/packet.h"

struct mqtt_vector {
    const char *name;          /* what it shows; unique within a version */
    enum mqtt_version version; /* of the connection it travels on */
    enum mqtt_side from;       /* FROM_CLIENT or FROM_SERVER */
    const char *section;       /* of that version's standard */
    const char *hex;           /* bytes; see mqtt_vector_bytes */
    const char *line;          /* as mqtt_print_line says it */
    const char *statement;     /* first violation; NULL: nothing is wrong */
    uint8_t reason;            /* of the first violation; 0: nothing is wrong */
};

/* What was said shorter than this in bytes is in `line` as a whole; the rest
 * is "...": the max_text to print with. */
enum { MQTT_VECTOR_TEXT = 32 };

/* All in turn; NULL at the end. */
const struct mqtt_vector *mqtt_vector_at(size_t index);

/* Appends the bytes: pairs of hexadecimal digits; `78*125` is 125 times 78. */
void mqtt_vector_bytes(struct buf *out, const struct mqtt_vector *v);

#endif
