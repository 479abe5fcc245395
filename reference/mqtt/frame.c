/* frame.c - where a packet ends in a stream of bytes.
 * SPDX-License-Identifier: MIT */
#include "mqtt/frame.h"

#include "mqtt/varint.h"

enum mqtt_frame_status
mqtt_frame_next_long(struct slice in, struct mqtt_frame *out)
{
    *out = (struct mqtt_frame){0};
    if (in.len < 1)
        return MQTT_FRAME_NEED_MORE;
    out->type = (enum mqtt_type)(in.ptr[0] >> 4);
    out->flags = in.ptr[0] & 0x0f;

    uint32_t remaining;
    size_t length_bytes;
    switch (mqtt_varint_decode(slice_from(in, 1), &remaining, &length_bytes)) {
    case MQTT_VARINT_MORE: return MQTT_FRAME_NEED_MORE;
    case MQTT_VARINT_TOO_LONG: return MQTT_FRAME_BAD;
    case MQTT_VARINT_OK: break;
    }
    out->header_len = 1 + length_bytes;
    out->len = out->header_len + remaining;
    return in.len < out->len ? MQTT_FRAME_NEED_MORE : MQTT_FRAME_COMPLETE;
}

size_t
mqtt_frame_len(struct slice in)
{
    struct mqtt_frame f;
    mqtt_frame_next(in, &f);
    return f.len;
}
