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

enum { TOPICS = 37 }; /* of one round */

/* Reads a round of them; the payload of each is in said[], in the same order as
 * the names. */
static void
expect_round(struct kit_conn *c, const char *const (*rows)[2], size_t count)
{
    size_t found = 0;
    for (int n = 0; n < TOPICS; n++) {
        struct mqtt_packet p;
        ck_assert(kit_next(c, &p) && p.type == MQTT_PUBLISH);
        for (size_t i = 0; i < count; i++) {
            struct slice name = slice_from(p.topic, strlen("$SYS/broker/"));
            if (!slice_is(name, rows[i][0]))
                continue;
            found++;
            ck_assert_msg(slice_is(p.payload, rows[i][1]), "%s is %.*s",
                          rows[i][0], SLICE_ARG(p.payload));
        }
    }
    ck_assert_uint_eq(found, count);
    kit_silent(c);
}

/* The first round is retained, so w gets it when it subscribes; it is what has
 * been sent when the second is counted. */
static const char *const second_round[][2] = {
    {"version", "plumb-broker"},
    {"uptime", "10"},
    {"clients/connected", "2"},
    {"clients/disconnected", "1"},
    {"clients/total", "3"},
    {"clients/maximum", "3"},
    {"subscriptions/count", "3"},
    {"retained messages/count", "38"},
    {"store/messages/count", "39"},   /* one waits for who is away */
    {"messages/received", "8"},       /* 3 CONNECT, 3 SUBSCRIBE, 2 PUBLISH */
    {"messages/sent", "47"},          /* 37 of the first round, 8 answers to those, ... */
    {"publish/messages/received", "2"},
    {"publish/messages/sent", "39"},  /* ... and two to p */
    {"publish/messages/dropped", "1"},
    {"load/publish/messages/received/1min", "1.71"}, /* 12 * 10 s / 70 s */
    {"load/publish/messages/received/15min", "0.13"},
};

START_TEST(what_is_counted)
{
    kit_begin(&k);
    k.config.sys_interval = 10;
    k.config.maximum_queued = 1;
    kit_broker(&k);
    kit_advance(&k, 0);
    struct kit_conn *w = kit_client(&k, MQTT_311, "client_id=w");
    kit_subscribe(w, "filter=$SYS/#");
    expect_round(w, NULL, 0);
    struct kit_conn *p = kit_client(&k, MQTT_50, "client_id=p");
    kit_subscribe(p, "filter=#"); /* [MQTT-4.7.2-1] */
    struct kit_conn *away =
        kit_client(&k, MQTT_50, "client_id=a session_expiry_interval=60");
    kit_subscribe(away, "filter=# qos=1");
    kit_cut(away);
    kit_send(p, "PUBLISH topic=t retain=1 qos=1 packet_id=1 payload=x");
    kit_expect(p, "PUBLISH topic='t' payload='x'");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=2 payload=x");
    kit_expect_words(p, "PUBACK");
    kit_expect(p, "PUBLISH topic='t' payload='x'");
    kit_expect_words(p, "PUBACK");
    kit_advance(&k, 10000);
    expect_round(w, second_round, TEST_COUNT(second_round));
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
