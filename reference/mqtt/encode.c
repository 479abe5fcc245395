/* encode.c - a packet into bytes, by the layout table.
 * SPDX-License-Identifier: MIT
 *
 * The rows of layout.def, expanded into one straight function per packet type:
 * the bytes are counted, room is made once, and each field is put where it
 * belongs: 145 instructions for a PUBLISH, 36 for an acknowledgement that is
 * nothing but its Packet Identifier. What a kind of field looks like on the
 * wire is said by len_KIND and put_KIND; when it is written, by is_written.  */
#include "mqtt/encode.h"

#include <assert.h>

#include "mqtt/layout.def"
#include "mqtt/layout.h"
#include "mqtt/varint.h"

/* --- fields --------------------------------------------------------------- */

static inline size_t
len_u8(uint8_t value)
{
    (void)value;
    return 1;
}

static inline uint8_t *
put_u8(uint8_t *at, uint8_t value)
{
    *at = value;
    return at + 1;
}

static inline size_t
len_u16(uint16_t value)
{
    (void)value;
    return 2;
}

static inline uint8_t *
put_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

static inline size_t
len_rest(struct slice s)
{
    return s.len;
}

static inline uint8_t *
put_rest(uint8_t *at, struct slice s)
{
    if (s.len)
        memcpy(at, s.ptr, s.len);
    return at + s.len;
}

static inline size_t
len_counted(struct slice s)
{
    assert(s.len <= UINT16_MAX);
    return 2 + s.len;
}

static inline uint8_t *
put_counted(uint8_t *at, struct slice s)
{
    return put_rest(put_u16(at, (uint16_t)s.len), s);
}

static inline size_t
len_properties(struct slice s)
{
    return mqtt_varint_len((uint32_t)s.len) + s.len;
}

static inline uint8_t *
put_properties(uint8_t *at, struct slice s)
{
    return put_rest(at + mqtt_varint_encode(at, (uint32_t)s.len), s);
}

/* Which of them does a KIND. */
#define LEN_U8 len_u8
#define LEN_U16 len_u16
#define LEN_STRING len_counted
#define LEN_BINARY len_counted
#define LEN_PROPERTIES len_properties
#define LEN_FILTERS len_rest
#define LEN_TOPICS len_rest
#define LEN_CODES len_rest
#define LEN_REST len_rest
#define PUT_U8 put_u8
#define PUT_U16 put_u16
#define PUT_STRING put_counted
#define PUT_BINARY put_counted
#define PUT_PROPERTIES put_properties
#define PUT_FILTERS put_rest
#define PUT_TOPICS put_rest
#define PUT_CODES put_rest
#define PUT_REST put_rest

/* --- rows ----------------------------------------------------------------- */

static inline bool
is_in(enum mqtt_version v, unsigned versions)
{
    return versions == V_ALL ? v != MQTT_NO_VERSION
                             : mqtt_version_in(v, versions);
}

/* Is the row written? `in_tail`: it or a row behind it in the tail is there,
 * and nothing in the tail may be left out before something that is. */
static inline bool
is_written(enum mqtt_version v, uint64_t present, unsigned versions,
           enum mqtt_when when, enum mqtt_kind kind, enum mqtt_field field,
           bool in_tail)
{
    if (!is_in(v, versions))
        return false;
    if (when == WHEN_ALWAYS || (present & MQTT_BIT(field)))
        return true;
    /* Will Properties have a length even when there are none. */
    if (when == WHEN_IF_WILL && kind == KIND_PROPERTIES)
        return (present & MQTT_BIT(MQTT_F_will_topic)) != 0;
    return when == WHEN_IF_MORE && in_tail;
}
#define IS_WRITTEN(kind, field, versions, when)                      \
    is_written(v, present, versions, WHEN_##when, KIND_##kind, MQTT_F_##field, \
               row <= tail_end)

