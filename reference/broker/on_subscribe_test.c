/* on_subscribe_test.c - one code per filter, and what the options mean.
 * SPDX-License-Identifier: MIT
 *
 * `c` subscribes, `p` publishes.                                             */
#include "broker/testkit.h"

static struct kit k;
static struct kit_conn *p, *c;

static void
setup(void)
{
    kit_begin(&k);
}

static void
begin(void)
{
    kit_broker(&k);
    p = kit_client(&k, MQTT_50, "client_id=p");
    c = kit_client(&k, MQTT_50, "client_id=c");
}

static void
use_311(void)
{
    kit_broker(&k);
    p = kit_client(&k, MQTT_311, "client_id=p");
    c = kit_client(&k, MQTT_311, "client_id=c");
}

/* --- SUBACK --------------------------------------------------------------- */

START_TEST(codes_stand_in_the_order_of_the_filters) /* [MQTT-3.9.3-1] */
{
    setup();
    k.config.maximum_topic_levels = 2;
    begin();
    kit_send(c, "SUBSCRIBE packet_id=4660 filter=a qos=2 filter=b qos=0 "
                "filter=a/b/c qos=1 filter=a qos=1");
    kit_expect(c, "SUBACK packet_id=4660 codes=[2 0 0x83 1]");
    ck_assert_uint_eq(kit_session(&k, "c")->subscription_count, 2);
    kit_end(&k);
}
END_TEST

START_TEST(a_311_client_gets_0x80) /* [MQTT311-3.9.3-2] */
{
    setup();
    k.config.maximum_topic_levels = 2;
    k.config.shared_available = false;
    k.config.wildcard_available = false;
    use_311();
    kit_send(c, "SUBSCRIBE packet_id=1 filter=a/b/c qos=1 filter=a qos=2 "
                "filter=$share/x qos=1 filter=$share/x/y filter=#");
    kit_expect(c, "SUBACK packet_id=1 codes=[0x80 2 0x80 0x80 0x80]");
    kit_end(&k);
}
END_TEST

START_TEST(a_session_has_so_many_subscriptions)
{
    setup();
    k.config.maximum_subscriptions = 2;
    begin();
    kit_send(c, "SUBSCRIBE packet_id=1 filter=a filter=b filter=d filter=a");
    kit_expect(c, "SUBACK packet_id=1 codes=[0 0 0x97 0]");
    kit_send(c, "UNSUBSCRIBE packet_id=1 filter=a");
    kit_expect(c, "UNSUBACK packet_id=1 codes=[0]");
    kit_send(c, "SUBSCRIBE packet_id=1 filter=d");
    kit_expect(c, "SUBACK packet_id=1 codes=[0]");
    kit_end(&k);
}
END_TEST

