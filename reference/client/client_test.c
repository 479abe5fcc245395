/* client_test.c - the engine: keep alive, bad packets, the end.
 * SPDX-License-Identifier: MIT */
#include "client/testkit.h"

/* ---- keep alive --------------------------------------------------------- */

START_TEST(pingreq_before_the_interval_ends) /* MQTT-3.1.2-20 */
{
    struct bench *b = connected(MQTT_311);
    uint64_t due = b->now_ms + 52500;
    ck_assert_uint_eq(mqtt_client_deadline(b->client), due);
    mqtt_client_tick(b->client, due - 1);
    SAYS(b, "");
    mqtt_client_tick(b->client, due);
    SAYS(b, "c0 00");
    b->now_ms = due + 100;
    gets(b, "d0 00");
    ck_assert_uint_eq(mqtt_client_deadline(b->client), due + 52500);
    bench_free(b);
}
END_TEST

START_TEST(sending_puts_the_ping_off)
{
    struct bench *b = connected(MQTT_311);
    mqtt_client_tick(b->client, b->now_ms + 30000);
    publish(b, 0, "t", 1);
    SAYS(b, "30 04 00 01 74 78");
    ck_assert_uint_eq(mqtt_client_deadline(b->client),
                      b->now_ms + 30000 + 52500);
    bench_free(b);
}
END_TEST

START_TEST(no_pingresp_ends_it)
{
    struct bench *b = connected(MQTT_50);
    uint64_t due = mqtt_client_deadline(b->client);
    mqtt_client_tick(b->client, due);
    mqtt_client_tick(b->client, due + 59999);
    TOLD(b, "");
    mqtt_client_tick(b->client, due + 60000);
    TOLD(b, "closed 0 0x00 no PINGRESP for 60 seconds: the server, or the way "
            "to it, is gone;");
    bench_free(b);
}
END_TEST

START_TEST(server_keep_alive_counts) /* MQTT-3.1.2-21 */
{
    struct bench *b = bench_new(MQTT_50);
    connect_with(b, "20 06 00 00 03 13 00 08");
    ck_assert_uint_eq(mqtt_client_deadline(b->client), b->now_ms + 7000);
    bench_free(b);
    b = bench_new(MQTT_50);
    connect_with(b, "20 06 00 00 03 13 00 00");
    ck_assert_uint_eq(mqtt_client_deadline(b->client), TIMER_NEVER);
    bench_free(b);
}
END_TEST

/* ---- what a server must not send ---------------------------------------- */

START_TEST(bad_packets_end_it_with_a_reason)
{
    static const struct {
        const char *what, *gets;
        uint8_t reason;
    } rows[] = {
        {"QoS 3 [MQTT-3.3.1-4]", "36 07 00 01 74 00 05 00 31", 0x81},
        {"length of five bytes", "30 ff ff ff ff 01", 0x81},
        {"second CONNACK [MQTT-3.2.0-2]", "20 03 00 00 00", 0x82},
        {"CONNECT from a server", "10 0e 00 04 4d 51 54 54 05 02 00 3c 00 00 "
                                  "01 63", 0x82},
        {"SUBACK unasked [MQTT-2.2.1-6]", "90 04 00 01 00 00", 0x82},
        {"packet type 0", "00 00", 0x81},
        {"topic runs past the end", "30 03 00 09 74", 0x81},
        {"wildcard in a name [MQTT-3.3.2-2]", "30 05 00 01 23 00 31", 0x90},
        {"identifier 0 [MQTT-2.2.1-4]", "32 07 00 01 74 00 00 00 31", 0x82},
        {"PUBREL flags [MQTT-3.6.1-1]", "60 02 00 01", 0x81},
        {"AUTH out of the blue", "f0 00", 0x82},
        {"AUTH", "f0 06 18 04 15 00 01 78", 0x82},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct bench *b = connected(MQTT_50);
        char want[32];
        gets(b, rows[i].gets);
        snprintf(want, sizeof want, "e0 01 %02x", rows[i].reason);
        ck_assert_msg(strcmp(says(b), want) == 0, "%s: %s", rows[i].what,
                      buf_cstr(&b->hex));
        ck_assert_msg(strncmp(told(b), "closed 0", 8) == 0, "%s",
                      rows[i].what);
        ck_assert(!mqtt_client_is_open(b->client));
        gets(b, "30 05 00 01 74 00 31"); /* nobody listens any more */
        TOLD(b, "");
        bench_free(b);
    }
}
END_TEST

START_TEST(nothing_before_connack) /* MQTT-3.2.0-1 */
{
    struct bench *b = bench_new(MQTT_50);
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    gets(b, "d0 00");
    TOLD(b, "closed 0 0x82 the server sent PINGRESP before CONNACK "
            "[MQTT-3.2.0-1];");
    bench_free(b);
}
END_TEST

START_TEST(random_bytes_do_no_harm)
{
    uint32_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        struct bench *b = connected(round % 2 ? MQTT_50 : MQTT_311);
        publish(b, 2, "t", 1);
        uint8_t bytes[40];
        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1103515245u + 12345u;
            bytes[i] = (uint8_t)(seed >> 24);
        }
        bytes[1] %= 30;
        mqtt_client_input(b->client, slice_of(bytes, sizeof bytes), b->now_ms);
        bench_free(b);
    }
}
END_TEST

/* ---- the end ------------------------------------------------------------ */

START_TEST(server_says_goodbye)
{
    struct bench *b = connected(MQTT_50);
    gets(b, "e0 07 8b 05 1f 00 02 62 79");
    TOLD(b, "closed 1 0x8b by;");
    SAYS(b, "");
    bench_free(b);
}
END_TEST

START_TEST(disconnect_is_the_last_packet) /* MQTT-3.14.4-1 */
{
    struct bench *b = connected(MQTT_50);
    mqtt_client_disconnect(b->client, 0x04, (struct slice){0});
    SAYS(b, "e0 01 04");
    TOLD(b, "closed 0 0x04 ;");
    publish(b, 0, "t", 1);
    SAYS(b, "");
    ck_assert_uint_eq(mqtt_client_unsettled(b->client), 1);
    bench_free(b);
}
END_TEST

TEST_MAIN(pingreq_before_the_interval_ends, sending_puts_the_ping_off,
          no_pingresp_ends_it, server_keep_alive_counts,
          bad_packets_end_it_with_a_reason, nothing_before_connack,
          random_bytes_do_no_harm, server_says_goodbye,
          disconnect_is_the_last_packet)
