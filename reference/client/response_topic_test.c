/* response_topic_test.c - Response Information is used when it can be.
 * SPDX-License-Identifier: MIT */
#include "client/response_topic.h"

#include "base/test.h"
#include "mqtt/property.h"

START_TEST(where_to)
{
    static const struct {
        const char *wanted, *info, *begins;
        size_t len;
    } rows[] = {
        {"mine", "offered", "mine", 4},
        {NULL, "offered/ann", "offered/ann/", 12 + 16},
        {NULL, "offered/", "offered/", 8 + 16},
        {NULL, NULL, "plumb/response/", 15 + 16},
        {NULL, "", "plumb/response/", 15 + 16},
        {NULL, "a/+", "plumb/response/", 15 + 16},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct buf topic = {0}, properties = {0};
        if (rows[i].info)
            mqtt_property_add_text(&properties, MQTT_P_response_information,
                                   slice_str(rows[i].info));
        response_topic_choose(&topic, rows[i].wanted, buf_slice(&properties));
        ck_assert_uint_eq(topic.len, rows[i].len);
        ck_assert_mem_eq(topic.data, rows[i].begins, strlen(rows[i].begins));
        buf_release(&topic);
        buf_release(&properties);
    }
}
END_TEST

START_TEST(never_the_same)
{
    struct buf a = {0}, b = {0};
    response_topic_choose(&a, NULL, (struct slice){0});
    response_topic_choose(&b, NULL, (struct slice){0});
    ck_assert(!slice_equal(buf_slice(&a), buf_slice(&b)));
    buf_release(&a);
    buf_release(&b);
}
END_TEST

TEST_MAIN(where_to, never_the_same)
