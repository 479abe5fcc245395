/* varint_test.c - the Variable Byte Integer (1.5.5; 2.2.3 of 3.1.1).
 * SPDX-License-Identifier: MIT */
#include "mqtt/varint.h"

#include "base/test.h"

/* Table 1-1 of 5.0 (2.4 of 3.1.1): first and last value of each size. */
/* clang-format off */
static const struct {
    uint32_t value;
    size_t len;
    uint8_t bytes[4];
} table[] = {
    {0,           1, {0x00}},
    {1,           1, {0x01}},
    {127,         1, {0x7f}},
    {128,         2, {0x80, 0x01}},
    {321,         2, {0xc1, 0x02}},             /* the example of 3.1.1 */
    {16383,       2, {0xff, 0x7f}},
    {16384,       3, {0x80, 0x80, 0x01}},
    {2097151,     3, {0xff, 0xff, 0x7f}},
    {2097152,     4, {0x80, 0x80, 0x80, 0x01}},
    {268435455,   4, {0xff, 0xff, 0xff, 0x7f}},
};
/* clang-format on */

START_TEST(the_table_of_the_standard)
{
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        struct slice bytes = slice_of(table[i].bytes, table[i].len);
        uint8_t out[4];
        uint32_t value;
        size_t len;
        ck_assert_uint_eq(mqtt_varint_len(table[i].value), table[i].len);
        ck_assert_uint_eq(mqtt_varint_encode(out, table[i].value),
                          table[i].len);
        ck_assert_mem_eq(out, table[i].bytes, table[i].len);
        ck_assert_int_eq(mqtt_varint_decode(bytes, &value, &len),
                         MQTT_VARINT_OK);
        ck_assert_uint_eq(value, table[i].value);
        ck_assert_uint_eq(len, table[i].len);
        for (size_t n = 0; n < table[i].len; n++)
            ck_assert_int_eq(
                mqtt_varint_decode(slice_first(bytes, n), &value, &len),
                MQTT_VARINT_MORE);
    }
}
END_TEST

START_TEST(a_fifth_byte_is_too_many)
{
    uint32_t value;
    size_t len;
    static const uint8_t long_[] = {0xff, 0xff, 0xff, 0xff, 0x01};
    static const uint8_t padded[] = {0x80, 0x80, 0x80, 0x80, 0x00};
    for (size_t n = 0; n < 4; n++)
        ck_assert_int_eq(mqtt_varint_decode(slice_of(long_, n), &value, &len),
                         MQTT_VARINT_MORE);
    for (size_t n = 4; n <= 5; n++) {
        ck_assert_int_eq(mqtt_varint_decode(slice_of(long_, n), &value, &len),
                         MQTT_VARINT_TOO_LONG);
        ck_assert_int_eq(mqtt_varint_decode(slice_of(padded, n), &value, &len),
                         MQTT_VARINT_TOO_LONG);
    }
}
END_TEST

/* Padding is the sender's fault [MQTT-1.5.5-1]; the value is clear all the
 * same, and the length tells. */
START_TEST(padding_is_read_and_shows_in_the_length)
{
    static const uint8_t one[] = {0x81, 0x80, 0x80, 0x00};
    uint32_t value;
    size_t len;
    ck_assert_int_eq(mqtt_varint_decode(slice_of(one, 4), &value, &len),
                     MQTT_VARINT_OK);
    ck_assert_uint_eq(value, 1);
    ck_assert_uint_eq(len, 4);
    ck_assert_uint_gt(len, mqtt_varint_len(value));
}
END_TEST

START_TEST(all_values_come_back)
{
    for (uint32_t v = 0; v <= MQTT_VARINT_MAX; v += v < 70000 ? 1 : 9973) {
        uint8_t out[4];
        uint32_t value;
        size_t len, n = mqtt_varint_encode(out, v);
        mqtt_varint_decode(slice_of(out, n), &value, &len);
        ck_assert(value == v && len == n && n == mqtt_varint_len(v));
    }
}
END_TEST

START_TEST(a_reader_reads_them_and_is_sticky)
{
    static const uint8_t bytes[] = {0xc1, 0x02, 0x07, 0x80};
    struct reader r = reader_of(slice_of(bytes, sizeof bytes));
    ck_assert_uint_eq(mqtt_varint_read(&r), 321);
    ck_assert_uint_eq(mqtt_varint_read(&r), 7);
    ck_assert(!r.failed);
    ck_assert_uint_eq(mqtt_varint_read(&r), 0);
    ck_assert(r.failed);
    ck_assert_uint_eq(mqtt_varint_read(&r), 0);
}
END_TEST

/* The shortcut for one byte is elsewhere; this is right without it. */
START_TEST(zero_takes_a_byte)
{
    uint8_t out[4] = {0xff};
    ck_assert_uint_eq(mqtt_varint_encode_long(out, 0), 1);
    ck_assert_uint_eq(out[0], 0);
}
END_TEST

TEST_MAIN(the_table_of_the_standard, a_fifth_byte_is_too_many,
          padding_is_read_and_shows_in_the_length, all_values_come_back,
          a_reader_reads_them_and_is_sticky, zero_takes_a_byte)
