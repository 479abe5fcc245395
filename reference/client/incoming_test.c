/* incoming_test.c - messages in.
 * SPDX-License-Identifier: MIT */
#include "client/testkit.h"

START_TEST(qos_0_1_2_in)
{
    struct bench *b = connected(MQTT_311);
    gets(b, "30 04 00 01 74 30 32 06 00 01 74 00 05 31 "
            "34 06 00 01 74 00 06 32");
    TOLD(b, "message t=0;message t=1;message t=2;");
    SAYS(b, "40 02 00 05 50 02 00 06");
    gets(b, "3c 06 00 01 74 00 06 32"); /* repeated: MQTT-4.3.3-10 */
    TOLD(b, "");
    SAYS(b, "50 02 00 06");
    gets(b, "62 02 00 06");
    SAYS(b, "70 02 00 06");
    gets(b, "3c 06 00 01 74 00 06 33"); /* new: MQTT-4.3.3-12 */
    TOLD(b, "message t=3;");
    bench_free(b);
}
END_TEST

START_TEST(one_byte_at_a_time)
{
    struct bench *b = connected(MQTT_311);
    const char bytes[] = "32 06 00 01 74 00 05 31";
    for (size_t i = 0; i < sizeof bytes; i += 3) {
        char one[3] = {bytes[i], bytes[i + 1], 0};
        TOLD(b, "");
        gets(b, one);
    }
    TOLD(b, "message t=1;");
    SAYS(b, "40 02 00 05");
    bench_free(b);
}
END_TEST

START_TEST(aliases_in)
{
    struct bench *b = bench_new(MQTT_50);
    announce(b, MQTT_P_topic_alias_maximum, 2);
    connect_with(b, "20 03 00 00 00");
    gets(b, "30 08 00 01 74 03 23 00 02 31 30 07 00 00 03 23 00 02 32");
    TOLD(b, "message t=1;message t=2;");
    gets(b, "30 07 00 00 03 23 00 01 33");
    TOLD(b, "closed 0 0x82 the server used Topic Alias 1 without saying what "
            "it means;");
    bench_free(b);
    b = bench_new(MQTT_50);
    announce(b, MQTT_P_topic_alias_maximum, 2);
    connect_with(b, "20 03 00 00 00");
    gets(b, "30 08 00 01 74 03 23 00 03 31");
    SAYS(b, "e0 01 94");
    TOLD(b, "closed 0 0x94 the server used Topic Alias 3, of 2 "
            "[MQTT-3.3.2-11];");
    bench_free(b);
}
END_TEST

START_TEST(more_than_our_receive_maximum) /* MQTT-3.3.4-9 */
{
    struct bench *b = bench_new(MQTT_50);
    announce(b, MQTT_P_receive_maximum, 1);
    connect_with(b, "20 03 00 00 00");
    gets(b, "34 07 00 01 74 00 05 00 31");
    SAYS(b, "50 02 00 05");
    gets(b, "34 07 00 01 74 00 06 00 32");
    SAYS(b, "e0 01 93");
    TOLD(b, "message t=1;closed 0 0x93 the server has more than 1 messages of "
            "QoS 2 under way [MQTT-3.3.4-9];");
    bench_free(b);
}
END_TEST

START_TEST(more_than_our_maximum_packet_size) /* MQTT-3.1.2-24 */
{
    struct bench *b = bench_new(MQTT_50);
    announce(b, MQTT_P_maximum_packet_size, 100);
    connect_with(b, "20 03 00 00 00");
    gets(b, "30 7f"); /* the header alone is enough to know */
    SAYS(b, "e0 01 95");
    bench_free(b);
}
END_TEST

START_TEST(a_callback_may_leave_and_the_answer_goes_first)
{
    struct bench *b = connected(MQTT_311);
    b->leaves_on_message = true;
    gets(b, "32 06 00 01 74 00 05 31 32 06 00 01 74 00 06 32");
    SAYS(b, "40 02 00 05 e0 00");
    TOLD(b, "message t=1;closed 0 0x00 ;");
    bench_free(b);
}
END_TEST

TEST_MAIN(qos_0_1_2_in, one_byte_at_a_time, aliases_in,
          more_than_our_receive_maximum, more_than_our_maximum_packet_size,
          a_callback_may_leave_and_the_answer_goes_first)
