/* print.h - a packet as text: one line, a tree, annotated hex.
 * SPDX-License-Identifier: MIT
 *
 * The line is the notation of the scenario language, so that what a trace or a
 * failing match prints can be pasted into a scenario:
 *
 *     PUBLISH qos=1 topic="a/b" packet_id=7 message_expiry_interval=60
 *             payload="hi"
 *
 * Fields that say nothing (zero bits, lengths, flags that follow from what is
 * there) are left out. Secrets (Password, Authentication Data) are printed as
 * stars of equal length unless asked for.                                    */
#ifndef MQTT_PRINT_H
#define MQTT_PRINT_H

#include "mqtt/note.h"

struct mqtt_print {
    bool secrets;    /* show passwords and authentication data */
    size_t max_text; /* bytes shown of a payload or string; 0: all */
};

/* Appends the packet on one line, without a newline. */
void mqtt_print_line(struct buf *out, const struct mqtt_packet *p,
                     struct mqtt_print how);

/* Appends one line per note: "  Topic Name  "a/b"", indented by depth. */
void mqtt_print_tree(struct buf *out, const struct mqtt_packet *p,
                     const struct mqtt_notes *notes, struct mqtt_print how);

/* Appends one line per field: offset, bytes, bits, name, value, section. */
void mqtt_print_hex(struct buf *out, struct slice bytes,
                    const struct mqtt_packet *p,
                    const struct mqtt_notes *notes, struct mqtt_print how);

/* Is this a field whose content must not be shown? */
bool mqtt_print_is_secret(const struct mqtt_note *note);

#endif
