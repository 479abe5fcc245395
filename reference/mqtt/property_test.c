/* property_test.c - the 27 properties against the table of 2.2.2.2.
 * SPDX-License-Identifier: MIT */
#include "mqtt/property.h"

#include "base/test.h"

/* Table 2-4, read off line by line. */
#define REASON_STRING_PACKETS                                                  \
    (P(CONNACK) | P(PUBACK) | P(PUBREC) | P(PUBREL) | P(PUBCOMP) | P(SUBACK) | \
     P(UNSUBACK) | P(DISCONNECT) | P(AUTH))
/* clang-format off */
static const struct {
    int id;
    const char *label;
    enum mqtt_kind kind;
    uint32_t packets;
} table[] = {
    {1,  "Payload Format Indicator",          KIND_U8,     P(PUBLISH) | P(WILL)},
    {2,  "Message Expiry Interval",           KIND_U32,    P(PUBLISH) | P(WILL)},
    {3,  "Content Type",                      KIND_STRING, P(PUBLISH) | P(WILL)},
    {8,  "Response Topic",                    KIND_STRING, P(PUBLISH) | P(WILL)},
    {9,  "Correlation Data",                  KIND_BINARY, P(PUBLISH) | P(WILL)},
    {11, "Subscription Identifier",           KIND_VARINT, P(PUBLISH) | P(SUBSCRIBE)},
    {17, "Session Expiry Interval",           KIND_U32,    P(CONNECT) | P(CONNACK) | P(DISCONNECT)},
    {18, "Assigned Client Identifier",        KIND_STRING, P(CONNACK)},
    {19, "Server Keep Alive",                 KIND_U16,    P(CONNACK)},
    {21, "Authentication Method",             KIND_STRING, P(CONNECT) | P(CONNACK) | P(AUTH)},
    {22, "Authentication Data",               KIND_BINARY, P(CONNECT) | P(CONNACK) | P(AUTH)},
    {23, "Request Problem Information",       KIND_U8,     P(CONNECT)},
    {24, "Will Delay Interval",               KIND_U32,    P(WILL)},
    {25, "Request Response Information",      KIND_U8,     P(CONNECT)},
    {26, "Response Information",              KIND_STRING, P(CONNACK)},
    {28, "Server Reference",                  KIND_STRING, P(CONNACK) | P(DISCONNECT)},
    {31, "Reason String",                     KIND_STRING, REASON_STRING_PACKETS},
    {33, "Receive Maximum",                   KIND_U16,    P(CONNECT) | P(CONNACK)},
    {34, "Topic Alias Maximum",               KIND_U16,    P(CONNECT) | P(CONNACK)},
    {35, "Topic Alias",                       KIND_U16,    P(PUBLISH)},
    {36, "Maximum QoS",                       KIND_U8,     P(CONNACK)},
    {37, "Retain Available",                  KIND_U8,     P(CONNACK)},
    {38, "User Property",                     KIND_PAIR,   REASON_STRING_PACKETS | P(CONNECT) |
                                                           P(PUBLISH) | P(WILL) | P(SUBSCRIBE) |
                                                           P(UNSUBSCRIBE)},
    {39, "Maximum Packet Size",               KIND_U32,    P(CONNECT) | P(CONNACK)},
    {40, "Wildcard Subscription Available",   KIND_U8,     P(CONNACK)},
    {41, "Subscription Identifier Available", KIND_U8,     P(CONNACK)},
    {42, "Shared Subscription Available",     KIND_U8,     P(CONNACK)},
};
/* clang-format on */

START_TEST(the_table_of_the_standard)
{
    for (size_t i = 0; i < TEST_COUNT(table); i++) {
        const struct mqtt_property_row *row =
            mqtt_property_row((uint32_t)table[i].id);
        ck_assert_msg(row != NULL, "%s", table[i].label);
        ck_assert_str_eq(row->label, table[i].label);
        ck_assert_msg(row->kind == table[i].kind, "%s", row->label);
        ck_assert_msg(row->packets == table[i].packets, "%s", row->label);
        ck_assert_ptr_eq(mqtt_property_at(i), row);
        ck_assert_ptr_eq(mqtt_property_parse(slice_str(row->symbol)), row);
    }
    ck_assert_uint_eq(TEST_COUNT(table), 27);
    ck_assert_ptr_null(mqtt_property_at(27));
}
END_TEST

START_TEST(other_ids_and_names_are_none)
{
    static const uint32_t none[] = {0,  4,  7,  10,  12,  16,    20,        27,
                                    29, 32, 43, 127, 128, 0x101, UINT32_MAX};
    for (size_t i = 0; i < TEST_COUNT(none); i++)
        ck_assert_ptr_null(mqtt_property_row(none[i]));
    ck_assert_ptr_null(mqtt_property_parse(slice_str("")));
    ck_assert_ptr_null(mqtt_property_parse(slice_str("user_propert")));
}
END_TEST

