/* retry_test.c - a server that is away and comes back, in virtual time.
 * SPDX-License-Identifier: MIT */
#include "client/testkit.h"

static struct bench *
with_session(void)
{
    struct bench *b = bench_new(MQTT_50);
    b->config.retry_first_ms = 1000;
    b->config.retry_most_ms = 30000;
    b->config.retry_seed = 1;
    announce(b, MQTT_P_session_expiry_interval, 3600);
    connect_with(b, "20 03 00 00 00");
    return b;
}

/* Ten minutes without a server: few attempts, never two close together. */
START_TEST(waits_longer_and_longer)
{
    struct bench *b = with_session();
    uint64_t begin_ms = b->now_ms += 100000, last_ms = 0;
    unsigned attempts = 0;
    cut(b);
    while (b->now_ms < begin_ms + 600000) {
        uint64_t at_ms = mqtt_client_retry(b->client, b->now_ms);
        uint64_t wait_ms = at_ms - b->now_ms;
        ck_assert_uint_ge(wait_ms, attempts < 5 ? 500u << attempts : 15000);
        ck_assert_uint_le(wait_ms, 30000);
        if (attempts == 0)
            ck_assert_uint_le(wait_ms, 1000);
        last_ms = b->now_ms = at_ms; /* nobody answers */
        attempts++;
    }
    ck_assert_uint_le(attempts, 50);
    ck_assert_uint_gt(last_ms, begin_ms);
    bench_free(b);
}
END_TEST

/* A server that takes the connection only to drop it ends no series; one that
 * keeps it does. */
START_TEST(only_a_connection_that_holds_starts_anew)
{
    struct bench *b = with_session();
    b->now_ms += 100000;
    for (int i = 0; i < 8; i++) {
        cut(b);
        b->now_ms = mqtt_client_retry(b->client, b->now_ms);
        connect_with(b, "20 03 01 00 00");
    }
    cut(b);
    ck_assert_uint_ge(mqtt_client_retry(b->client, b->now_ms) - b->now_ms,
                      15000);
    connect_with(b, "20 03 01 00 00");
    b->now_ms += 40000;
    cut(b);
    ck_assert_uint_le(mqtt_client_retry(b->client, b->now_ms) - b->now_ms,
                      1000);
    bench_free(b);
}
END_TEST

/* What was under way when the server went is repeated when it is back: PUBLISH
 * with DUP, PUBREL as it was, in the old order [MQTT-4.4.0-1]. */
START_TEST(what_is_under_way_goes_on)
{
    struct bench *b = with_session();
    publish(b, 1, "t", 1);
    publish(b, 2, "u", 2);
    gets(b, "50 02 00 02");
    SAYS(b, "32 07 00 01 74 00 01 00 78 34 07 00 01 75 00 02 00 78 62 02 00 02");
    cut(b);
    publish(b, 1, "v", 3); /* meanwhile */
    b->now_ms = mqtt_client_retry(b->client, b->now_ms);
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 03 01 00 00");
    SAYS(b, "3a 07 00 01 74 00 01 00 78 62 02 00 02 "
            "32 07 00 01 76 00 03 00 78");
    gets(b, "40 02 00 01 70 02 00 02 40 02 00 03");
    ck_assert_uint_eq(mqtt_client_unsettled(b->client), 0);
    bench_free(b);
}
END_TEST

TEST_MAIN(waits_longer_and_longer, only_a_connection_that_holds_starts_anew,
          what_is_under_way_goes_on)
