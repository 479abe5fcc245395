/* functions_tables.c - the tables of the protocol, for `for each`.
 * SPDX-License-Identifier: MIT
 *
 * All come from the tables that encode and decode, so nothing is stated twice
 * and a row that is added there is swept here.                               */
#include "conformance/engine/functions_tables.h"

#include "base/writer.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"
#include "mqtt/varint.h"

static struct value
record(struct arena *arena, const char *const *names,
       const struct value *values, size_t count)
{
    struct slice *n = arena_alloc(arena, count * sizeof *n);
    struct value *v = arena_alloc(arena, count * sizeof *v);
    for (size_t i = 0; i < count; i++) {
        n[i] = slice_str(names[i]);
        v[i] = values[i];
    }
    struct value r = value_list(v, count);
    r.kind = VALUE_RECORD;
    r.names = n;
    return r;
}

/* A value of that kind as it stands on the wire; n where it is a number. */
static struct value
number_bytes(struct arena *arena, const struct mqtt_property_row *row,
             uint32_t n)
{
    struct buf b = {0};
    switch ((enum mqtt_kind)row->kind) {
    case KIND_U8: writer_u8(&b, (uint8_t)n); break;
    case KIND_U16: writer_u16(&b, (uint16_t)n); break;
    case KIND_U32: writer_u32(&b, n); break;
    case KIND_VARINT: mqtt_varint_add(&b, n); break;
    case KIND_PAIR: buf_add(&b, slice_of("\0\1k\0\1v", 6)); break;
    default: buf_add(&b, slice_of("\0\1x", 3)); break;
    }
    struct value v = value_bytes(arena_copy(arena, buf_slice(&b)));
    buf_release(&b);
    return v;
}

/* A right one. */
static struct value
sample_bytes(struct arena *arena, const struct mqtt_property_row *row)
{
    return number_bytes(arena, row, row->min ? row->min : 1);
}

static enum mqtt_type
type_of(const struct call *c, bool *is_will)
{
    struct slice name = c->count ? c->args[0].text : slice_str("");
    *is_will = slice_is(name, "WILL");
    return mqtt_packet_parse(name);
}

/* Where a property may stand: the packet's bit. */
static bool
home_of(const struct call *c, uint32_t *home)
{
    bool is_will;
    enum mqtt_type type = type_of(c, &is_will);
    if (!type && !is_will)
        return eval_fail(c->e, c->x->at, "wants the name of a packet");
    *home = is_will ? P(WILL) : 1u << type;
    return true;
}

/* Records of properties, as they are gathered. */
struct property_list {
    struct value *items; /* in the arena */
    size_t count;        /* of items */
};

static void
list_add(const struct call *c, struct property_list *list,
         const struct mqtt_property_row *row, struct value value)
{
    static const char *const names[] = {"name", "id", "value"};
    const struct value values[] = {value_text(row->symbol),
                                   value_number(row->id), value};
    list->items =
        arena_grow(c->e->arena, list->items, list->count, sizeof *list->items);
    list->items[list->count++] = record(c->e->arena, names, values, 3);
}

static bool
properties_where(struct call *c, bool allowed, struct value *out)
{
    const struct mqtt_property_row *row;
    struct property_list list = {0};
    uint32_t home;
    if (!home_of(c, &home))
        return false;
    for (size_t i = 0; (row = mqtt_property_at(i)); i++) {
        if (((row->packets & home) != 0) != allowed)
            continue;
        list_add(c, &list, row, sample_bytes(c->e->arena, row));
    }
    *out = value_list(list.items, list.count);
    return true;
}

bool
call_properties_not_allowed(struct call *c, struct value *out)
{
    return properties_where(c, false, out);
}

bool
call_properties_allowed(struct call *c, struct value *out)
{
    return properties_where(c, true, out);
}

/* properties_once(PUBLISH): those that may stand only once. */
bool
call_properties_once(struct call *c, struct value *out)
{
    if (!properties_where(c, true, out))
        return false;
    struct value *kept =
        arena_alloc(c->e->arena, (out->count + 1) * sizeof *kept);
    size_t n = 0;
    for (size_t i = 0; i < out->count; i++) {
        const struct mqtt_property_row *row =
            mqtt_property_row((uint32_t)out->items[i].items[1].number);
        if (!row->many)
            kept[n++] = out->items[i];
    }
    *out = value_list(kept, n);
    return true;
}

/* properties_out_of_range(CONNECT): the same records, with the values next to
 * the range, where the kind of number has such a value. */
bool
call_properties_out_of_range(struct call *c, struct value *out)
{
    const struct mqtt_property_row *row;
    struct property_list list = {0};
    uint32_t home;
    if (!home_of(c, &home))
        return false;
    for (size_t i = 0; (row = mqtt_property_at(i)); i++) {
        if (!(row->packets & home))
            continue;
        if (row->min > 0)
            list_add(c, &list, row,
                     number_bytes(c->e->arena, row, row->min - 1));
        if (row->kind == KIND_U8 && row->max < UINT8_MAX) {
            list_add(c, &list, row,
                     number_bytes(c->e->arena, row, row->max + 1));
            list_add(c, &list, row,
                     number_bytes(c->e->arena, row, UINT8_MAX));
        }
    }
    *out = value_list(list.items, list.count);
    return true;
}

static bool
code_is_of(enum mqtt_version v, uint8_t code, uint32_t packets)
{
    const struct mqtt_reason_row *row;
    for (size_t i = 0; (row = mqtt_reason_at(v, i)); i++)
        if (row->code == code && (row->packets & packets))
            return true;
    return false;
}