/* 0 and 1 only; not 0; and which may be repeated. */
START_TEST(ranges_and_repetition)
{
    const struct mqtt_property_row *row;
    for (size_t i = 0; (row = mqtt_property_at(i)); i++) {
        bool many = row->id == MQTT_P_user_property ||
                    row->id == MQTT_P_subscription_identifier;
        ck_assert_msg(row->many == many, "%s", row->label);
        if (row->kind == KIND_U8)
            ck_assert_msg(row->min == 0 && row->max == 1, "%s", row->label);
        bool not_0 = row->id == MQTT_P_receive_maximum ||
                     row->id == MQTT_P_maximum_packet_size ||
                     row->id == MQTT_P_topic_alias ||
                     row->id == MQTT_P_subscription_identifier;
        ck_assert_msg((row->min == 1) == not_0, "%s", row->label);
    }
}
END_TEST

START_TEST(what_is_added_is_found)
{
    struct buf b = {0};
    struct mqtt_property p;
    mqtt_property_add_number(&b, MQTT_P_payload_format_indicator, 1);
    mqtt_property_add_number(&b, MQTT_P_server_keep_alive, 0x1234);
    mqtt_property_add_number(&b, MQTT_P_message_expiry_interval, 0x12345678);
    mqtt_property_add_number(&b, MQTT_P_subscription_identifier, 321);
    mqtt_property_add_text(&b, MQTT_P_content_type, slice_str("ab"));
    mqtt_property_add_text(&b, MQTT_P_correlation_data, slice_of("\0\xff", 2));
    mqtt_property_add_pair(&b, MQTT_P_user_property, slice_str("k"),
                           slice_str(""));
    static const char bytes[] = "\x01\x01"
                                "\x13\x12\x34"
                                "\x02\x12\x34\x56\x78"
                                "\x0b\xc1\x02"
                                "\x03\x00\x02"
                                "ab"
                                "\x09\x00\x02\x00\xff"
                                "\x26\x00\x01k\x00\x00";
    ck_assert(slice_equal(buf_slice(&b), slice_of(bytes, sizeof bytes - 1)));

    struct slice all = buf_slice(&b);
    ck_assert_uint_eq(
        mqtt_property_number(all, MQTT_P_payload_format_indicator, 9), 1);
    ck_assert_uint_eq(mqtt_property_number(all, MQTT_P_server_keep_alive, 9),
                      0x1234);
    ck_assert_uint_eq(
        mqtt_property_number(all, MQTT_P_message_expiry_interval, 9),
        0x12345678);
    ck_assert_uint_eq(
        mqtt_property_number(all, MQTT_P_subscription_identifier, 9), 321);
    ck_assert_uint_eq(mqtt_property_number(all, MQTT_P_topic_alias, 9), 9);
    ck_assert(slice_is(mqtt_property_text(all, MQTT_P_content_type), "ab"));
    ck_assert_ptr_null(mqtt_property_text(all, MQTT_P_reason_string).ptr);
    ck_assert(mqtt_property_find(all, MQTT_P_user_property, &p));
    ck_assert(slice_is(p.text, "k") && p.value.len == 0 && p.value.ptr);
    buf_release(&b);
}
END_TEST

START_TEST(a_walk_meets_all_in_order)
{
    static const uint8_t bytes[] = {0x0b, 0x01, 0x0b, 0x02, 0x23, 0x00, 0x07};
    struct slice rest = slice_of(bytes, sizeof bytes);
    struct mqtt_property p;
    ck_assert(mqtt_property_next(&rest, &p) && p.number == 1);
    ck_assert(mqtt_property_next(&rest, &p) && p.number == 2);
    ck_assert(mqtt_property_next(&rest, &p) && p.row->id == MQTT_P_topic_alias);
    ck_assert_uint_eq(p.number, 7);
    ck_assert(!mqtt_property_next(&rest, &p));
}
END_TEST

/* Not decoded, so not valid: the walk ends, it does not run away. */
START_TEST(a_walk_over_nonsense_ends)
{
    static const uint8_t unknown[] = {0x04, 0x01},
                         cut[] = {0x03, 0x00, 0x05, 'a'};
    struct slice rest = slice_of(unknown, sizeof unknown);
    struct mqtt_property p;
    ck_assert(!mqtt_property_next(&rest, &p));
    rest = slice_of(cut, sizeof cut);
    ck_assert(!mqtt_property_next(&rest, &p));
    ck_assert(!mqtt_property_find(slice_of(cut, sizeof cut),
                                  MQTT_P_content_type, &p));
}
END_TEST

TEST_MAIN(the_table_of_the_standard, other_ids_and_names_are_none,
          ranges_and_repetition, what_is_added_is_found,
          a_walk_meets_all_in_order, a_walk_over_nonsense_ends)
