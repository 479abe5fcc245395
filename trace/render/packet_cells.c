/* packet_cells.c - a packet's fields as the cells of a diagram.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/render/packet_cells.h"

#include <stdlib.h>

#include "base/hex.h"
#include "base/mem.h"
#include "mqtt/print.h"
#include "mqtt/varint.h"

enum {
    BYTES_SHOWN = 8, /* more are shortened: the first, a break, the last */
    BYTES_FRONT = 5,
    TEXT_SHOWN = 22, /* bytes of a value */
};

const char *
packet_part_name(enum packet_part part)
{
    static const char *const names[] = {
        "fixed header", "variable header", "properties",
        "payload",      "will properties", "not in the capture"};
    return names[part];
}

/* --- which part a field belongs to ---------------------------------------- */

static enum packet_part
part_of(const struct model_packet *p, uint8_t field)
{
    switch (p->mqtt.type) {
    case MQTT_CONNECT: /* the payload begins with the Client Identifier */
        if (field == MQTT_F_properties)
            return PART_PROPERTIES;
        if (field == MQTT_F_will_properties)
            return PART_WILL_PROPERTIES;
        return field >= MQTT_F_client_id && field <= MQTT_F_password
                   ? PART_PAYLOAD
                   : PART_VARIABLE_HEADER;
    default:
        if (field == MQTT_F_properties)
            return PART_PROPERTIES;
        return field == MQTT_F_payload || field == MQTT_F_filters ||
                       field == MQTT_F_codes
                   ? PART_PAYLOAD
                   : PART_VARIABLE_HEADER;
    }
}

static enum drawing_role
role_of(const struct model_packet *p, const struct packet_cell *cell)
{
    static const uint8_t roles[] = {DRAW_FIXED,    DRAW_VARIABLE,
                                    DRAW_PROPERTY, DRAW_PAYLOAD,
                                    DRAW_PROPERTY, DRAW_BITS};
    for (size_t i = 0; i < p->report.count; i++) {
        const struct mqtt_violation *v = &p->report.list[i];
        uint32_t len = v->len ? v->len : 1;
        if (v->offset < cell->at + cell->len && v->offset + len > cell->at)
            return DRAW_VIOLATION;
    }
    return roles[cell->part];
}

/* --- the lines of a cell -------------------------------------------------- */

static void
add_bytes(struct packet_cell *cell, struct slice all, bool is_secret)
{
    struct slice bytes = slice_first(slice_from(all, cell->at), cell->len);
    size_t front = bytes.len;
    if (bytes.len > BYTES_SHOWN) {
        front = BYTES_FRONT;
        cell->is_shortened = true;
    }
    for (size_t i = 0; i < front; i++)
        buf_printf(&cell->bytes, is_secret ? "%s**" : "%s%02x", i ? " " : "",
                   bytes.ptr[i]);
    if (!cell->is_shortened)
        return;
    buf_printf(&cell->bytes, is_secret ? " \u2026 **" : " \u2026 %02x",
               bytes.ptr[bytes.len - 1]);
}

/* The two strings of a pair are the notes behind it and its Identifier. */
static void
add_pair(struct packet_cell *cell, const struct mqtt_notes *notes, size_t i)
{
    for (size_t k = i + 1; k < notes->count && notes->list[k].depth == 2; k++) {
        if (notes->list[k].value != NOTE_TEXT)
            continue;
        buf_add_str(&cell->value, cell->value.len ? ": " : "");
        buf_add_byte(&cell->value, '"');
        hex_escape(&cell->value, notes->list[k].text, TEXT_SHOWN / 2);
        buf_add_byte(&cell->value, '"');
    }
}

static void
add_value(struct packet_cell *cell, const struct model_packet *p,
          const struct mqtt_notes *notes, bool is_secret)
{
    const struct mqtt_note *n = &notes->list[cell->note];
    if (is_secret)
        buf_printf(&cell->value, "(%zu bytes, masked)", n->text.len);
    else if (cell->note == 0)
        buf_add_str(&cell->value, mqtt_packet_row(p->mqtt.type)->name);
    else if (n->value == NOTE_NOTHING)
        add_pair(cell, notes, cell->note);
    else if (n->value == NOTE_BYTES && !hex_is_text(n->text))
        buf_printf(&cell->value, "%zu byte%s", n->text.len,
                   n->text.len == 1 ? "" : "s");
    else
        mqtt_note_print_value(&cell->value, n, p->mqtt.type, p->mqtt.version,
                              TEXT_SHOWN);
}

