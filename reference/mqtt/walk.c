/* walk.c - the cursor that decode moves over the bytes of one packet.
 * SPDX-License-Identifier: MIT */
#include "mqtt/walk.h"

#include "mqtt/varint.h"

static const struct mqtt_rule
    rule_cut = {"MQTT-4.13.1-1", "MQTT311-4.8.0-1", "4.13.1", 0x81,
                "a field runs past the end of the packet"},
    rule_length = {"MQTT-4.13.1-1", "MQTT311-4.8.0-1", "1.5.5", 0x81,
                   "a length of more than four bytes"},
    rule_padded = {"MQTT-1.5.5-1", NULL, "1.5.5", 0x81,
                   "a Variable Byte Integer longer than it needs to be"},
    rule_utf8 = {"MQTT-1.5.4-1", "MQTT311-1.5.3-1", "1.5.4", 0x81,
                 "a string is not well-formed UTF-8"},
    rule_nul = {"MQTT-1.5.4-2", "MQTT311-1.5.3-2", "1.5.4", 0x81,
                "a string contains U+0000"},
    rule_pair = {"MQTT-1.5.7-1", NULL, "1.5.7", 0x81,
                 "a string pair is not well-formed UTF-8 without U+0000"};

void
mqtt_walk_stop_cut(struct mqtt_walk *w, size_t at)
{
    if (!w->stopped)
        mqtt_walk_broken(w, &rule_cut, at,
                         (size_t)(w->r.end - w->r.start) - at);
    w->stopped = true;
}

struct mqtt_note *
mqtt_walk_note(struct mqtt_walk *w, size_t at, int depth, const char *label,
               const char *section)
{
    static struct mqtt_note nobody_cares;
    if (!w->notes)
        return &nobody_cares;
    struct mqtt_note *n = mqtt_notes_add(w->notes);
    n->at = (uint32_t)at;
    n->len = (uint32_t)(reader_at(&w->r) - at);
    n->depth = (uint8_t)depth;
    n->label = label;
    n->section = section;
    if (w->noted < reader_at(&w->r))
        w->noted = reader_at(&w->r);
    return n;
}

struct mqtt_note *
mqtt_walk_note_rest(struct mqtt_walk *w, size_t at, int depth,
                    const char *label)
{
    struct mqtt_note *n = mqtt_walk_note(
        w, at, depth, label, w->p->version == MQTT_50 ? "4.13.1" : "4.8");
    n->text = slice_of(w->r.start + at, (size_t)(w->r.end - w->r.start) - at);
    n->len = (uint32_t)n->text.len;
    n->value = NOTE_BYTES;
    n->field = w->field;
    w->noted = at + n->text.len;
    return n;
}

struct mqtt_note *
mqtt_walk_note_row(struct mqtt_walk *w, size_t at, const struct mqtt_row *row)
{
    struct mqtt_note *n = mqtt_walk_note(w, at, 0, row->label,
                                         mqtt_row_section(row, w->p->version));
    n->field = row->field;
    n->name = row->field < MQTT_FIELDS ? mqtt_field_name(row->field) : "";
    return n;
}

static void
check_text(struct mqtt_walk *w, struct slice text, const struct mqtt_rule *ill,
           const struct mqtt_rule *nul)
{
    size_t from = (size_t)(text.ptr - w->r.start);
    if (!mqtt_walk_checks_strings(w->p->version) || utf8_is_text(text))
        return;
    size_t bad = utf8_bad_at(text);
    if (bad < text.len)
        mqtt_walk_broken(w, ill, from + bad, 1);
    const uint8_t *zero = text.len ? memchr(text.ptr, 0, text.len) : NULL;
    if (zero)
        mqtt_walk_broken(w, nul, (size_t)(zero - w->r.start), 1);
}

void
mqtt_walk_check_string(struct mqtt_walk *w, struct slice text)
{
    check_text(w, text, &rule_utf8, &rule_nul);
}

void
mqtt_walk_check_pair(struct mqtt_walk *w, struct slice text)
{
    check_text(w, text, &rule_pair, &rule_pair);
}

uint32_t
mqtt_walk_varint(struct mqtt_walk *w)
{
    uint32_t value = 0;
    size_t len = 0, at = reader_at(&w->r);
    struct slice rest = slice_of(w->r.pos, reader_left(&w->r));
    if (mqtt_varint_decode(rest, &value, &len) == MQTT_VARINT_TOO_LONG) {
        mqtt_walk_broken(w, &rule_length, at, 4);
        w->stopped = w->r.failed = true;
        return 0;
    }
    value = mqtt_varint_read(&w->r);
    if (!w->r.failed && len > mqtt_varint_len(value))
        mqtt_walk_broken(w, &rule_padded, at, len);
    return value;
}
