/* on_publish_limits_test.c - what CONNACK announced, and a PUBLISH beyond it.
 * SPDX-License-Identifier: MIT */
#include "broker/on_publish_testkit.h"

START_TEST(limits_of_connack_that_are_not_heeded)
{
    static const struct {
        const char *packet, *answer;
    } rows[] = {
        {"PUBLISH topic=t qos=2 packet_id=1",
         "DISCONNECT reason=qos_not_supported"},
        {"PUBLISH topic=t retain=1", "DISCONNECT reason=retain_not_supported"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        setup();
        k.config.maximum_qos = 1;
        k.config.retain_available = false;
        begin("");
        kit_send(p, rows[i].packet);
        kit_expect_words(p, rows[i].answer);
        kit_closed(p);
        kit_silent(w);
        kit_end(&k);
    }
}
END_TEST

static void
send_two_of_qos_2(void)
{
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=1");
    kit_expect(p, "PUBREC packet_id=1");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=2");
    kit_expect(p, "PUBREC packet_id=2");
}

START_TEST(more_than_receive_maximum_is_0x93) /* [MQTT-3.3.4-7] */
{
    static const char *const third[] = {"PUBLISH topic=t qos=2 packet_id=3",
                                        "PUBLISH topic=t qos=1 packet_id=3"};
    for (size_t i = 0; i < TEST_COUNT(third); i++) {
        setup();
        k.config.receive_maximum = 2;
        begin("");
        send_two_of_qos_2();
        kit_send(p, "PUBLISH topic=t qos=2 packet_id=2 dup=1"); /* no third */
        kit_expect(p, "PUBREC packet_id=2");
        kit_send(p, "PUBLISH topic=t"); /* nor is QoS 0 */
        kit_send(p, third[i]);
        kit_expect_words(p, "DISCONNECT reason=receive_maximum_exceeded");
        kit_closed(p);
        kit_end(&k);
    }
}
END_TEST

START_TEST(pubcomp_makes_room_again)
{
    setup();
    k.config.receive_maximum = 2;
    begin("");
    send_two_of_qos_2();
    kit_send(p, "PUBREL packet_id=1");
    kit_expect(p, "PUBCOMP packet_id=1");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=3");
    kit_expect(p, "PUBREC packet_id=3");
    kit_silent(p);
    kit_end(&k);
}
END_TEST

START_TEST(receive_maximum_counts_anew_on_each_connection) /* 4.9 */
{
    setup();
    k.config.receive_maximum = 2;
    begin("session_expiry_interval=100");
    send_two_of_qos_2();
    kit_cut(p);
    p = kit_client_session(&k, MQTT_50, "client_id=p", true);
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=3");
    kit_expect(p, "PUBREC packet_id=3");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=4");
    kit_expect(p, "PUBREC packet_id=4");
    kit_send(p, "PUBREL packet_id=1"); /* of the old connection */
    kit_expect(p, "PUBCOMP packet_id=1");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=5");
    kit_expect_words(p, "DISCONNECT reason=receive_maximum_exceeded");
    kit_end(&k);
}
END_TEST

START_TEST(a_311_client_has_no_receive_maximum)
{
    setup();
    k.config.receive_maximum = 2;
    begin("");
    p = kit_client(&k, MQTT_311, "client_id=o");
    for (int i = 1; i <= 5; i++) {
        char text[64];
        snprintf(text, sizeof text, "PUBLISH topic=t qos=2 packet_id=%d", i);
        kit_send(p, text);
        snprintf(text, sizeof text, "PUBREC packet_id=%d", i);
        kit_expect(p, text);
    }
    kit_end(&k);
}
END_TEST

START_TEST(a_311_client_is_not_held_to_what_it_was_not_told)
{
    setup();
    k.config.maximum_qos = 1;
    k.config.retain_available = false;
    begin("");
    p = kit_client(&k, MQTT_311, "client_id=o");
    kit_send(p, "PUBLISH topic=t retain=1");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=1");
    kit_expect(p, "PUBREC packet_id=1");
    kit_silent(p);
    kit_end(&k);
}
END_TEST

TEST_MAIN(limits_of_connack_that_are_not_heeded,
          more_than_receive_maximum_is_0x93, pubcomp_makes_room_again,
          receive_maximum_counts_anew_on_each_connection,
          a_311_client_has_no_receive_maximum,
          a_311_client_is_not_held_to_what_it_was_not_told)
