/* value.c - what an expression of a script turns out to be.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/value.h"

#include <inttypes.h>

#include "base/hex.h"
#include "mqtt/print.h"
#include "mqtt/property.h"

enum { PRINT_MAX = 120 }; /* bytes of a text that are shown */

struct value
value_number(int64_t n)
{
    return (struct value){.kind = VALUE_NUMBER, .number = n};
}

struct value
value_bytes(struct slice s)
{
    return (struct value){.kind = VALUE_BYTES, .text = s};
}

struct value
value_text(const char *text)
{
    return value_bytes(slice_str(text));
}

struct value
value_list(const struct value *items, size_t count)
{
    return (struct value){.kind = VALUE_LIST, .items = items, .count = count};
}

struct value
value_packet(const struct got *g)
{
    return (struct value){.kind = VALUE_PACKET, .packet = g};
}

bool
value_is_true(struct value v)
{
    switch (v.kind) {
    case VALUE_ABSENT: return false;
    case VALUE_NUMBER: return v.number != 0;
    case VALUE_BYTES: return v.text.len > 0;
    case VALUE_LIST:
    case VALUE_RECORD: return v.count > 0;
    default: return true;
    }
}

static bool
lists_equal(struct value a, struct value b)
{
    if (a.count != b.count)
        return false;
    for (size_t i = 0; i < a.count; i++)
        if (!value_equal(a.items[i], b.items[i]))
            return false;
    return true;
}

bool
value_equal(struct value a, struct value b)
{
    if (a.kind == VALUE_LIST && b.kind != VALUE_LIST)
        return a.count == 1 && value_equal(a.items[0], b);
    if (b.kind == VALUE_LIST && a.kind != VALUE_LIST)
        return value_equal(b, a);
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case VALUE_ABSENT: return true;
    case VALUE_NUMBER: return a.number == b.number;
    case VALUE_BYTES: return slice_equal(a.text, b.text);
    case VALUE_PAIR:
        return slice_equal(a.text, b.text) && slice_equal(a.second, b.second);
    case VALUE_LIST:
    case VALUE_RECORD: return lists_equal(a, b);
    case VALUE_PACKET: return slice_equal(a.packet->bytes, b.packet->bytes);
    }
    return false;
}

/* "42" as a number: payloads that count are compared as what they say. */
static bool
as_number(struct value v, int64_t *n)
{
    if (v.kind == VALUE_NUMBER) {
        *n = v.number;
        return true;
    }
    if (v.kind != VALUE_BYTES || v.text.len == 0 || v.text.len > 18)
        return false;
    *n = 0;
    for (size_t i = 0; i < v.text.len; i++) {
        if (v.text.ptr[i] < '0' || v.text.ptr[i] > '9')
            return false;
        *n = *n * 10 + (v.text.ptr[i] - '0');
    }
    return true;
}

int
value_compare(struct value a, struct value b)
{
    int64_t x, y;
    if (a.kind == VALUE_LIST && a.count == 1)
        a = a.items[0];
    if (b.kind == VALUE_LIST && b.count == 1)
        b = b.items[0];
    if (as_number(a, &x) && as_number(b, &y))
        return x < y ? -1 : x > y;
    if (a.kind == VALUE_BYTES && b.kind == VALUE_BYTES)
        return slice_compare(a.text, b.text);
    return a.kind < b.kind ? -1 : a.kind > b.kind;
}

/* --- members -------------------------------------------------------------- */

static struct value
of_property(const struct mqtt_property *p)
{
    switch ((enum mqtt_kind)p->row->kind) {
    case KIND_PAIR:
        return (struct value){
            .kind = VALUE_PAIR, .text = p->text, .second = p->value};
    case KIND_STRING:
    case KIND_BINARY: return value_bytes(p->text);
    default: return value_number(p->number);
    }
}

/* One value; a list when it stands there more than once, or could. */
static struct value
property_member(struct arena *arena, const struct mqtt_packet *p,
                const struct mqtt_property_row *row)
{
    struct value *items = NULL;
    struct slice rest = got_properties(p);
    struct mqtt_property prop;
    size_t count = 0;
    while (mqtt_property_next(&rest, &prop)) {
        if (prop.row != row)
            continue;
        items = arena_grow(arena, items, count, sizeof *items);
        items[count++] = of_property(&prop);
    }
    if (count == 0)
        return (struct value){.kind = VALUE_ABSENT};
    return count == 1 && row->id != MQTT_P_user_property
               ? items[0]
               : value_list(items, count);
}

