/* layout.c - layout.def expanded into tables.
 * SPDX-License-Identifier: MIT
 *
 * The _Generic below ties the kind of a row to the type of its member: a U16
 * row over a one-byte member does not compile.                               */
#include "mqtt/layout.h"

#include "mqtt/layout.def"
#include "mqtt/varint.h"

#define IS(type, member)                                             \
    (0 * sizeof(char[_Generic(((struct mqtt_packet *)0)->member,     \
                         type: 1, default: -1)]))
#define CHECK_U8(m) IS(uint8_t, m)
#define CHECK_U16(m) IS(uint16_t, m)
#define CHECK_STRING(m) IS(struct slice, m)
#define CHECK_BINARY(m) IS(struct slice, m)
#define CHECK_PROPERTIES(m) IS(struct slice, m)
#define CHECK_FILTERS(m) IS(struct slice, m)
#define CHECK_TOPICS(m) IS(struct slice, m)
#define CHECK_CODES(m) IS(struct slice, m)
#define CHECK_REST(m) IS(struct slice, m)

#define ROW(kind, field, versions, when, label, section5, section311)       \
    {KIND_##kind, MQTT_F_##field, versions, WHEN_##when, 0, 0,              \
     offsetof(struct mqtt_packet, field) + CHECK_##kind(field), label,      \
     section5, section311},
#define BYTE(versions, label, section5, section311) \
    {KIND_BYTE, MQTT_FIELDS, versions, WHEN_ALWAYS, 7, 0, 0, label, \
     section5, section311},
#define BITS(field, high, low, versions, label, section5, section311)      \
    {KIND_BITS, MQTT_F_##field, versions, WHEN_ALWAYS, high, low,          \
     offsetof(struct mqtt_packet, field) + IS(uint8_t, field), label,      \
     section5, section311},

static const struct mqtt_row first_publish[] = {
    LAYOUT_FIRST_PUBLISH(ROW, BYTE, BITS)};
static const struct mqtt_row first_other[] = {
    LAYOUT_FIRST_OTHER(ROW, BYTE, BITS)};

/* A last row of zeroes, never counted, lets PINGREQ's empty list compile. */
#define PACKET(name, ...)                     \
    static const struct mqtt_row rows_##name[] = { \
        LAYOUT_##name(ROW, BYTE, BITS){.label = NULL}};
#include "mqtt/packets.def"
#undef PACKET

static const struct mqtt_layout layouts[MQTT_TYPES] = {
#define PACKET(name, ...) \
    [MQTT_##name] = {rows_##name, sizeof rows_##name / sizeof rows_##name[0] - 1},
#include "mqtt/packets.def"
#undef PACKET
};

#undef BITS
#define BITS(member, high, low, versions, label, section5, section311) \
    {KIND_BITS, 0, versions, WHEN_ALWAYS, high, low,                   \
     offsetof(struct mqtt_filter, member), label, section5, section311},
static const struct mqtt_row options[] = {LAYOUT_OPTIONS(BITS)};

static const char *const field_names[MQTT_FIELDS][2] = {
#define FIELD(name, type, other) {#name, other},
#include "mqtt/fields.def"
#undef FIELD
};

struct mqtt_layout
mqtt_layout(enum mqtt_type type)
{
    if (type <= MQTT_NO_TYPE || type >= MQTT_TYPES)
        return (struct mqtt_layout){NULL, 0};
    return layouts[type];
}

struct mqtt_layout
mqtt_layout_first(enum mqtt_type type)
{
    if (type == MQTT_PUBLISH)
        return (struct mqtt_layout){first_publish, 3};
    return (struct mqtt_layout){first_other, 1};
}

struct mqtt_layout
mqtt_layout_options(void)
{
    return (struct mqtt_layout){options, sizeof options / sizeof options[0]};
}

static const struct mqtt_row *
find_in(struct mqtt_layout l, enum mqtt_version v, enum mqtt_field field)
{
    for (size_t i = 0; i < l.count; i++)
        if (l.rows[i].field == field && mqtt_version_in(v, l.rows[i].versions))
            return &l.rows[i];
    return NULL;
}

const struct mqtt_row *
mqtt_layout_find(enum mqtt_type type, enum mqtt_version v,
                 enum mqtt_field field)
{
    const struct mqtt_row *row = find_in(mqtt_layout_first(type), v, field);
    return row ? row : find_in(mqtt_layout(type), v, field);
}

enum mqtt_field
mqtt_field_parse(struct slice name)
{
    for (int i = 0; i < MQTT_FIELDS && name.len > 0; i++)
        if (slice_is(name, field_names[i][0]) ||
            slice_is(name, field_names[i][1]))
            return (enum mqtt_field)i;
    return MQTT_FIELDS;
}

const char *
mqtt_field_name(enum mqtt_field field)
{
    return field < MQTT_FIELDS ? field_names[field][0] : "?";
}

bool
mqtt_row_is_number(const struct mqtt_row *row)
{
    return row->kind == KIND_U8 || row->kind == KIND_U16 ||
           row->kind == KIND_BITS;
}

uint32_t
mqtt_kind_max(enum mqtt_kind kind, const struct mqtt_row *row)
{
    switch (kind) {
    case KIND_U8: return UINT8_MAX;
    case KIND_U16: return UINT16_MAX;
    case KIND_U32: return UINT32_MAX;
    case KIND_VARINT: return MQTT_VARINT_MAX;
    case KIND_BITS: return (2u << (row->high - row->low)) - 1;
    default: return 0;
    }
}

uint32_t
mqtt_field_number(const struct mqtt_packet *p, const struct mqtt_row *row)
{
    const char *at = (const char *)p + row->offset;
    if (row->kind == KIND_U16)
        return *(const uint16_t *)(const void *)at;
    return mqtt_row_is_number(row) ? *(const uint8_t *)at : 0;
}

void
mqtt_field_set_number(struct mqtt_packet *p, const struct mqtt_row *row,
                      uint32_t value)
{
    char *at = (char *)p + row->offset;
    if (row->kind == KIND_U16)
        *(uint16_t *)(void *)at = (uint16_t)value;
    else if (mqtt_row_is_number(row))
        *(uint8_t *)at = (uint8_t)value;
    p->present |= MQTT_BIT(row->field);
}

struct slice
mqtt_field_slice(const struct mqtt_packet *p, const struct mqtt_row *row)
{
    if (mqtt_row_is_number(row) || row->kind == KIND_BYTE)
        return (struct slice){NULL, 0};
    return *(const struct slice *)(const void *)((const char *)p + row->offset);
}

void
mqtt_field_set_slice(struct mqtt_packet *p, const struct mqtt_row *row,
                     struct slice value)
{
    *(struct slice *)(void *)((char *)p + row->offset) = value;
    p->present |= MQTT_BIT(row->field);
}
