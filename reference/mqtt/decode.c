/* decode.c - bytes into a packet, by the layout table.
 * SPDX-License-Identifier: MIT
 *
 * One walk over the rows of the packet's layout (walk.h is the cursor);
 * read_row does one row, by its kind. Rules about values are check.def's. What
 * comes by the thousand is tried first in straight code (decode_straight.h). */
#include "mqtt/decode.h"

#include "mqtt/reason.h"
#include "mqtt/walk.h"

static const struct mqtt_rule
    rule_left_over = {"MQTT-4.13.1-1", "MQTT311-4.8.0-1", "4.13.1",
                      MQTT_RC_MALFORMED_PACKET,
                      "bytes are left over after the last field"},
    rule_name = {"MQTT-3.1.2-1", "MQTT311-3.1.2-1", "3.1.2.1",
                 MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION,
                 "a Protocol Name other than MQTT"},
    rule_version = {"MQTT-3.1.2-2", "MQTT311-3.1.2-2", "3.1.2.2",
                    MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION,
                    "no version of MQTT that we know"};

/* --- lists to the end of the packet --------------------------------------- */

static void
note_bits(struct mqtt_walk *w, const struct mqtt_row *row, size_t at,
          uint8_t byte, int depth)
{
    struct mqtt_note *n = mqtt_walk_note(w, at, depth, row->label,
                                         mqtt_row_section(row, w->p->version));
    n->len = 1;
    n->is_bits = true;
    n->high = row->high;
    n->low = row->low;
    n->value = NOTE_NUMBER;
    n->number = (byte >> row->low) & ((1u << (row->high - row->low + 1)) - 1);
    if (row->field && row->field < MQTT_FIELDS) {
        n->field = row->field;
        n->name = mqtt_field_name(row->field);
    }
}

static void
note_options(struct mqtt_walk *w, size_t at, uint8_t byte)
{
    struct mqtt_note *n =
        mqtt_walk_note(w, at, 1, "Subscription Options",
                       w->p->version == MQTT_50 ? "3.8.3.1" : "3.8.3");
    n->value = NOTE_NUMBER;
    n->number = byte;
    struct mqtt_layout l = mqtt_layout_options();
    for (size_t i = 0; i < l.count; i++)
        if (mqtt_version_in(w->p->version, l.rows[i].versions))
            note_bits(w, &l.rows[i], at, byte, 2);
}

static void
read_filters(struct mqtt_walk *w, const struct mqtt_row *row)
{
    const uint8_t *first = w->r.pos, *good = first;
    mqtt_walk_note_row(w, reader_at(&w->r), row)->len =
        (uint32_t)reader_left(&w->r);
    while (reader_left(&w->r) > 0) {
        size_t at = reader_at(&w->r);
        struct slice filter = mqtt_walk_counted(w);
        if (mqtt_walk_cut(w, at))
            break;
        mqtt_walk_check_string(w, filter);
        struct mqtt_note *n = mqtt_walk_note(
            w, at, 1, "Topic Filter", mqtt_row_section(row, w->p->version));
        n->name = "filter";
        n->value = NOTE_TEXT;
        n->text = filter;
        if (row->kind == KIND_FILTERS) {
            size_t options_at = reader_at(&w->r);
            uint8_t options = reader_u8(&w->r);
            if (mqtt_walk_cut(w, options_at))
                break;
            if (w->notes)
                note_options(w, options_at, options);
        }
        good = w->r.pos;
    }
    if (w->stopped && w->notes && w->noted < (size_t)(w->r.end - w->r.start))
        mqtt_walk_note_rest(w, w->noted, 1, "not understood");
    if (good > first || !w->stopped)
        mqtt_field_set_slice(w->p, row,
                             slice_of(first, (size_t)(good - first)));
}

