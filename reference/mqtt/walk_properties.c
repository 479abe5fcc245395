/* walk_properties.c - the properties of 5.0 (2.2.2), as decode meets them.
 * SPDX-License-Identifier: MIT
 *
 * A property that cannot be placed ends the properties, not the packet, since
 * Property Length says where they end.                                       */
#include "mqtt/property.h"
#include "mqtt/walk.h"

const char mqtt_section_unsaid[] = "3.3.2.3";

static const struct mqtt_rule
    rule_unknown = {NULL, NULL, "2.2.2.2", 0x81,
                    "an identifier that is no property's"},
    rule_cut = {"MQTT-4.13.1-1", NULL, "2.2.2", 0x81,
                "a property runs past the end of the properties"},
    rule_misplaced = {NULL, NULL, "2.2.2.2", 0x81,
                      "a property that this packet may not have"},
    rule_repeated = {NULL, NULL, "2.2.2.2", 0x82,
                     "a property that may stand only once stands twice"},
    rule_range = {NULL, NULL, "2.2.2.2", 0x82,
                  "a property value outside the range allowed"},
    /* Of these two no sentence says so (3.3.2.3.2, 3.3.2.3.3): the reference is
     * strict, and who judges others is not. */
    rule_format = {NULL, NULL, mqtt_section_unsaid, 0x82,
                   "a Payload Format Indicator that is neither 0 nor 1"},
    rule_twice = {NULL, NULL, mqtt_section_unsaid, 0x82,
                  "a property that may stand only once stands twice"},
    rule_alias = {"MQTT-3.3.2-8", NULL, "3.3.2.3.4", 0x94, "Topic Alias 0"};

static void
read_value(struct mqtt_walk *w, struct mqtt_property *prop)
{
    switch ((enum mqtt_kind)prop->row->kind) {
    case KIND_U8: prop->number = reader_u8(&w->r); break;
    case KIND_U16: prop->number = reader_u16(&w->r); break;
    case KIND_U32: prop->number = reader_u32(&w->r); break;
    case KIND_VARINT: prop->number = mqtt_walk_varint(w); break;
    case KIND_PAIR:
        prop->text = mqtt_walk_counted(w);
        mqtt_walk_check_pair(w, prop->text);
        prop->value = mqtt_walk_counted(w);
        mqtt_walk_check_pair(w, prop->value);
        break;
    case KIND_STRING:
        prop->text = mqtt_walk_counted(w);
        mqtt_walk_check_string(w, prop->text);
        break;
    default: prop->text = mqtt_walk_counted(w); break;
    }
}

static void
note_property(struct mqtt_walk *w, size_t at, const struct mqtt_property *prop,
              const char *section)
{
    const struct mqtt_property_row *row = prop->row;
    struct mqtt_note *n = mqtt_walk_note(w, at, 1, row->label, section);
    n->name = row->symbol;
    n->property = row->id;
    n->number = prop->number;
    n->text = prop->text;
    n->value = row->kind == KIND_STRING   ? NOTE_TEXT
               : row->kind == KIND_BINARY ? NOTE_BYTES
               : row->kind == KIND_PAIR   ? NOTE_NOTHING
                                          : NOTE_NUMBER;
    if (row->kind != KIND_PAIR || !w->notes)
        return;
    n = mqtt_walk_note(w, at, 2, "Identifier", "2.2.2.2");
    n->len = 1;
    n->value = NOTE_NUMBER;
    n->number = row->id;
    const struct slice parts[2] = {prop->text, prop->value};
    for (int i = 0; i < 2; i++) {
        n = mqtt_notes_add(w->notes);
        n->at = (uint32_t)(parts[i].ptr - w->r.start) - 2;
        n->len = (uint32_t)parts[i].len + 2;
        n->depth = 2;
        n->label = i ? "Value" : "Name";
        n->section = "1.5.7";
        n->value = NOTE_TEXT;
        n->text = parts[i];
    }
}

static const struct mqtt_rule *
rule_of_second(const struct mqtt_property_row *row)
{
    return row->id == MQTT_P_payload_format_indicator ||
                   row->id == MQTT_P_message_expiry_interval
               ? &rule_twice
               : &rule_repeated;
}

static const struct mqtt_rule *
rule_of_range(const struct mqtt_property_row *row)
{
    switch (row->id) {
    case MQTT_P_topic_alias: return &rule_alias;
    case MQTT_P_payload_format_indicator: return &rule_format;
    default: return &rule_range;
    }
}

/* One property; false when the rest of the properties cannot be placed. */
static bool
read_property(struct mqtt_walk *w, uint32_t home, uint64_t *seen,
              const char *section)
{
    size_t at = reader_at(&w->r);
    struct mqtt_property prop = {.row = mqtt_property_row(mqtt_walk_varint(w))};
    if (w->r.failed)
        return false;
    if (!prop.row) {
        mqtt_walk_broken(w, &rule_unknown, at, reader_at(&w->r) - at);
        return false;
    }
    read_value(w, &prop);
    if (w->r.failed)
        return false;
    size_t len = reader_at(&w->r) - at;
    uint64_t bit = (uint64_t)1 << prop.row->id;
    /* The Subscription Identifier stands once in SUBSCRIBE (3.8.2.1.2), though
     * a PUBLISH may carry several. */
    bool many =
        prop.row->many && !(prop.row->id == MQTT_P_subscription_identifier &&
                            home == P(SUBSCRIBE));
    if (!(prop.row->packets & home))
        mqtt_walk_broken(w, &rule_misplaced, at, len);
    else if ((*seen & bit) && !many)
        mqtt_walk_broken(w, rule_of_second(prop.row), at, len);
    *seen |= bit;
    if (prop.row->max &&
        (prop.number < prop.row->min || prop.number > prop.row->max))
        mqtt_walk_broken(w, rule_of_range(prop.row), at, len);
    note_property(w, at, &prop, section);
    return true;
}

void
mqtt_walk_properties(struct mqtt_walk *w, const struct mqtt_row *row)
{
    size_t at = reader_at(&w->r);
    uint32_t len = mqtt_walk_varint(w);
    size_t length_bytes = reader_at(&w->r) - at;
    struct slice all = reader_bytes(&w->r, len);
    if (w->stopped || mqtt_walk_cut(w, at))
        return;
    mqtt_walk_note_row(w, at, row);

    const char *section = mqtt_row_section(row, w->p->version);
    bool is_will = row->field == MQTT_F_will_properties;
    uint32_t home = is_will ? P(WILL) : 1u << w->p->type;
    struct reader outer = w->r;
    uint64_t seen = 0;
    w->r.pos = all.ptr;
    w->r.end = all.ptr + all.len;
    if (w->notes) {
        struct mqtt_note *n =
            mqtt_walk_note(w, at, 1, "Property Length", "2.2.2.1");
        n->len = (uint32_t)length_bytes;
        n->number = len;
        n->value = NOTE_NUMBER;
    }
    const uint8_t *good = all.ptr;
    while (w->r.pos < w->r.end && read_property(w, home, &seen, section))
        good = w->r.pos;
    if (w->r.failed && !w->stopped)
        mqtt_walk_broken(w, &rule_cut, (size_t)(good - w->r.start),
                         (size_t)(w->r.end - good));
    if (good < w->r.end)
        mqtt_walk_note_rest(w, (size_t)(good - w->r.start), 1, "not understood")
            ->property = *good;
    w->r = outer;
    w->stopped = false;
    mqtt_field_set_slice(w->p, row,
                         slice_of(all.ptr, (size_t)(good - all.ptr)));
}
