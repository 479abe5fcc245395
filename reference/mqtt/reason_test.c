/* reason_test.c - Reason Codes, packet by packet.
 * SPDX-License-Identifier: MIT
 *
 * The lists below are those of the packets' own tables (3.2.2.2, 3.4.2.1, ...),
 * copied number by number; reasons.def has them the other way round, as 2.4. */
#include "mqtt/reason.h"

#include "base/test.h"

/* clang-format off */
static const struct {
    enum mqtt_type type;
    const char *section;
    int codes[40];             /* -1 ends them */
} lists[] = {
    {MQTT_CONNACK, "table 3-1", {0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
        0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f, -1}},
    {MQTT_PUBACK, "table 3-4", {0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99, -1}},
    {MQTT_PUBREC, "table 3-5", {0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99, -1}},
    {MQTT_PUBREL, "table 3-6", {0x00, 0x92, -1}},
    {MQTT_PUBCOMP, "table 3-7", {0x00, 0x92, -1}},
    {MQTT_SUBACK, "table 3-8", {0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1,
        0xa2, -1}},
    {MQTT_UNSUBACK, "table 3-9", {0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91, -1}},
    /* 0x8c stands for DISCONNECT in table 2-6 only: tolerated. */
    {MQTT_DISCONNECT, "table 3-10", {0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8b, 0x8c,
        0x8d, 0x8e, 0x8f, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9d,
        0x9e, 0x9f, 0xa0, 0xa1, 0xa2, -1}},
    {MQTT_AUTH, "table 3-11", {0x00, 0x18, 0x19, -1}},
    {MQTT_CONNECT, "has none", {-1}},
    {MQTT_PUBLISH, "has none", {-1}},
    {MQTT_SUBSCRIBE, "has none", {-1}},
    {MQTT_UNSUBSCRIBE, "has none", {-1}},
    {MQTT_PINGREQ, "has none", {-1}},
    {MQTT_PINGRESP, "has none", {-1}},
};
/* clang-format on */

static bool
is_listed(const int *codes, int code)
{
    for (; *codes >= 0; codes++)
        if (*codes == code)
            return true;
    return false;
}

START_TEST(each_packet_has_the_codes_of_its_table)
{
    for (size_t i = 0; i < TEST_COUNT(lists); i++)
        for (int code = 0; code < 256; code++)
            ck_assert_msg(
                (mqtt_reason_find((uint8_t)code, lists[i].type, MQTT_50) !=
                 NULL) == is_listed(lists[i].codes, code),
                "%s, %s: 0x%02x", mqtt_packet_row(lists[i].type)->name,
                lists[i].section, code);
}
END_TEST

/* The column "Sent by" of tables 3-10 and 3-11; the codes that both may send
 * are not here. */
static const struct {
    enum mqtt_type type;
    enum mqtt_side only;
    int codes[20];             /* -1 ends them */
} sides[] = {
    {MQTT_DISCONNECT, FROM_CLIENT, {0x04, -1}},
    {MQTT_DISCONNECT, FROM_SERVER, {0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x9a,
                                    0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2,
                                    -1}},
    {MQTT_AUTH, FROM_CLIENT, {0x19, -1}},
    {MQTT_AUTH, FROM_SERVER, {0x00, -1}},
};

static bool
is_barred(enum mqtt_type type, enum mqtt_side from, int code)
{
    for (size_t i = 0; i < TEST_COUNT(sides); i++)
        if (sides[i].type == type && sides[i].only != from &&
            is_listed(sides[i].codes, code))
            return true;
    return false;
}

START_TEST(some_codes_are_for_one_side)
{
    for (int type = 1; type < MQTT_TYPES; type++)
        for (int code = 0; code < 256; code++)
            for (int from = FROM_CLIENT; from <= FROM_SERVER; from++)
                ck_assert_msg(
                    mqtt_reason_may((uint8_t)code, type, from) ==
                        (mqtt_reason_find((uint8_t)code, type, MQTT_50) &&
                         !is_barred(type, from, code)),
                    "type %d, side %d: 0x%02x", type, from, code);
}
END_TEST

