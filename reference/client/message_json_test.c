/* message_json_test.c - messages as JSON lines, read back by a JSON reader.
 * SPDX-License-Identifier: MIT */
#include "client/message_json.h"

#include "base/test.h"
#include "mqtt/property.h"

static const char *
print(struct buf *out, const struct mqtt_packet *p)
{
    struct mqtt_client_event e = {.packet = p, .topic = slice_str("a/\"b")};
    buf_clear(out);
    message_json_print(out, &e);
    return buf_cstr(out);
}

START_TEST(plain)
{
    struct buf out = {0};
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_311);
    MQTT_SET(&p, payload, slice_str("h\ni"));
    ck_assert_str_eq(print(&out, &p),
                     "{\"topic\":\"a/\\\"b\",\"qos\":0,\"retain\":false,"
                     "\"dup\":false,\"payload\":\"h\\ni\"}");
    MQTT_SET(&p, qos, 2);
    MQTT_SET(&p, packet_id, 9);
    MQTT_SET(&p, retain, 1);
    MQTT_SET(&p, payload, slice_of((const uint8_t *)"\xff\0", 2));
    ck_assert_str_eq(print(&out, &p),
                     "{\"topic\":\"a/\\\"b\",\"qos\":2,\"retain\":true,"
                     "\"dup\":false,\"packet_id\":9,\"payload_hex\":\"ff00\"}");
    buf_release(&out);
}
END_TEST

START_TEST(with_properties)
{
    struct buf out = {0}, props = {0};
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_50);
    mqtt_property_add_pair(&props, MQTT_P_user_property, slice_str("b"),
                           slice_str("2"));
    mqtt_property_add_number(&props, MQTT_P_subscription_identifier, 3);
    mqtt_property_add_text(&props, MQTT_P_correlation_data,
                           slice_of((const uint8_t *)"\x01\xfe", 2));
    mqtt_property_add_text(&props, MQTT_P_response_topic, slice_str("r"));
    mqtt_property_add_pair(&props, MQTT_P_user_property, slice_str("a"),
                           slice_str("1"));
    mqtt_property_add_number(&props, MQTT_P_subscription_identifier, 4);
    MQTT_SET(&p, payload, slice_str(""));
    MQTT_SET(&p, properties, buf_slice(&props));
    const char *properties = strstr(print(&out, &p), "\"payload\"");
    ck_assert_str_eq(properties,
                     "\"payload\":\"\",\"properties\":{"
                     "\"response_topic\":\"r\",\"correlation_data\":\"01fe\","
                     "\"subscription_identifier\":[3,4],"
                     "\"user_property\":[[\"b\",\"2\"],[\"a\",\"1\"]]}}");
    buf_release(&props);
    buf_release(&out);
}
END_TEST

TEST_MAIN(plain, with_properties)
