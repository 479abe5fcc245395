/* encode.c - a packet into bytes, by the layout table.
 * SPDX-License-Identifier: MIT */
#include "mqtt/encode.h"

#include <assert.h>

#include "base/writer.h"
#include "mqtt/layout.h"
#include "mqtt/varint.h"

/* The Connect Flags say which fields follow; unless the caller set them on
 * their own, they are made to tell the truth. */
static void
derive_connect_flags(struct mqtt_packet *p)
{
    if (!MQTT_HAS(p, user_name_flag))
        p->user_name_flag = MQTT_HAS(p, user_name);
    if (!MQTT_HAS(p, password_flag))
        p->password_flag = MQTT_HAS(p, password);
    if (!MQTT_HAS(p, will_flag))
        p->will_flag = MQTT_HAS(p, will_topic);
}

static bool
is_written(const struct mqtt_packet *p, const struct mqtt_layout *l, size_t i)
{
    const struct mqtt_row *row = &l->rows[i];
    if (!mqtt_version_in(p->version, row->versions))
        return false;
    if (row->when == WHEN_ALWAYS || (p->present & MQTT_BIT(row->field)))
        return true;
    /* Will Properties have a length even when there are none. */
    if (row->when == WHEN_IF_WILL && row->kind == KIND_PROPERTIES)
        return MQTT_HAS(p, will_topic);
    /* Nothing in the tail may be left out before something that is there. */
    return row->when == WHEN_IF_MORE && i + 1 < l->count &&
           is_written(p, l, i + 1);
}

static void
add_counted(struct buf *out, struct slice s)
{
    assert(s.len <= UINT16_MAX);
    writer_u16(out, (uint16_t)s.len);
    buf_add(out, s);
}

static void
write_row(struct buf *out, const struct mqtt_packet *p,
          const struct mqtt_row *row, size_t *byte_at)
{
    switch ((enum mqtt_kind)row->kind) {
    case KIND_U8: writer_u8(out, (uint8_t)mqtt_field_number(p, row)); break;
    case KIND_U16: writer_u16(out, (uint16_t)mqtt_field_number(p, row)); break;
    case KIND_BYTE:
        *byte_at = out->len;
        writer_u8(out, 0);
        break;
    case KIND_BITS:
        out->data[*byte_at] |=
            (uint8_t)(mqtt_field_number(p, row) << row->low);
        break;
    case KIND_STRING:
    case KIND_BINARY: add_counted(out, mqtt_field_slice(p, row)); break;
    case KIND_PROPERTIES:
        mqtt_varint_add(out, (uint32_t)mqtt_field_slice(p, row).len);
        buf_add(out, mqtt_field_slice(p, row));
        break;
    default: buf_add(out, mqtt_field_slice(p, row)); break;
    }
}

/* Bytes that write_row will write. */
static size_t
row_len(const struct mqtt_packet *p, const struct mqtt_row *row)
{
    size_t len = mqtt_field_slice(p, row).len;
    switch ((enum mqtt_kind)row->kind) {
    case KIND_U8:
    case KIND_BYTE: return 1;
    case KIND_U16: return 2;
    case KIND_BITS: return 0;
    case KIND_STRING:
    case KIND_BINARY: return 2 + len;
    case KIND_PROPERTIES: return mqtt_varint_len((uint32_t)len) + len;
    default: return len;
    }
}

void
mqtt_encode(struct buf *out, const struct mqtt_packet *packet)
{
    struct mqtt_packet connect;
    const struct mqtt_packet *p = packet;
    if (p->type == MQTT_CONNECT) {
        connect = *packet;
        derive_connect_flags(&connect);
        p = &connect;
    }
    size_t byte_at = out->len;
    struct mqtt_layout first = mqtt_layout_first(p->type);
    writer_u8(out, (uint8_t)(p->type << 4));
    for (size_t i = 0; i < first.count; i++)
        write_row(out, p, &first.rows[i], &byte_at);

    /* The length first, so that nothing has to be moved to make room for it. */
    struct mqtt_layout l = mqtt_layout(p->type);
    size_t remaining = 0;
    for (size_t i = 0; i < l.count; i++)
        if (is_written(p, &l, i))
            remaining += row_len(p, &l.rows[i]);
    assert(remaining <= MQTT_VARINT_MAX);
    mqtt_varint_add(out, (uint32_t)remaining);
    for (size_t i = 0; i < l.count; i++)
        if (is_written(p, &l, i))
            write_row(out, p, &l.rows[i], &byte_at);
}
