/* note.c - what each byte of a packet means.
 * SPDX-License-Identifier: MIT */
#include "mqtt/note.h"

#include <stdlib.h>

#include "base/hex.h"
#include "base/mem.h"
#include "mqtt/reason.h"

void
mqtt_notes_release(struct mqtt_notes *n)
{
    free(n->list);
    *n = (struct mqtt_notes){0};
}

struct mqtt_note *
mqtt_notes_add(struct mqtt_notes *n)
{
    n->list = xgrow(n->list, &n->cap, n->count + 1, sizeof *n->list);
    n->list[n->count] = (struct mqtt_note){.name = "", .field = MQTT_FIELDS};
    return &n->list[n->count++];
}

static const struct mqtt_note *
note_of(const struct mqtt_notes *n, enum mqtt_field field)
{
    for (size_t i = 0; i < n->count; i++)
        if (n->list[i].field == field)
            return &n->list[i];
    return NULL;
}

void
mqtt_notes_place(const struct mqtt_notes *n, struct mqtt_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        struct mqtt_violation *v = &report->list[i];
        const struct mqtt_note *note =
            v->field < MQTT_FIELDS ? note_of(n, v->field) : NULL;
        if (!note)
            continue;
        v->offset = note->at;
        v->len = note->len;
    }
}

static void
print_bytes(struct buf *out, struct slice bytes, size_t max)
{
    struct slice shown = max ? slice_first(bytes, max) : bytes;
    hex_print(out, shown, ' ');
    if (shown.len < bytes.len)
        buf_printf(out, " ... (%zu bytes)", bytes.len);
}

void
mqtt_note_print_value(struct buf *out, const struct mqtt_note *note,
                      enum mqtt_type type, enum mqtt_version v, size_t max)
{
    switch ((enum mqtt_note_value)note->value) {
    case NOTE_NOTHING: break;
    case NOTE_NUMBER: buf_printf(out, "%u", note->number); break;
    case NOTE_REASON:
        buf_printf(out, "0x%02x %s", note->number,
                   mqtt_reason_name((uint8_t)note->number, type, v));
        break;
    case NOTE_TYPE:
        buf_printf(out, "%u %s", note->number,
                   mqtt_packet_row((enum mqtt_type)note->number)->name);
        break;
    case NOTE_TEXT:
        buf_add_byte(out, '"');
        hex_escape(out, note->text, max);
        buf_add_byte(out, '"');
        break;
    case NOTE_BYTES:
        if (hex_is_text(note->text) && note->text.len > 0) {
            buf_add_byte(out, '"');
            hex_escape(out, note->text, max);
            buf_add_byte(out, '"');
        } else {
            print_bytes(out, note->text, max);
        }
        break;
    }
}
