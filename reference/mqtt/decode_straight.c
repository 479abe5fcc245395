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

/* Properties by the walk; where they end, or NULL when it found something.
 * (The reader comes by value: whose address is known lives in memory.) */
static __attribute__((noinline)) const uint8_t *
walk_properties(struct reader r, struct mqtt_packet *p)
{
    struct mqtt_report report;
    struct mqtt_walk w = {.r = r, .p = p, .report = &report};
    report.count = 0;
    mqtt_walk_properties(
        &w, mqtt_layout_find(p->type, p->version, MQTT_F_properties));
    return report.count == 0 ? w.r.pos : NULL;
}

static inline bool
read_properties(struct reader *r, struct mqtt_packet *p, struct slice *bytes)
{
    bool none = reader_left(r) > 0 && *r->pos == 0; /* Property Length 0 */
    const uint8_t *end = none ? r->pos + 1 : walk_properties(*r, p);
    if (!end)
        return false;
    r->pos = end;
    if (none)
        *bytes = slice_of(end, 0);
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
                          reader_left(&r) > 0)) {                    \
        if (!READ_##kind(&r, p, &p->field))                          \
            return false;                                            \
        present |= MQTT_BIT(MQTT_F_##field);                         \
    }
#define READ_BITS(field, high, low, ...)                             \
    p->field = (first >> (low)) & ((1u << ((high) - (low) + 1)) - 1); \
    present |= MQTT_BIT(MQTT_F_##field);
#define NOTHING(...)

/* What follows the fixed header. */
static inline __attribute__((always_inline)) bool
read_fields(struct reader r, uint8_t first, enum mqtt_version v,
            struct mqtt_packet *p)
{
    uint64_t present = MQTT_BIT(MQTT_F_remaining_length);
    p->type = (enum mqtt_type)(first >> 4);
    p->version = v;
    p->remaining_length = (uint32_t)reader_left(&r);
    switch (p->type) {
    case MQTT_PUBLISH:
        LAYOUT_FIRST_PUBLISH(NOTHING, NOTHING, READ_BITS)
        LAYOUT_PUBLISH(READ_ROW, NOTHING, NOTHING)
        break;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        LAYOUT_FIRST_OTHER(NOTHING, NOTHING, READ_BITS)
        LAYOUT_ACK(READ_ROW, "4")
        break;
    default: return false;
    }
    p->present = present;
    mqtt_packet_poison(p, 1u << v);
    return reader_left(&r) == 0;
}

/* With a version that the compiler knows the conditions about it are gone. */
static inline __attribute__((always_inline)) bool
read_packet(struct slice bytes, enum mqtt_version v, struct mqtt_packet *p)
{
    uint32_t remaining;
    size_t len_len;
    if (mqtt_varint_decode(slice_from(bytes, 1), &remaining, &len_len) !=
        MQTT_VARINT_OK)
        return false;
    struct slice rest = slice_from(bytes, 1 + len_len);
    if (remaining != rest.len || len_len != mqtt_varint_len(remaining))
        return false;
    return read_fields(reader_of(rest), bytes.ptr[0], v, p);
}

/* One for each version, so that the one that is called saves what it uses. */
static __attribute__((noinline, flatten)) bool
read_31(struct slice bytes, struct mqtt_packet *p)
{
    return read_packet(bytes, MQTT_31, p);
}

static __attribute__((noinline, flatten)) bool
read_311(struct slice bytes, struct mqtt_packet *p)
{
    return read_packet(bytes, MQTT_311, p);
}

static __attribute__((noinline, flatten)) bool
read_50(struct slice bytes, struct mqtt_packet *p)
{
    return read_packet(bytes, MQTT_50, p);
}

/* With two bytes behind the fixed header, as most acknowledgements have, every
 * question whether bytes are left is answered beforehand. */
__attribute__((flatten)) bool
mqtt_decode_straight(struct slice bytes, enum mqtt_version v,
                     struct mqtt_packet *p)
{
    if (bytes.len < 2 || v == MQTT_NO_VERSION)
        return false;
    uint8_t first = bytes.ptr[0];
    if (bytes.len == 4 && bytes.ptr[1] == 2 && first >> 4 != MQTT_PUBLISH)
        return read_fields(reader_of(slice_of(bytes.ptr + 2, 2)), first, v, p);
    switch (v) {
    case MQTT_31: return read_31(bytes, p);
    case MQTT_311: return read_311(bytes, p);
    default: return read_50(bytes, p);
    }
}
