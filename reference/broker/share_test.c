/* share_test.c - one message, one of the members.
 * SPDX-License-Identifier: MIT
 *
 * `p` publishes; members are a, b, c.                                        */
#include "broker/testkit.h"

static struct kit k;
static struct kit_conn *p, *m[3];

static void
begin(const char *filter)
{
    kit_begin(&k);
    p = kit_client(&k, MQTT_50, "client_id=p");
    for (int i = 0; i < 3; i++) {
        char text[128];
        snprintf(text, sizeof text,
                 "client_id=%c session_expiry_interval=100", 'a' + i);
        m[i] = kit_client(&k, MQTT_50, text);
        kit_subscribe(m[i], filter);
    }
}

/* How many packets came to member i since it was last asked. */
static int
count(int i)
{
    struct mqtt_packet got;
    int n = 0;
    while (kit_next(m[i], &got))
        n++;
    return n;
}

static void
publish(int qos)
{
    static const char *const flags[] = {"", " qos=1 packet_id=1",
                                        " qos=2 packet_id=1"};
    char text[64];
    snprintf(text, sizeof text, "PUBLISH topic=t%s", flags[qos]);
    kit_send(p, text);
    if (qos == 2)
        kit_send(p, "PUBREL packet_id=1");
}

START_TEST(members_take_turns)
{
    begin("filter=$share/s/t qos=1");
    for (int n = 0; n < 9; n++)
        publish(0);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(count(i), 3);
    kit_end(&k);
}
END_TEST

START_TEST(who_is_away_is_passed_over)
{
    begin("filter=$share/s/t qos=1");
    kit_cut(m[1]);
    for (int n = 0; n < 4; n++)
        publish(1);
    ck_assert_int_eq(count(0), 2);
    ck_assert_int_eq(count(2), 2);
    kit_cut(m[0]);
    kit_cut(m[2]);
    for (int n = 0; n < 3; n++)
        publish(1); /* all are away: they wait */
    size_t waiting = 0;
    for (int i = 0; i < 3; i++) {
        char name[2] = {(char)('a' + i), 0};
        waiting += kit_session(&k, name)->queue->waiting_count;
    }
    ck_assert_uint_eq(waiting, 3);
    kit_end(&k);
}
END_TEST

START_TEST(each_name_and_each_plain_subscription_gets_its_own)
{
    begin("filter=$share/s/t");
    kit_subscribe(m[0], "filter=$share/other/t");
    kit_subscribe(m[0], "filter=t");
    kit_subscribe(m[0], "filter=$share/s/+"); /* another share */
    publish(0);
    ck_assert_int_eq(count(0) + count(1) + count(2), 4);
    kit_end(&k);
}
END_TEST

START_TEST(each_copy_has_the_identifier_of_its_share)
{
    kit_begin(&k);
    p = kit_client(&k, MQTT_50, "client_id=p");
    m[0] = kit_client(&k, MQTT_50, "client_id=a");
    kit_subscribe(m[0], "filter=$share/s/t subscription_identifier=1");
    kit_subscribe(m[0], "filter=t subscription_identifier=2");
    publish(0);
    kit_expect(m[0], "PUBLISH topic='t' subscription_identifier=2 payload=''");
    kit_expect(m[0], "PUBLISH topic='t' subscription_identifier=1 payload=''");
    kit_end(&k);
}
END_TEST

START_TEST(qos_is_the_one_of_the_member) /* [MQTT-4.8.2-3] */
{
    kit_begin(&k);
    p = kit_client(&k, MQTT_50, "client_id=p");
    m[0] = kit_client(&k, MQTT_50, "client_id=a");
    m[1] = kit_client(&k, MQTT_50, "client_id=b");
    kit_subscribe(m[0], "filter=$share/s/t qos=0");
    kit_subscribe(m[1], "filter=$share/s/t qos=1");
    for (int n = 0; n < 2; n++)
        publish(2);
    kit_expect(m[0], "PUBLISH topic='t' payload=''");
    kit_expect(m[1], "PUBLISH qos=1 topic='t' packet_id=1 payload=''");
    kit_end(&k);
}
END_TEST