static struct packet_cell *
add_cell(struct packet_cells *cells, enum packet_part part, size_t note)
{
    cells->list = xgrow(cells->list, &cells->cap, cells->count + 1,
                        sizeof *cells->list);
    struct packet_cell *cell = &cells->list[cells->count++];
    *cell = (struct packet_cell){.part = part, .note = note};
    return cell;
}

static void
make_cell(struct packet_cells *cells, const struct model_packet *p, size_t i,
          enum packet_part part, bool secrets)
{
    const struct mqtt_note *n = &cells->notes.list[i];
    struct packet_cell *cell = add_cell(cells, part, i);
    bool is_secret = !secrets && mqtt_print_is_secret(n);
    cell->at = n->at;
    cell->len = n->len;
    cell->role = role_of(p, cell);
    buf_add_str(&cell->name, n->label);
    add_bytes(cell, p->bytes, is_secret);
    add_value(cell, p, &cells->notes, is_secret);
    buf_printf(&cell->section, "\u00a7%s", n->section);
    if (cell->is_shortened)
        buf_printf(&cell->section, ", %u bytes", n->len);
}

/* Has note i parts with bytes of their own, which are shown instead of it? */
static bool
is_heading(const struct mqtt_notes *notes, size_t i)
{
    return notes->list[i].depth == 0 && i + 1 < notes->count &&
           notes->list[i + 1].depth == 1 && !notes->list[i + 1].is_bits;
}

static void
add_missing(struct packet_cells *cells, const struct model_packet *p)
{
    size_t missing = p->wire_len - p->bytes.len;
    struct packet_cell *cell = add_cell(cells, PART_MISSING, (size_t)-1);
    cell->role = DRAW_BITS;
    cell->at = (uint32_t)p->bytes.len;
    buf_add_str(&cell->name, "missing");
    buf_add_str(&cell->bytes, "?? \u2026 ??");
    buf_printf(&cell->value, "%zu byte%s", missing, missing == 1 ? "" : "s");
    buf_add_str(&cell->section, "not in the capture");
}

void
packet_cells_make(struct packet_cells *cells, const struct model_packet *p,
                  bool secrets)
{
    enum packet_part part = PART_FIXED_HEADER;
    *cells = (struct packet_cells){0};
    model_packet_notes(p, &cells->notes);
    for (size_t i = 0; i < cells->notes.count; i++) {
        const struct mqtt_note *n = &cells->notes.list[i];
        if (n->is_bits || n->depth > 1)
            continue;
        if (n->depth == 0 && n->at > 0 &&
            n->field != MQTT_F_remaining_length)
            part = part_of(p, n->field);
        if (!is_heading(&cells->notes, i) && n->len > 0)
            make_cell(cells, p, i, part, secrets);
    }
    if (p->bytes.len < p->wire_len)
        add_missing(cells, p);
}

void
packet_cells_release(struct packet_cells *cells)
{
    for (size_t i = 0; i < cells->count; i++) {
        buf_release(&cells->list[i].name);
        buf_release(&cells->list[i].bytes);
        buf_release(&cells->list[i].value);
        buf_release(&cells->list[i].section);
    }
    free(cells->list);
    mqtt_notes_release(&cells->notes);
}

bool
packet_cells_sum(struct buf *out, const struct packet_cell *cell,
                 const struct mqtt_note *note, struct slice bytes)
{
    struct slice digits = slice_first(slice_from(bytes, cell->at), cell->len);
    bool is_length = note->field == MQTT_F_remaining_length ||
                     strcmp(note->label, "Property Length") == 0;
    uint32_t factor = 1;
    if (!is_length || digits.len < 2 || digits.len > 4)
        return false;
    buf_printf(out, "%s:  ", note->label);
    hex_print(out, digits, ' ');
    for (size_t i = 0; i < digits.len; i++, factor *= 128) {
        buf_printf(out, " %c 0x%02x", i ? '+' : '=', digits.ptr[i] & 0x7f);
        if (i)
            buf_printf(out, " \u00d7 %u", factor);
    }
    factor = 1;
    for (size_t i = 0; i < digits.len; i++, factor *= 128)
        buf_printf(out, " %c %u", i ? '+' : '=',
                   (digits.ptr[i] & 0x7f) * factor);
    buf_printf(out, " = %u", note->number);
    return true;
}
