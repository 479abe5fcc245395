/* print.c - a packet as text.
 * SPDX-License-Identifier: MIT */
#include "mqtt/print.h"

#include <ctype.h>

#include "base/hex.h"
#include "mqtt/reason.h"

/* --- one line ------------------------------------------------------------- */

static void
add_value_text(struct buf *out, struct slice text, struct mqtt_print how)
{
    if (!hex_is_text(text)) {
        struct slice shown =
            how.max_text ? slice_first(text, how.max_text) : text;
        buf_add_str(out, "hex:\"");
        hex_print(out, shown, ' ');
        buf_add_str(out, shown.len < text.len ? " ...\"" : "\"");
        return;
    }
    buf_add_byte(out, '"');
    hex_escape(out, text, how.max_text);
    buf_add_byte(out, '"');
}

static void
add_secret(struct buf *out, struct slice text, struct mqtt_print how)
{
    if (how.secrets) {
        add_value_text(out, text, how);
        return;
    }
    buf_add_byte(out, '"');
    buf_add_fill(out, '*', text.len);
    buf_add_byte(out, '"');
}

static void
add_symbol(struct buf *out, const char *symbol)
{
    for (; *symbol; symbol++)
        buf_add_byte(out, (uint8_t)tolower((unsigned char)*symbol));
}

static void
add_reason(struct buf *out, const struct mqtt_packet *p)
{
    const struct mqtt_reason_row *row =
        mqtt_reason_find(p->reason, p->type, p->version);
    buf_add_str(out, " reason=");
    if (row)
        add_symbol(out, row->symbol);
    else
        buf_printf(out, "0x%02x", p->reason);
}

static void
add_properties(struct buf *out, struct slice properties, const char *prefix,
               struct mqtt_print how)
{
    struct mqtt_property p;
    while (mqtt_property_next(&properties, &p)) {
        buf_printf(out, " %s%s=", prefix, p.row->symbol);
        if (p.row->kind == KIND_PAIR) {
            add_value_text(out, p.text, how);
            buf_add_byte(out, ':');
            add_value_text(out, p.value, how);
        } else if (p.row->id == MQTT_P_authentication_data) {
            add_secret(out, p.text, how);
        } else if (p.row->kind == KIND_STRING || p.row->kind == KIND_BINARY) {
            add_value_text(out, p.text, how);
        } else {
            buf_printf(out, "%u", p.number);
        }
    }
}

static void
add_filters(struct buf *out, const struct mqtt_packet *p, struct mqtt_print how)
{
    struct slice rest = p->filters;
    struct mqtt_filter f;
    const char *between = "";
    buf_add_str(out, " filters=[");
    while (mqtt_filter_next(p, &rest, &f)) {
        buf_printf(out, "%s{filter=", between);
        between = " ";
        add_value_text(out, f.filter, how);
        if (p->type == MQTT_SUBSCRIBE)
            buf_printf(out, " qos=%u", f.qos);
        struct mqtt_layout l = mqtt_layout_options();
        static const char *const names[] = {"reserved", "retain_handling",
                                            "retain_as_published", "no_local",
                                            "reserved"};
        for (size_t i = 0; i + 1 < l.count; i++) {
            uint8_t v = *((const uint8_t *)&f + l.rows[i].offset);
            if (v && mqtt_version_in(p->version, l.rows[i].versions))
                buf_printf(out, " %s=%u", names[i], v);
        }
        buf_add_byte(out, '}');
    }
    buf_add_byte(out, ']');
}

static void
add_codes(struct buf *out, struct slice codes)
{
    buf_add_str(out, " codes=[");
    for (size_t i = 0; i < codes.len; i++)
        buf_printf(out, codes.ptr[i] < 10 ? "%s%u" : "%s0x%02x", i ? " " : "",
                   codes.ptr[i]);
    buf_add_byte(out, ']');
}

/* Bits that only repeat what the line says anyway: flags that agree with the
 * fields behind them, the fixed flags of the packet type. */
