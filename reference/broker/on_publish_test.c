/* on_publish_test.c - PUBLISH from a client: refused, taken over, answered.
 * SPDX-License-Identifier: MIT */
#include "broker/on_publish_testkit.h"

/* --- answers -------------------------------------------------------------- */

START_TEST(the_answer_follows_the_qos) /* [MQTT-3.3.4-1] */
{
    setup();
    begin("");
    kit_send(p, "PUBLISH topic=t payload=0");
    kit_silent(p);
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=256 payload=1");
    kit_expect(p, "PUBACK packet_id=256");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=65535 payload=2");
    kit_expect(p, "PUBREC packet_id=65535");
    kit_send(p, "PUBREL packet_id=65535");
    kit_expect(p, "PUBCOMP packet_id=65535");
    kit_expect(w, "PUBLISH topic='t' payload='0'");
    kit_expect(w, "PUBLISH qos=1 topic='t' packet_id=1 payload='1'");
    kit_expect(w, "PUBLISH qos=2 topic='t' packet_id=2 payload='2'");
    kit_silent(p);
    kit_silent(w);
    kit_end(&k);
}
END_TEST

START_TEST(nobody_there_is_0x10_in_50_only)
{
    setup();
    kit_broker(&k);
    p = kit_client(&k, MQTT_50, "client_id=p");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1");
    kit_expect(p, "PUBACK packet_id=1 reason=no_matching_subscribers");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=1");
    kit_expect(p, "PUBREC packet_id=1 reason=no_matching_subscribers");
    kit_send(p, "PUBREL packet_id=1");
    kit_expect(p, "PUBCOMP packet_id=1");
    p = kit_client(&k, MQTT_311, "client_id=q");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1");
    kit_expect(p, "PUBACK packet_id=1");
    kit_end(&k);
}
END_TEST

START_TEST(dup_says_nothing_about_what_is_sent_on) /* [MQTT-3.3.1-3] */
{
    setup();
    begin("");
    kit_send(p, "PUBLISH dup=1 topic=t qos=1 packet_id=1 payload=x");
    kit_expect(p, "PUBACK packet_id=1");
    kit_expect(w, "PUBLISH qos=1 topic='t' packet_id=1 payload='x'");
    /* and after PUBACK the identifier is new again [MQTT-4.3.2-5] */
    kit_send(p, "PUBLISH dup=1 topic=t qos=1 packet_id=1 payload=x");
    kit_expect(w, "PUBLISH qos=1 topic='t' packet_id=2 payload='x'");
    kit_end(&k);
}
END_TEST

START_TEST(a_repeat_of_qos_2_is_not_delivered_again) /* [MQTT-4.3.3-10] */
{
    setup();
    begin("");
    for (int i = 0; i < 3; i++) {
        kit_send(p, i ? "PUBLISH dup=1 topic=t qos=2 packet_id=1 payload=x"
                      : "PUBLISH topic=t qos=2 packet_id=1 payload=x");
        kit_expect(p, "PUBREC packet_id=1");
    }
    kit_expect(w, "PUBLISH qos=2 topic='t' packet_id=1 payload='x'");
    kit_silent(w);
    kit_send(p, "PUBREL packet_id=1");
    kit_expect(p, "PUBCOMP packet_id=1");
    /* after PUBCOMP it is a new message, DUP or not [MQTT-4.3.3-12] */
    kit_send(p, "PUBLISH dup=1 topic=t qos=2 packet_id=1 payload=y");
    kit_expect(p, "PUBREC packet_id=1");
    kit_expect(w, "PUBLISH qos=2 topic='t' packet_id=2 payload='y'");
    kit_end(&k);
}
END_TEST

/* --- what travels --------------------------------------------------------- */

