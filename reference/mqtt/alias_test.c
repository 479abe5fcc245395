/* alias_test.c - Topic Aliases.
 * SPDX-License-Identifier: MIT */
#include "mqtt/alias.h"

#include "base/test.h"

START_TEST(receiver_keeps_a_copy)
{
    struct mqtt_aliases a;
    char topic[] = "a/b";
    mqtt_alias_init(&a, 3);
    ck_assert(mqtt_alias_set(&a, 3, slice_str(topic)));
    topic[0] = 'x';
    ck_assert(slice_is(mqtt_alias_get(&a, 3), "a/b"));
    ck_assert(mqtt_alias_set(&a, 3, slice_str("c")));
    ck_assert(slice_is(mqtt_alias_get(&a, 3), "c"));
    mqtt_alias_release(&a);
}
END_TEST

START_TEST(receiver_bounds) /* MQTT-3.3.2-8, MQTT-3.3.2-9, MQTT-3.3.2-12 */
{
    struct mqtt_aliases a;
    mqtt_alias_init(&a, 2);
    ck_assert(!mqtt_alias_set(&a, 0, slice_str("t")));
    ck_assert(!mqtt_alias_set(&a, 3, slice_str("t")));
    ck_assert(mqtt_alias_set(&a, 2, slice_str("t")));
    ck_assert_ptr_null(mqtt_alias_get(&a, 0).ptr);
    ck_assert_ptr_null(mqtt_alias_get(&a, 1).ptr);
    ck_assert_ptr_nonnull(mqtt_alias_get(&a, 2).ptr);
    ck_assert_ptr_null(mqtt_alias_get(&a, 3).ptr);
    mqtt_alias_release(&a);
    ck_assert_ptr_null(mqtt_alias_get(&a, 2).ptr);
    mqtt_alias_init(&a, 65535);
    ck_assert(mqtt_alias_set(&a, 65535, slice_str("t")));
    ck_assert(slice_is(mqtt_alias_get(&a, 65535), "t"));
    mqtt_alias_release(&a);
}
END_TEST

START_TEST(sender_names_new_topics_while_there_are_numbers)
{
    static const struct {
        const char *topic;
        enum mqtt_alias_use use;
        uint16_t alias;
    } rows[] = {
        {"a", MQTT_ALIAS_NEW, 1},  {"a", MQTT_ALIAS_KNOWN, 1},
        {"b", MQTT_ALIAS_NEW, 2},  {"c", MQTT_ALIAS_NONE, 0},
        {"a", MQTT_ALIAS_KNOWN, 1}, {"b", MQTT_ALIAS_KNOWN, 2},
    };
    struct mqtt_aliases a;
    mqtt_alias_init(&a, 2);
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        uint16_t alias = 0;
        ck_assert_int_eq(
            mqtt_alias_choose(&a, slice_str(rows[i].topic), &alias),
            rows[i].use);
        ck_assert_uint_eq(alias, rows[i].alias);
    }
    mqtt_alias_release(&a);
}
END_TEST

START_TEST(without_a_maximum_there_are_none)
{
    struct mqtt_aliases a;
    uint16_t alias = 0;
    mqtt_alias_init(&a, 0);
    ck_assert_int_eq(mqtt_alias_choose(&a, slice_str("a"), &alias),
                     MQTT_ALIAS_NONE);
    ck_assert(!mqtt_alias_set(&a, 1, slice_str("a")));
    mqtt_alias_release(&a);
}
END_TEST

TEST_MAIN(receiver_keeps_a_copy, receiver_bounds,
          sender_names_new_topics_while_there_are_numbers,
          without_a_maximum_there_are_none)
