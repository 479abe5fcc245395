/* connect_test.c - CONNECT, its answer, and what a session resumes.
 * SPDX-License-Identifier: MIT */
#include "client/testkit.h"

/* ---- CONNECT ------------------------------------------------------------ */

START_TEST(connect_in_three_versions)
{
    static const struct {
        enum mqtt_version v;
        const char *says;
    } rows[] = {
        {MQTT_31, "10 0f 00 06 4d 51 49 73 64 70 03 02 00 3c 00 01 63"},
        {MQTT_311, "10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 63"},
        {MQTT_50, "10 0e 00 04 4d 51 54 54 05 02 00 3c 00 00 01 63"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct bench *b = bench_new(rows[i].v);
        b->client = mqtt_client_new(&b->config);
        mqtt_client_open(b->client, b->now_ms);
        SAYS(b, rows[i].says);
        bench_free(b);
    }
}
END_TEST

START_TEST(connect_with_will_and_password)
{
    struct bench *b = bench_new(MQTT_50);
    b->config.will_topic = slice_str("w");
    b->config.will_payload = slice_str("!");
    b->config.will_qos = 1;
    b->config.will_retain = true;
    b->config.user_name = slice_str("u");
    b->config.password = slice_str("p");
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    SAYS(b, "10 1b 00 04 4d 51 54 54 05 ee 00 3c 00 00 01 63 "
            "00 00 01 77 00 01 21 00 01 75 00 01 70");
    bench_free(b);
}
END_TEST

START_TEST(refusal_is_told)
{
    struct bench *b = bench_new(MQTT_50);
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    gets(b, "20 03 00 87 00");
    TOLD(b, "refused 135;");
    ck_assert(!mqtt_client_is_open(b->client));
    bench_free(b);
}
END_TEST

START_TEST(a_server_of_3_refuses_in_its_own_form) /* MQTT311-3.1.2-2 */
{
    struct bench *b = bench_new(MQTT_50);
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 02 00 01");
    TOLD(b, "refused 132;");
    SAYS(b, "");
    bench_free(b);
}
END_TEST

START_TEST(connack_must_come_in_time)
{
    struct bench *b = bench_new(MQTT_311);
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    ck_assert_uint_eq(mqtt_client_deadline(b->client), b->now_ms + 5000);
    mqtt_client_tick(b->client, b->now_ms + 4999);
    TOLD(b, "");
    mqtt_client_tick(b->client, b->now_ms + 5000);
    TOLD(b, "closed 0 0x00 the server did not answer CONNECT in time;");
    ck_assert_uint_eq(mqtt_client_deadline(b->client), TIMER_NEVER);
    bench_free(b);
}
END_TEST

START_TEST(assigned_identifier_is_used_again)
{
    struct bench *b = bench_new(MQTT_50);
    b->config.client_id = slice_str("");
    announce(b, MQTT_P_session_expiry_interval, 9);
    connect_with(b, "20 08 00 00 05 12 00 02 73 37");
    ck_assert(slice_is(mqtt_client_id(b->client), "s7"));
    cut(b);
    mqtt_client_open(b->client, b->now_ms);
    /* Clean Start is 0 now: the session was to outlive the connection. */
    SAYS(b, "10 14 00 04 4d 51 54 54 05 00 00 3c 05 11 00 00 00 09 "
            "00 02 73 37");
    bench_free(b);
}
END_TEST

/* ---- sessions ----------------------------------------------------------- */

START_TEST(resume_repeats_in_order) /* MQTT-4.4.0-1, MQTT-4.6.0-1 */
{
    struct bench *b = bench_new(MQTT_311);
    b->config.clean_start = false;
    connect_with(b, "20 02 00 00");
    publish(b, 1, "a", 1);
    publish(b, 2, "b", 2);
    publish(b, 2, "c", 3);
    gets(b, "50 02 00 02"); /* the second one waits for PUBCOMP */
    gets(b, "34 06 00 01 74 00 09 31"); /* and one in is open */
    cut(b);
    publish(b, 1, "d", 4); /* while there is no connection */
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 02 01 00");
    SAYS(b, "3a 06 00 01 61 00 01 78 62 02 00 02 3c 06 00 01 63 00 03 78 "
            "32 06 00 01 64 00 04 78");
    gets(b, "3c 06 00 01 74 00 09 31");
    SAYS(b, "50 02 00 09"); /* remembered: not delivered again */
    TOLD(b, "connected again;");
    gets(b, "40 02 00 01 70 02 00 02");
    TOLD(b, "sent 1;sent 2;");
    bench_free(b);
}
END_TEST

START_TEST(resume_waits_for_quota)
{
    struct bench *b = bench_new(MQTT_50);
    announce(b, MQTT_P_session_expiry_interval, 100);
    connect_with(b, "20 03 00 00 00");
    publish(b, 1, "a", 1);
    publish(b, 1, "b", 2);
    cut(b);
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 06 01 00 03 21 00 01"); /* now Receive Maximum 1 */
    SAYS(b, "3a 07 00 01 61 00 01 00 78");
    publish(b, 1, "c", 3);
    SAYS(b, "");
    gets(b, "40 02 00 01");
    SAYS(b, "3a 07 00 01 62 00 02 00 78");
    gets(b, "40 02 00 02");
    SAYS(b, "32 07 00 01 63 00 03 00 78");
    bench_free(b);
}
END_TEST

START_TEST(a_pubrel_does_not_wait_for_quota) /* MQTT-3.3.4-8 */
{
    struct bench *b = bench_new(MQTT_50);
    announce(b, MQTT_P_session_expiry_interval, 100);
    connect_with(b, "20 03 00 00 00");
    for (uint64_t tag = 1; tag <= 4; tag++)
        publish(b, 2, "a", tag);
    gets(b, "50 02 00 03");
    cut(b);
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 06 01 00 03 21 00 01"); /* now Receive Maximum 1 */
    SAYS(b, "3c 07 00 01 61 00 01 00 78 62 02 00 03");
    gets(b, "50 03 00 01 80"); /* the exchange of 3 takes its quota */
    SAYS(b, "");
    gets(b, "70 02 00 03");
    SAYS(b, "3c 07 00 01 61 00 02 00 78");
    gets(b, "50 03 00 02 80");
    SAYS(b, "3c 07 00 01 61 00 04 00 78");
    bench_free(b);
}
END_TEST

START_TEST(a_lost_session) /* MQTT-3.2.2-5 */
{
    struct bench *b = bench_new(MQTT_311);
    b->config.clean_start = false;
    connect_with(b, "20 02 00 00");
    publish(b, 1, "a", 1);
    publish(b, 2, "b", 2);
    publish(b, 1, "c", 3);
    gets(b, "34 06 00 01 74 00 09 31");
    cut(b);
    publish(b, 0, "d", 4);
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 02 00 00");
    TOLD(b, "sent 2 0x80;connected;sent 4;");
    SAYS(b, "32 06 00 01 61 00 04 78 32 06 00 01 63 00 05 78 "
            "30 04 00 01 64 78");
    gets(b, "34 06 00 01 74 00 09 31");
    TOLD(b, "message t=1;");
    bench_free(b);
}
END_TEST

START_TEST(session_present_after_clean_start) /* MQTT-3.2.2-2 */
{
    struct bench *b = bench_new(MQTT_311);
    b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    says(b);
    gets(b, "20 02 01 00");
    SAYS(b, ""); /* before 5.0 there is nothing to say, only to close */
    TOLD(b, "closed 0 0x82 the server says Session Present after Clean Start "
            "[MQTT311-3.2.2-1];");
    bench_free(b);
}
END_TEST

TEST_MAIN(connect_in_three_versions, connect_with_will_and_password,
          refusal_is_told, a_server_of_3_refuses_in_its_own_form,
          connack_must_come_in_time, assigned_identifier_is_used_again,
          resume_repeats_in_order, resume_waits_for_quota,
          a_pubrel_does_not_wait_for_quota, a_lost_session,
          session_present_after_clean_start)
