/* session_test.c - how long a session lives, and what it brings back.
 * SPDX-License-Identifier: MIT */
#include "broker/testkit.h"

/* --- expiry --------------------------------------------------------------- */

/* [MQTT-4.1.0-2], to the millisecond. */
START_TEST(a_session_ends_when_its_interval_is_over_and_not_before)
{
    static const struct {
        uint64_t away_ms;
        bool present;
    } rows[] = {{0, true}, {9999, true}, {10000, false}, {10001, false}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        kit_begin(&k);
        kit_cut(kit_client(&k, MQTT_50,
                           "client_id=a session_expiry_interval=10"));
        kit_advance(&k, rows[i].away_ms);
        ck_assert_uint_eq(k.broker->sessions.count, rows[i].present);
        kit_client_session(&k, MQTT_50, "client_id=a", rows[i].present);
        kit_end(&k);
    }
}
END_TEST

START_TEST(a_session_does_not_expire_while_connected)
{
    struct kit k;
    kit_begin(&k);
    kit_cut(kit_client(&k, MQTT_50, "client_id=a session_expiry_interval=10"));
    kit_advance(&k, 5000);
    struct kit_conn *c = kit_client_session(
        &k, MQTT_50, "client_id=a session_expiry_interval=10", true);
    kit_advance(&k, 1000000);
    kit_silent(c);
    kit_cut(c); /* and the interval begins anew */
    kit_advance(&k, 9999);
    ck_assert_uint_eq(k.broker->sessions.count, 1);
    kit_advance(&k, 1);
    ck_assert_uint_eq(k.broker->sessions.count, 0);
    kit_end(&k);
}
END_TEST

START_TEST(an_interval_of_all_ones_never_ends)
{
    struct kit k;
    kit_begin(&k);
    kit_cut(kit_client(&k, MQTT_50,
                       "client_id=a session_expiry_interval=0xffffffff"));
    kit_cut(kit_client(&k, MQTT_311, "client_id=b clean_session=0"));
    kit_cut(kit_client(&k, MQTT_50,
                       "client_id=c session_expiry_interval=0xfffffffe"));
    kit_advance(&k, 0xfffffffe * 1000ull - 1);
    ck_assert_uint_eq(k.broker->sessions.count, 3);
    kit_advance(&k, 1);
    ck_assert_uint_eq(k.broker->sessions.count, 2);
    ck_assert_uint_eq(broker_deadline_ms(k.broker), TIMER_NEVER);
    kit_end(&k);
}
END_TEST

START_TEST(the_server_may_grant_less)
{
    struct kit k;
    kit_begin(&k);
    k.config.maximum_session_expiry = 3;
    struct kit_conn *c = kit_connect(
        &k, MQTT_50, "client_id=a session_expiry_interval=10");
    kit_expect_words(c, "session_expiry_interval=3");
    kit_cut(c);
    kit_cut(kit_client(&k, MQTT_311, "client_id=b clean_session=0"));
    kit_advance(&k, 2999);
    ck_assert_uint_eq(k.broker->sessions.count, 2);
    kit_advance(&k, 1);
    ck_assert_uint_eq(k.broker->sessions.count, 0);
    kit_end(&k);
}
END_TEST

/* --- DISCONNECT ----------------------------------------------------------- */

START_TEST(disconnect_changes_the_interval) /* 3.14.2.2.2 */
{
    static const struct {
        const char *connect, *disconnect;
        uint64_t lives_ms; /* after the end of the connection */
    } rows[] = {
        {"session_expiry_interval=10", "DISCONNECT", 10000},
        {"session_expiry_interval=10",
         "DISCONNECT reason=normal_disconnection session_expiry_interval=20",
         20000},
        {"session_expiry_interval=10",
         "DISCONNECT reason=normal_disconnection session_expiry_interval=0", 0},
        {"session_expiry_interval=10",
         "DISCONNECT reason=disconnect_with_will_message "
         "session_expiry_interval=4",
         4000},
        {"session_expiry_interval=0",
         "DISCONNECT reason=normal_disconnection session_expiry_interval=0", 0},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        char words[128];
        kit_begin(&k);
        snprintf(words, sizeof words, "client_id=a %s", rows[i].connect);
        struct kit_conn *c = kit_client(&k, MQTT_50, words);
        kit_send(c, rows[i].disconnect);
        kit_closed(c);
        if (rows[i].lives_ms) {
            kit_advance(&k, rows[i].lives_ms - 1);
            ck_assert_uint_eq(k.broker->sessions.count, 1);
            kit_advance(&k, 1);
        }
        ck_assert_uint_eq(k.broker->sessions.count, 0);
        kit_end(&k);
    }
}
END_TEST

START_TEST(disconnect_cannot_make_0_into_more)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=a");
    kit_send(c, "DISCONNECT reason=normal_disconnection "
                "session_expiry_interval=5");
    kit_expect_words(c, "DISCONNECT reason=protocol_error");
    kit_closed(c);
    ck_assert_uint_eq(k.broker->sessions.count, 0);
    kit_end(&k);
}
END_TEST

START_TEST(a_0_that_the_server_granted_is_not_held_against_the_client)
{
    struct kit k;
    kit_begin(&k);
    k.config.maximum_session_expiry = 0;
    struct kit_conn *c = kit_client(&k, MQTT_50,
                                    "client_id=a session_expiry_interval=5");
    kit_send(c, "DISCONNECT reason=normal_disconnection "
                "session_expiry_interval=5");
    kit_closed(c);
    ck_assert_uint_eq(k.broker->sessions.count, 0);
    kit_end(&k);
}
END_TEST

