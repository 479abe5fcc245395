/* on_publish_alias_test.c - Topic Aliases that a client sets (3.3.2.3.4).
 * SPDX-License-Identifier: MIT */
#include "broker/on_publish_testkit.h"

START_TEST(an_alias_stands_for_the_topic_it_was_sent_with)
{
    setup();
    begin("");
    kit_send(p, "PUBLISH topic=a topic_alias=1 payload=1");
    kit_send(p, "PUBLISH topic=b topic_alias=32 payload=2"); /* the maximum */
    kit_send(p, "PUBLISH topic='' topic_alias=1 payload=3");
    kit_send(p, "PUBLISH topic='' topic_alias=32 payload=4");
    kit_send(p, "PUBLISH topic=c topic_alias=1 payload=5"); /* set anew */
    kit_send(p, "PUBLISH topic='' topic_alias=1 payload=6");
    static const char *const topics[] = {"a", "b", "a", "b", "c", "c"};
    for (int i = 0; i < 6; i++) {
        char text[64];
        snprintf(text, sizeof text, "PUBLISH topic='%s' payload='%d'",
                 topics[i], i + 1);
        kit_expect(w, text);
    }
    kit_silent(p);
    kit_end(&k);
}
END_TEST

START_TEST(aliases_that_are_refused)
{
    static const struct {
        const char *packet, *reason;
    } rows[] = {
        {"PUBLISH topic=a topic_alias=33", "reason=topic_alias_invalid"},
        {"PUBLISH topic=a topic_alias=0", "reason=topic_alias_invalid"},
        {"PUBLISH topic='' topic_alias=1", "reason=protocol_error"},
        {"PUBLISH topic=''", "reason=protocol_error"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        setup();
        begin("");
        kit_send(p, rows[i].packet);
        kit_expect_words(p, rows[i].reason);
        kit_closed(p);
        kit_silent(w);
        kit_end(&k);
    }
}
END_TEST

START_TEST(an_alias_dies_with_its_connection) /* [MQTT-3.3.2-7] */
{
    setup();
    begin("session_expiry_interval=100");
    kit_send(p, "PUBLISH topic=a topic_alias=1");
    kit_cut(p);
    p = kit_client_session(&k, MQTT_50, "client_id=p", true);
    kit_send(p, "PUBLISH topic='' topic_alias=1");
    kit_expect_words(p, "DISCONNECT reason=protocol_error");
    kit_end(&k);
}
END_TEST

START_TEST(an_alias_is_learnt_from_a_topic_that_is_refused_too)
{
    setup();
    k.config.maximum_topic_levels = 2;
    begin("");
    kit_send(p, "PUBLISH topic=a/b/c topic_alias=1 qos=1 packet_id=1");
    kit_expect_words(p, "PUBACK packet_id=1 reason=topic_name_invalid");
    kit_send(p, "PUBLISH topic='' topic_alias=1 qos=1 packet_id=1");
    kit_expect_words(p, "PUBACK packet_id=1 reason=topic_name_invalid");
    kit_silent(p);
    kit_silent(w);
    kit_end(&k);
}
END_TEST

TEST_MAIN(an_alias_stands_for_the_topic_it_was_sent_with,
          aliases_that_are_refused, an_alias_dies_with_its_connection,
          an_alias_is_learnt_from_a_topic_that_is_refused_too)