START_TEST(properties_travel_unchanged_and_in_order)
{
    /* [MQTT-3.3.2-4], -15, -16, -17, -18, -20 */
    setup();
    begin("");
    kit_send(p, "PUBLISH topic=t payload=x user_property='b':'1' "
                "correlation_data=cc user_property='a':'2' content_type=ct "
                "topic_alias=3 response_topic=r payload_format_indicator=1 "
                "user_property='b':'1'");
    kit_expect(w, "PUBLISH topic='t' user_property='b':'1' "
                  "correlation_data='cc' user_property='a':'2' "
                  "content_type='ct' response_topic='r' "
                  "payload_format_indicator=1 user_property='b':'1' "
                  "payload='x'");
    kit_end(&k);
}
END_TEST

START_TEST(a_311_client_sees_no_properties)
{
    setup();
    begin("");
    struct kit_conn *old = kit_client(&k, MQTT_311, "client_id=o");
    kit_subscribe(old, "filter=t qos=1");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1 payload=x "
                "user_property='a':'2' message_expiry_interval=9");
    kit_expect(old, "PUBLISH qos=1 topic='t' packet_id=1 payload='x'");
    kit_end(&k);
}
END_TEST

/* --- topics that are refused ---------------------------------------------- */

START_TEST(nobody_publishes_to_sys)
{
    setup();
    begin("");
    kit_subscribe(w, "filter=$SYS/# qos=2");
    kit_subscribe(w, "filter=$SYSTEM qos=2");
    kit_send(p, "PUBLISH topic=$SYS/x");
    kit_silent(p);
    kit_send(p, "PUBLISH topic=$SYS/x qos=1 packet_id=1");
    kit_expect_words(p, "PUBACK packet_id=1 reason=not_authorized");
    kit_send(p, "PUBLISH topic=$SYS qos=2 packet_id=1");
    kit_expect_words(p, "PUBREC packet_id=1 reason=not_authorized");
    kit_silent(w);
    /* [MQTT-4.3.3-9]: the same identifier is now a new message */
    kit_send(p, "PUBLISH topic=$SYSTEM qos=2 packet_id=1");
    kit_expect(p, "PUBREC packet_id=1");
    kit_expect_words(w, "PUBLISH topic='$SYSTEM'");
    kit_end(&k);
}
END_TEST

START_TEST(a_311_client_is_acknowledged_and_ignored) /* [MQTT311-3.3.5-2] */
{
    setup();
    begin("");
    kit_subscribe(w, "filter=$SYS/#");
    p = kit_client(&k, MQTT_311, "client_id=o");
    kit_send(p, "PUBLISH topic=$SYS/x qos=1 packet_id=1");
    kit_expect(p, "PUBACK packet_id=1");
    kit_send(p, "PUBLISH topic=$SYS/x qos=2 packet_id=2");
    kit_expect(p, "PUBREC packet_id=2");
    kit_send(p, "PUBREL packet_id=2");
    kit_expect(p, "PUBCOMP packet_id=2");
    kit_silent(w);
    kit_end(&k);
}
END_TEST

START_TEST(a_repeat_is_acknowledged_though_its_topic_would_be_refused)
{
    setup();
    begin("");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=1");
    kit_expect(p, "PUBREC packet_id=1");
    /* The identifier is still in use: PUBREC with an error would make the
     * client forget it while we remember [MQTT-4.3.3-10]. */
    kit_send(p, "PUBLISH topic=$SYS/x qos=2 packet_id=1 dup=1");
    kit_expect(p, "PUBREC packet_id=1");
    kit_end(&k);
}
END_TEST

START_TEST(a_topic_has_so_many_levels)
{
    setup();
    k.config.maximum_topic_levels = 3;
    begin("");
    kit_send(p, "PUBLISH topic=a//c qos=1 packet_id=1");
    kit_expect(p, "PUBACK packet_id=1");
    kit_send(p, "PUBLISH topic=a/b/c/d qos=1 packet_id=1 retain=1");
    kit_expect_words(p, "PUBACK packet_id=1 reason=topic_name_invalid");
    kit_send(p, "PUBLISH topic=a/b/c/ retain=1");
    kit_silent(p);
    ck_assert_uint_eq(tree_count(&k.broker->retained), 0);
    kit_end(&k);
}
END_TEST

