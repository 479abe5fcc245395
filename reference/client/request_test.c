/* request_test.c - SUBSCRIBE and UNSUBSCRIBE.
 * SPDX-License-Identifier: MIT */
#include "client/testkit.h"

START_TEST(subscribe_and_unsubscribe)
{
    struct bench *b = connected(MQTT_50);
    struct mqtt_filter f[] = {{.filter = slice_str("a"), .qos = 1},
                              {.filter = slice_str("#"), .no_local = 1}};
    ck_assert_uint_eq(mqtt_client_subscribe(b->client, f, 2,
                                            (struct slice){0}), 1);
    SAYS(b, "82 0b 00 01 00 00 01 61 01 00 01 23 04");
    gets(b, "90 05 00 01 00 01 87");
    TOLD(b, "subscribed 1 0x87;");
    ck_assert_uint_eq(mqtt_client_unsubscribe(b->client, f, 1,
                                              (struct slice){0}), 2);
    SAYS(b, "a2 06 00 02 00 00 01 61");
    gets(b, "b0 04 00 02 00 00");
    TOLD(b, "unsubscribed 2;");
    bench_free(b);
}
END_TEST

START_TEST(requests_are_refused_without_a_connection)
{
    struct bench *b = bench_new(MQTT_311);
    struct mqtt_filter f = {.filter = slice_str("a")};
    b->client = mqtt_client_new(&b->config);
    ck_assert_uint_eq(
        mqtt_client_subscribe(b->client, &f, 1, (struct slice){0}), 0);
    bench_free(b);
}
END_TEST

TEST_MAIN(subscribe_and_unsubscribe,
          requests_are_refused_without_a_connection)
