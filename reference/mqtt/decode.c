/* decode.c - bytes into a packet, by the layout table.
 * SPDX-License-Identifier: MIT
 *
 * One walk over the rows of the packet's layout; read_row does one row, by its
 * kind. Every read goes through the bounds-checked reader, and `cut` is asked
 * after it: the one place that turns an overrun into a violation.            */
#include "mqtt/decode.h"

#include "base/utf8.h"
#include "mqtt/varint.h"

/* clang-format off */
static const struct mqtt_rule
    rule_cut = {"MQTT-4.13.1-1", "MQTT311-4.8.0-1", "4.13.1", 0x81,
                "a field runs past the end of the packet"},
    rule_left_over = {"MQTT-4.13.1-1", "MQTT311-4.8.0-1", "4.13.1", 0x81,
                      "bytes are left over after the last field"},
    rule_length = {"MQTT-4.13.1-1", "MQTT311-4.8.0-1", "1.5.5", 0x81,
                   "a length of more than four bytes"},
    rule_padded = {"MQTT-1.5.5-1", NULL, "1.5.5", 0x81,
                   "a Variable Byte Integer longer than it needs to be"},
    rule_utf8 = {"MQTT-1.5.4-1", "MQTT311-1.5.3-1", "1.5.4", 0x81,
                 "a string is not well-formed UTF-8"},
    rule_nul = {"MQTT-1.5.4-2", "MQTT311-1.5.3-2", "1.5.4", 0x81,
                "a string contains U+0000"},
    rule_pair = {"MQTT-1.5.7-1", NULL, "1.5.7", 0x81,
                 "a string pair is not well-formed UTF-8 without U+0000"},
    rule_unknown = {NULL, NULL, "2.2.2.2", 0x81,
                    "an identifier that is no property's"},
    rule_misplaced = {NULL, NULL, "2.2.2.2", 0x81,
                      "a property that this packet may not have"},
    rule_repeated = {NULL, NULL, "2.2.2.2", 0x82,
                     "a property that may stand only once stands twice"},
    rule_range = {NULL, NULL, "2.2.2.2", 0x82,
                  "a property value outside the range allowed"},
    rule_alias = {"MQTT-3.3.2-8", NULL, "3.3.2.3.4", 0x94, "Topic Alias 0"},
    rule_name = {"MQTT-3.1.2-1", "MQTT311-3.1.2-1", "3.1.2.1", 0x84,
                 "a Protocol Name other than MQTT"},
    rule_version = {"MQTT-3.1.2-2", "MQTT311-3.1.2-2", "3.1.2.2", 0x84,
                    "no version of MQTT that we know"};
/* clang-format on */

struct walk {
    struct reader r;
    struct mqtt_packet *p;
    struct mqtt_report *report;
    struct mqtt_notes *notes; /* NULL: nobody wants them */
    uint8_t byte;             /* the last KIND_BYTE, for its bits */
    size_t byte_at;           /* where it stands */
    uint8_t field;            /* enum mqtt_field that is being read */
    size_t noted;             /* everything before this has a note */
    bool stopped;             /* the next byte cannot be placed */
};

static void
broken(struct walk *w, const struct mqtt_rule *rule, size_t at, size_t len)
{
    mqtt_report_add(w->report, rule, w->p->version, at, len);
}

/* After a read: did it run past the end? Then nothing more can be placed. */
static bool
cut(struct walk *w, size_t at)
{
    if (!w->r.failed)
        return false;
    if (!w->stopped)
        broken(w, &rule_cut, at, (size_t)(w->r.end - w->r.start) - at);
    w->stopped = true;
    return true;
}