START_TEST(what_31_allows_in_a_string_gets_no_further) /* [MQTT-1.5.4-1] */
{
    setup();
    begin("");
    p = kit_client(&k, MQTT_31, "client_id=o");
    kit_send_hex(p, "32 06 00 02 61 00 00 01"); /* U+0000 */
    kit_expect(p, "PUBACK packet_id=1");
    kit_send_hex(p, "32 06 00 02 c0 80 00 02"); /* the same, overlong */
    kit_expect(p, "PUBACK packet_id=2");
    kit_silent(w);
    p = kit_connect(&k, MQTT_31,
                    "client_id=q will_topic='\xff' will_payload=x");
    kit_closed(p);
    kit_end(&k);
}
END_TEST

START_TEST(the_reason_string_is_left_out_when_nobody_wants_it)
{
    setup();
    begin("request_problem_information=0"); /* [MQTT-3.1.2-29] */
    kit_send(p, "PUBLISH topic=$SYS/x qos=1 packet_id=1");
    kit_expect(p, "PUBACK packet_id=1 reason=not_authorized");
    kit_end(&k);
    setup();
    begin("maximum_packet_size=30"); /* [MQTT-3.4.2-2] */
    kit_send(p, "PUBLISH topic=$SYS/x qos=1 packet_id=1");
    kit_expect(p, "PUBACK packet_id=1 reason=not_authorized");
    kit_end(&k);
}
END_TEST

/* --- bad packets ---------------------------------------------------------- */

START_TEST(bad_publish_packets_close)
{
    static const struct {
        const char *packet, *reason;
    } rows[] = {
        {"PUBLISH topic=t qos=3 packet_id=1", "reason=malformed_packet"},
        {"PUBLISH topic=a/+", "reason=topic_name_invalid"},
        {"PUBLISH topic=t qos=1 packet_id=0", "reason=protocol_error"},
        {"PUBLISH topic=t subscription_identifier=1", "reason=protocol_error"},
        {"PUBLISH topic=t response_topic=#", "reason=protocol_error"},
        {"PUBLISH topic=t receive_maximum=1", "reason=malformed_packet"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        setup();
        begin("");
        kit_send(p, rows[i].packet);
        char words[128];
        snprintf(words, sizeof words, "DISCONNECT %s", rows[i].reason);
        kit_expect_words(p, words);
        kit_closed(p);
        kit_silent(w);
        kit_end(&k);
    }
}
END_TEST

/* 3.3.2.3.2: nobody has to look, the variant does. */
START_TEST(a_payload_that_is_not_the_text_it_claims_to_be)
{
    setup();
    k.config.variant.payload_format = PAYLOAD_CHECKED;
    begin("");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1 payload='\xff' "
                "payload_format_indicator=1");
    kit_expect(p, "PUBACK packet_id=1 reason=payload_format_invalid "
                  "reason_string='the payload is not the text it claims to be'");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=2 payload='\xff'");
    kit_expect(p, "PUBACK packet_id=2");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=3 payload=text "
                "payload_format_indicator=1");
    kit_expect(p, "PUBACK packet_id=3");
    kit_end(&k);
}
END_TEST

TEST_MAIN(the_answer_follows_the_qos, nobody_there_is_0x10_in_50_only,
          dup_says_nothing_about_what_is_sent_on,
          a_repeat_of_qos_2_is_not_delivered_again,
          properties_travel_unchanged_and_in_order,
          a_311_client_sees_no_properties, nobody_publishes_to_sys,
          a_311_client_is_acknowledged_and_ignored,
          a_repeat_is_acknowledged_though_its_topic_would_be_refused,
          a_topic_has_so_many_levels,
          what_31_allows_in_a_string_gets_no_further,
          the_reason_string_is_left_out_when_nobody_wants_it,
          bad_publish_packets_close,
          a_payload_that_is_not_the_text_it_claims_to_be)
