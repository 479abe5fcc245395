/* store_sqlite_test.c - what was committed is there after a crash.
 * SPDX-License-Identifier: MIT */
#include "broker/store_testkit.h"
#include "broker/subtree.h"

/* --- each kind ------------------------------------------------------------ */

START_TEST(subscriptions_with_all_options)
{
    begin();
    struct kit_conn *c = client("client_id=c user_name=eve" FOR_EVER);
    kit_subscribe(c, "filter=a/+ qos=2 no_local=1 retain_as_published=1 "
                     "subscription_identifier=268435455");
    kit_subscribe(c, "filter=gone");
    kit_subscribe(c, "filter=$share/s/b qos=1");
    kit_send(c, "UNSUBSCRIBE packet_id=1 filter=gone");
    restart(0);
    struct session *s = kit_session(&k, "c");
    ck_assert(slice_is(buf_slice(&s->user_name), "eve"));
    ck_assert_uint_eq(s->subscription_count, 2);
    const struct subscription *sub = subtree_find(s, slice_str("a/+"));
    ck_assert(sub->qos == 2 && sub->no_local && sub->retain_as_published &&
              sub->id == 268435455 && !sub->share);
    sub = subtree_find(s, slice_str("$share/s/b"));
    ck_assert(sub->qos == 1 && !sub->no_local && !sub->retain_as_published &&
              sub->id == 0 && sub->share);
    kit_client_session(&k, MQTT_50, "client_id=c clean_start=1", false);
    restart(0); /* it was begun anew, and ended with its connection */
    ck_assert_ptr_null(kit_session(&k, "c"));
    expect_empty();
    end();
}
END_TEST

START_TEST(messages_in_flight_and_waiting) /* [MQTT-4.4.0-1] */
{
    begin();
    struct kit_conn *c = client("client_id=c receive_maximum=3" FOR_EVER);
    kit_subscribe(c, "filter=# qos=2 subscription_identifier=5");
    kit_subscribe(c, "filter=t/# qos=2 subscription_identifier=6");
    struct kit_conn *p = client("client_id=p");
    kit_send(p, "PUBLISH topic=t/1 qos=1 packet_id=1 payload=1");
    kit_send(p, "PUBLISH topic=t/2 qos=2 packet_id=2 payload=2 content_type=x");
    kit_send(p, "PUBLISH topic=t/3 qos=2 packet_id=3 payload=3");
    kit_send(p, "PUBLISH topic=4 qos=1 packet_id=4 payload=4");
    kit_send(c, "PUBREC packet_id=3");
    restart(1000);
    c = back("client_id=c" FOR_EVER);
    kit_expect(c, "PUBLISH dup=1 qos=1 topic='t/1' packet_id=1 "
                  "subscription_identifier=5 subscription_identifier=6 "
                  "payload='1'");
    kit_expect(c, "PUBLISH dup=1 qos=2 topic='t/2' packet_id=2 "
                  "content_type='x' subscription_identifier=5 "
                  "subscription_identifier=6 payload='2'");
    kit_expect(c, "PUBREL packet_id=3");
    kit_expect(c, "PUBLISH qos=1 topic='4' packet_id=4 "
                  "subscription_identifier=5 payload='4'");
    kit_send(c, "PUBACK packet_id=1");
    kit_send(c, "PUBREC packet_id=2");
    kit_expect(c, "PUBREL packet_id=2");
    kit_send(c, "PUBCOMP packet_id=2");
    kit_send(c, "PUBCOMP packet_id=3");
    kit_send(c, "PUBACK packet_id=4");
    kit_silent(c);
    kit_send(c, "DISCONNECT session_expiry_interval=0");
    restart(0);
    expect_empty();
    end();
}
END_TEST

/* What a member leaves goes to another one [MQTT-4.8.2-4], also when the server
 * went down in between; what is its own goes with it. */
START_TEST(a_delivery_remembers_its_share)
{
    static const char *const ids[] = {"client_id=a" FOR_EVER,
                                      "client_id=b" FOR_EVER};
    begin();
    for (int i = 0; i < 2; i++) {
        struct kit_conn *c = client(ids[i]);
        kit_subscribe(c, "filter=$share/s/t qos=1");
        kit_subscribe(c, "filter=own qos=1");
        kit_cut(c);
    }
    struct kit_conn *p = client("client_id=p");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1");
    kit_send(p, "PUBLISH topic=own qos=1 packet_id=2");
    restart(0);
    const struct session *a = kit_session(&k, "a"), *b = kit_session(&k, "b");
    bool is_a = a->queue->waiting_count == 2;
    ck_assert_uint_eq(a->queue->waiting_count + b->queue->waiting_count, 3);
    client(is_a ? "client_id=a clean_start=1" : "client_id=b clean_start=1");
    ck_assert_uint_eq((is_a ? b : a)->queue->waiting_count, 2);
    end();
}
END_TEST

