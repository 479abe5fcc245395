/* packet_test.c - one Control Packet as a value, and its layout.
 * SPDX-License-Identifier: MIT */
#include "mqtt/packet.h"

#include "base/test.h"
#include "mqtt/layout.h"

START_TEST(names_there_and_back)
{
    for (int t = 1; t < MQTT_TYPES; t++) {
        const struct mqtt_packet_row *row = mqtt_packet_row((enum mqtt_type)t);
        ck_assert_int_eq(mqtt_packet_parse(slice_str(row->name)), t);
    }
    ck_assert_int_eq(mqtt_packet_parse(slice_str("publish")), MQTT_NO_TYPE);
    ck_assert_int_eq(mqtt_packet_parse(slice_str("")), MQTT_NO_TYPE);
    ck_assert_str_eq(mqtt_packet_row(MQTT_NO_TYPE)->name, "reserved");
    ck_assert_str_eq(mqtt_packet_row((enum mqtt_type)16)->name, "reserved");
}
END_TEST

/* Table 2-1 and 2-2 of 5.0. */
START_TEST(types_flags_and_directions)
{
    enum { C = FROM_CLIENT, S = FROM_SERVER, B = FROM_ANY, V = FLAGS_VARY };
    static const struct {
        const char *name;
        uint8_t flags, from;
    } rows[MQTT_TYPES] = {
        {"reserved", 0, 0}, {"CONNECT", 0, C},     {"CONNACK", 0, S},
        {"PUBLISH", V, B},  {"PUBACK", 0, B},      {"PUBREC", 0, B},
        {"PUBREL", 2, B},   {"PUBCOMP", 0, B},     {"SUBSCRIBE", 2, C},
        {"SUBACK", 0, S},   {"UNSUBSCRIBE", 2, C}, {"UNSUBACK", 0, S},
        {"PINGREQ", 0, C},  {"PINGRESP", 0, S},    {"DISCONNECT", 0, B},
        {"AUTH", 0, B},
    };
    for (int t = 1; t < MQTT_TYPES; t++) {
        const struct mqtt_packet_row *row = mqtt_packet_row((enum mqtt_type)t);
        ck_assert_str_eq(row->name, rows[t].name);
        ck_assert_uint_eq(row->flags, rows[t].flags);
        ck_assert_uint_eq(row->sent_by, rows[t].from);
        ck_assert_uint_eq(row->versions, t == MQTT_AUTH ? V_5 : V_ALL);
    }
}
END_TEST

START_TEST(a_made_packet_has_what_can_only_be_one_way)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_CONNECT, MQTT_31);
    ck_assert(MQTT_HAS(&p, protocol_name) &&
              slice_is(p.protocol_name, "MQIsdp"));
    ck_assert_uint_eq(p.protocol_level, 3);
    ck_assert_uint_eq(mqtt_packet_make(MQTT_PUBREL, MQTT_50).flags, 2);
    p = mqtt_packet_make(MQTT_PUBLISH, MQTT_50);
    ck_assert(p.present == 0 && p.flags == 0);
}
END_TEST

/* 3.8.3.1: figure 3-21. */
START_TEST(subscription_options)
{
    struct mqtt_filter f = {.qos = 2,
                            .no_local = 1,
                            .retain_as_published = 1,
                            .retain_handling = 2};
    ck_assert_uint_eq(mqtt_options_pack(&f, MQTT_50), 0x2e);
    ck_assert_uint_eq(mqtt_options_pack(&f, MQTT_311), 0x02);
    for (int byte = 0; byte < 256; byte++) {
        struct mqtt_filter back = {.qos = 0};
        mqtt_options_unpack(&back, (uint8_t)byte, MQTT_50);
        ck_assert_uint_eq(mqtt_options_pack(&back, MQTT_50), byte);
        ck_assert(back.qos == (byte & 3) && back.no_local == (byte >> 2 & 1) &&
                  back.retain_as_published == (byte >> 3 & 1) &&
                  back.retain_handling == (byte >> 4 & 3) &&
                  back.reserved == byte >> 6);
        mqtt_options_unpack(&back, (uint8_t)byte, MQTT_311);
        ck_assert(back.qos == (byte & 3) && back.reserved == byte >> 2);
    }
}
END_TEST