/* A note about everything from `at` up to the reader's place. */
static struct mqtt_note *
note_at(struct walk *w, size_t at, int depth, const char *label,
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

/* A note about everything that is left, since nobody knows what it is. It says
 * which field was being read, so that half a password stays a secret. */
static struct mqtt_note *
note_rest(struct walk *w, size_t at, int depth, const char *label)
{
    struct mqtt_note *n = note_at(
        w, at, depth, label, w->p->version == MQTT_50 ? "4.13.1" : "4.8");
    n->text = slice_of(w->r.start + at, (size_t)(w->r.end - w->r.start) - at);
    n->len = (uint32_t)n->text.len;
    n->value = NOTE_BYTES;
    n->field = w->field;
    w->noted = at + n->text.len;
    return n;
}

static struct mqtt_note *
note_row(struct walk *w, size_t at, const struct mqtt_row *row)
{
    struct mqtt_note *n =
        note_at(w, at, 0, row->label, mqtt_row_section(row, w->p->version));
    n->field = row->field;
    n->name = row->field < MQTT_FIELDS ? mqtt_field_name(row->field) : "";
    return n;
}

static void
check_text(struct walk *w, struct slice text, const struct mqtt_rule *ill,
           const struct mqtt_rule *nul)
{
    size_t from = (size_t)(text.ptr - w->r.start);
    /* 3.1 points to a modified UTF-8 and orders no close for ill-formed
     * strings. */
    if (w->p->version == MQTT_31)
        return;
    size_t bad = utf8_bad_at(text);
    if (bad < text.len)
        broken(w, ill, from + bad, 1);
    const uint8_t *zero = text.len ? memchr(text.ptr, 0, text.len) : NULL;
    if (zero)
        broken(w, nul, (size_t)(zero - w->r.start), 1);
}

/* Two length bytes and that many bytes. */
static struct slice
read_counted(struct walk *w)
{
    uint16_t len = reader_u16(&w->r);
    return reader_bytes(&w->r, len);
}

static uint32_t
read_varint(struct walk *w)
{
    uint32_t value = 0;
    size_t len = 0, at = reader_at(&w->r);
    struct slice rest = slice_of(w->r.pos, reader_left(&w->r));
    if (mqtt_varint_decode(rest, &value, &len) == MQTT_VARINT_TOO_LONG) {
        broken(w, &rule_length, at, 4);
        w->stopped = w->r.failed = true;
        return 0;
    }
    value = mqtt_varint_read(&w->r);
    if (!w->r.failed && len > mqtt_varint_len(value))
        broken(w, &rule_padded, at, len);
    return value;
}

/* --- properties (2.2.2) --------------------------------------------------- */

/* Reads the value and says it in note n. */
static void
read_property_value(struct walk *w, struct mqtt_property *prop)
{
    switch ((enum mqtt_kind)prop->row->kind) {
    case KIND_U8: prop->number = reader_u8(&w->r); break;
    case KIND_U16: prop->number = reader_u16(&w->r); break;
    case KIND_U32: prop->number = reader_u32(&w->r); break;
    case KIND_VARINT: prop->number = read_varint(w); break;
    case KIND_PAIR:
        prop->text = read_counted(w);
        check_text(w, prop->text, &rule_pair, &rule_pair);
        prop->value = read_counted(w);
        check_text(w, prop->value, &rule_pair, &rule_pair);
        break;
    case KIND_STRING:
        prop->text = read_counted(w);
        check_text(w, prop->text, &rule_utf8, &rule_nul);
        break;
    default: prop->text = read_counted(w); break;
    }
}

static void
note_property(struct walk *w, size_t at, const struct mqtt_property *prop,
              const char *section)
{
    const struct mqtt_property_row *row = prop->row;
    struct mqtt_note *n = note_at(w, at, 1, row->label, section);
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
    n = note_at(w, at, 2, "Identifier", "2.2.2.2");
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

/* One property; false when the rest of the properties cannot be placed. */
static bool
read_property(struct walk *w, uint32_t home, uint64_t *seen,
              const char *section)
{
    size_t at = reader_at(&w->r);
    struct mqtt_property prop = {.row = mqtt_property_row(read_varint(w))};
    if (w->r.failed)
        return false;
    if (!prop.row) {
        broken(w, &rule_unknown, at, reader_at(&w->r) - at);
        return false;
    }
    read_property_value(w, &prop);
    if (w->r.failed)
        return false;
    size_t len = reader_at(&w->r) - at;
    uint64_t bit = (uint64_t)1 << prop.row->id;
    /* The Subscription Identifier stands once in SUBSCRIBE (3.8.2.1.2), though
     * a PUBLISH may carry several. */
    bool many = prop.row->many && !(prop.row->id == MQTT_P_subscription_identifier &&
                                    home == P(SUBSCRIBE));
    if (!(prop.row->packets & home))
        broken(w, &rule_misplaced, at, len);
    else if ((*seen & bit) && !many)
        broken(w, &rule_repeated, at, len);
    *seen |= bit;
    if (prop.row->max &&
        (prop.number < prop.row->min || prop.number > prop.row->max))
        broken(w, prop.row->id == MQTT_P_topic_alias ? &rule_alias : &rule_range,
               at, len);
    note_property(w, at, &prop, section);
    return true;
}

/* Property Length, then that many bytes; a property that cannot be placed ends
 * the properties, not the packet, since the length says where they end. */
static void
read_properties(struct walk *w, const struct mqtt_row *row)
{
    size_t at = reader_at(&w->r);
    uint32_t len = read_varint(w);
    size_t length_bytes = reader_at(&w->r) - at;
    struct slice all = reader_bytes(&w->r, len);
    if (w->stopped || cut(w, at))
        return;
    note_row(w, at, row);

    const char *section = mqtt_row_section(row, w->p->version);
    bool is_will = row->field == MQTT_F_will_properties;
    uint32_t home = is_will ? P(WILL) : 1u << w->p->type;
    struct reader outer = w->r;
    uint64_t seen = 0;
    w->r.pos = all.ptr;
    w->r.end = all.ptr + all.len;
    if (w->notes) {
        struct mqtt_note *n =
            note_at(w, at, 1, "Property Length", "2.2.2.1");
        n->len = (uint32_t)length_bytes;
        n->number = len;
        n->value = NOTE_NUMBER;
    }
    const uint8_t *good = all.ptr;
    while (w->r.pos < w->r.end && read_property(w, home, &seen, section))
        good = w->r.pos;
    if (w->r.failed && !w->stopped)
        broken(w, &rule_cut, (size_t)(good - w->r.start),
               (size_t)(w->r.end - good));
    if (good < w->r.end)
        note_rest(w, (size_t)(good - w->r.start), 1, "not understood")
            ->property = *good;
    w->r = outer;
    w->stopped = false;
    mqtt_field_set_slice(w->p, row, slice_of(all.ptr, (size_t)(good - all.ptr)));
}

/* --- lists to the end of the packet --------------------------------------- */

static void
note_bits(struct walk *w, const struct mqtt_row *row, size_t at, uint8_t byte,
          int depth)
{
    struct mqtt_note *n = note_at(w, at, depth, row->label,
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
note_options(struct walk *w, size_t at, uint8_t byte)
{
    struct mqtt_note *n =
        note_at(w, at, 1, "Subscription Options",
                w->p->version == MQTT_50 ? "3.8.3.1" : "3.8.3");
    n->value = NOTE_NUMBER;
    n->number = byte;
    struct mqtt_layout l = mqtt_layout_options();
    for (size_t i = 0; i < l.count; i++)
        if (mqtt_version_in(w->p->version, l.rows[i].versions))
            note_bits(w, &l.rows[i], at, byte, 2);
}

static void
read_filters(struct walk *w, const struct mqtt_row *row)
{
    const uint8_t *first = w->r.pos, *good = first;
    note_row(w, reader_at(&w->r), row)->len = (uint32_t)reader_left(&w->r);
    while (reader_left(&w->r) > 0) {
        size_t at = reader_at(&w->r);
        struct slice filter = read_counted(w);
        if (cut(w, at))
            break;
        check_text(w, filter, &rule_utf8, &rule_nul);
        struct mqtt_note *n = note_at(w, at, 1, "Topic Filter",
                                      mqtt_row_section(row, w->p->version));
        n->name = "filter";
        n->value = NOTE_TEXT;
        n->text = filter;
        if (row->kind == KIND_FILTERS) {
            size_t options_at = reader_at(&w->r);
            uint8_t options = reader_u8(&w->r);
            if (cut(w, options_at))
                break;
            if (w->notes)
                note_options(w, options_at, options);
        }
        good = w->r.pos;
    }
    if (w->stopped && w->notes && w->noted < (size_t)(w->r.end - w->r.start))
        note_rest(w, w->noted, 1, "not understood");
    if (good > first || !w->stopped)
        mqtt_field_set_slice(w->p, row,
                             slice_of(first, (size_t)(good - first)));
}

static void
read_codes(struct walk *w, const struct mqtt_row *row)
{
    size_t at = reader_at(&w->r);
    struct slice codes = reader_bytes(&w->r, reader_left(&w->r));
    mqtt_field_set_slice(w->p, row, codes);
    if (!w->notes)
        return;
    note_row(w, at, row);
    for (size_t i = 0; i < codes.len; i++) {
        struct mqtt_note *n = note_at(w, at + i, 1, "Reason Code",
                                      mqtt_row_section(row, w->p->version));
        n->len = 1;
        n->value = NOTE_REASON;
        n->number = codes.ptr[i];
    }
}

/* --- the walk -------------------------------------------------------------- */

static bool
is_there(const struct walk *w, const struct mqtt_row *row)
{
    const struct mqtt_packet *p = w->p;
    if (!mqtt_version_in(p->version ? p->version : MQTT_50, row->versions))
        return false;
    bool more = reader_left(&w->r) > 0;
    switch ((enum mqtt_when)row->when) {
    case WHEN_ALWAYS: return true;
    case WHEN_IF_QOS: return p->qos > 0;
    case WHEN_IF_WILL: return p->will_flag;
    /* In 3.1 (section 3.1) Remaining Length has the last word: flagged and yet
     * missing is valid. */
    case WHEN_IF_USER_NAME:
        return p->user_name_flag && (more || p->version != MQTT_31);
    case WHEN_IF_PASSWORD:
        return p->password_flag && (more || p->version != MQTT_31);
    case WHEN_IF_MORE: return more;
    }
    return false;
}

/* CONNECT says which version its own remaining fields are in. */
static void
learn_version(struct walk *w, size_t at)
{
    struct mqtt_packet *p = w->p;
    struct slice name = p->protocol_name;
    p->version = mqtt_version_of(name, p->protocol_level);
    if (p->version)
        return;
    if (slice_is(name, "MQTT") || slice_is(name, "MQIsdp"))
        broken(w, &rule_version, at, 1);
    else
        broken(w, &rule_name, at - name.len, name.len);
    w->stopped = true; /* what follows could mean anything */
}

static void
read_number(struct walk *w, const struct mqtt_row *row)
{
    size_t at = reader_at(&w->r);
    uint32_t value = row->kind == KIND_U8 ? reader_u8(&w->r)
                                          : reader_u16(&w->r);
    if (cut(w, at))
        return;
    mqtt_field_set_number(w->p, row, value);
    struct mqtt_note *n = note_row(w, at, row);
    n->number = value;
    n->value = row->field == MQTT_F_reason ? NOTE_REASON : NOTE_NUMBER;
    if (row->field == MQTT_F_protocol_level)
        learn_version(w, at);
}

static void
read_text(struct walk *w, const struct mqtt_row *row)
{
    size_t at = reader_at(&w->r);
    struct slice text = row->kind == KIND_REST
                            ? reader_bytes(&w->r, reader_left(&w->r))
                            : read_counted(w);
    if (cut(w, at))
        return;
    mqtt_field_set_slice(w->p, row, text);
    if (row->kind == KIND_STRING)
        check_text(w, text, &rule_utf8, &rule_nul);
    struct mqtt_note *n = note_row(w, at, row);
    n->value = row->kind == KIND_STRING ? NOTE_TEXT : NOTE_BYTES;
    n->text = text;
}

static void
read_bits(struct walk *w, const struct mqtt_row *row)
{
    unsigned mask = (1u << (row->high - row->low + 1)) - 1;
    mqtt_field_set_number(w->p, row, (w->byte >> row->low) & mask);
    if (w->notes)
        note_bits(w, row, w->byte_at, w->byte, 1);
}

static void
read_row(struct walk *w, const struct mqtt_row *row)
{
    switch ((enum mqtt_kind)row->kind) {
    case KIND_U8:
    case KIND_U16: read_number(w, row); break;
    case KIND_BYTE: {
        w->byte_at = reader_at(&w->r);
        w->byte = reader_u8(&w->r);
        if (cut(w, w->byte_at))
            break;
        struct mqtt_note *n = note_row(w, w->byte_at, row);
        n->value = NOTE_NUMBER;
        n->number = w->byte;
        break;
    }
    case KIND_BITS: read_bits(w, row); break;
    case KIND_PROPERTIES: read_properties(w, row); break;
    case KIND_FILTERS:
    case KIND_TOPICS: read_filters(w, row); break;
    case KIND_CODES: read_codes(w, row); break;
    default: read_text(w, row); break;
    }
}

static void
read_rows(struct walk *w, struct mqtt_layout l)
{
    for (size_t i = 0; i < l.count && !w->stopped; i++) {
        w->field = l.rows[i].field;
        if (is_there(w, &l.rows[i]))
            read_row(w, &l.rows[i]);
    }
    if (!w->stopped)
        w->field = MQTT_FIELDS;
}

/* Type, flags and Remaining Length (2.1). */
static void
read_fixed_header(struct walk *w)
{
    struct mqtt_packet *p = w->p;
    w->byte_at = 0;
    w->byte = reader_u8(&w->r);
    if (cut(w, 0))
        return;
    bool v5 = p->version == MQTT_50;
    struct mqtt_note *n =
        note_at(w, 0, 0, "Packet type and flags", v5 ? "2.1" : "2.2");
    n->value = NOTE_NUMBER;
    n->number = w->byte;
    if (w->notes) {
        n = note_at(w, 0, 1, "Packet type", v5 ? "2.1.2" : "2.2.1");
        n->is_bits = true;
        n->high = 7;
        n->low = 4;
        n->value = NOTE_TYPE;
        n->number = p->type;
    }
    read_rows(w, mqtt_layout_first(p->type));
    size_t at = reader_at(&w->r);
    p->remaining_length = read_varint(w);
    p->present |= MQTT_BIT(MQTT_F_remaining_length);
    if (w->stopped || cut(w, at))
        return;
    n = note_at(w, at, 0, "Remaining Length", v5 ? "2.1.4" : "2.2.3");
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

/* In sanitizer builds a member that this packet has no row for is poison: who
 * reads it gets a pointer that crashes and numbers that make no sense. */
static void
poison_foreign_members(struct mqtt_packet *p)
{
#ifdef __SANITIZE_ADDRESS__
    static const struct {
        size_t offset, size;
    } members[MQTT_FIELDS] = {
#define FIELD(name, type, ...) {offsetof(struct mqtt_packet, name), sizeof(type)},
#include "mqtt/fields.def"
#undef FIELD
    };
    enum mqtt_version v = p->version ? p->version : MQTT_50; /* as is_there */
    for (int f = 0; f < MQTT_FIELDS; f++)
        if (f != MQTT_F_remaining_length &&
            !mqtt_layout_find(p->type, v, (enum mqtt_field)f))
            memset((char *)p + members[f].offset, 0xee, members[f].size);
#else
    (void)p;
#endif
}

bool
mqtt_decode(struct slice bytes, enum mqtt_version v, struct mqtt_packet *p,
            struct mqtt_report *report, struct mqtt_notes *notes)
{
    struct mqtt_frame frame;
    struct walk w = {.r = reader_of(bytes), .p = p, .report = report,
                     .notes = notes, .field = MQTT_FIELDS};
    report->count = 0;
    mqtt_frame_next(bytes, &frame);
    if (frame.type == MQTT_CONNECT)
        v = peek_version(bytes, &frame);
    *p = (struct mqtt_packet){.type = frame.type, .version = v};
    read_fixed_header(&w);
    if (!w.stopped && frame.len < bytes.len)
        w.r.end = w.r.start + frame.len;
    read_rows(&w, mqtt_layout(p->type));
    if (!w.stopped && reader_left(&w.r) > 0) {
        broken(&w, &rule_left_over, reader_at(&w.r), reader_left(&w.r));
        note_rest(&w, reader_at(&w.r), 0, "left over");
    } else if (!w.stopped && frame.len > bytes.len) {
        broken(&w, &rule_cut, bytes.len, 0); /* between two fields */
    } else if (w.stopped && w.noted < (size_t)(w.r.end - w.r.start)) {
        note_rest(&w, w.noted, 0, "not understood");
    }
    poison_foreign_members(p);
    return report->count == 0;
}
