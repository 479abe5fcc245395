/* retain_test.c - the last message of each topic, for those who come later.
 * SPDX-License-Identifier: MIT
 *
 * `p` publishes, `c` subscribes afterwards.                                  */
#include "broker/testkit.h"

static struct kit k;
static struct kit_conn *p, *c;

static void
begin(void)
{
    kit_broker(&k);
    p = kit_client(&k, MQTT_50, "client_id=p");
    c = kit_client(&k, MQTT_50, "client_id=c");
}

static void
setup(void)
{
    kit_begin(&k);
}

START_TEST(the_last_one_is_kept) /* [MQTT-3.3.1-5] */
{
    setup();
    begin();
    kit_send(p, "PUBLISH topic=t retain=1 payload=1");
    kit_send(p, "PUBLISH topic=t retain=1 payload=2 qos=1 packet_id=1");
    kit_subscribe(c, "filter=t qos=2");
    kit_expect(c, "PUBLISH qos=1 retain=1 topic='t' packet_id=1 payload='2'");
    kit_silent(c);
    ck_assert_uint_eq(k.broker->retained_count, 1);
    kit_end(&k);
}
END_TEST

START_TEST(an_empty_one_takes_it_away_and_is_delivered)
{
    /* [MQTT-3.3.1-6, MQTT-3.3.1-7] */
    setup();
    begin();
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=t");
    kit_send(p, "PUBLISH topic=t retain=1 payload=''");
    kit_expect(w, "PUBLISH topic='t' payload=''");
    ck_assert_uint_eq(tree_count(&k.broker->retained), 0);
    kit_send(p, "PUBLISH topic=t retain=1 payload=x");
    kit_send(p, "PUBLISH topic=t/u retain=1 payload=x");
    kit_send(p, "PUBLISH topic=t retain=1 payload=''");
    ck_assert_uint_eq(k.broker->retained_count, 1);
    kit_subscribe(c, "filter=t/#");
    kit_expect(c, "PUBLISH retain=1 topic='t/u' payload='x'");
    kit_silent(c);
    kit_send(p, "PUBLISH topic=t/u retain=1 payload=''");
    ck_assert_uint_eq(tree_count(&k.broker->retained), 0);
    kit_end(&k);
}
END_TEST