/* Three times over the rows: where the tail ends, how long it gets, write. */
#define TAIL_ROW(kind, field, versions, when, ...)                   \
    row++;                                                           \
    if (WHEN_##when == WHEN_IF_MORE &&                               \
        (present & MQTT_BIT(MQTT_F_##field)) &&                      \
        is_in(v, versions))                       \
        tail_end = row;
#define LEN_ROW(kind, field, versions, when, ...)                    \
    row++;                                                           \
    if (IS_WRITTEN(kind, field, versions, when))                     \
        len += LEN_##kind(p->field);
#define PUT_ROW(kind, field, versions, when, ...)                    \
    row++;                                                           \
    if (IS_WRITTEN(kind, field, versions, when))                     \
        at = PUT_##kind(at, p->field);
#define LEN_BYTE(versions, ...)                                      \
    if (is_in(v, versions))                       \
        len++;
#define PUT_BYTE(versions, ...)                                      \
    byte = at;                                                       \
    if (is_in(v, versions))                       \
        at = put_u8(at, 0);
#define PUT_BITS(field, high, low, versions, ...)                    \
    if (is_in(v, versions))                       \
        *byte |= (uint8_t)(p->field << (low));
#define FIRST_BITS(field, high, low, ...) first |= (uint8_t)(p->field << (low));
#define NOTHING(...)

/* --- packets -------------------------------------------------------------- */

/* The fixed header (2.1), and room for the rest. */
static inline uint8_t *
begin(struct buf *out, const struct mqtt_packet *p, enum mqtt_type type,
      size_t remaining)
{
    assert(remaining <= MQTT_VARINT_MAX);
    uint8_t *at = buf_room(out, 5 + remaining);
    uint8_t first = (uint8_t)(type << 4);
    if (type == MQTT_PUBLISH) {
        LAYOUT_FIRST_PUBLISH(NOTHING, NOTHING, FIRST_BITS)
    } else {
        LAYOUT_FIRST_OTHER(NOTHING, NOTHING, FIRST_BITS)
    }
    at = put_u8(at, first);
    return at + mqtt_varint_encode(at, (uint32_t)remaining);
}

/* Two functions per packet type: one for packets of which the tail is missing,
 * as it is of most acknowledgements. With that known, and room for the rest,
 * the compiler leaves a few stores.                                          */
enum { SHORT_MAX = 5 + 2 };
#define TAIL_BIT(kind, field, versions, when, ...)                   \
    | (WHEN_##when == WHEN_IF_MORE ? MQTT_BIT(MQTT_F_##field) : 0)
#define TAIL(name) ((uint64_t)0 LAYOUT_##name(TAIL_BIT, NOTHING, NOTHING))
#define PACKET(name, ...)                                            \
    static inline __attribute__((always_inline)) void                \
    put_##name(struct buf *out, const struct mqtt_packet *p,         \
               enum mqtt_version v, uint64_t present)                \
    {                                                                \
        size_t len = 0;                                              \
        int row = 0, tail_end = 0;                                   \
        uint8_t *byte = NULL;                                        \
        LAYOUT_##name(TAIL_ROW, NOTHING, NOTHING)                    \
        row = 0;                                                     \
        LAYOUT_##name(LEN_ROW, LEN_BYTE, NOTHING)                    \
        row = 0;                                                     \
        uint8_t *at = begin(out, p, MQTT_##name, len);               \
        LAYOUT_##name(PUT_ROW, PUT_BYTE, PUT_BITS)                   \
        out->len = (size_t)(at - out->data);                         \
        (void)row, (void)tail_end, (void)byte, (void)present, (void)v; \
    }                                                                \
    static __attribute__((noinline)) void                            \
    encode_##name(struct buf *out, const struct mqtt_packet *p)      \
    {                                                                \
        put_##name(out, p, p->version, p->present);                  \
    }                                                                \
    static __attribute__((noinline)) void                            \
    encode_short_##name(struct buf *out, const struct mqtt_packet *p) \
    {                                                                \
        enum mqtt_version v = p->version;                            \
        if (v == MQTT_NO_VERSION || !buf_has_room(out, SHORT_MAX))   \
            encode_##name(out, p);                                   \
        else                                                         \
            put_##name(out, p, v, p->present & ~TAIL(name));         \
    }
#include "mqtt/packets.def"
#undef PACKET

/* The Connect Flags say which fields follow; unless the caller set them on
 * their own, they are made to tell the truth. */
static __attribute__((noinline)) void
derive_and_encode_connect(struct buf *out, const struct mqtt_packet *packet)
{
    struct mqtt_packet p = *packet;
    if (!MQTT_HAS(&p, user_name_flag))
        p.user_name_flag = MQTT_HAS(&p, user_name);
    if (!MQTT_HAS(&p, password_flag))
        p.password_flag = MQTT_HAS(&p, password);
    if (!MQTT_HAS(&p, will_flag))
        p.will_flag = MQTT_HAS(&p, will_topic);
    encode_CONNECT(out, &p);
}
#define encode_CONNECT derive_and_encode_connect

void
mqtt_encode(struct buf *out, const struct mqtt_packet *p)
{
    switch (p->type) {
#define PACKET(name, ...)                           \
    case MQTT_##name:                               \
        if (TAIL(name) && !(p->present & TAIL(name))) \
            encode_short_##name(out, p);            \
        else                                        \
            encode_##name(out, p);                  \
        break;
#include "mqtt/packets.def"
#undef PACKET
    default: out->len = (size_t)(begin(out, p, p->type, 0) - out->data); break;
    }
}

static const uint8_t first_bytes[MQTT_TYPES] = {
#define PACKET(name, number, flags, ...) [number] = (number) << 4 | ((flags) & 15),
#include "mqtt/packets.def"
#undef PACKET
};

void
mqtt_encode_short_ack(struct buf *out, enum mqtt_type type, uint16_t packet_id)
{
    uint8_t *at = buf_room(out, MQTT_SHORT_ACK_LEN);
    at = put_u8(at, first_bytes[type]);
    at = put_u8(at, MQTT_SHORT_ACK_LEN - 2);
    put_u16(at, packet_id);
    out->len += MQTT_SHORT_ACK_LEN;
}