START_TEST(identifiers_of_the_client) /* [MQTT-4.3.3-10] */
{
    begin();
    struct kit_conn *p = client("client_id=p" FOR_EVER);
    struct kit_conn *c = client("client_id=c" FOR_EVER);
    kit_subscribe(c, "filter=#");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=7 payload=1");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=8 payload=2");
    kit_send(p, "PUBREL packet_id=8");
    restart(0);
    p = back("client_id=p" FOR_EVER);
    c = back("client_id=c" FOR_EVER);
    kit_send(p, "PUBLISH dup=1 topic=t qos=2 packet_id=7 payload=1");
    kit_expect(p, "PUBREC packet_id=7");
    kit_silent(c); /* it was delivered before */
    kit_send(p, "PUBREL packet_id=7");
    kit_expect(p, "PUBCOMP packet_id=7");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=8 payload=3");
    kit_expect(c, "PUBLISH topic='t' payload='3'");
    end();
}
END_TEST

START_TEST(messages_held_until_pubrel)
{
    begin();
    k.broker->config.variant.qos2_delivery = QOS2_ON_PUBREL;
    struct kit_conn *p = client("client_id=p" FOR_EVER);
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=7 payload=1 retain=1");
    ck_assert_int_eq(count("message"), 1);
    restart(0);
    k.broker->config.variant.qos2_delivery = QOS2_ON_PUBREL;
    ck_assert_int_eq(count("retained"), 0);
    p = back("client_id=p");
    kit_send(p, "PUBREL packet_id=7");
    ck_assert_int_eq(count("retained"), 1);
    end();
}
END_TEST

START_TEST(retained_messages_and_their_expiry) /* [MQTT-3.3.2-6] */
{
    begin();
    struct kit_conn *p = client("client_id=p");
    kit_send(p, "PUBLISH topic=a retain=1 payload=old");
    kit_send(p, "PUBLISH topic=a retain=1 payload=new qos=1 packet_id=1");
    kit_send(p, "PUBLISH topic=b retain=1 payload=x");
    kit_send(p, "PUBLISH topic=b retain=1");
    kit_send(p, "PUBLISH topic=c retain=1 payload=x "
                "message_expiry_interval=100");
    kit_send(p, "PUBLISH topic=d retain=1 payload=x "
                "message_expiry_interval=40");
    pass(10000);
    restart(30000);
    pass(5000);
    struct kit_conn *c = client("client_id=c");
    kit_subscribe(c, "filter=a qos=2");
    kit_expect(c, "PUBLISH qos=1 retain=1 topic='a' packet_id=1 "
                  "payload='new'");
    kit_subscribe(c, "filter=c");
    kit_expect(c, "PUBLISH retain=1 topic='c' message_expiry_interval=55 "
                  "payload='x'");
    kit_subscribe(c, "filter=d");
    kit_subscribe(c, "filter=b");
    kit_silent(c);
    ck_assert_int_eq(count("message"), 3); /* d is not looked for yet */
    end();
}
END_TEST

START_TEST(a_message_to_many_is_stored_once)
{
    begin();
    for (int i = 0; i < 10; i++) {
        char words[64];
        snprintf(words, sizeof words, "client_id=c%d" FOR_EVER, i);
        struct kit_conn *c = client(words);
        kit_subscribe(c, "filter=# qos=1");
        if (i % 2)
            kit_cut(c);
    }
    struct kit_conn *p = client("client_id=p");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1 payload=1 retain=1");
    ck_assert_int_eq(count("message"), 1);
    ck_assert_int_eq(count("delivery"), 10);
    restart(0);
    for (int i = 0; i < 10; i++) {
        char words[64];
        snprintf(words, sizeof words, "client_id=c%d", i);
        struct kit_conn *c = back(words);
        kit_expect_words(c, "PUBLISH payload='1'");
        kit_send(c, "PUBACK packet_id=1");
        kit_send(c, "DISCONNECT");
    }
    ck_assert_int_eq(count("message"), 1); /* retained */
    ck_assert_int_eq(count("session"), 0);
    end();
}
END_TEST

