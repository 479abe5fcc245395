/* frame_test.c - where a packet ends in a stream of bytes.
 * SPDX-License-Identifier: MIT */
#include "mqtt/frame.h"

#include "base/hex.h"
#include "base/test.h"

/* clang-format off */
static const struct {
    const char *hex;
    enum mqtt_frame_status status;
    enum mqtt_type type;
    uint8_t flags;
    size_t header_len, len;
} rows[] = {
/*   bytes              status                type            flags header len */
    {"",                MQTT_FRAME_NEED_MORE, MQTT_NO_TYPE,    0, 0, 0},
    {"c0",              MQTT_FRAME_NEED_MORE, MQTT_PINGREQ,    0, 0, 0},
    {"c0 00",           MQTT_FRAME_COMPLETE,  MQTT_PINGREQ,    0, 2, 2},
    {"c0 00 d0 00",     MQTT_FRAME_COMPLETE,  MQTT_PINGREQ,    0, 2, 2},
    {"3d 01",           MQTT_FRAME_NEED_MORE, MQTT_PUBLISH,   13, 2, 3},
    {"3d 01 00",        MQTT_FRAME_COMPLETE,  MQTT_PUBLISH,   13, 2, 3},
    {"30 7f",           MQTT_FRAME_NEED_MORE, MQTT_PUBLISH,    0, 2, 129},
    {"30 80",           MQTT_FRAME_NEED_MORE, MQTT_PUBLISH,    0, 0, 0},
    {"30 8001",         MQTT_FRAME_NEED_MORE, MQTT_PUBLISH,    0, 3, 131},
    {"30 ff7f",         MQTT_FRAME_NEED_MORE, MQTT_PUBLISH,    0, 3, 16386},
    {"30 808001",       MQTT_FRAME_NEED_MORE, MQTT_PUBLISH,    0, 4, 16388},
    {"30 ffff7f",       MQTT_FRAME_NEED_MORE, MQTT_PUBLISH,    0, 4, 2097155},
    {"30 80808001",     MQTT_FRAME_NEED_MORE, MQTT_PUBLISH,    0, 5, 2097157},
    {"30 ffffff7f",     MQTT_FRAME_NEED_MORE, MQTT_PUBLISH,    0, 5, 268435460},
    {"30 ffffff",       MQTT_FRAME_NEED_MORE, MQTT_PUBLISH,    0, 0, 0},
    {"30 ffffffff",     MQTT_FRAME_BAD,       MQTT_PUBLISH,    0, 0, 0},
    {"30 80808080 00",  MQTT_FRAME_BAD,       MQTT_PUBLISH,    0, 0, 0},
    {"0f 00",           MQTT_FRAME_COMPLETE,  MQTT_NO_TYPE,   15, 2, 2},
    {"c0 80 00",        MQTT_FRAME_COMPLETE,  MQTT_PINGREQ,    0, 3, 3},
    {"3d 8001",         MQTT_FRAME_NEED_MORE, MQTT_PUBLISH,   13, 3, 131},
};
/* clang-format on */

START_TEST(frames)
{
    struct buf b = {0};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct mqtt_frame f;
        buf_clear(&b);
        ck_assert(hex_parse(&b, slice_str(rows[i].hex)));
        ck_assert_msg(mqtt_frame_next(buf_slice(&b), &f) == rows[i].status &&
                          f.type == rows[i].type && f.flags == rows[i].flags &&
                          f.header_len == rows[i].header_len &&
                          f.len == rows[i].len,
                      "%s", rows[i].hex);
        ck_assert_uint_eq(mqtt_frame_len(buf_slice(&b)), rows[i].len);
    }
    buf_release(&b);
}
END_TEST

TEST_MAIN(frames)
