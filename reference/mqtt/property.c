/* property.c - the properties of 5.0, walked in place.
 * SPDX-License-Identifier: MIT */
#include "mqtt/property.h"

#include "base/reader.h"
#include "base/writer.h"
#include "mqtt/varint.h"

#define ONCE false
#define MANY true
static const struct mqtt_property_row rows[] = {
#define PROPERTY(symbol, id, label, kind, packets, many, min, max, summary) \
    {#symbol, id, label, KIND_##kind, packets, many, min, max, summary},
#include "mqtt/properties.def"
#undef PROPERTY
};
enum { COUNT = sizeof rows / sizeof rows[0] };

const struct mqtt_property_row *
mqtt_property_at(size_t index)
{
    return index < COUNT ? &rows[index] : NULL;
}

/* Where the row of an id is, counted from 1; 0: there is none. */
enum {
#define PROPERTY(symbol, ...) AT_##symbol,
#include "mqtt/properties.def"
#undef PROPERTY
};
static const uint8_t row_of[MQTT_P_END] = {
#define PROPERTY(symbol, id, ...) [id] = AT_##symbol + 1,
#include "mqtt/properties.def"
#undef PROPERTY
};

const struct mqtt_property_row *
mqtt_property_row(uint32_t id)
{
    return id < MQTT_P_END && row_of[id] ? &rows[row_of[id] - 1] : NULL;
}

const struct mqtt_property_row *
mqtt_property_parse(struct slice symbol)
{
    for (size_t i = 0; i < COUNT; i++)
        if (slice_is(symbol, rows[i].symbol))
            return &rows[i];
    return NULL;
}

bool
mqtt_property_next(struct slice *rest, struct mqtt_property *out)
{
    if (rest->len == 0)
        return false;
    struct reader r = reader_of(*rest);
    uint32_t id = mqtt_varint_read(&r);
    *out = (struct mqtt_property){.row = mqtt_property_row(id)};
    if (!out->row)
        return false;
    switch ((enum mqtt_kind)out->row->kind) {
    case KIND_U8: out->number = reader_u8(&r); break;
    case KIND_U16: out->number = reader_u16(&r); break;
    case KIND_U32: out->number = reader_u32(&r); break;
    case KIND_VARINT: out->number = mqtt_varint_read(&r); break;
    case KIND_PAIR:
        out->text = reader_bytes(&r, reader_u16(&r));
        out->value = reader_bytes(&r, reader_u16(&r));
        break;
    default: out->text = reader_bytes(&r, reader_u16(&r)); break;
    }
    *rest = slice_from(*rest, reader_at(&r));
    return !r.failed;
}

bool
mqtt_property_find_in(struct slice properties, enum mqtt_property_id id,
                   struct mqtt_property *out)
{
    while (mqtt_property_next(&properties, out))
        if (out->row->id == id)
            return true;
    return false;
}

uint32_t
mqtt_property_number(struct slice properties, enum mqtt_property_id id,
                     uint32_t absent)
{
    struct mqtt_property p;
    return mqtt_property_find(properties, id, &p) ? p.number : absent;
}

struct slice
mqtt_property_text(struct slice properties, enum mqtt_property_id id)
{
    struct mqtt_property p;
    if (!mqtt_property_find(properties, id, &p))
        return (struct slice){NULL, 0};
    return p.text;
}

static void
add_text(struct buf *out, struct slice text)
{
    writer_u16(out, (uint16_t)text.len);
    buf_add(out, text);
}

void
mqtt_property_add(struct buf *out, const struct mqtt_property *p)
{
    mqtt_varint_add(out, p->row->id);
    switch ((enum mqtt_kind)p->row->kind) {
    case KIND_U8: writer_u8(out, (uint8_t)p->number); break;
    case KIND_U16: writer_u16(out, (uint16_t)p->number); break;
    case KIND_U32: writer_u32(out, p->number); break;
    case KIND_VARINT: mqtt_varint_add(out, p->number); break;
    case KIND_PAIR:
        add_text(out, p->text);
        add_text(out, p->value);
        break;
    default: add_text(out, p->text); break;
    }
}

void
mqtt_property_add_number(struct buf *out, enum mqtt_property_id id,
                         uint32_t number)
{
    struct mqtt_property p = {.row = mqtt_property_row(id), .number = number};
    mqtt_property_add(out, &p);
}

void
mqtt_property_add_text(struct buf *out, enum mqtt_property_id id,
                       struct slice text)
{
    struct mqtt_property p = {.row = mqtt_property_row(id), .text = text};
    mqtt_property_add(out, &p);
}

void
mqtt_property_add_pair(struct buf *out, enum mqtt_property_id id,
                       struct slice name, struct slice value)
{
    struct mqtt_property p = {mqtt_property_row(id), 0, name, value};
    mqtt_property_add(out, &p);
}
