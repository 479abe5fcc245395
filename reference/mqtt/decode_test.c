/* decode_test.c - where the finger points, and what else decode promises.
 * SPDX-License-Identifier: MIT
 *
 * Which bytes give which packet and which finding is the matter of
 * vectors_test.c.                                                            */
#include "mqtt/decode.h"

#include "base/hex.h"
#include "base/test.h"
#include "mqtt/check.h"
#include "mqtt/property.h"

struct decoded {
    struct buf bytes;
    struct mqtt_packet p;
    struct mqtt_report report;
};

static struct decoded
decode_hex(const char *hex, enum mqtt_version v)
{
    struct decoded d = {{0}, {0}, {0}};
    ck_assert(hex_parse(&d.bytes, slice_str(hex)));
    mqtt_decode(buf_slice(&d.bytes), v, &d.p, &d.report, NULL);
    return d;
}

/* clang-format off */
static const struct {
    const char *hex;
    enum mqtt_version version;
    uint32_t offset, len;      /* of the first violation */
    const char *why;
} rows[] = {
/*   bytes                                       version  at  len */
    {"",                                         MQTT_50,  0, 0, "nothing there"},
    {"30",                                       MQTT_50,  1, 0, "no Remaining Length"},
    {"30 05 0001",                               MQTT_50,  2, 2, "cut within the topic"},
    {"30 05 0001 61",                            MQTT_311, 5, 0, "cut within the payload"},
    {"30 05 0009 6162 63",                       MQTT_311, 2, 5, "topic longer than the packet"},
    {"c0 02 aabb",                               MQTT_50,  2, 2, "two bytes left over"},
    {"c0 ffffffff 7f",                           MQTT_50,  1, 4, "length of five bytes"},
    {"c0 8000",                                  MQTT_50,  1, 2, "padded length"},
    {"30 07 0004 61 c0 af 62 00",                MQTT_50,  5, 1, "the byte that is no UTF-8"},
    {"30 06 0003 61 00 62 00",                   MQTT_50,  5, 1, "the U+0000"},
    {"30 0a 0001 61 06 26 0001 ff 0000",         MQTT_50,  9, 1, "within the pair"},
    {"30 06 0001 61 02 04 00",                   MQTT_50,  6, 1, "the unknown identifier"},
    {"30 09 0001 61 05 11 00000001",             MQTT_50,  6, 5, "the misplaced property"},
    {"30 0a 0001 61 06 03 0000 03 0000",         MQTT_50,  9, 3, "the second one"},
    {"30 06 0001 61 02 01 02",                   MQTT_50,  6, 2, "the value out of range"},
    {"30 06 0001 61 02 02 00",                   MQTT_50,  6, 2, "the property cut"},
    {"10 0d 0004 4d515454 06 02 0000 00 0000",   MQTT_50,  8, 1, "the version"},
    {"10 0d 0004 4d515458 05 02 0000 00 0000",   MQTT_50,  4, 4, "the name"},
    {"82 08 000a 0001 61 00 0001",               MQTT_311, 8, 2, "the second filter"},
};
/* clang-format on */

START_TEST(the_offset_is_that_of_the_first_bad_byte)
{
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct decoded d = decode_hex(rows[i].hex, rows[i].version);
        ck_assert_msg(d.report.count > 0, "%s", rows[i].why);
        ck_assert_msg(d.report.list[0].offset == rows[i].offset &&
                          d.report.list[0].len == rows[i].len,
                      "%s: at %u, %u bytes", rows[i].why,
                      d.report.list[0].offset, d.report.list[0].len);
        buf_release(&d.bytes);
    }
}
END_TEST

START_TEST(bytes_of_the_next_packet_are_not_touched)
{
    struct decoded d = decode_hex("30 03 0001 61 ffff ff", MQTT_311);
    ck_assert_uint_eq(d.report.count, 0);
    ck_assert_uint_eq(d.p.payload.len, 0);
    buf_release(&d.bytes);
}
END_TEST

