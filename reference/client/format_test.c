/* format_test.c - messages as the user wants to see them.
 * SPDX-License-Identifier: MIT */
#include "client/format.h"

#include "base/test.h"
#include "mqtt/property.h"

START_TEST(letters_and_escapes)
{
    static const struct {
        const char *format, *prints;
    } rows[] = {
        {"%t: %p", "a/b: hi"},
        {"%q %r %d %m %l", "1 1 0 7 2"},
        {"%x", "6869"},
        {"100%%", "100%"},
        {"a\\tb\\n", "a\tb\n"},
        {"\\\\%t\\%", "\\a/b%"},
        {"%P", "k:v l:w"},
        {"%E|%C|%R|%S", "60|||"},
        {"", ""},
    };
    struct buf properties = {0}, out = {0};
    struct error err;
    mqtt_property_add_pair(&properties, MQTT_P_user_property, slice_str("k"),
                           slice_str("v"));
    mqtt_property_add_number(&properties, MQTT_P_message_expiry_interval, 60);
    mqtt_property_add_pair(&properties, MQTT_P_user_property, slice_str("l"),
                           slice_str("w"));
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_50);
    MQTT_SET(&p, payload, slice_str("hi"));
    MQTT_SET(&p, qos, 1);
    MQTT_SET(&p, retain, 1);
    MQTT_SET(&p, packet_id, 7);
    MQTT_SET(&p, properties, buf_slice(&properties));
    struct mqtt_client_event e = {.packet = &p, .topic = slice_str("a/b")};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        buf_clear(&out);
        ck_assert_int_eq(format_check(rows[i].format, &err), 0);
        format_print(&out, rows[i].format, &e);
        ck_assert_str_eq(buf_cstr(&out), rows[i].prints);
    }
    buf_release(&properties);
    buf_release(&out);
}
END_TEST

START_TEST(before_5_there_are_no_properties)
{
    struct buf out = {0};
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_311);
    struct mqtt_client_event e = {.packet = &p, .topic = slice_str("t")};
    format_print(&out, "[%P%C%S] %m", &e);
    ck_assert_str_eq(buf_cstr(&out), "[] 0");
    buf_release(&out);
}
END_TEST

START_TEST(bad_formats)
{
    struct error err;
    ck_assert_int_eq(format_check("%", &err), -1);
    ck_assert_int_eq(format_check("\\", &err), -1);
    ck_assert_int_eq(format_check("\\\\%", &err), -1);
    ck_assert_int_eq(format_check("%t %?", &err), -1);
    ck_assert_str_eq(err.text, "%? means nothing; --help lists what does");
}
END_TEST

TEST_MAIN(letters_and_escapes, before_5_there_are_no_properties, bad_formats)