static void
read_codes(struct mqtt_walk *w, const struct mqtt_row *row)
{
    size_t at = reader_at(&w->r);
    struct slice codes = reader_bytes(&w->r, reader_left(&w->r));
    mqtt_field_set_slice(w->p, row, codes);
    if (!w->notes)
        return;
    mqtt_walk_note_row(w, at, row);
    for (size_t i = 0; i < codes.len; i++) {
        struct mqtt_note *n = mqtt_walk_note(
            w, at + i, 1, "Reason Code", mqtt_row_section(row, w->p->version));
        n->len = 1;
        n->value = NOTE_REASON;
        n->number = codes.ptr[i];
    }
}

/* --- the walk --------------------------------------------------------------
 */

/* CONNECT says which version its own remaining fields are in. */
static void
learn_version(struct mqtt_walk *w, size_t at)
{
    struct mqtt_packet *p = w->p;
    struct slice name = p->protocol_name;
    p->version = mqtt_version_of(name, p->protocol_level);
    if (p->version)
        return;
    if (slice_is(name, "MQTT") || slice_is(name, "MQIsdp"))
        mqtt_walk_broken(w, &rule_version, at, 1);
    else
        mqtt_walk_broken(w, &rule_name, at - name.len, name.len);
    w->stopped = true; /* what follows could mean anything */
}

static void
read_number(struct mqtt_walk *w, const struct mqtt_row *row)
{
    size_t at = reader_at(&w->r);
    uint32_t value =
        row->kind == KIND_U8 ? reader_u8(&w->r) : reader_u16(&w->r);
    if (mqtt_walk_cut(w, at))
        return;
    mqtt_field_set_number(w->p, row, value);
    struct mqtt_note *n = mqtt_walk_note_row(w, at, row);
    n->number = value;
    n->value = row->field == MQTT_F_reason ? NOTE_REASON : NOTE_NUMBER;
    if (row->field == MQTT_F_protocol_level)
        learn_version(w, at);
}

static void
read_text(struct mqtt_walk *w, const struct mqtt_row *row)
{
    size_t at = reader_at(&w->r);
    struct slice text = row->kind == KIND_REST
                            ? reader_bytes(&w->r, reader_left(&w->r))
                            : mqtt_walk_counted(w);
    if (mqtt_walk_cut(w, at))
        return;
    mqtt_field_set_slice(w->p, row, text);
    if (row->kind == KIND_STRING)
        mqtt_walk_check_string(w, text);
    struct mqtt_note *n = mqtt_walk_note_row(w, at, row);
    n->value = row->kind == KIND_STRING ? NOTE_TEXT : NOTE_BYTES;
    n->text = text;
}

static void
read_bits(struct mqtt_walk *w, const struct mqtt_row *row)
{
    unsigned mask = (1u << (row->high - row->low + 1)) - 1;
    mqtt_field_set_number(w->p, row, (w->byte >> row->low) & mask);
    if (w->notes)
        note_bits(w, row, w->byte_at, w->byte, 1);
}

static void
read_row(struct mqtt_walk *w, const struct mqtt_row *row)
{
    switch ((enum mqtt_kind)row->kind) {
    case KIND_U8:
    case KIND_U16: read_number(w, row); break;
    case KIND_BYTE: {
        w->byte_at = reader_at(&w->r);
        w->byte = reader_u8(&w->r);
        if (mqtt_walk_cut(w, w->byte_at))
            break;
        struct mqtt_note *n = mqtt_walk_note_row(w, w->byte_at, row);
        n->value = NOTE_NUMBER;
        n->number = w->byte;
        break;
    }
    case KIND_BITS: read_bits(w, row); break;
    case KIND_PROPERTIES: mqtt_walk_properties(w, row); break;
    case KIND_FILTERS:
    case KIND_TOPICS: read_filters(w, row); break;
    case KIND_CODES: read_codes(w, row); break;
    default: read_text(w, row); break;
    }
}

