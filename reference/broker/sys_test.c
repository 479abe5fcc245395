/* sys_test.c - the broker's own topics.
 * SPDX-License-Identifier: MIT */
#include "broker/sys.h"

#include "broker/testkit.h"

static struct kit k;

static void
begin(uint32_t seconds)
{
    kit_begin(&k);
    k.config.sys_interval = seconds;
    kit_broker(&k);
}

START_TEST(what_is_counted)
{
    begin(10);
    kit_advance(&k, 0);
    struct kit_conn *w = kit_client(&k, MQTT_311, "client_id=w");
    kit_subscribe(w, "filter=$SYS/#");
    for (int i = 0; i < 7; i++)
        kit_expect_words(w, "PUBLISH retain=1");
    struct kit_conn *p = kit_client(&k, MQTT_50, "client_id=p");
    kit_subscribe(p, "filter=#"); /* [MQTT-4.7.2-1] */
    kit_send(p, "PUBLISH topic=t retain=1 payload=x");
    kit_expect(p, "PUBLISH topic='t' payload='x'");
    kit_advance(&k, 10000);
    kit_expect(w, "PUBLISH topic='$SYS/broker/version' "
                  "payload='plumb-broker'");
    kit_expect(w, "PUBLISH topic='$SYS/broker/uptime' payload='10'");
    kit_expect(w, "PUBLISH topic='$SYS/broker/clients/connected' "
                  "payload='2'");
    kit_expect(w, "PUBLISH topic='$SYS/broker/messages/received' "
                  "payload='1'");
    kit_expect(w, "PUBLISH topic='$SYS/broker/messages/sent' payload='8'");
    kit_expect(w, "PUBLISH topic='$SYS/broker/subscriptions/count' "
                  "payload='2'");
    kit_expect(w, "PUBLISH topic='$SYS/broker/retained messages/count' "
                  "payload='8'");
    kit_silent(w);
    kit_silent(p);
    kit_end(&k);
}
END_TEST

START_TEST(off_means_no_timer_and_no_topic)
{
    begin(0);
    ck_assert_uint_eq(broker_deadline_ms(k.broker), TIMER_NEVER);
    kit_advance(&k, 100000);
    ck_assert_uint_eq(k.broker->retained_count, 0);
    ck_assert_uint_eq(broker_config_default().sys_interval, 0);
    kit_end(&k);
}
END_TEST

START_TEST(without_retain_they_are_still_sent)
{
    kit_begin(&k);
    k.config.sys_interval = 1;
    k.config.retain_available = false;
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=$SYS/broker/uptime");
    kit_advance(&k, 2000);
    for (int i = 0; i < 3; i++)
        kit_expect_words(w, "PUBLISH topic='$SYS/broker/uptime'");
    kit_silent(w);
    ck_assert_uint_eq(k.broker->retained_count, 0);
    kit_end(&k);
}
END_TEST

TEST_MAIN(what_is_counted, off_means_no_timer_and_no_topic,
          without_retain_they_are_still_sent)
