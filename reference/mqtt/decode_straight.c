/* decode_straight.c - the packets that come by the thousand, decoded fast.
 * SPDX-License-Identifier: MIT
 *
 * Nothing about a packet is said here: the order and the conditions of fields
 * are the rows of layout.def, when a row is there says mqtt_row_is_there, what
 * a property may be says walk_properties.c. At the first doubt the function
 * gives up, and the walk over the table looks again and reports.             */
#include "mqtt/decode_straight.h"

#include "mqtt/layout.def"
#include "mqtt/varint.h"
#include "mqtt/walk.h"

/* --- fields: false when the walk has to look ------------------------------ */

static inline bool
read_u8(struct reader *r, const struct mqtt_packet *p, uint8_t *value)
{
    (void)p;
    *value = reader_u8(r);
    return !r->failed;
}

static inline bool
read_u16(struct reader *r, const struct mqtt_packet *p, uint16_t *value)
{
    (void)p;
    *value = reader_u16(r);
    return !r->failed;
}

static inline bool
read_string(struct reader *r, const struct mqtt_packet *p, struct slice *text)
{
    *text = reader_bytes(r, reader_u16(r));
    return !r->failed && mqtt_walk_is_good_string(*text, p->version);
}

static inline bool
read_rest(struct reader *r, const struct mqtt_packet *p, struct slice *bytes)
{
    (void)p;
    *bytes = reader_bytes(r, reader_left(r));
    return true;
}

static bool
walk_properties(struct reader *r, struct mqtt_packet *p)
{
    struct mqtt_report report = {.count = 0};
    struct mqtt_walk w = {.r = *r, .p = p, .report = &report};
    mqtt_walk_properties(
        &w, mqtt_layout_find(p->type, p->version, MQTT_F_properties));
    *r = w.r;
    return report.count == 0;
}

static inline bool
read_properties(struct reader *r, struct mqtt_packet *p, struct slice *bytes)
{
    if (reader_left(r) == 0 || *r->pos != 0)
        return walk_properties(r, p);
    reader_u8(r); /* Property Length 0 */
    *bytes = slice_of(r->pos, 0);
    return true;
}

#define READ_U8 read_u8
#define READ_U16 read_u16
#define READ_STRING read_string
#define READ_PROPERTIES read_properties
#define READ_REST read_rest

/* --- rows ----------------------------------------------------------------- */

#define READ_ROW(kind, field, versions, when, ...)                   \
    p->field = (__typeof__(p->field)){0};                            \
    if (mqtt_row_is_there(p, versions, WHEN_##when,                  \
                          reader_left(r) > 0)) {                     \
        if (!READ_##kind(r, p, &p->field))                           \
            return false;                                            \
        p->present |= MQTT_BIT(MQTT_F_##field);                      \
    }
#define READ_BITS(field, high, low, ...)                             \
    p->field = (first >> (low)) & ((1u << ((high) - (low) + 1)) - 1); \
    p->present |= MQTT_BIT(MQTT_F_##field);
#define NOTHING(...)

static inline void
read_first_publish(struct mqtt_packet *p, uint8_t first)
{
    LAYOUT_FIRST_PUBLISH(NOTHING, NOTHING, READ_BITS)
}

static inline void
read_first_other(struct mqtt_packet *p, uint8_t first)
{
    LAYOUT_FIRST_OTHER(NOTHING, NOTHING, READ_BITS)
}

static inline bool
read_publish(struct mqtt_packet *p, struct reader *r)
{
    LAYOUT_PUBLISH(READ_ROW, NOTHING, NOTHING)
    return true;
}

static inline bool
read_ack(struct mqtt_packet *p, struct reader *r)
{
    LAYOUT_ACK(READ_ROW, "4")
    return true;
}

bool
mqtt_decode_straight(struct slice bytes, enum mqtt_version v,
                     struct mqtt_packet *p)
{
    struct reader r = reader_of(bytes);
    uint8_t first = reader_u8(&r);
    uint32_t remaining = mqtt_varint_read(&r);
    p->type = (enum mqtt_type)(first >> 4);
    p->version = v;
    p->present = MQTT_BIT(MQTT_F_remaining_length);
    p->remaining_length = remaining;
    if (remaining != reader_left(&r) || v == MQTT_NO_VERSION ||
        reader_at(&r) != 1 + mqtt_varint_len(remaining))
        return false;
    switch (p->type) {
    case MQTT_PUBLISH:
        read_first_publish(p, first);
        return read_publish(p, &r) && reader_left(&r) == 0;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        read_first_other(p, first);
        return read_ack(p, &r) && reader_left(&r) == 0;
    default: return false;
    }
}