START_TEST(retain_0_leaves_it_alone) /* [MQTT-3.3.1-8] */
{
    setup();
    begin();
    kit_send(p, "PUBLISH topic=t retain=1 payload=1");
    kit_send(p, "PUBLISH topic=t payload=2");
    kit_send(p, "PUBLISH topic=t payload=''");
    kit_send(p, "PUBLISH topic=u payload=3");
    kit_subscribe(c, "filter=#");
    kit_expect(c, "PUBLISH retain=1 topic='t' payload='1'");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(it_keeps_its_properties_and_gets_an_identifier)
{
    setup();
    begin();
    kit_send(p, "PUBLISH topic=t retain=1 payload=1 user_property=a:b "
                "topic_alias=1 message_expiry_interval=10");
    kit_advance(&k, 3999);
    kit_subscribe(c, "filter=t subscription_identifier=5");
    kit_expect(c, "PUBLISH retain=1 topic='t' message_expiry_interval=7 "
                  "user_property='a':'b' subscription_identifier=5 "
                  "payload='1'");
    kit_end(&k);
}
END_TEST

START_TEST(it_expires) /* [MQTT-3.3.2-5] */
{
    setup();
    begin();
    kit_send(p, "PUBLISH topic=t retain=1 payload=1 "
                "message_expiry_interval=10");
    kit_advance(&k, 9999);
    kit_subscribe(c, "filter=t");
    kit_expect(c, "PUBLISH retain=1 topic='t' message_expiry_interval=1 "
                  "payload='1'");
    kit_advance(&k, 1);
    kit_subscribe(c, "filter=t");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(wildcards_find_it_but_not_behind_a_dollar) /* [MQTT-4.7.2-1] */
{
    setup();
    begin();
    kit_send(p, "PUBLISH topic=$x/a retain=1 payload=1");
    kit_send(p, "PUBLISH topic=x/a retain=1 payload=2");
    kit_subscribe(c, "filter=+/a");
    kit_expect(c, "PUBLISH retain=1 topic='x/a' payload='2'");
    kit_subscribe(c, "filter=#");
    kit_expect(c, "PUBLISH retain=1 topic='x/a' payload='2'");
    kit_subscribe(c, "filter=$x/+");
    kit_expect(c, "PUBLISH retain=1 topic='$x/a' payload='1'");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(a_shared_subscription_gets_none) /* 4.8.2 */
{
    setup();
    begin();
    kit_send(p, "PUBLISH topic=t retain=1 payload=1");
    kit_send(p, "PUBLISH topic='$share/s/t' retain=1 payload=2");
    kit_subscribe(c, "filter=$share/s/t");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(it_outlives_the_session_of_its_publisher) /* [MQTT311-3.1.2-7] */
{
    setup();
    begin();
    kit_send(p, "PUBLISH topic=t retain=1 payload=1");
    kit_cut(p);
    kit_subscribe(c, "filter=t");
    kit_expect(c, "PUBLISH retain=1 topic='t' payload='1'");
    kit_end(&k);
}
END_TEST

START_TEST(so_many_are_kept)
{
    setup();
    k.config.maximum_retained = 2;
    begin();
    kit_send(p, "PUBLISH topic=a retain=1 payload=1");
    kit_send(p, "PUBLISH topic=b retain=1 payload=1");
    kit_send(p, "PUBLISH topic=c retain=1 payload=1");
    kit_send(p, "PUBLISH topic=b retain=1 payload=2"); /* replacing goes on */
    kit_subscribe(c, "filter=#");
    kit_expect(c, "PUBLISH retain=1 topic='a' payload='1'");
    kit_expect(c, "PUBLISH retain=1 topic='b' payload='2'");
    kit_silent(c);
    kit_send(p, "PUBLISH topic=a retain=1 payload=''");
    kit_send(p, "PUBLISH topic=d retain=1 payload=1");
    ck_assert_ptr_nonnull(tree_find(&k.broker->retained, slice_str("d")));
    kit_end(&k);
}
END_TEST

START_TEST(the_expired_make_room)
{
    setup();
    k.config.maximum_retained = 2;
    begin();
    kit_send(p, "PUBLISH topic=a/b retain=1 payload=1 "
                "message_expiry_interval=9");
    kit_send(p, "PUBLISH topic=b retain=1 payload=1");
    kit_advance(&k, 9000);
    kit_send(p, "PUBLISH topic=c retain=1 payload=1");
    ck_assert_ptr_nonnull(tree_find(&k.broker->retained, slice_str("c")));
    ck_assert_ptr_null(tree_find(&k.broker->retained, slice_str("a")));
    ck_assert_uint_eq(k.broker->retained_count, 2);
    kit_end(&k);
}
END_TEST

/* A topic of 65,535 empty levels must not become a tree of that depth. */
START_TEST(a_topic_of_slashes_is_harmless)
{
    setup();
    begin();
    struct buf out = {0};
    struct mqtt_packet m = mqtt_packet_make(MQTT_PUBLISH, MQTT_50);
    char *slashes = malloc(65535);
    memset(slashes, '/', 65535);
    m.retain = 1;
    MQTT_SET(&m, topic, slice_of(slashes, 65535));
    MQTT_SET(&m, payload, slice_str("x"));
    mqtt_encode(&out, &m);
    kit_send_bytes(p, buf_slice(&out));
    kit_silent(p);
    ck_assert_uint_eq(tree_count(&k.broker->retained), 0);
    kit_subscribe(c, "filter=#");
    kit_silent(c);
    free(slashes);
    buf_release(&out);
    kit_end(&k);
}
END_TEST

START_TEST(each_of_several_gets_all_properties) /* [MQTT-3.3.2-15] */
{
    setup();
    begin();
    struct kit_conn *d = kit_client(&k, MQTT_50, "client_id=d");
    kit_subscribe(c, "filter=t qos=1");
    kit_subscribe(d, "filter=t qos=1 subscription_identifier=5");
    kit_send(p, "PUBLISH topic=t payload=1 qos=1 packet_id=1 "
                "response_topic=r");
    kit_expect(c, "PUBLISH qos=1 topic='t' packet_id=1 response_topic='r' "
                  "payload='1'");
    kit_expect(d, "PUBLISH qos=1 topic='t' packet_id=1 response_topic='r' "
                  "subscription_identifier=5 payload='1'");
    kit_end(&k);
}
END_TEST

TEST_MAIN(the_last_one_is_kept, an_empty_one_takes_it_away_and_is_delivered,
          retain_0_leaves_it_alone,
          it_keeps_its_properties_and_gets_an_identifier,
          it_expires, wildcards_find_it_but_not_behind_a_dollar,
          a_shared_subscription_gets_none,
          it_outlives_the_session_of_its_publisher, so_many_are_kept,
          the_expired_make_room, a_topic_of_slashes_is_harmless,
          each_of_several_gets_all_properties)
