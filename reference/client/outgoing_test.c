/* outgoing_test.c - messages out, acknowledged in every way.
 * SPDX-License-Identifier: MIT */
#include "client/testkit.h"

START_TEST(qos_1_out)
{
    struct bench *b = connected(MQTT_50);
    publish(b, 1, "t", 7);
    SAYS(b, "32 07 00 01 74 00 01 00 78");
    TOLD(b, "");
    gets(b, "40 03 00 01 10");
    TOLD(b, "sent 7 0x10;");
    ck_assert_uint_eq(mqtt_client_unsettled(b->client), 0);
    bench_free(b);
}
END_TEST

START_TEST(qos_2_out)
{
    struct bench *b = connected(MQTT_311);
    publish(b, 2, "t", 7);
    SAYS(b, "34 06 00 01 74 00 01 78");
    gets(b, "50 02 00 01");
    SAYS(b, "62 02 00 01");
    gets(b, "50 02 00 01"); /* again: PUBREL again */
    SAYS(b, "62 02 00 01");
    TOLD(b, "");
    gets(b, "70 02 00 01");
    TOLD(b, "sent 7;");
    bench_free(b);
}
END_TEST

START_TEST(pubrec_with_an_error_settles) /* MQTT-4.4.0-2 */
{
    struct bench *b = connected(MQTT_50);
    publish(b, 2, "t", 7);
    says(b);
    gets(b, "50 03 00 01 97");
    SAYS(b, "");
    TOLD(b, "sent 7 0x97;");
    bench_free(b);
}
END_TEST

START_TEST(strays_are_answered_or_ignored)
{
    struct bench *b = connected(MQTT_50);
    gets(b, "40 02 00 09 70 02 00 09");
    SAYS(b, "");
    gets(b, "50 02 00 09");
    SAYS(b, "62 03 00 09 92");
    gets(b, "62 02 00 09");
    SAYS(b, "70 03 00 09 92");
    ck_assert(mqtt_client_is_open(b->client));
    bench_free(b);
}
END_TEST

START_TEST(the_wrong_acknowledgement_ends_it) /* MQTT-3.3.4-1 */
{
    struct bench *b = connected(MQTT_50);
    publish(b, 1, "t", 7);
    says(b);
    gets(b, "50 02 00 01");
    SAYS(b, "e0 01 82");
    TOLD(b, "closed 0 0x82 the server sent PUBREC for a message of QoS 1 that "
            "is in state AWAIT_PUBACK [MQTT-3.3.4-1];");
    bench_free(b);
}
END_TEST

START_TEST(receive_maximum_holds_back_publish_only) /* MQTT-3.3.4-7 */
{
    struct bench *b = bench_new(MQTT_50);
    connect_with(b, "20 06 00 00 03 21 00 01");
    publish(b, 2, "a", 1);
    publish(b, 1, "b", 2);
    SAYS(b, "34 07 00 01 61 00 01 00 78");
    gets(b, "50 02 00 01"); /* PUBREC gives no quota back, PUBREL is free */
    SAYS(b, "62 02 00 01");
    gets(b, "70 02 00 01");
    SAYS(b, "32 07 00 01 62 00 02 00 78");
    TOLD(b, "sent 1;");
    bench_free(b);
}
END_TEST

START_TEST(our_own_limit_when_it_is_lower)
{
    struct bench *b = bench_new(MQTT_311);
    b->config.in_flight = 1;
    connect_with(b, "20 02 00 00");
    publish(b, 1, "a", 1);
    publish(b, 1, "b", 2);
    SAYS(b, "32 06 00 01 61 00 01 78");
    gets(b, "40 02 00 01");
    SAYS(b, "32 06 00 01 62 00 02 78");
    bench_free(b);
}
END_TEST

START_TEST(what_the_server_does_not_take_is_not_sent)
{
    struct bench *b = bench_new(MQTT_50);
    /* Maximum QoS 1, no retained messages, packets up to 20 bytes. */
    connect_with(b, "20 0c 00 00 09 24 01 25 00 27 00 00 00 14");
    publish(b, 2, "t", 1);
    publish(b, 1, "a topic that is too long", 2);
    publish(b, 0, "a topic that is too long", 3);
    publish(b, 0, "a/#", 4);
    mqtt_client_publish(b->client, &(struct mqtt_client_message){
                                       .topic = slice_str("t"),
                                       .retain = true,
                                       .tag = 5});
    SAYS(b, "");
    TOLD(b, "sent 1 0x9b;sent 2 0x95;sent 3 0x95;sent 4 0x90;sent 5 0x9a;");
    publish(b, 1, "t", 6);
    SAYS(b, "32 07 00 01 74 00 02 00 78"); /* identifier 1 came back; next 2 */
    bench_free(b);
}
END_TEST

START_TEST(aliases_out)
{
    struct bench *b = bench_new(MQTT_50);
    b->config.aliases = 10;
    connect_with(b, "20 06 00 00 03 22 00 01");
    publish(b, 0, "t", 1);
    SAYS(b, "30 08 00 01 74 03 23 00 01 78");
    publish(b, 0, "t", 2);
    SAYS(b, "30 07 00 00 03 23 00 01 78");
    publish(b, 0, "u", 3); /* the server takes one alias only */
    SAYS(b, "30 05 00 01 75 00 78");
    cut(b);
    connect_with(b, "20 06 00 00 03 22 00 01");
    publish(b, 0, "t", 4); /* MQTT-3.3.2-7: told anew */
    SAYS(b, "30 08 00 01 74 03 23 00 01 78");
    bench_free(b);
}
END_TEST

START_TEST(who_waits_goes_in_order) /* MQTT-4.6.0-1 */
{
    struct bench *b = bench_new(MQTT_311);
    b->config.in_flight = 1;
    connect_with(b, "20 02 00 00");
    publish(b, 1, "a", 1);
    publish(b, 1, "b", 2);
    publish(b, 1, "c", 3);
    SAYS(b, "32 06 00 01 61 00 01 78");
    gets(b, "40 02 00 01");
    SAYS(b, "32 06 00 01 62 00 02 78");
    gets(b, "40 02 00 02");
    SAYS(b, "32 06 00 01 63 00 03 78");
    bench_free(b);
}
END_TEST

TEST_MAIN(qos_1_out, qos_2_out, pubrec_with_an_error_settles,
          strays_are_answered_or_ignored, the_wrong_acknowledgement_ends_it,
          receive_maximum_holds_back_publish_only,
          our_own_limit_when_it_is_lower,
          what_the_server_does_not_take_is_not_sent, aliases_out,
          who_waits_goes_in_order)