START_TEST(what_is_not_available_closes) /* 3.2.2.3.11 to 13 */
{
    static const struct {
        const char *words, *reason;
    } rows[] = {
        {"filter=a filter=a/#", "wildcard_subscriptions_not_supported"},
        {"filter=$share/x/a", "shared_subscriptions_not_supported"},
        {"filter=a subscription_identifier=1",
         "subscription_identifiers_not_supported"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        char text[128];
        setup();
        k.config.wildcard_available = false;
        k.config.shared_available = false;
        k.config.subscription_id_available = false;
        begin();
        snprintf(text, sizeof text, "SUBSCRIBE packet_id=1 %s", rows[i].words);
        kit_send(c, text);
        snprintf(text, sizeof text, "DISCONNECT reason=%s", rows[i].reason);
        kit_expect_words(c, text);
        kit_closed(c);
        ck_assert_uint_eq(tree_count(&k.broker->subscriptions), 0);
        kit_end(&k);
    }
}
END_TEST

START_TEST(bad_packets_close)
{
    static const struct {
        enum mqtt_version version;
        const char *hex, *answer;
    } rows[] = {
        {MQTT_50, "82 03 00 01 00", "reason=protocol_error"}, /* no filter */
        {MQTT_311, "82 02 00 01", ""}, /* [MQTT311-3.8.3-3] */
        {MQTT_50, "80 07 00 01 00 00 01 61 00", "reason=malformed_packet"},
        {MQTT_311, "80 06 00 01 00 01 61 00", ""}, /* [MQTT311-3.8.1-1] */
        {MQTT_50, "82 07 00 00 00 00 01 61 00", "reason=protocol_error"},
        {MQTT_50, "82 07 00 01 00 00 01 61 03", "reason=protocol_error"},
        {MQTT_311, "82 06 00 01 00 01 61 03", ""}, /* [MQTT311-3.8.3-4] */
        {MQTT_311, "82 06 00 01 00 01 61 04", ""},
        {MQTT_50, "82 07 00 01 00 00 01 61 40", "reason=malformed_packet"},
        {MQTT_50, "82 07 00 01 00 00 01 61 30", "reason=protocol_error"},
        {MQTT_50, "82 06 00 01 00 00 00 00", "reason=topic_filter_invalid"},
        {MQTT_50, "82 08 00 01 00 00 02 61 23 00",
         "reason=topic_filter_invalid"}, /* a# */
        {MQTT_50, "82 08 00 01 00 00 02 61 2b 00",
         "reason=topic_filter_invalid"}, /* a+ */
        {MQTT_50, "82 09 00 01 02 0b 00 00 01 61 00",
         "reason=protocol_error"}, /* Subscription Identifier 0 */
        {MQTT_50, "82 0b 00 01 04 0b 01 0b 02 00 01 61 00",
         "reason=protocol_error"}, /* and two of them */
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        setup();
        kit_broker(&k);
        c = kit_client(&k, rows[i].version, "client_id=c");
        kit_send_hex(c, rows[i].hex);
        if (*rows[i].answer)
            kit_expect_words(c, rows[i].answer);
        kit_closed(c);
        kit_end(&k);
    }
}
END_TEST

/* --- delivery ------------------------------------------------------------- */

START_TEST(qos_is_the_lower_of_the_two) /* [MQTT-3.8.4-8] */
{
    for (int granted = 0; granted <= 2; granted++) {
        setup();
        begin();
        char text[128];
        snprintf(text, sizeof text, "filter=t qos=%d", granted);
        kit_subscribe(c, text);
        for (int qos = 0; qos <= 2; qos++) {
            struct mqtt_packet got;
            snprintf(text, sizeof text, "PUBLISH topic=t qos=%d%s", qos,
                     qos ? " packet_id=1" : "");
            kit_send(p, text);
            ck_assert(kit_next(c, &got));
            ck_assert_int_eq(got.qos, qos < granted ? qos : granted);
        }
        kit_end(&k);
    }
}
END_TEST

START_TEST(overlapping_is_one_copy_at_the_highest_qos)
{
    /* [MQTT-3.3.4-2, MQTT-3.3.4-4] */
    setup();
    begin();
    kit_subscribe(c, "filter=a/b qos=1 subscription_identifier=1");
    kit_subscribe(c, "filter=a/+ qos=2 subscription_identifier=268435455");
    kit_subscribe(c, "filter=a/# qos=0");
    kit_subscribe(c, "filter=b/# qos=0 subscription_identifier=4");
    kit_send(p, "PUBLISH topic=a/b qos=2 packet_id=1");
    kit_expect_words(c, "PUBLISH qos=2 subscription_identifier=1 "
                        "subscription_identifier=268435455");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

/* More than a delivery has room for itself, and after a while in the queue. */
START_TEST(many_identifiers_wait_with_the_message) /* [MQTT-3.3.4-3] */
{
    const char *const all = "PUBLISH subscription_identifier=1 "
                            "subscription_identifier=2 "
                            "subscription_identifier=3 "
                            "subscription_identifier=4 "
                            "subscription_identifier=5 "
                            "subscription_identifier=6";
    static const char *const filters[] = {"a/b/c", "a/b/+", "a/+/c",
                                          "+/b/c", "a/#",   "#"};
    char words[80];
    kit_begin(&k);
    c = kit_client(&k, MQTT_50, "client_id=c session_expiry_interval=100");
    p = kit_client(&k, MQTT_50, "client_id=p");
    for (unsigned i = 0; i < TEST_COUNT(filters); i++) {
        snprintf(words, sizeof words,
                 "filter=%s qos=1 subscription_identifier=%u", filters[i],
                 i + 1);
        kit_subscribe(c, words);
    }
    kit_cut(c);
    kit_send(p, "PUBLISH topic=a/b/c qos=1 packet_id=1");
    kit_send(p, "PUBLISH topic=a/b/c qos=1 packet_id=2");
    c = kit_client_session(&k, MQTT_50,
                           "client_id=c session_expiry_interval=100", true);
    kit_expect_words(c, all);
    kit_expect_words(c, all);
    kit_end(&k);
}
END_TEST

START_TEST(the_same_filter_again_replaces) /* [MQTT-3.8.4-3] */
{
    setup();
    begin();
    kit_subscribe(c, "filter=t qos=2 subscription_identifier=1 no_local=1");
    kit_subscribe(c, "filter=t qos=1 subscription_identifier=2");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=1 payload=x");
    kit_expect(c, "PUBLISH qos=1 topic='t' packet_id=1 "
                  "subscription_identifier=2 payload='x'");
    kit_send(c, "PUBLISH topic=t payload=y");
    kit_expect(c, "PUBLISH topic='t' subscription_identifier=2 payload='y'");
    kit_subscribe(c, "filter=t");
    kit_send(p, "PUBLISH topic=t payload=z");
    kit_expect(c, "PUBLISH topic='t' payload='z'");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(no_local) /* [MQTT-3.8.3-3] */
{
    setup();
    begin();
    kit_subscribe(c, "filter=t no_local=1");
    kit_send(c, "PUBLISH topic=t qos=1 packet_id=1");
    kit_expect(c, "PUBACK packet_id=1 reason=no_matching_subscribers");
    kit_send(p, "PUBLISH topic=t payload=x");
    kit_expect(c, "PUBLISH topic='t' payload='x'");
    /* Another subscription that matches lets it through, at its own QoS. */
    kit_subscribe(c, "filter=t qos=2 no_local=1 subscription_identifier=1");
    kit_subscribe(c, "filter=# qos=0 subscription_identifier=2");
    kit_send(c, "PUBLISH topic=t qos=1 packet_id=1 payload=y");
    kit_expect(c, "PUBLISH topic='t' subscription_identifier=2 payload='y'");
    kit_expect(c, "PUBACK packet_id=1");
    kit_end(&k);
}
END_TEST

START_TEST(retain_as_published) /* [MQTT-3.3.1-12, MQTT-3.3.1-13] */
{
    setup();
    begin();
    kit_subscribe(c, "filter=t retain_as_published=1");
    struct kit_conn *d = kit_client(&k, MQTT_50, "client_id=d");
    kit_subscribe(d, "filter=t");
    kit_send(p, "PUBLISH topic=t retain=1 payload=x");
    kit_expect(c, "PUBLISH retain=1 topic='t' payload='x'");
    kit_expect(d, "PUBLISH topic='t' payload='x'");
    kit_send(p, "PUBLISH topic=t payload=y");
    kit_expect(c, "PUBLISH topic='t' payload='y'");
    kit_expect(d, "PUBLISH topic='t' payload='y'");
    kit_end(&k);
}
END_TEST

START_TEST(wildcards_do_not_see_dollar_topics) /* [MQTT-4.7.2-1] */
{
    setup();
    begin();
    kit_send(c, "SUBSCRIBE packet_id=1 filter=# filter=+/x filter=+/#");
    kit_expect(c, "SUBACK packet_id=1 codes=[0 0 0]");
    kit_send(p, "PUBLISH topic=$test/x");
    kit_silent(c);
    kit_subscribe(c, "filter=$test/#");
    kit_send(p, "PUBLISH topic=$test/x payload=y");
    kit_expect(c, "PUBLISH topic='$test/x' payload='y'");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(topics_are_compared_as_they_are) /* [MQTT-4.7.3-4, MQTT-1.5.4-3] */
{
    static const char *const twins[][2] = {
        {"a/b", "A/b"},  {"/a", "a"}, {"a//b", "a/b"},
        {"a", "a/"},     {"\xc3\xa9", "e\xcc\x81"},
        {"a", "\xef\xbb\xbf" "a"},
    };
    setup();
    begin();
    for (size_t i = 0; i < TEST_COUNT(twins); i++) {
        char text[128];
        for (int n = 0; n < 2; n++) {
            snprintf(text, sizeof text, "filter='%s'", twins[i][n]);
            kit_subscribe(c, text);
            snprintf(text, sizeof text, "PUBLISH topic='%s' payload=x",
                     twins[i][!n]);
            kit_send(p, text);
            kit_silent(c);
            snprintf(text, sizeof text, "UNSUBSCRIBE packet_id=1 filter='%s'",
                     twins[i][n]);
            kit_send(c, text);
            kit_expect(c, "UNSUBACK packet_id=1 codes=[0]");
        }
    }
    kit_end(&k);
}
END_TEST

/* --- retained messages ---------------------------------------------------- */

/* Expects the retained message after this SUBSCRIBE, or not. */
static void
subscribe_and_see(const char *words, bool comes)
{
    kit_subscribe(c, words);
    if (comes)
        kit_expect(c, "PUBLISH retain=1 topic='t' payload='x'");
    kit_silent(c);
}

START_TEST(retain_handling)
{
    /* [MQTT-3.3.1-9, MQTT-3.3.1-10, MQTT-3.3.1-11] */
    setup();
    begin();
    kit_send(p, "PUBLISH topic=t retain=1 payload=x");
    subscribe_and_see("filter=t retain_handling=2", false);
    subscribe_and_see("filter=t retain_handling=1", false);
    subscribe_and_see("filter=t retain_handling=0", true);
    subscribe_and_see("filter=t retain_handling=0", true);
    subscribe_and_see("filter=t retain_handling=1", false);
    kit_send(c, "UNSUBSCRIBE packet_id=1 filter=t");
    kit_expect(c, "UNSUBACK packet_id=1 codes=[0]");
    subscribe_and_see("filter=t retain_handling=1", true);
    subscribe_and_see("filter=+ retain_handling=1", true);
    kit_end(&k);
}
END_TEST

START_TEST(the_same_filter_twice_in_one_packet) /* [MQTT-3.8.4-5] */
{
    static const struct {
        int first, second; /* Retain Handling */
        int copies;
    } rows[] = {{0, 0, 2}, {1, 1, 1}, {1, 2, 1}, {2, 1, 0}, {0, 1, 1}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        char text[128];
        setup();
        begin();
        kit_send(p, "PUBLISH topic=t retain=1 payload=x");
        snprintf(text, sizeof text,
                 "SUBSCRIBE packet_id=1 filter=t retain_handling=%d filter=t "
                 "retain_handling=%d",
                 rows[i].first, rows[i].second);
        kit_send(c, text);
        kit_expect(c, "SUBACK packet_id=1 codes=[0 0]");
        for (int n = 0; n < rows[i].copies; n++)
            kit_expect(c, "PUBLISH retain=1 topic='t' payload='x'");
        kit_silent(c);
        kit_end(&k);
    }
}
END_TEST

START_TEST(a_311_client_gets_them_at_every_subscribe) /* [MQTT311-3.8.4-3] */
{
    setup();
    use_311();
    kit_send(p, "PUBLISH topic=t retain=1 payload=x");
    subscribe_and_see("filter=t", true);
    subscribe_and_see("filter=t", true);
    kit_end(&k);
}
END_TEST

START_TEST(a_huge_subscribe_takes_no_huge_time)
{
    setup();
    k.config.maximum_subscriptions = 100000;
    begin();
    struct buf out = {0}, filters = {0};
    struct mqtt_packet s = mqtt_packet_make(MQTT_SUBSCRIBE, MQTT_50);
    for (int i = 0; i < 80000; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d", i);
        mqtt_filter_add(&filters, &s,
                        &(struct mqtt_filter){.filter = slice_str(name)});
    }
    MQTT_SET(&s, packet_id, 1);
    MQTT_SET(&s, filters, buf_slice(&filters));
    mqtt_encode(&out, &s);
    broker_input(k.broker, c->conn, buf_slice(&out), k.now_ms);
    ck_assert_uint_eq(kit_session(&k, "c")->subscription_count, 80000);
    buf_release(&out);
    buf_release(&filters);
    kit_end(&k);
}
END_TEST

TEST_MAIN(codes_stand_in_the_order_of_the_filters, a_311_client_gets_0x80,
          a_session_has_so_many_subscriptions, what_is_not_available_closes,
          bad_packets_close, qos_is_the_lower_of_the_two,
          overlapping_is_one_copy_at_the_highest_qos,
          many_identifiers_wait_with_the_message,
          the_same_filter_again_replaces, no_local, retain_as_published,
          wildcards_do_not_see_dollar_topics, topics_are_compared_as_they_are,
          retain_handling, the_same_filter_twice_in_one_packet,
          a_311_client_gets_them_at_every_subscribe,
          a_huge_subscribe_takes_no_huge_time)
