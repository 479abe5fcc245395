/* version_test.c - the three protocol versions.
 * SPDX-License-Identifier: MIT */
#include "mqtt/version.h"

#include "base/test.h"

START_TEST(names_there_and_back)
{
    static const struct {
        const char *text;
        enum mqtt_version version;
    } rows[] = {
        {"3.1", MQTT_31},          {"3", MQTT_31},
        {"31", MQTT_31},           {"mqttv31", MQTT_31},
        {"3.1.1", MQTT_311},       {"4", MQTT_311},
        {"311", MQTT_311},         {"mqttv311", MQTT_311},
        {"5.0", MQTT_50},          {"5", MQTT_50},
        {"50", MQTT_50},           {"mqttv5", MQTT_50},
        {"", MQTT_NO_VERSION},     {"6", MQTT_NO_VERSION},
        {"3.1.", MQTT_NO_VERSION}, {"v5", MQTT_NO_VERSION},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        ck_assert_msg(mqtt_version_parse(slice_str(rows[i].text)) ==
                          rows[i].version,
                      "%s", rows[i].text);
    static const enum mqtt_version all[] = {MQTT_31, MQTT_311, MQTT_50};
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(
            mqtt_version_parse(slice_str(mqtt_version_name(all[i]))), all[i]);
    ck_assert_str_eq(mqtt_version_name(MQTT_NO_VERSION), "?");
}
END_TEST

/* 3.1.2.1, 3.1.2.2. */
START_TEST(protocol_name_and_level_name_a_version)
{
    static const struct {
        const char *name;
        uint8_t level;
        enum mqtt_version version;
    } rows[] = {
        {"MQIsdp", 3, MQTT_31},        {"MQTT", 4, MQTT_311},
        {"MQTT", 5, MQTT_50},          {"MQIsdp", 0x83, MQTT_31},
        {"MQTT", 0x84, MQTT_311},      {"MQIsdp", 4, MQTT_NO_VERSION},
        {"MQTT", 3, MQTT_NO_VERSION},  {"MQTT", 6, MQTT_NO_VERSION},
        {"MQTT", 0, MQTT_NO_VERSION},  {"mqtt", 5, MQTT_NO_VERSION},
        {"MQTT ", 5, MQTT_NO_VERSION}, {"", 5, MQTT_NO_VERSION},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        ck_assert_msg(mqtt_version_of(slice_str(rows[i].name), rows[i].level) ==
                          rows[i].version,
                      "%s %d", rows[i].name, rows[i].level);
    ck_assert_str_eq(mqtt_version_protocol(MQTT_31), "MQIsdp");
    ck_assert_str_eq(mqtt_version_protocol(MQTT_311), "MQTT");
    ck_assert_str_eq(mqtt_version_protocol(MQTT_50), "MQTT");
}
END_TEST

START_TEST(sets)
{
    ck_assert(mqtt_version_in(MQTT_31, V_3) && mqtt_version_in(MQTT_311, V_3));
    ck_assert(!mqtt_version_in(MQTT_50, V_3) &&
              mqtt_version_in(MQTT_50, V_ALL));
    ck_assert(!mqtt_version_in(MQTT_NO_VERSION, V_ALL));
}
END_TEST

TEST_MAIN(names_there_and_back, protocol_name_and_level_name_a_version, sets)