static void
read_rows(struct mqtt_walk *w, struct mqtt_layout l)
{
    for (size_t i = 0; i < l.count && !w->stopped; i++) {
        w->field = l.rows[i].field;
        if (mqtt_row_is_there(w->p, l.rows[i].versions,
                              (enum mqtt_when)l.rows[i].when,
                              reader_left(&w->r) > 0))
            read_row(w, &l.rows[i]);
    }
    if (!w->stopped)
        w->field = MQTT_FIELDS;
}

/* Type, flags and Remaining Length (2.1). */
static void
read_fixed_header(struct mqtt_walk *w)
{
    struct mqtt_packet *p = w->p;
    w->byte_at = 0;
    w->byte = reader_u8(&w->r);
    if (mqtt_walk_cut(w, 0))
        return;
    bool v5 = p->version == MQTT_50;
    struct mqtt_note *n =
        mqtt_walk_note(w, 0, 0, "Packet type and flags", v5 ? "2.1" : "2.2");
    n->value = NOTE_NUMBER;
    n->number = w->byte;
    if (w->notes) {
        n = mqtt_walk_note(w, 0, 1, "Packet type", v5 ? "2.1.2" : "2.2.1");
        n->is_bits = true;
        n->high = 7;
        n->low = 4;
        n->value = NOTE_TYPE;
        n->number = p->type;
    }
    read_rows(w, mqtt_layout_first(p->type));
    size_t at = reader_at(&w->r);
    p->remaining_length = mqtt_walk_varint(w);
    p->present |= MQTT_BIT(MQTT_F_remaining_length);
    if (w->stopped || mqtt_walk_cut(w, at))
        return;
    n = mqtt_walk_note(w, at, 0, "Remaining Length", v5 ? "2.1.4" : "2.2.3");
    n->name = "remaining_length";
    n->field = MQTT_F_remaining_length;
    n->value = NOTE_NUMBER;
    n->number = p->remaining_length;
}

/* CONNECT names its version a few bytes on; knowing it from the first byte lets
 * every note cite the right section. */
static enum mqtt_version
peek_version(struct slice bytes, const struct mqtt_frame *frame)
{
    struct reader r = reader_of(slice_from(bytes, frame->header_len));
    struct slice name = reader_bytes(&r, reader_u16(&r));
    uint8_t level = reader_u8(&r);
    return r.failed ? MQTT_NO_VERSION : mqtt_version_of(name, level);
}

bool
mqtt_decode_walk(struct slice bytes, enum mqtt_version v,
                 struct mqtt_packet *p, struct mqtt_report *report,
                 struct mqtt_notes *notes)
{
    struct mqtt_walk walk = {.r = reader_of(bytes),
                             .p = p,
                             .report = report,
                             .notes = notes,
                             .field = MQTT_FIELDS};
    struct mqtt_walk *w = &walk;
    struct mqtt_frame frame;
    mqtt_frame_next(bytes, &frame);
    if (frame.type == MQTT_CONNECT)
        v = peek_version(bytes, &frame);
    *p = (struct mqtt_packet){.type = frame.type, .version = v};
    read_fixed_header(w);
    if (!w->stopped && frame.len < bytes.len)
        w->r.end = w->r.start + frame.len;
    read_rows(w, mqtt_layout(p->type));
    if (!w->stopped && reader_left(&w->r) > 0) {
        mqtt_walk_broken(w, &rule_left_over, reader_at(&w->r),
                         reader_left(&w->r));
        mqtt_walk_note_rest(w, reader_at(&w->r), 0, "left over");
    } else if (!w->stopped && frame.len > bytes.len) {
        mqtt_walk_stop_cut(w, bytes.len); /* between two fields */
    } else if (w->stopped && w->noted < (size_t)(w->r.end - w->r.start)) {
        mqtt_walk_note_rest(w, w->noted, 0, "not understood");
    }
    mqtt_packet_poison(p, 1u << (p->version ? p->version : MQTT_50));
    return report->count == 0;
}