START_TEST(a_delivery_stays_with_its_member)
{
    /* [MQTT-4.8.2-4, MQTT-4.8.2-5, MQTT-4.8.2-6] */
    begin("filter=$share/s/t qos=2");
    publish(2);
    ck_assert_int_eq(count(0), 1);
    kit_cut(m[0]);
    ck_assert_int_eq(count(1) + count(2), 0);
    m[0] = kit_client_session(&k, MQTT_50,
                              "client_id=a session_expiry_interval=100", true);
    kit_expect(m[0],
               "PUBLISH dup=1 qos=2 topic='t' packet_id=1 payload=''");
    kit_send(m[0], "PUBREC packet_id=1 reason=unspecified_error");
    ck_assert_int_eq(count(1) + count(2), 0);
    publish(2);
    ck_assert_int_eq(count(1), 1);
    kit_cut(m[1]);
    kit_advance(&k, 100000); /* its session ends */
    ck_assert_int_eq(count(0) + count(2), 0);
    kit_end(&k);
}
END_TEST

START_TEST(a_share_is_gone_with_its_last_member)
{
    begin("filter=$share/s/t");
    for (int i = 0; i < 3; i++) {
        kit_send(m[i], "UNSUBSCRIBE packet_id=1 filter=$share/s/t");
        kit_expect(m[i], "UNSUBACK packet_id=1 codes=[0]");
    }
    ck_assert_uint_eq(tree_count(&k.broker->subscriptions), 0);
    publish(0);
    ck_assert_int_eq(count(0) + count(1) + count(2), 0);
    kit_end(&k);
}
END_TEST

