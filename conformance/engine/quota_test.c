/* quota_test.c - the script's own account of the broker's Receive Maximum.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/quota.h"

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
welcome(struct quota *q, uint16_t maximum)
{
    struct buf properties = {0};
    mqtt_property_add_number(&properties, MQTT_P_receive_maximum, maximum);
    struct mqtt_packet p = with_reason(MQTT_CONNACK, 0);
    MQTT_SET(&p, properties, buf_slice(&properties));
    quota_got(q, &p);
    buf_release(&properties);
}

static void
publish(struct quota *q, uint8_t qos)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_PUBLISH, MQTT_50);
    p.qos = qos;
    quota_sent(q, &p);
}

static void
settle(struct quota *q, enum mqtt_type type, uint8_t reason)
{
    struct mqtt_packet p = with_reason(type, reason);
    quota_got(q, &p);
}

static bool
answers(const struct quota *q)
{
    struct mqtt_packet p =
        with_reason(MQTT_DISCONNECT, MQTT_RC_RECEIVE_MAXIMUM_EXCEEDED);
    return quota_is_answer(q, &p);
}

START_TEST(as_many_as_allowed_are_no_excess)
{
    struct quota q = {0};
    welcome(&q, 2);
    publish(&q, 1);
    publish(&q, 2);
    publish(&q, 0);
    ck_assert(!answers(&q));
    publish(&q, 1);
    ck_assert(answers(&q));
    struct mqtt_packet other = with_reason(MQTT_DISCONNECT, 0x82);
    ck_assert(!quota_is_answer(&q, &other));
}
END_TEST

START_TEST(what_is_settled_makes_room)
{
    struct quota q = {0};
    welcome(&q, 1);
    publish(&q, 1);
    settle(&q, MQTT_PUBACK, 0);
    publish(&q, 2);
    settle(&q, MQTT_PUBCOMP, 0);
    publish(&q, 2);
    settle(&q, MQTT_PUBREC, 0x97);
    publish(&q, 2);
    ck_assert(!answers(&q));
    settle(&q, MQTT_PUBREC, 0); /* it takes PUBCOMP to settle that one */
    publish(&q, 1);
    ck_assert(answers(&q));
}
END_TEST

START_TEST(what_was_sent_before_connack_counts)
{
    struct quota q = {0};
    publish(&q, 1);
    publish(&q, 1);
    ck_assert(!answers(&q));
    welcome(&q, 1);
    ck_assert(answers(&q));
}
END_TEST

TEST_MAIN(as_many_as_allowed_are_no_excess, what_is_settled_makes_room,
          what_was_sent_before_connack_counts)
