/* varint.c - the Variable Byte Integer.
 * SPDX-License-Identifier: MIT */
#include "mqtt/varint.h"

#include <assert.h>

enum mqtt_varint
mqtt_varint_decode_long(struct slice in, uint32_t *value, size_t *len)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < 4; i++) {
        if (i == in.len)
            return MQTT_VARINT_MORE;
        sum |= (uint32_t)(in.ptr[i] & 0x7f) << 7 * i;
        if ((in.ptr[i] & 0x80) == 0) {
            *value = sum;
            *len = i + 1;
            return MQTT_VARINT_OK;
        }
    }
    return MQTT_VARINT_TOO_LONG;
}

size_t
mqtt_varint_encode_long(uint8_t *out, uint32_t value)
{
    size_t n = 0;
    assert(value <= MQTT_VARINT_MAX);
    do {
        out[n] = value & 0x7f;
        value >>= 7;
        if (value)
            out[n] |= 0x80;
        n++;
    } while (value);
    return n;
}

void
mqtt_varint_add(struct buf *out, uint32_t value)
{
    out->len += mqtt_varint_encode(buf_room(out, 4), value);
}

uint32_t
mqtt_varint_read(struct reader *r)
{
    uint32_t value;
    size_t len;
    if (r->failed || mqtt_varint_decode(slice_of(r->pos, reader_left(r)),
                                        &value, &len) != MQTT_VARINT_OK) {
        r->failed = true;
        return 0;
    }
    r->pos += len;
    return value;
}