START_TEST(bad_shares_close_in_50) /* [MQTT-4.8.2-1], -2, [MQTT-3.8.3-4] */
{
    static const struct {
        const char *filter, *reason;
    } rows[] = {
        {"$share//t", "topic_filter_invalid"},
        {"$share/s", "topic_filter_invalid"},
        {"$share/s/", "topic_filter_invalid"},
        {"$share/+/t", "topic_filter_invalid"},
        {"$share/s#/t", "topic_filter_invalid"},
        {"$share/s/t no_local=1", "protocol_error"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        char text[128];
        kit_begin(&k);
        m[0] = kit_client(&k, MQTT_50, "client_id=a");
        snprintf(text, sizeof text, "SUBSCRIBE packet_id=1 filter=%s",
                 rows[i].filter);
        kit_send(m[0], text);
        snprintf(text, sizeof text, "DISCONNECT reason=%s", rows[i].reason);
        kit_expect_words(m[0], text);
        kit_closed(m[0]);
        kit_end(&k);
    }
}
END_TEST

START_TEST(share_alone_is_an_ordinary_filter)
{
    kit_begin(&k);
    p = kit_client(&k, MQTT_50, "client_id=p");
    m[0] = kit_client(&k, MQTT_50, "client_id=a");
    kit_subscribe(m[0], "filter=$share");
    kit_send(p, "PUBLISH topic=$share");
    ck_assert_int_eq(count(0), 1);
    kit_end(&k);
}
END_TEST

START_TEST(who_leaves_hands_on_what_had_not_begun) /* [MQTT-4.8.2-4], -5 */
{
    begin("filter=$share/s/t qos=2");
    kit_cut(m[0]);
    kit_cut(m[1]);
    kit_cut(m[2]);
    publish(1); /* waits for a, as nobody is here */
    struct session *a = kit_session(&k, "a"), *b = kit_session(&k, "b");
    ck_assert_uint_eq(a->queue->waiting_count, 1);
    ck_assert_ptr_null(b->queue);
    struct kit_conn *gone =
        kit_client(&k, MQTT_50, "client_id=a clean_start=1");
    ck_assert_uint_eq(b->queue->waiting_count, 1);
    (void)gone;
    m[1] = kit_client_session(&k, MQTT_50, "client_id=b clean_start=0", true);
    ck_assert_int_eq(count(1), 1);
    kit_end(&k);
}
END_TEST

/* QoS 1 that was sent and has no PUBACK goes to another when the session ends;
 * QoS 2 that has begun never does. */
START_TEST(an_end_of_session_hands_on_qos_1_only)
{
    for (int qos = 1; qos <= 2; qos++) {
        begin("filter=$share/s/t qos=2");
        publish(qos);
        int got[3] = {count(0), count(1), count(2)};
        ck_assert_int_eq(got[0], 1);
        kit_cut(m[0]);
        kit_client(&k, MQTT_50, "client_id=a clean_start=1");
        ck_assert_int_eq(count(1) + count(2), qos == 1 ? 1 : 0);
        kit_end(&k);
    }
}
END_TEST

START_TEST(too_large_for_one_goes_to_another)
{
    begin("filter=other");
    kit_subscribe(m[1], "filter=$share/s/t");
    struct kit_conn *small =
        kit_client(&k, MQTT_50, "client_id=d maximum_packet_size=25");
    kit_subscribe(small, "filter=$share/s/t");
    for (int i = 0; i < 4; i++)
        kit_send(p, "PUBLISH topic=t payload=0123456789012345678901234567890");
    ck_assert_int_eq(count(1), 4);
    kit_silent(small);
    kit_end(&k);
}
END_TEST

START_TEST(strategies)
{
    static const struct {
        enum variant_share share;
        bool always_the_same;
    } rows[] = {{SHARE_RANDOM, false},      {SHARE_HASH_CLIENT, true},
                {SHARE_HASH_TOPIC, true},   {SHARE_STICKY, true},
                {SHARE_ROUND_ROBIN, false}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        begin("filter=$share/s/t");
        k.broker->config.variant.share = (uint8_t)rows[i].share;
        for (int n = 0; n < 30; n++)
            publish(0);
        int got[3] = {count(0), count(1), count(2)};
        ck_assert_int_eq(got[0] + got[1] + got[2], 30);
        int most = got[0] > got[1] ? got[0] : got[1];
        most = most > got[2] ? most : got[2];
        ck_assert_int_eq(most == 30, rows[i].always_the_same);
        kit_end(&k);
    }
}
END_TEST

START_TEST(queue_is_an_alias_when_asked_for)
{
    for (int on = 0; on <= 1; on++) {
        kit_begin(&k);
        k.config.queue_shared = on;
        p = kit_client(&k, MQTT_50, "client_id=p");
        for (int i = 0; i < 2; i++) {
            m[i] = kit_client(&k, MQTT_50, i ? "client_id=b" : "client_id=a");
            kit_subscribe(m[i], "filter=$queue/t");
        }
        kit_send(p, "PUBLISH topic=t");
        ck_assert_int_eq(count(0) + count(1), on);
        kit_send(p, "PUBLISH topic=$queue/t");
        ck_assert_int_eq(count(0) + count(1), on ? 0 : 2);
        kit_end(&k);
    }
}
END_TEST

/* Were they one, its member would twice be in it, and hand on to itself without
 * end. */
START_TEST(queue_is_not_the_share_of_that_name)
{
    kit_begin(&k);
    k.config.queue_shared = true;
    p = kit_client(&k, MQTT_50, "client_id=p");
    m[0] = kit_client(&k, MQTT_50,
                      "client_id=a receive_maximum=1 "
                      "session_expiry_interval=100");
    kit_subscribe(m[0], "filter=$queue/t qos=1");
    kit_subscribe(m[0], "filter=$share/$queue/t qos=1");
    for (int n = 0; n < 3; n++)
        publish(1);
    ck_assert_uint_eq(kit_session(&k, "a")->queue->waiting_count, 5);
    kit_send(m[0], "UNSUBSCRIBE packet_id=9 filter=$queue/t");
    ck_assert_uint_eq(kit_session(&k, "a")->queue->waiting_count, 3);
    kit_end(&k);
}
END_TEST

TEST_MAIN(queue_is_not_the_share_of_that_name,
          who_leaves_hands_on_what_had_not_begun,
          an_end_of_session_hands_on_qos_1_only,
          too_large_for_one_goes_to_another, strategies,
          queue_is_an_alias_when_asked_for, members_take_turns,
          who_is_away_is_passed_over,
          each_name_and_each_plain_subscription_gets_its_own,
          each_copy_has_the_identifier_of_its_share,
          qos_is_the_one_of_the_member, a_delivery_stays_with_its_member,
          a_share_is_gone_with_its_last_member, bad_shares_close_in_50,
          share_alone_is_an_ordinary_filter)