/* Everything before the cut is there, what comes after is not. */
START_TEST(fields_before_a_cut_are_kept)
{
    struct decoded d = decode_hex(
        "10 20 0004 4d515454 05 06 003c 00 0001 63 00 0001", MQTT_50);
    ck_assert_uint_eq(d.report.count, 1);
    ck_assert(MQTT_HAS(&d.p, keep_alive) && d.p.keep_alive == 60);
    ck_assert(MQTT_HAS(&d.p, client_id) && slice_is(d.p.client_id, "c"));
    ck_assert(MQTT_HAS(&d.p, will_properties));
    ck_assert(!MQTT_HAS(&d.p, will_topic));
    buf_release(&d.bytes);
}
END_TEST

START_TEST(properties_before_a_bad_one_are_kept)
{
    struct decoded d = decode_hex("30 0a 0001 61 06 23 0005 7e 00 00", MQTT_50);
    ck_assert_uint_eq(d.report.count, 1);
    ck_assert_uint_eq(
        mqtt_property_number(d.p.properties, MQTT_P_topic_alias, 0), 5);
    ck_assert_uint_eq(d.p.properties.len, 3);
    ck_assert(MQTT_HAS(&d.p, payload));
    buf_release(&d.bytes);
}
END_TEST

/* CONNECT says its version itself, whatever the caller believed. */
START_TEST(connect_brings_its_own_version)
{
    struct decoded d =
        decode_hex("10 0c 0004 4d515454 04 02 0000 0000", MQTT_NO_VERSION);
    ck_assert(d.report.count == 0 && d.p.version == MQTT_311);
    buf_release(&d.bytes);
    d = decode_hex("10 0c 0004 4d515454 04 02 0000 0000", MQTT_50);
    ck_assert(d.report.count == 0 && d.p.version == MQTT_311);
    buf_release(&d.bytes);
}
END_TEST

/* No version known, as when a trace begins in the middle: read as 5.0. */
START_TEST(without_a_version_it_is_read_as_5_0)
{
    struct decoded d = decode_hex("30 06 0001 61 00 6869", MQTT_NO_VERSION);
    ck_assert(d.report.count == 0 && slice_is(d.p.payload, "hi"));
    ck_assert(mqtt_check(&d.p, FROM_CLIENT, &d.report));
    buf_release(&d.bytes);
}
END_TEST

START_TEST(an_absent_password_is_not_an_empty_one)
{
    struct decoded d =
        decode_hex("10 0d 0004 4d515454 05 02 0000 00 0000", MQTT_50);
    ck_assert(!MQTT_HAS(&d.p, password));
    buf_release(&d.bytes);
    d = decode_hex("10 0f 0004 4d515454 05 42 0000 00 0000 0000", MQTT_50);
    ck_assert(MQTT_HAS(&d.p, password) && d.p.password.len == 0);
    buf_release(&d.bytes);
}
END_TEST

START_TEST(a_report_has_room_for_eight)
{
    struct decoded d = decode_hex(
        "30 1c 0001 61 18 01 02 01 02 01 02 01 02 01 02 01 02 01 02 01 02 "
        "01 02 01 02 01 02 01 02",
        MQTT_50);
    ck_assert_uint_eq(d.report.count, MQTT_REPORT_MAX);
    ck_assert(!mqtt_check(&d.p, FROM_CLIENT, &d.report));
    ck_assert_uint_eq(d.report.count, MQTT_REPORT_MAX);
    buf_release(&d.bytes);
}
END_TEST

/* A password is binary data (3.1.3.6), and so is the payload of a will. */
START_TEST(a_password_may_be_any_bytes)
{
    struct decoded d = decode_hex(
        "10 14 0004 4d515454 05 c2 0000 00 0000 0001 75 0002 c0ff",
        MQTT_50);
    ck_assert(d.report.count == 0 && d.p.password.len == 2);
    buf_release(&d.bytes);
}
END_TEST

TEST_MAIN(the_offset_is_that_of_the_first_bad_byte,
          bytes_of_the_next_packet_are_not_touched,
          fields_before_a_cut_are_kept, properties_before_a_bad_one_are_kept,
          connect_brings_its_own_version, without_a_version_it_is_read_as_5_0,
          an_absent_password_is_not_an_empty_one, a_password_may_be_any_bytes,
          a_report_has_room_for_eight)
