/* limits_test.c - the script's own account of what the broker announced.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/limits.h"

#include "base/test.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"

static struct mqtt_packet
with_reason(enum mqtt_type type, uint8_t reason)
{
    struct mqtt_packet p = mqtt_packet_make(type, MQTT_50);
    MQTT_SET(&p, reason, reason);
    return p;
}

static void
welcome(struct limits *l, uint16_t maximum)
{
    struct buf properties = {0};
    mqtt_property_add_number(&properties, MQTT_P_receive_maximum, maximum);
    struct mqtt_packet p = with_reason(MQTT_CONNACK, 0);
    MQTT_SET(&p, properties, buf_slice(&properties));
    limits_got(l, &p);
    buf_release(&properties);
}

static void
publish(struct limits *l, uint8_t qos)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_50);
    p.qos = qos;
    limits_sent(l, &p, 10);
}

static void
settle(struct limits *l, enum mqtt_type type, uint8_t reason)
{
    struct mqtt_packet p = with_reason(type, reason);
    limits_got(l, &p);
}

static bool
answers(const struct limits *l)
{
    struct mqtt_packet p =
        with_reason(MQTT_DISCONNECT, MQTT_RC_RECEIVE_MAXIMUM_EXCEEDED);
    return limits_is_answer(l, &p);
}

START_TEST(as_many_as_allowed_are_no_excess)
{
    struct limits l = {0};
    welcome(&l, 2);
    publish(&l, 1);
    publish(&l, 2);
    publish(&l, 0);
    ck_assert(!answers(&l));
    publish(&l, 1);
    ck_assert(answers(&l));
    struct mqtt_packet other = with_reason(MQTT_DISCONNECT, 0x82);
    ck_assert(!limits_is_answer(&l, &other));
}
END_TEST

START_TEST(what_is_settled_makes_room)
{
    struct limits l = {0};
    welcome(&l, 1);
    publish(&l, 1);
    settle(&l, MQTT_PUBACK, 0);
    publish(&l, 2);
    settle(&l, MQTT_PUBCOMP, 0);
    publish(&l, 2);
    settle(&l, MQTT_PUBREC, 0x97);
    publish(&l, 2);
    ck_assert(!answers(&l));
    settle(&l, MQTT_PUBREC, 0); /* it takes PUBCOMP to settle that one */
    publish(&l, 1);
    ck_assert(answers(&l));
}
END_TEST

START_TEST(what_was_sent_before_connack_counts)
{
    struct limits l = {0};
    publish(&l, 1);
    publish(&l, 1);
    ck_assert(!answers(&l));
    welcome(&l, 1);
    ck_assert(answers(&l));
}
END_TEST

START_TEST(a_packet_above_the_limit_is_an_excess)
{
    struct limits l = {0};
    struct buf properties = {0};
    mqtt_property_add_number(&properties, MQTT_P_maximum_packet_size, 100);
    struct mqtt_packet p = with_reason(MQTT_CONNACK, 0);
    MQTT_SET(&p, properties, buf_slice(&properties));
    struct mqtt_packet sent = mqtt_packet_make(MQTT_PUBLISH, MQTT_50);
    limits_got(&l, &p);
    limits_sent(&l, &sent, 100);
    ck_assert_ptr_null(limits_excess(&l, UINT64_MAX));
    limits_sent(&l, &sent, 101);
    ck_assert_ptr_nonnull(limits_excess(&l, 0));
    buf_release(&properties);
}
END_TEST

START_TEST(silence_counts_where_the_broker_imposed_its_keep_alive)
{
    struct limits l = {0};
    struct buf properties = {0};
    struct mqtt_packet connect = mqtt_packet_make(MQTT_CONNECT, MQTT_50);
    MQTT_SET(&connect, keep_alive, 2);
    mqtt_property_add_number(&properties, MQTT_P_server_keep_alive, 2);
    struct mqtt_packet p = with_reason(MQTT_CONNACK, 0);
    MQTT_SET(&p, properties, buf_slice(&properties));
    limits_sent(&l, &connect, 20);
    limits_got(&l, &p);
    ck_assert_ptr_null(limits_excess(&l, UINT64_MAX)); /* it asked for 2 */
    MQTT_SET(&connect, keep_alive, 0);
    limits_sent(&l, &connect, 20);
    limits_got(&l, &p);
    ck_assert_ptr_null(limits_excess(&l, 2900000));
    ck_assert_ptr_nonnull(limits_excess(&l, 3000000));
    buf_release(&properties);
}
END_TEST

TEST_MAIN(as_many_as_allowed_are_no_excess, what_is_settled_makes_room,
          what_was_sent_before_connack_counts,
          a_packet_above_the_limit_is_an_excess,
          silence_counts_where_the_broker_imposed_its_keep_alive)