START_TEST(qos0_is_kept_when_asked_for)
{
    begin();
    k.broker->config.queue_qos0_offline = true;
    struct kit_conn *c = client("client_id=c" FOR_EVER);
    kit_subscribe(c, "filter=#");
    kit_cut(c);
    struct kit_conn *p = client("client_id=p");
    kit_send(p, "PUBLISH topic=t payload=1");
    restart(0);
    c = back("client_id=c" FOR_EVER);
    kit_expect(c, "PUBLISH topic='t' payload='1'");
    ck_assert_int_eq(count("delivery"), 0);
    end();
}
END_TEST

/* --- deadlines ------------------------------------------------------------ */

START_TEST(sessions_expire_by_the_wall) /* [MQTT-4.1.0-2] */
{
    begin();
    kit_cut(client("client_id=short session_expiry_interval=50"));
    kit_cut(client("client_id=long session_expiry_interval=70"));
    client("client_id=there session_expiry_interval=20");
    kit_cut(client("client_id=ever" FOR_EVER));
    client("client_id=none");
    pass(10000);
    restart(45000);
    ck_assert_ptr_null(kit_session(&k, "short"));
    ck_assert_ptr_null(kit_session(&k, "none"));
    ck_assert_ptr_nonnull(kit_session(&k, "ever"));
    pass(14999);
    ck_assert_ptr_nonnull(kit_session(&k, "long"));
    pass(1);
    ck_assert_ptr_null(kit_session(&k, "long"));
    /* The connection of this one was lost when the server came back. */
    pass(4999);
    ck_assert_ptr_nonnull(kit_session(&k, "there"));
    restart(0); /* and another crash does not put that off */
    pass(1);
    ck_assert_ptr_null(kit_session(&k, "there"));
    end();
}
END_TEST

START_TEST(wills_go_out_when_they_must) /* [MQTT-3.1.2-8] */
{
    begin();
    struct kit_conn *c = client("client_id=c" FOR_EVER);
    kit_subscribe(c, "filter=# qos=1");
    client("client_id=now" WILL "now");
    client("client_id=later session_expiry_interval=99 "
           "will.will_delay_interval=10" WILL "later");
    kit_cut(client("client_id=begun session_expiry_interval=99 "
                   "will.will_delay_interval=10" WILL "begun"));
    client("client_id=ended session_expiry_interval=5 "
           "will.will_delay_interval=10" WILL "ended");
    struct kit_conn *good = client("client_id=good" WILL "good");
    kit_send(good, "DISCONNECT");
    pass(3000);
    restart(4000);
    c = back("client_id=c" FOR_EVER);
    kit_expect_words(c, "PUBLISH topic='now'");
    kit_silent(c);
    pass(2999);
    kit_silent(c);
    pass(1);
    kit_expect_words(c, "PUBLISH topic='begun'"); /* 3 + 4 + 3 seconds */
    pass(2000);
    kit_expect_words(c, "PUBLISH topic='ended'"); /* with its session */
    restart(0);
    c = back("client_id=c" FOR_EVER);
    for (int i = 0; i < 3; i++)
        kit_expect_words(c, "PUBLISH dup=1");
    pass(4999);
    kit_silent(c);
    pass(1);
    kit_expect_words(c, "PUBLISH topic='later'");
    ck_assert_int_eq(count("will"), 0);
    end();
}
END_TEST

START_TEST(a_will_is_dropped_when_its_client_is_back) /* [MQTT-3.1.3-9] */
{
    begin();
    struct kit_conn *c = client("client_id=c" FOR_EVER);
    kit_subscribe(c, "filter=# qos=1");
    client("client_id=w session_expiry_interval=99 "
           "will.will_delay_interval=10" WILL "w");
    restart(4000);
    back("client_id=w session_expiry_interval=99");
    c = back("client_id=c" FOR_EVER);
    pass(20000);
    kit_silent(c);
    ck_assert_int_eq(count("message"), 0);
    end();
}
END_TEST

TEST_MAIN(subscriptions_with_all_options, messages_in_flight_and_waiting,
          a_delivery_remembers_its_share,
          identifiers_of_the_client, messages_held_until_pubrel,
          retained_messages_and_their_expiry, a_message_to_many_is_stored_once,
          qos0_is_kept_when_asked_for, sessions_expire_by_the_wall,
          wills_go_out_when_they_must,
          a_will_is_dropped_when_its_client_is_back)