START_TEST(what_waits_is_lost_with_the_session)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *p = kit_client(&k, MQTT_50, "client_id=p");
    struct kit_conn *c = kit_client(&k, MQTT_50,
                                    "client_id=a session_expiry_interval=1");
    kit_subscribe(c, "filter=t qos=1");
    kit_cut(c);
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1");
    kit_expect(p, "PUBACK packet_id=1");
    kit_advance(&k, 1000);
    c = kit_client_session(&k, MQTT_50, "client_id=a", false);
    kit_silent(c);
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1");
    kit_expect(p, "PUBACK packet_id=1 reason=no_matching_subscribers");
    kit_end(&k);
}
END_TEST

/* --- resuming ------------------------------------------------------------- */

START_TEST(resent_first_then_what_waited) /* [MQTT-4.4.0-1, MQTT-4.6.0-5] */
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *p = kit_client(&k, MQTT_50, "client_id=p");
    struct kit_conn *c = kit_client(&k, MQTT_50,
                                    "client_id=a session_expiry_interval=99");
    kit_subscribe(c, "filter=# qos=2");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1 payload=1");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=2 payload=2");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=3 payload=3");
    kit_expect(c, "PUBLISH qos=1 topic='t' packet_id=1 payload='1'");
    kit_expect(c, "PUBLISH qos=2 topic='t' packet_id=2 payload='2'");
    kit_expect(c, "PUBLISH qos=2 topic='t' packet_id=3 payload='3'");
    kit_send(c, "PUBREC packet_id=2");
    kit_expect(c, "PUBREL packet_id=2");
    kit_cut(c);
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=4 payload=4");

    c = kit_client_session(&k, MQTT_50, "client_id=a", true);
    kit_expect(c, "PUBLISH dup=1 qos=1 topic='t' packet_id=1 payload='1'");
    kit_expect(c, "PUBREL packet_id=2");
    kit_expect(c, "PUBLISH dup=1 qos=2 topic='t' packet_id=3 payload='3'");
    kit_expect(c, "PUBLISH qos=1 topic='t' packet_id=4 payload='4'");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(nothing_is_resent_while_the_connection_lives) /* [MQTT-4.4.0-1] */
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=a");
    kit_subscribe(c, "filter=t qos=2");
    kit_send(c, "PUBLISH topic=t qos=1 packet_id=1");
    kit_expect(c, "PUBLISH qos=1 topic='t' packet_id=1 payload=''");
    kit_expect(c, "PUBACK packet_id=1");
    kit_advance(&k, 3600000);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(subscriptions_survive_and_their_identifiers_too)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_50,
                                    "client_id=a session_expiry_interval=99");
    kit_subscribe(c, "filter=t qos=1 subscription_identifier=7 no_local=1");
    kit_cut(c);
    c = kit_client_session(&k, MQTT_50, "client_id=a", true);
    struct kit_conn *p = kit_client(&k, MQTT_50, "client_id=p");
    kit_send(c, "PUBLISH topic=t");
    kit_silent(c);
    kit_send(p, "PUBLISH topic=t");
    kit_expect(c, "PUBLISH topic='t' subscription_identifier=7 payload=''");
    kit_end(&k);
}
END_TEST

START_TEST(qos_2_from_the_client_is_remembered) /* [MQTT-4.3.3-10] */
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=t");
    struct kit_conn *c = kit_client(&k, MQTT_50,
                                    "client_id=a session_expiry_interval=99");
    kit_send(c, "PUBLISH topic=t qos=2 packet_id=5 payload=x");
    kit_expect(c, "PUBREC packet_id=5");
    kit_expect(w, "PUBLISH topic='t' payload='x'");
    kit_cut(c);
    c = kit_client_session(&k, MQTT_50, "client_id=a", true);
    kit_send(c, "PUBLISH topic=t qos=2 packet_id=5 payload=x dup=1");
    kit_expect(c, "PUBREC packet_id=5");
    kit_silent(w);
    kit_send(c, "PUBREL packet_id=5");
    kit_expect(c, "PUBCOMP packet_id=5");
    kit_send(c, "PUBREL packet_id=5");
    kit_expect(c, "PUBCOMP packet_id=5 reason=packet_identifier_not_found");
    kit_end(&k);
}
END_TEST

/* [MQTT-3.1.2-8]: the session ends before the Will Delay Interval is over. */
START_TEST(a_will_is_sent_at_the_end_of_its_session)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=will");
    kit_cut(kit_client(&k, MQTT_50,
                       "client_id=a session_expiry_interval=5 will_topic=will "
                       "will_payload=gone will.will_delay_interval=100"));
    kit_advance(&k, 4999);
    kit_silent(w);
    kit_advance(&k, 1);
    kit_expect(w, "PUBLISH topic='will' payload='gone'");
    kit_end(&k);
}
END_TEST

TEST_MAIN(a_session_ends_when_its_interval_is_over_and_not_before,
          a_session_does_not_expire_while_connected,
          an_interval_of_all_ones_never_ends, the_server_may_grant_less,
          disconnect_changes_the_interval, disconnect_cannot_make_0_into_more,
          a_0_that_the_server_granted_is_not_held_against_the_client,
          what_waits_is_lost_with_the_session, resent_first_then_what_waited,
          nothing_is_resent_while_the_connection_lives,
          subscriptions_survive_and_their_identifiers_too,
          qos_2_from_the_client_is_remembered,
          a_will_is_sent_at_the_end_of_its_session)
