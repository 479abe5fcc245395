/* packet.c - one Control Packet as a value.
 * SPDX-License-Identifier: MIT */
#include "mqtt/packet.h"

#include "base/reader.h"
#include "base/writer.h"
#include "mqtt/layout.def"
#include "mqtt/layout.h"

static const struct mqtt_packet_row rows[MQTT_TYPES] = {
    [MQTT_NO_TYPE] = {"reserved", 0, 0, 0, "2.1.2", "2.2.1"},
#define PACKET(name, number, flags, sent_by, versions, section5, section311) \
    [number] = {#name, flags, sent_by, versions, section5, section311},
#include "mqtt/packets.def"
#undef PACKET
};

const struct mqtt_packet_row *
mqtt_packet_row(enum mqtt_type type)
{
    return &rows[type > MQTT_NO_TYPE && type < MQTT_TYPES ? type : 0];
}

enum mqtt_type
mqtt_packet_parse(struct slice name)
{
    for (int i = 1; i < MQTT_TYPES; i++)
        if (slice_is(name, rows[i].name))
            return (enum mqtt_type)i;
    return MQTT_NO_TYPE;
}

#ifdef __SANITIZE_ADDRESS__
static bool
has_row(struct mqtt_layout l, unsigned versions, int field)
{
    for (size_t i = 0; i < l.count; i++)
        if (l.rows[i].field == field && (l.rows[i].versions & versions))
            return true;
    return false;
}

void
mqtt_packet_poison(struct mqtt_packet *p, unsigned versions)
{
    static const struct {
        size_t offset, size;
    } members[MQTT_FIELDS] = {
#define FIELD(name, type, ...) \
    {offsetof(struct mqtt_packet, name), sizeof(type)},
#include "mqtt/fields.def"
#undef FIELD
    };
    for (int f = 0; f < MQTT_FIELDS; f++)
        if (f != MQTT_F_remaining_length &&
            !has_row(mqtt_layout_first(p->type), versions, f) &&
            !has_row(mqtt_layout(p->type), versions, f))
            memset((char *)p + members[f].offset, 0xee, members[f].size);
}
#endif

#define EMPTY_ROW(kind, field, ...) p->field = (__typeof__(p->field)){0};
#define EMPTY_BITS(field, ...) p->field = 0;
#define NOTHING(...)

static void
fill_in_protocol(struct mqtt_packet *p)
{
    MQTT_SET(p, protocol_name, slice_str(mqtt_version_protocol(p->version)));
    MQTT_SET(p, protocol_level, (uint8_t)p->version);
}

/* What has only one right value. With a type that the compiler knows this is
 * one store. */
static inline void
fill_in(struct mqtt_packet *p, enum mqtt_type type, uint8_t flags)
{
    if (flags != FLAGS_VARY)
        p->flags = flags;
    if (type == MQTT_CONNECT)
        fill_in_protocol(p);
}

struct mqtt_packet
mqtt_packet_make(enum mqtt_type type, enum mqtt_version v)
{
    struct mqtt_packet p = {.type = type, .version = v};
    fill_in(&p, type, mqtt_packet_row(type)->flags);
    return p;
}

void
mqtt_packet_init(struct mqtt_packet *p, enum mqtt_type type,
                 enum mqtt_version v)
{
    p->type = type;
    p->version = v;
    p->present = 0;
    p->remaining_length = 0;
    LAYOUT_FIRST_PUBLISH(NOTHING, NOTHING, EMPTY_BITS)
    LAYOUT_FIRST_OTHER(NOTHING, NOTHING, EMPTY_BITS)
    mqtt_packet_poison(p, V_ALL);
    switch (type) {
#define PACKET(name, number, flags, ...)              \
    case MQTT_##name:                                 \
        LAYOUT_##name(EMPTY_ROW, NOTHING, EMPTY_BITS) \
        fill_in(p, MQTT_##name, flags);               \
        break;
#include "mqtt/packets.def"
#undef PACKET
    default: break;
    }
}

/* The options byte is a small layout of its own, over struct mqtt_filter. */
uint8_t
mqtt_options_pack(const struct mqtt_filter *f, enum mqtt_version v)
{
    struct mqtt_layout l = mqtt_layout_options();
    uint8_t byte = 0;
    for (size_t i = 0; i < l.count; i++) {
        const struct mqtt_row *row = &l.rows[i];
        if (mqtt_version_in(v, row->versions))
            byte |= (uint8_t)(*((const uint8_t *)f + row->offset) << row->low);
    }
    return byte;
}

void
mqtt_options_unpack(struct mqtt_filter *f, uint8_t byte, enum mqtt_version v)
{
    struct mqtt_layout l = mqtt_layout_options();
    for (size_t i = 0; i < l.count; i++) {
        const struct mqtt_row *row = &l.rows[i];
        unsigned mask = (1u << (row->high - row->low + 1)) - 1;
        if (mqtt_version_in(v, row->versions))
            *((uint8_t *)f + row->offset) = (byte >> row->low) & mask;
    }
}

bool
mqtt_filter_next(const struct mqtt_packet *p, struct slice *rest,
                 struct mqtt_filter *out)
{
    if (rest->len == 0)
        return false;
    struct reader r = reader_of(*rest);
    *out = (struct mqtt_filter){0};
    out->filter = reader_bytes(&r, reader_u16(&r));
    if (p->type == MQTT_SUBSCRIBE)
        mqtt_options_unpack(out, reader_u8(&r), p->version);
    *rest = slice_from(*rest, reader_at(&r));
    return !r.failed;
}

void
mqtt_filter_add(struct buf *out, const struct mqtt_packet *p,
                const struct mqtt_filter *f)
{
    writer_u16(out, (uint16_t)f->filter.len);
    buf_add(out, f->filter);
    if (p->type == MQTT_SUBSCRIBE)
        writer_u8(out, mqtt_options_pack(f, p->version));
}