static bool
goes_without_saying(const struct mqtt_packet *p, const struct mqtt_row *row)
{
    uint32_t value = mqtt_field_number(p, row);
    switch (row->field) {
    case MQTT_F_flags: return value == mqtt_packet_row(p->type)->flags;
    case MQTT_F_user_name_flag: return value == MQTT_HAS(p, user_name);
    case MQTT_F_password_flag: return value == MQTT_HAS(p, password);
    case MQTT_F_will_flag: return value == MQTT_HAS(p, will_topic);
    }
    return row->kind == KIND_BITS && value == 0;
}

static const char *
name_of(const struct mqtt_row *row, enum mqtt_version v)
{
    if (row->field == MQTT_F_clean_start && v != MQTT_50)
        return "clean_session";
    return mqtt_field_name(row->field);
}

static void
add_row(struct buf *out, const struct mqtt_packet *p,
        const struct mqtt_row *row, struct mqtt_print how)
{
    struct slice text = mqtt_field_slice(p, row);
    switch ((enum mqtt_kind)row->kind) {
    case KIND_BYTE: break;
    case KIND_PROPERTIES:
        add_properties(out, text,
                       row->field == MQTT_F_properties ? "" : "will.", how);
        break;
    case KIND_FILTERS:
    case KIND_TOPICS: add_filters(out, p, how); break;
    case KIND_CODES: add_codes(out, text); break;
    case KIND_STRING:
    case KIND_BINARY:
    case KIND_REST:
        if (row->field == MQTT_F_protocol_name &&
            slice_is(text, mqtt_version_protocol(p->version)))
            break;
        buf_printf(out, " %s=", name_of(row, p->version));
        if (row->field == MQTT_F_password)
            add_secret(out, text, how);
        else
            add_value_text(out, text, how);
        break;
    default:
        if (row->field == MQTT_F_reason)
            add_reason(out, p);
        else if (!goes_without_saying(p, row))
            buf_printf(out, " %s=%u", name_of(row, p->version),
                       mqtt_field_number(p, row));
    }
}

static void
add_rows(struct buf *out, const struct mqtt_packet *p, struct mqtt_layout l,
         struct mqtt_print how)
{
    for (size_t i = 0; i < l.count; i++) {
        const struct mqtt_row *row = &l.rows[i];
        if (mqtt_version_in(p->version ? p->version : MQTT_50, row->versions) &&
            (row->kind == KIND_BYTE || (p->present & MQTT_BIT(row->field))))
            add_row(out, p, row, how);
    }
}

void
mqtt_print_line(struct buf *out, const struct mqtt_packet *p,
                struct mqtt_print how)
{
    buf_add_str(out, p->type ? mqtt_packet_row(p->type)->name : "type-0");
    add_rows(out, p, mqtt_layout_first(p->type), how);
    add_rows(out, p, mqtt_layout(p->type), how);
}

/* --- tree and hex --------------------------------------------------------- */

bool
mqtt_print_is_secret(const struct mqtt_note *note)
{
    return note->field == MQTT_F_password ||
           note->property == MQTT_P_authentication_data;
}

static void
add_note_value(struct buf *out, const struct mqtt_note *note,
               const struct mqtt_packet *p, struct mqtt_print how)
{
    if (!how.secrets && mqtt_print_is_secret(note))
        buf_add_fill(out, '*', note->text.len);
    else
        mqtt_note_print_value(out, note, p->type, p->version, how.max_text);
}

void
mqtt_print_tree(struct buf *out, const struct mqtt_packet *p,
                const struct mqtt_notes *notes, struct mqtt_print how)
{
    buf_printf(out, "%s, MQTT %s\n", mqtt_packet_row(p->type)->name,
               mqtt_version_name(p->version));
    for (size_t i = 0; i < notes->count; i++) {
        const struct mqtt_note *n = &notes->list[i];
        buf_add_fill(out, ' ', 2 + 2 * (size_t)n->depth);
        buf_add_str(out, n->label);
        if (n->value != NOTE_NOTHING) {
            buf_add_str(out, ": ");
            add_note_value(out, n, p, how);
        }
        buf_add_byte(out, '\n');
    }
}