static struct value
codes_member(struct arena *arena, struct slice codes)
{
    struct value *items = NULL;
    for (size_t i = 0; i < codes.len; i++) {
        items = arena_grow(arena, items, i, sizeof *items);
        items[i] = value_number(codes.ptr[i]);
    }
    return value_list(items, codes.len);
}

static bool
field_member(struct arena *arena, const struct got *g, enum mqtt_field field,
             struct value *out)
{
    const struct mqtt_packet *p = &g->packet;
    const struct mqtt_row *row = mqtt_layout_find(p->type, p->version, field);
    *out = (struct value){.kind = VALUE_ABSENT};
    if (field == MQTT_F_remaining_length && (p->present & MQTT_BIT(field))) {
        *out = value_number(p->remaining_length); /* of no layout: of all */
        return true;
    }
    if (!row || !(p->present & MQTT_BIT(field))) {
        /* A tail that was left out means success (3.4.2.1). */
        if (row && field == MQTT_F_reason)
            *out = value_number(0);
        return true;
    }
    if (field == MQTT_F_topic)
        *out = value_bytes(g->topic);
    else if (row->kind == KIND_CODES)
        *out = codes_member(arena, p->codes);
    else if (mqtt_row_is_number(row))
        *out = value_number(mqtt_field_number(p, row));
    else
        *out = value_bytes(mqtt_field_slice(p, row));
    return true;
}

static bool
packet_member(struct arena *arena, const struct got *g, struct slice name,
              struct value *out)
{
    enum mqtt_field field = mqtt_field_parse(name);
    if (field != MQTT_FIELDS)
        return field_member(arena, g, field, out);
    const struct mqtt_property_row *row = mqtt_property_parse(name);
    if (row) {
        *out = property_member(arena, &g->packet, row);
        return true;
    }
    if (slice_is(name, "size"))
        *out = value_number((int64_t)g->bytes.len);
    else if (slice_is(name, "time"))
        *out = value_number((int64_t)g->time_us);
    else if (slice_is(name, "type"))
        *out = value_text(mqtt_packet_row(g->packet.type)->name);
    else if (slice_is(name, "client"))
        *out = value_bytes(g->client);
    else
        return false;
    return true;
}

bool
value_member(struct arena *arena, struct value v, struct slice name,
             struct value *out)
{
    if (v.kind == VALUE_PACKET)
        return packet_member(arena, v.packet, name, out);
    if (v.kind == VALUE_RECORD) {
        for (size_t i = 0; i < v.count; i++)
            if (slice_equal(v.names[i], name)) {
                *out = v.items[i];
                return true;
            }
        return false;
    }
    if (v.kind != VALUE_LIST)
        return false;
    struct value *items = arena_alloc(arena, (v.count + 1) * sizeof *items);
    for (size_t i = 0; i < v.count; i++)
        if (!value_member(arena, v.items[i], name, &items[i]))
            return false;
    *out = value_list(items, v.count);
    return true;
}

/* --- print ---------------------------------------------------------------- */

static void
print_bytes(struct buf *out, struct slice s)
{
    struct slice shown = slice_first(s, PRINT_MAX);
    if (hex_is_text(shown) || s.len == 0) {
        hex_quote(out, shown);
    } else {
        buf_add_str(out, "hex:\"");
        hex_print(out, shown, ' ');
        buf_add_byte(out, '"');
    }
    if (shown.len < s.len)
        buf_printf(out, "... (%zu bytes)", s.len);
}

void
value_print(struct buf *out, struct value v)
{
    switch (v.kind) {
    case VALUE_ABSENT: buf_add_str(out, "absent"); break;
    case VALUE_NUMBER: buf_printf(out, "%" PRId64, v.number); break;
    case VALUE_BYTES: print_bytes(out, v.text); break;
    case VALUE_PAIR:
        print_bytes(out, v.text);
        buf_add_byte(out, ':');
        print_bytes(out, v.second);
        break;
    case VALUE_PACKET:
        mqtt_print_line(out, &v.packet->packet,
                        (struct mqtt_print){.max_text = PRINT_MAX});
        break;
    case VALUE_LIST:
    case VALUE_RECORD:
        buf_add_byte(out, v.kind == VALUE_LIST ? '[' : '{');
        for (size_t i = 0; i < v.count; i++) {
            if (i)
                buf_add_byte(out, ' ');
            if (v.kind == VALUE_RECORD)
                buf_printf(out, "%.*s=", SLICE_ARG(v.names[i]));
            value_print(out, v.items[i]);
        }
        buf_add_byte(out, v.kind == VALUE_LIST ? ']' : '}');
        break;
    }
}
