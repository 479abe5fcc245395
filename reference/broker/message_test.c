/* message_test.c - what a message keeps, and how long it lives.
 * SPDX-License-Identifier: MIT */
#include "broker/message.h"

#include "base/test.h"
#include "mqtt/property.h"

/* Properties with one of each that a PUBLISH or a will can have. */
static void
all_properties(struct buf *out)
{
    mqtt_property_add_pair(out, MQTT_P_user_property, slice_str("b"),
                           slice_str("1"));
    mqtt_property_add_number(out, MQTT_P_topic_alias, 7);
    mqtt_property_add_text(out, MQTT_P_content_type, slice_str("ct"));
    mqtt_property_add_number(out, MQTT_P_message_expiry_interval, 60);
    mqtt_property_add_number(out, MQTT_P_will_delay_interval, 5);
    mqtt_property_add_pair(out, MQTT_P_user_property, slice_str("a"),
                           slice_str("2"));
    mqtt_property_add_number(out, MQTT_P_subscription_identifier, 9);
    mqtt_property_add_number(out, MQTT_P_payload_format_indicator, 1);
}

START_TEST(some_properties_travel_in_order_and_some_do_not)
{
    /* [MQTT-3.3.2-17, MQTT-3.3.2-18] */
    struct buf all = {0};
    all_properties(&all);
    struct message *m = message_new(slice_str("t"), slice_str("p"),
                                    buf_slice(&all), 1, true, 1000);
    buf_release(&all); /* it has its own copy */
    static const uint8_t travel[] = {
        MQTT_P_user_property, MQTT_P_content_type, MQTT_P_user_property,
        MQTT_P_payload_format_indicator};
    struct slice rest = m->properties;
    struct mqtt_property p;
    for (size_t i = 0; i < TEST_COUNT(travel); i++) {
        ck_assert(mqtt_property_next(&rest, &p));
        ck_assert_uint_eq(p.row->id, travel[i]);
    }
    ck_assert(!mqtt_property_next(&rest, &p));
    ck_assert(slice_is(m->topic, "t") && slice_is(m->payload, "p"));
    ck_assert(m->qos == 1 && m->retain);
    message_unref(m);
}
END_TEST

START_TEST(a_message_of_nothing)
{
    struct slice none = {NULL, 0};
    struct message *m = message_new(slice_str("t"), none, none, 0, false, 0);
    ck_assert(m->payload.len == 0 && m->properties.len == 0 && !m->expires);
    ck_assert_uint_eq(message_size(m), sizeof *m + 1);
    message_unref(m);
    message_unref(NULL);
}
END_TEST

/* Nothing is copied for who only looks; one copy serves all who keep it. */
START_TEST(a_borrowed_message_is_copied_once_when_kept)
{
    struct pool pool = {.size = MESSAGE_SMALL};
    struct message place;
    struct slice none = {NULL, 0};
    char topic[] = "t";
    struct message *m = message_borrow(&place, &pool, slice_str(topic),
                                       slice_str("p"), none, 1, false, 0);
    ck_assert_ptr_eq(m, &place);
    ck_assert_ptr_eq(m->topic.ptr, topic);
    message_unref(m); /* nobody kept it: nothing to free */
    struct message *kept = message_ref(m), *again = message_ref(m);
    ck_assert_ptr_ne(kept, m);
    ck_assert_ptr_eq(kept, again);
    ck_assert(message_is(m, kept) && message_is(m, m));
    message_unref(m);
    topic[0] = 'x'; /* the bytes that came are gone */
    ck_assert(slice_is(kept->topic, "t") && slice_is(kept->payload, "p"));
    ck_assert_uint_eq(kept->refs, 2);
    message_unref(kept);
    message_unref(again);
    pool_release(&pool);
}
END_TEST

START_TEST(with_properties_it_is_copied_at_once)
{
    struct pool pool = {.size = MESSAGE_SMALL};
    struct buf all = {0};
    struct message place;
    all_properties(&all);
    struct message *m =
        message_borrow(&place, &pool, slice_str("t"), slice_str("p"),
                       buf_slice(&all), 1, false, 0);
    buf_release(&all);
    ck_assert_ptr_ne(m, &place);
    ck_assert(m->expires && m->refs == 1);
    message_unref(m);
    pool_release(&pool);
}
END_TEST

START_TEST(it_lives_as_long_as_somebody_has_it)
{
    struct slice none = {NULL, 0};
    struct message *m =
        message_new(slice_str("t"), slice_str("p"), none, 0, false, 0);
    ck_assert_ptr_eq(message_ref(m), m);
    message_unref(m);
    ck_assert_uint_eq(m->refs, 1);
    ck_assert(slice_is(m->payload, "p"));
    message_unref(m);
}
END_TEST

/* Published at 5000 ms. */
static const struct {
    uint32_t interval; /* UINT32_MAX as the largest there is */
    uint64_t now_ms;
    bool expired;
    uint32_t left; /* seconds */
} expiries[] = {
    {10, 5000, false, 10},  {10, 5999, false, 10}, {10, 6000, false, 9},
    {10, 14999, false, 1},  {10, 15000, true, 0},  {10, 15001, true, 0},
    {10, 900000, true, 0},  {0, 5000, true, 0},    {1, 5999, false, 1},
    {UINT32_MAX, 5000 + 4294967294999, false, 1},
    {UINT32_MAX, 5000 + 4294967295000, true, 0},
};

START_TEST(expiry_to_the_millisecond) /* [MQTT-3.3.2-5, MQTT-3.3.2-6] */
{
    for (size_t i = 0; i < TEST_COUNT(expiries); i++) {
        struct buf props = {0};
        mqtt_property_add_number(&props, MQTT_P_message_expiry_interval,
                                 expiries[i].interval);
        struct message *m = message_new(slice_str("t"), slice_str("p"),
                                        buf_slice(&props), 0, false, 5000);
        ck_assert(m->expires);
        ck_assert_msg(message_expired(m, expiries[i].now_ms) ==
                          expiries[i].expired, "row %zu", i);
        ck_assert_uint_eq(message_expiry_left(m, expiries[i].now_ms),
                          expiries[i].left);
        message_unref(m);
        buf_release(&props);
    }
}
END_TEST

TEST_MAIN(some_properties_travel_in_order_and_some_do_not, a_message_of_nothing,
          a_borrowed_message_is_copied_once_when_kept,
          with_properties_it_is_copied_at_once,
          it_lives_as_long_as_somebody_has_it, expiry_to_the_millisecond)