START_TEST(before_5_0_there_are_return_codes)
{
    static const enum mqtt_version old[] = {MQTT_31, MQTT_311};
    for (int i = 0; i < 2; i++)
        for (int code = 0; code < 256; code++) {
            ck_assert((mqtt_reason_find((uint8_t)code, MQTT_CONNACK, old[i]) !=
                       NULL) == (code <= 5));
            ck_assert((mqtt_reason_find((uint8_t)code, MQTT_SUBACK, old[i]) !=
                       NULL) == (code <= 2 || code == 0x80));
            ck_assert_ptr_null(
                mqtt_reason_find((uint8_t)code, MQTT_PUBACK, old[i]));
        }
}
END_TEST

START_TEST(zero_is_called_by_its_packet)
{
    ck_assert_str_eq(mqtt_reason_name(0, MQTT_CONNACK, MQTT_50), "Success");
    ck_assert_str_eq(mqtt_reason_name(0, MQTT_SUBACK, MQTT_50),
                     "Granted QoS 0");
    ck_assert_str_eq(mqtt_reason_name(0, MQTT_DISCONNECT, MQTT_50),
                     "Normal disconnection");
    ck_assert_str_eq(mqtt_reason_name(0, MQTT_CONNACK, MQTT_311),
                     "Connection Accepted");
    ck_assert_str_eq(mqtt_reason_name(5, MQTT_CONNACK, MQTT_311),
                     "Not authorized");
    ck_assert_str_eq(mqtt_reason_name(0x87, MQTT_CONNACK, MQTT_50),
                     "Not authorized");
    ck_assert_str_eq(mqtt_reason_name(0x77, MQTT_CONNACK, MQTT_50), "unknown");
}
END_TEST

START_TEST(symbols_are_parsed_as_the_packet_means_them)
{
    struct slice not_authorized = slice_str("not_authorized");
    ck_assert_int_eq(mqtt_reason_parse(not_authorized, MQTT_CONNACK, MQTT_50),
                     0x87);
    ck_assert_int_eq(mqtt_reason_parse(not_authorized, MQTT_CONNACK, MQTT_311),
                     5);
    ck_assert_int_eq(
        mqtt_reason_parse(slice_str("NOT_AUTHORIZED"), MQTT_NO_TYPE, MQTT_50),
        0x87);
    ck_assert_int_eq(mqtt_reason_parse(not_authorized, MQTT_PUBREL, MQTT_50),
                     -1);
    ck_assert_int_eq(
        mqtt_reason_parse(slice_str("nonsense"), MQTT_NO_TYPE, MQTT_50), -1);
    ck_assert_int_eq(mqtt_reason_parse(slice_str(""), MQTT_NO_TYPE, MQTT_50),
                     -1);
}
END_TEST

/* Every symbol a packet prints leads back to the code. */
START_TEST(every_symbol_leads_back_to_its_code)
{
    static const enum mqtt_version all[] = {MQTT_31, MQTT_311, MQTT_50};
    for (int v = 0; v < 3; v++)
        for (int t = 1; t < MQTT_TYPES; t++)
            for (int code = 0; code < 256; code++) {
                const struct mqtt_reason_row *row =
                    mqtt_reason_find((uint8_t)code, (enum mqtt_type)t, all[v]);
                ck_assert(!row ||
                          mqtt_reason_parse(slice_str(row->symbol),
                                            (enum mqtt_type)t, all[v]) == code);
            }
}
END_TEST

START_TEST(all_rows_say_something)
{
    const struct mqtt_reason_row *row;
    size_t n = 0;
    for (; (row = mqtt_reason_at(MQTT_50, n)); n++) {
        ck_assert(row->name[0] && row->summary[0] && row->packets);
        ck_assert(mqtt_reason_failed(row->code) == (row->code >= 0x80));
    }
    ck_assert_uint_eq(n, 45); /* 43 numbers, 0x00 under three names */
    for (n = 0; mqtt_reason_at(MQTT_311, n); n++)
        continue;
    ck_assert_uint_eq(n, 10);
}
END_TEST

TEST_MAIN(each_packet_has_the_codes_of_its_table,
          some_codes_are_for_one_side,
          before_5_0_there_are_return_codes, zero_is_called_by_its_packet,
          symbols_are_parsed_as_the_packet_means_them,
          every_symbol_leads_back_to_its_code, all_rows_say_something)
