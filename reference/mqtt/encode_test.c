/* encode_test.c - what the encoder fills in, and what it leaves to the caller.
 * SPDX-License-Identifier: MIT
 *
 * That it writes what decode reads is shown in vectors_test.c and
 * codec_random_test.c; here is the way of a scripted peer, good or bad.      */
#include "mqtt/encode.h"

#include "base/hex.h"
#include "base/test.h"

static void
ck_encodes(const struct mqtt_packet *p, const char *hex)
{
    struct buf out = {0}, should = {0};
    mqtt_encode(&out, p);
    ck_assert(hex_parse(&should, slice_str(hex)));
    if (!slice_equal(buf_slice(&out), buf_slice(&should))) {
        struct buf text = {0};
        hex_print(&text, buf_slice(&out), ' ');
        ck_abort_msg("is %s, should be %s", buf_cstr(&text), hex);
    }
    buf_release(&out);
    buf_release(&should);
}

START_TEST(connect_flags_follow_from_what_is_there)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_CONNECT, MQTT_50);
    MQTT_SET(&p, will_topic, slice_str("w"));
    MQTT_SET(&p, will_payload, slice_str(""));
    MQTT_SET(&p, password, slice_str(""));
    ck_encodes(&p,
               "10 15 0004 4d515454 05 44 0000 00 0000 00 0001 77 0000 0000");
}
END_TEST

START_TEST(connect_flags_may_lie)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_CONNECT, MQTT_311);
    MQTT_SET(&p, user_name_flag, 1);
    ck_encodes(&p, "10 0c 0004 4d515454 04 80 0000 0000");
    MQTT_SET(&p, user_name_flag, 0);
    MQTT_SET(&p, user_name, slice_str("u"));
    ck_encodes(&p, "10 0f 0004 4d515454 04 00 0000 0000 0001 75");
}
END_TEST

START_TEST(an_acknowledgement_is_as_short_as_it_can_be)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBACK, MQTT_50);
    MQTT_SET(&p, packet_id, 7);
    ck_encodes(&p, "40 02 0007");
    MQTT_SET(&p, reason, 0x10);
    ck_encodes(&p, "40 03 0007 10");
    MQTT_SET(&p, properties, slice_of("\x1f\0\1x", 4));
    ck_encodes(&p, "40 08 0007 10 04 1f 0001 78");
    p.present &= ~MQTT_BIT(MQTT_F_reason);
    p.reason = 0;
    ck_encodes(&p, "40 08 0007 00 04 1f 0001 78");
    p.version = MQTT_311; /* neither code nor properties there */
    ck_encodes(&p, "40 02 0007");
}
END_TEST

START_TEST(a_packet_identifier_is_written_when_it_is_set)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_311);
    MQTT_SET(&p, topic, slice_str("a"));
    MQTT_SET(&p, qos, 1);
    ck_encodes(&p, "32 03 0001 61"); /* malformed, as told */
    MQTT_SET(&p, packet_id, 9);
    ck_encodes(&p, "32 05 0001 61 0009");
    MQTT_SET(&p, qos, 3);
    MQTT_SET(&p, dup, 1);
    ck_encodes(&p, "3e 05 0001 61 0009");
}
END_TEST

START_TEST(packets_are_appended)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PINGREQ, MQTT_50);
    struct buf out = {0};
    mqtt_encode(&out, &p);
    p = mqtt_packet_make(MQTT_DISCONNECT, MQTT_50);
    mqtt_encode(&out, &p);
    ck_assert(slice_equal(buf_slice(&out), slice_of("\xc0\0\xe0\0", 4)));
    buf_release(&out);
}
END_TEST

START_TEST(a_short_acknowledgement_is_what_encode_would_write)
{
    for (enum mqtt_type type = MQTT_PUBACK; type <= MQTT_PUBCOMP; type++)
        for (unsigned v = MQTT_31; v <= MQTT_50; v++) {
            struct buf want = {0}, have = {0};
            struct mqtt_packet p = mqtt_packet_make(type, (enum mqtt_version)v);
            MQTT_SET(&p, packet_id, 0x1234);
            mqtt_encode(&want, &p);
            mqtt_encode_short_ack(&have, type, 0x1234);
            ck_assert(slice_equal(buf_slice(&want), buf_slice(&have)));
            buf_release(&want);
            buf_release(&have);
        }
}
END_TEST

TEST_MAIN(connect_flags_follow_from_what_is_there, connect_flags_may_lie,
          an_acknowledgement_is_as_short_as_it_can_be,
          a_packet_identifier_is_written_when_it_is_set, packets_are_appended,
          a_short_acknowledgement_is_what_encode_would_write)