enum { HEX_PER_LINE = 8, HEX_COLUMNS = 6 + 3 * HEX_PER_LINE + 1 };

/* "0011 ...." : the bits of the note, dots for the others. */
static void
add_bits(struct buf *out, uint8_t byte, const struct mqtt_note *n)
{
    for (int bit = 7; bit >= 0; bit--) {
        bool mine = !n->is_bits || (bit <= n->high && bit >= n->low);
        buf_add_byte(out, mine ? (byte >> bit & 1 ? '1' : '0') : '.');
        if (bit == 4)
            buf_add_byte(out, ' ');
    }
}

/* Is the note the parent of the next one, so that its bytes are shown there? */
static bool
is_heading(const struct mqtt_notes *notes, size_t i)
{
    return i + 1 < notes->count &&
           notes->list[i + 1].depth > notes->list[i].depth &&
           !notes->list[i + 1].is_bits;
}

static void
add_hex_line(struct buf *out, struct slice bytes, size_t at, size_t len,
             bool secret)
{
    size_t from = out->len;
    buf_printf(out, "%4zu  ", at);
    struct slice shown = slice_first(slice_from(bytes, at), len);
    if (secret)
        for (size_t i = 0; i < shown.len; i++)
            buf_add_str(out, i ? " **" : "**");
    else
        hex_print(out, shown, ' ');
    /* From the millionth byte on the offset is wider than its column. */
    size_t used = out->len - from;
    buf_add_fill(out, ' ', used < HEX_COLUMNS ? HEX_COLUMNS - used : 1);
}

/* The bytes of a note that did not fit beside its name. */
static void
add_rest(struct buf *out, struct slice bytes, const struct mqtt_note *n,
         bool secret, struct mqtt_print how)
{
    size_t end = n->at + n->len, at = n->at + HEX_PER_LINE;
    size_t shown = how.max_text && n->len > how.max_text + HEX_PER_LINE
                       ? n->at + HEX_PER_LINE + how.max_text
                       : end;
    for (; at < shown; at += HEX_PER_LINE) {
        add_hex_line(out, bytes, at,
                     shown - at < HEX_PER_LINE ? shown - at : HEX_PER_LINE,
                     secret);
        while (out->len && out->data[out->len - 1] == ' ')
            out->len--;
        buf_add_byte(out, '\n');
    }
    if (shown < end)
        buf_printf(out, "      ... %zu more bytes\n", end - shown);
}

void
mqtt_print_hex(struct buf *out, struct slice bytes,
               const struct mqtt_packet *p, const struct mqtt_notes *notes,
               struct mqtt_print how)
{
    for (size_t i = 0; i < notes->count; i++) {
        const struct mqtt_note *n = &notes->list[i];
        bool heading = is_heading(notes, i), secret = false;
        if (!how.secrets)
            secret = mqtt_print_is_secret(n);
        if (heading || n->is_bits)
            buf_add_fill(out, ' ', HEX_COLUMNS);
        else
            add_hex_line(out, bytes, n->at,
                         n->len < HEX_PER_LINE ? n->len : HEX_PER_LINE, secret);
        size_t bits_at = out->len;
        if (n->is_bits || (n->len == 1 && !heading && n->at < bytes.len))
            add_bits(out, bytes.ptr[n->at], n);
        buf_add_fill(out, ' ', 11 - (out->len - bits_at));
        buf_add_fill(out, ' ', 2 * (size_t)n->depth);
        buf_add_str(out, n->label);
        if (n->value != NOTE_NOTHING) {
            buf_add_str(out, ": ");
            add_note_value(out, n, p, how);
        }
        buf_printf(out, "   [%s]\n", n->section);
        if (!heading && !n->is_bits && n->len > HEX_PER_LINE)
            add_rest(out, bytes, n, secret, how);
    }
}
