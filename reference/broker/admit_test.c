/* admit_test.c - limits on clients, and who is sent away.
 * SPDX-License-Identifier: MIT */
#include "broker/testkit.h"

enum { MEBIBYTE = 1 << 20 };

START_TEST(sent_away_with_a_reference) /* [MQTT-4.13.2-1], 4.11 */
{
    static const struct {
        enum mqtt_version version;
        uint16_t mode;
        const char *answer;
    } rows[] = {
        {MQTT_50, 1, "reason=use_another_server server_reference='other:1883'"},
        {MQTT_50, 2, "reason=server_moved server_reference='other:1883'"},
        {MQTT_311, 1, "reason=server_unavailable"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        kit_begin(&k);
        k.config.refuse_clients = rows[i].mode;
        strcpy(k.config.server_reference, "other:1883");
        struct kit_conn *c = kit_connect(&k, rows[i].version, "client_id=c");
        kit_expect_words(c, rows[i].answer);
        kit_closed(c);
        kit_end(&k);
    }
}
END_TEST

START_TEST(one_connection_too_many)
{
    struct kit k;
    kit_begin(&k);
    k.config.maximum_connections = 2;
    struct kit_conn *a = kit_client(&k, MQTT_50, "client_id=a");
    kit_client(&k, MQTT_50, "client_id=b");
    struct kit_conn *c = kit_connect(&k, MQTT_50, "client_id=c");
    kit_expect_words(c, "CONNACK reason=quota_exceeded");
    kit_closed(c);
    /* Its own connection makes room for it. */
    kit_client(&k, MQTT_50, "client_id=a");
    kit_expect_words(a, "DISCONNECT reason=session_taken_over");
    kit_end(&k);
}
END_TEST

START_TEST(sessions_are_counted_and_wills_measured)
{
    struct kit k;
    kit_begin(&k);
    k.config.maximum_sessions = 1;
    k.config.maximum_will = 3;
    struct kit_conn *a = kit_connect(
        &k, MQTT_50, "client_id=a will_flag=1 will_topic=w will_payload=long");
    kit_expect_words(a, "CONNACK reason=quota_exceeded");
    a = kit_client(&k, MQTT_50, "client_id=a session_expiry_interval=9 "
                                "will_flag=1 will_topic=w will_payload=fit");
    kit_cut(a);
    a = kit_connect(&k, MQTT_50, "client_id=b");
    kit_expect_words(a, "CONNACK reason=quota_exceeded");
    kit_client_session(&k, MQTT_50, "client_id=a clean_start=0", true);
    kit_end(&k);
}
END_TEST

START_TEST(short_of_memory)
{
    struct kit k;
    kit_begin(&k);
    k.config.memory_max = 1;
    struct kit_conn *sub = kit_client(&k, MQTT_50, "client_id=sub");
    struct kit_conn *pub = kit_client(&k, MQTT_50, "client_id=pub");
    kit_subscribe(sub, "filter=a qos=1");
    kit_send(pub, "PUBLISH topic=kept retain=1 payload=old");
    broker_tell_memory(k.broker, MEBIBYTE + 1);
    /* What is new is refused ... */
    struct kit_conn *c = kit_connect(&k, MQTT_50, "client_id=c");
    kit_expect_words(c, "CONNACK reason=server_busy");
    kit_send(sub, "SUBSCRIBE packet_id=1 filter=b");
    kit_expect(sub, "SUBACK packet_id=1 codes=[0x97]");
    kit_send(pub, "PUBLISH topic=new retain=1 qos=1 packet_id=1 payload=m");
    kit_expect_words(pub, "PUBACK reason=quota_exceeded");
    /* ... and who is here keeps what it has. */
    kit_send(pub, "PUBLISH topic=kept retain=1 qos=1 packet_id=2 payload=m");
    kit_expect_words(pub, "PUBACK packet_id=2 reason=no_matching_subscribers");
    kit_send(pub, "PUBLISH topic=a qos=1 packet_id=3 payload=m");
    kit_expect_words(pub, "PUBACK packet_id=3");
    kit_expect_words(sub, "PUBLISH payload='m'");
    broker_tell_memory(k.broker, MEBIBYTE);
    kit_client(&k, MQTT_50, "client_id=c");
    kit_end(&k);
}
END_TEST

START_TEST(short_of_memory_strangers_make_room)
{
    enum { SOME = 100, MORE = 50 }; /* as in conn.c */
    struct kit_conn *all[SOME + MORE];
    struct kit k;
    kit_begin(&k);
    k.config.memory_max = 1;
    struct kit_conn *known = kit_client(&k, MQTT_50, "client_id=a");
    for (int i = 0; i < SOME; i++)
        all[i] = kit_open(&k, MQTT_50);
    broker_tell_memory(k.broker, MEBIBYTE + 1);
    kit_send(all[0], "CONNECT client_id=a clean_start=0"); /* no stranger now */
    kit_expect_words(known, "DISCONNECT reason=session_taken_over");
    kit_expect_words(all[0], "CONNACK reason=success");
    for (int i = SOME; i < SOME + MORE; i++)
        all[i] = kit_open(&k, MQTT_50);
    kit_silent(all[0]);
    for (int i = 1; i < SOME + MORE; i++)
        ck_assert_int_eq(all[i]->conn == NULL, i < MORE);
    kit_end(&k);
}
END_TEST

START_TEST(response_information_only_for_who_asks) /* [MQTT-3.1.2-28] */
{
    struct kit k;
    kit_begin(&k);
    strcpy(k.config.response_information, "answers");
    struct kit_conn *c = kit_connect(
        &k, MQTT_50, "client_id=c request_response_information=1");
    kit_expect_words(c, "response_information='answers/c'");
    struct {
        const char *connect;
    } rows[] = {{"client_id=c"},
                {"client_id=c request_response_information=0"},
                {"client_id=a/b request_response_information=1"},
                {"client_id=# request_response_information=1"}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct buf line = {0};
        c = kit_connect(&k, MQTT_50, rows[i].connect);
        ck_assert_ptr_null(strstr(kit_line(c, &line), "response_information"));
        buf_release(&line);
    }
    kit_end(&k);
}
END_TEST

START_TEST(topics_are_no_longer_than_allowed)
{
    struct kit k;
    kit_begin(&k);
    k.config.maximum_topic_length = 4;
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
    kit_send(c, "SUBSCRIBE packet_id=1 filter=abcd filter=abcde");
    kit_expect(c, "SUBACK packet_id=1 codes=[0 0x83]");
    kit_send(c, "PUBLISH topic=abcde qos=1 packet_id=1");
    kit_expect_words(c, "PUBACK reason=topic_name_invalid");
    kit_end(&k);
}
END_TEST

TEST_MAIN(sent_away_with_a_reference, one_connection_too_many,
          sessions_are_counted_and_wills_measured, short_of_memory,
          short_of_memory_strangers_make_room,
          response_information_only_for_who_asks,
          topics_are_no_longer_than_allowed)