START_TEST(filters_are_added_and_walked)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_SUBSCRIBE, MQTT_50);
    struct mqtt_filter f = {.filter = slice_str("a/b"), .qos = 1}, g;
    struct buf b = {0};
    mqtt_filter_add(&b, &p, &f);
    f = (struct mqtt_filter){.filter = slice_str("#"), .retain_handling = 1};
    mqtt_filter_add(&b, &p, &f);
    ck_assert(slice_equal(buf_slice(&b), slice_of("\0\3a/b\1\0\1#\x10", 10)));
    struct slice rest = buf_slice(&b);
    ck_assert(mqtt_filter_next(&p, &rest, &g) && slice_is(g.filter, "a/b"));
    ck_assert(g.qos == 1 && g.retain_handling == 0);
    ck_assert(mqtt_filter_next(&p, &rest, &g) && slice_is(g.filter, "#"));
    ck_assert(g.qos == 0 && g.retain_handling == 1);
    ck_assert(!mqtt_filter_next(&p, &rest, &g));

    p.type = MQTT_UNSUBSCRIBE; /* no options there */
    buf_clear(&b);
    mqtt_filter_add(&b, &p, &f);
    ck_assert(slice_equal(buf_slice(&b), slice_of("\0\1#", 3)));
    buf_release(&b);
}
END_TEST

START_TEST(a_walk_over_half_a_filter_ends)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_SUBSCRIBE, MQTT_311);
    struct mqtt_filter f;
    struct slice rest = slice_of("\0\5ab", 4);
    ck_assert(!mqtt_filter_next(&p, &rest, &f));
    rest = slice_of("\0\1a", 3);
    ck_assert(!mqtt_filter_next(&p, &rest, &f));
}
END_TEST

/* --- layout --------------------------------------------------------------- */

START_TEST(fields_have_one_name_or_two)
{
    for (int f = 0; f < MQTT_FIELDS; f++)
        ck_assert_int_eq(
            mqtt_field_parse(slice_str(mqtt_field_name((enum mqtt_field)f))),
            f);
    ck_assert_int_eq(mqtt_field_parse(slice_str("clean_session")),
                     MQTT_F_clean_start);
    ck_assert_int_eq(mqtt_field_parse(slice_str("message_id")),
                     MQTT_F_packet_id);
    ck_assert_int_eq(mqtt_field_parse(slice_str("")), MQTT_FIELDS);
    ck_assert_int_eq(mqtt_field_parse(slice_str("nonsense")), MQTT_FIELDS);
    ck_assert_str_eq(mqtt_field_name(MQTT_FIELDS), "?");
}
END_TEST

START_TEST(a_row_is_found_where_the_version_has_it)
{
    ck_assert_str_eq(
        mqtt_layout_find(MQTT_CONNECT, MQTT_311, MQTT_F_clean_start)->label,
        "Clean Session");
    ck_assert_str_eq(
        mqtt_layout_find(MQTT_CONNECT, MQTT_50, MQTT_F_clean_start)->label,
        "Clean Start");
    ck_assert_ptr_null(mqtt_layout_find(MQTT_PUBACK, MQTT_311, MQTT_F_reason));
    ck_assert(mqtt_layout_find(MQTT_PUBACK, MQTT_50, MQTT_F_reason));
    ck_assert(mqtt_layout_find(MQTT_PUBLISH, MQTT_31, MQTT_F_dup));
    ck_assert_ptr_null(mqtt_layout_find(MQTT_PUBLISH, MQTT_31, MQTT_F_flags));
    ck_assert_ptr_null(mqtt_layout_find(MQTT_PINGREQ, MQTT_50, MQTT_F_payload));
    ck_assert_uint_eq(mqtt_layout(MQTT_NO_TYPE).count, 0);
}
END_TEST