/* The codes that any of these packets may carry, less those of `not_of`. */
static void
codes_where(struct call *c, uint32_t packets, uint32_t not_of,
            struct value *out)
{
    const struct mqtt_reason_row *row;
    struct value *items = NULL;
    size_t n = 0;
    for (size_t i = 0; (row = mqtt_reason_at(c->e->version, i)); i++) {
        if (!(row->packets & packets) ||
            code_is_of(c->e->version, row->code, not_of))
            continue;
        struct value v = value_number(row->code);
        bool is_new = true;
        for (size_t k = 0; k < n; k++)
            is_new &= items[k].number != v.number;
        if (!is_new)
            continue;
        items = arena_grow(c->e->arena, items, n, sizeof *items);
        items[n++] = v;
    }
    *out = value_list(items, n);
}

/* reason_codes(PUBACK): those the table gives that packet; without a packet
 * all of the version. */
bool
call_reason_codes(struct call *c, struct value *out)
{
    bool is_will;
    enum mqtt_type type = type_of(c, &is_will);
    codes_where(c, type ? 1u << type : UINT32_MAX, 0, out);
    return true;
}

/* reason_codes_of_others(PUBACK): those that only other packets have. */
bool
call_reason_codes_of_others(struct call *c, struct value *out)
{
    bool is_will;
    enum mqtt_type type = type_of(c, &is_will);
    codes_where(c, UINT32_MAX, type ? 1u << type : 0, out);
    return true;
}

bool
call_packet_types(struct call *c, struct value *out)
{
    struct value *items = arena_alloc(c->e->arena, 16 * sizeof *items);
    size_t n = 0;
    for (int t = 1; t < MQTT_TYPES; t++)
        if (mqtt_version_in(c->e->version,
                            mqtt_packet_row((enum mqtt_type)t)->versions))
            items[n++] = value_text(mqtt_packet_row((enum mqtt_type)t)->name);
    *out = value_list(items, n);
    return true;
}

/* Ill-formed UTF-8, at least one of each class (1.5.4). */
/* clang-format off */
static const struct {
    const char *name;
    const char *bytes;
    size_t len;
} bad_texts[] = {
    /* name                                  bytes                   length */
    {"a lone continuation byte",             "a\x80z",               3},
    {"a lone first byte of two",             "a\xc3z",               3},
    {"a sequence cut off",                   "a\xe2\x82",            3},
    {"a sequence broken by a letter",        "a\xf0\x9f\x98z",       5},
    {"an overlong slash",                    "a\xc0\xafz",           4},
    {"an overlong U+0000",                   "a\xc0\x80z",           4},
    {"an overlong form of three bytes",      "a\xe0\x80\xafz",       5},
    {"an overlong form of four bytes",       "a\xf0\x80\x80\xafz",   6},
    {"a surrogate, U+D800",                  "a\xed\xa0\x80z",       5},
    {"a surrogate, U+DFFF",                  "a\xed\xbf\xbfz",       5},
    {"two surrogates for one character",     "a\xed\xa0\xbd\xed\xb8\x80z", 8},
    {"beyond U+10FFFF",                      "a\xf4\x90\x80\x80z",   6},
    {"a form of five bytes",                 "a\xf8\x88\x80\x80\x80z", 7},
    {"a byte that never occurs",             "a\xffz",               3},
};
enum { BAD_TEXTS = sizeof bad_texts / sizeof bad_texts[0] };
/* clang-format on */

bool
call_bad_utf8(struct call *c, struct value *out)
{
    static const char *const names[] = {"name", "bytes"};
    struct value *items = arena_alloc(c->e->arena, BAD_TEXTS * sizeof *items);
    for (size_t i = 0; i < BAD_TEXTS; i++) {
        const struct value values[] = {
            value_text(bad_texts[i].name),
            value_bytes(slice_of(bad_texts[i].bytes, bad_texts[i].len))};
        items[i] = record(c->e->arena, names, values, 2);
    }
    *out = value_list(items, BAD_TEXTS);
    return true;
}

static void
add_string(struct buf *b, const char *bytes, size_t len)
{
    writer_u16(b, (uint16_t)len);
    buf_add(b, slice_of(bytes, len));
}

/* A string, or a pair in whose name or value the bad text stands. */
static void
add_bad_text(struct call *c, struct property_list *list,
             const struct mqtt_property_row *row, size_t bad, bool in_value)
{
    struct buf b = {0};
    if (row->kind == KIND_PAIR && in_value)
        add_string(&b, "k", 1);
    add_string(&b, bad_texts[bad].bytes, bad_texts[bad].len);
    if (row->kind == KIND_PAIR && !in_value)
        add_string(&b, "v", 1);
    list_add(c, list, row,
             value_bytes(arena_copy(c->e->arena, buf_slice(&b))));
    buf_release(&b);
}

/* properties_bad_text(PUBLISH): the same records, once for each ill-formed
 * text; a pair twice, for its name and its value. */
bool
call_properties_bad_text(struct call *c, struct value *out)
{
    const struct mqtt_property_row *row;
    struct property_list list = {0};
    uint32_t home;
    if (!home_of(c, &home))
        return false;
    for (size_t i = 0; (row = mqtt_property_at(i)); i++) {
        bool is_pair = row->kind == KIND_PAIR;
        if (!(row->packets & home) || (row->kind != KIND_STRING && !is_pair))
            continue;
        for (size_t bad = 0; bad < BAD_TEXTS; bad++) {
            add_bad_text(c, &list, row, bad, false);
            if (is_pair)
                add_bad_text(c, &list, row, bad, true);
        }
    }
    *out = value_list(list.items, list.count);
    return true;
}
