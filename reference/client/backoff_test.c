/* backoff_test.c - the waits grow, stay below their limit, and differ.
 * SPDX-License-Identifier: MIT */
#include "client/backoff.h"

#include "base/test.h"

START_TEST(doubles_up_to_the_limit)
{
    static const uint32_t most[] = {1000, 2000, 4000, 8000, 10000, 10000};
    for (uint64_t seed = 1; seed < 200; seed++) {
        struct mqtt_backoff b;
        mqtt_backoff_init(&b, 1000, 10000, seed);
        for (size_t i = 0; i < TEST_COUNT(most); i++) {
            uint32_t wait_ms = mqtt_backoff_next(&b, 0);
            ck_assert_uint_le(wait_ms, most[i]);
            ck_assert_uint_ge(wait_ms, most[i] / 2);
        }
    }
}
END_TEST

START_TEST(for_ever_is_no_overflow)
{
    struct mqtt_backoff b;
    mqtt_backoff_init(&b, UINT32_MAX, UINT32_MAX, 1);
    for (int i = 0; i < 100000; i++)
        ck_assert_uint_ge(mqtt_backoff_next(&b, 0), UINT32_MAX / 2);
}
END_TEST

/* Clients that lost the same server come back spread over half the wait. */
START_TEST(jitter_spreads)
{
    enum { CLIENTS = 1000, TENTHS = 5 };
    unsigned tenths[TENTHS + 1] = {0};
    for (uint64_t seed = 1; seed <= CLIENTS; seed++) {
        struct mqtt_backoff b;
        mqtt_backoff_init(&b, 1000, 60000, seed);
        tenths[(mqtt_backoff_next(&b, 0) - 500) / 100]++;
    }
    for (size_t i = 0; i < TENTHS; i++) {
        ck_assert_uint_gt(tenths[i], CLIENTS / TENTHS / 2);
        ck_assert_uint_lt(tenths[i], CLIENTS / TENTHS * 2);
    }
}
END_TEST

START_TEST(a_connection_that_held_ends_the_series)
{
    struct mqtt_backoff b;
    mqtt_backoff_init(&b, 1000, 60000, 7);
    for (int i = 0; i < 4; i++)
        mqtt_backoff_next(&b, 0);
    ck_assert_uint_ge(mqtt_backoff_next(&b, 10), 8000); /* accepted, thrown out */
    ck_assert_uint_le(mqtt_backoff_next(&b, 16001), 1000);
}
END_TEST

TEST_MAIN(doubles_up_to_the_limit, for_ever_is_no_overflow, jitter_spreads,
          a_connection_that_held_ends_the_series)