/* The bits of a byte cover it exactly, in every version. */
START_TEST(bits_fill_their_byte)
{
    for (int t = 1; t < MQTT_TYPES; t++)
        for (int v = MQTT_31; v <= MQTT_50; v++) {
            struct mqtt_layout l = mqtt_layout((enum mqtt_type)t);
            unsigned covered = 0xff;
            for (size_t i = 0; i < l.count; i++) {
                const struct mqtt_row *row = &l.rows[i];
                if (!mqtt_version_in((enum mqtt_version)v, row->versions))
                    continue;
                if (row->kind != KIND_BITS) {
                    ck_assert_uint_eq(covered, 0xff);
                    covered = row->kind == KIND_BYTE ? 0 : 0xff;
                    continue;
                }
                unsigned mask = (2u << row->high) - (1u << row->low);
                ck_assert_msg((covered & mask) == 0, "%s", row->label);
                covered |= mask;
            }
            ck_assert_uint_eq(covered, 0xff);
        }
}
END_TEST

START_TEST(a_kind_holds_so_much)
{
    const struct mqtt_row *qos =
        mqtt_layout_find(MQTT_PUBLISH, MQTT_50, MQTT_F_qos);
    const struct mqtt_row *dup =
        mqtt_layout_find(MQTT_PUBLISH, MQTT_50, MQTT_F_dup);
    ck_assert_uint_eq(mqtt_kind_max(KIND_U8, NULL), 255);
    ck_assert_uint_eq(mqtt_kind_max(KIND_U16, NULL), 65535);
    ck_assert_uint_eq(mqtt_kind_max(KIND_U32, NULL), 4294967295u);
    ck_assert_uint_eq(mqtt_kind_max(KIND_VARINT, NULL), 268435455);
    ck_assert_uint_eq(mqtt_kind_max(KIND_BITS, qos), 3);
    ck_assert_uint_eq(mqtt_kind_max(KIND_BITS, dup), 1);
    ck_assert_uint_eq(mqtt_kind_max(KIND_STRING, NULL), 0);
}
END_TEST

/* What numbers and slices are set through a row are read through it. */
START_TEST(members_are_reached_through_their_rows)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_50);
    const struct mqtt_row *id =
        mqtt_layout_find(MQTT_PUBLISH, MQTT_50, MQTT_F_packet_id);
    const struct mqtt_row *qos =
        mqtt_layout_find(MQTT_PUBLISH, MQTT_50, MQTT_F_qos);
    const struct mqtt_row *topic =
        mqtt_layout_find(MQTT_PUBLISH, MQTT_50, MQTT_F_topic);
    mqtt_field_set_number(&p, id, 0xabcd);
    mqtt_field_set_number(&p, qos, 2);
    mqtt_field_set_slice(&p, topic, slice_str("a"));
    ck_assert(p.packet_id == 0xabcd && p.qos == 2 && slice_is(p.topic, "a"));
    ck_assert(MQTT_HAS(&p, packet_id) && MQTT_HAS(&p, topic));
    ck_assert_uint_eq(mqtt_field_number(&p, id), 0xabcd);
    ck_assert_uint_eq(mqtt_field_number(&p, topic), 0);
    ck_assert(slice_is(mqtt_field_slice(&p, topic), "a"));
    ck_assert_uint_eq(mqtt_field_slice(&p, id).len, 0);
}
END_TEST

TEST_MAIN(a_kind_holds_so_much, names_there_and_back, types_flags_and_directions,
          a_made_packet_has_what_can_only_be_one_way, subscription_options,
          filters_are_added_and_walked, a_walk_over_half_a_filter_ends,
          fields_have_one_name_or_two, a_row_is_found_where_the_version_has_it,
          bits_fill_their_byte, members_are_reached_through_their_rows)
