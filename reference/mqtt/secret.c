/* secret.c - secrets become stars.
 * SPDX-License-Identifier: MIT */
#include "mqtt/secret.h"

#include "mqtt/decode.h"
#include "mqtt/print.h"

enum mqtt_version
mqtt_secret_mask(uint8_t *bytes, size_t len, enum mqtt_version v)
{
    struct mqtt_packet p;
    struct mqtt_report report;
    struct mqtt_notes notes = {0};
    mqtt_decode(slice_of(bytes, len), v, &p, &report, &notes);
    for (size_t i = 0; i < notes.count; i++) {
        const struct mqtt_note *n = &notes.list[i];
        if (mqtt_print_is_secret(n) && n->text.len > 0)
            memset(bytes + (n->text.ptr - bytes), '*', n->text.len);
    }
    mqtt_notes_release(&notes);
    return p.type == MQTT_CONNECT ? p.version : v;
}
