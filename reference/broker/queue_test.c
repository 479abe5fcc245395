/* queue_test.c - in flight to one client: quota, resumption, acknowledgements.
 * SPDX-License-Identifier: MIT */
#include "broker/queue_testkit.h"

/* --- quota ---------------------------------------------------------------- */

START_TEST(no_more_in_flight_than_receive_maximum) /* [MQTT-3.3.4-9] */
{
    setup();
    begin("receive_maximum=2");
    for (int n = 1; n <= 5; n++)
        publish(n, 1 + n % 2);
    expect_publish(1, 2, 1, false);
    expect_publish(2, 1, 2, false);
    kit_silent(c);
    answer("PUBREC", 1, ""); /* gives nothing back [MQTT-4.9.0-2] */
    kit_expect(c, "PUBREL packet_id=1");
    kit_silent(c);
    answer("PUBACK", 2, "");
    expect_publish(3, 2, 3, false);
    kit_silent(c);
    answer("PUBCOMP", 1, "");
    expect_publish(4, 1, 4, false);
    answer("PUBREC", 3, " reason=unspecified_error");
    expect_publish(5, 2, 5, false);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(everything_else_goes_on_without_quota) /* [MQTT-4.9.0-3] */
{
    setup();
    begin("receive_maximum=1");
    publish(1, 1);
    publish(2, 1);
    publish(3, 0);
    expect_publish(1, 1, 1, false);
    expect_publish(3, 0, 0, false); /* QoS 0 may pass */
    kit_send(c, "PINGREQ");
    kit_expect(c, "PINGRESP");
    kit_send(c, "UNSUBSCRIBE packet_id=1 filter=x");
    kit_expect(c, "UNSUBACK packet_id=1 codes=[0x11]");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(our_own_limit_holds_too)
{
    setup();
    k.config.maximum_inflight = 1;
    begin("");
    publish(1, 1);
    publish(2, 1);
    expect_publish(1, 1, 1, false);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(quota_returns_however_the_exchange_ends)
{
    static const char *const ends[] = {
        "PUBACK packet_id=1",
        "PUBACK packet_id=1 reason=no_matching_subscribers",
        "PUBACK packet_id=1 reason=quota_exceeded",
    };
    for (size_t i = 0; i < TEST_COUNT(ends); i++) {
        setup();
        begin("receive_maximum=1");
        publish(1, 1);
        publish(2, 1);
        expect_publish(1, 1, 1, false);
        kit_send(c, ends[i]);
        expect_publish(2, 1, 2, false);
        kit_send(c, "PUBACK packet_id=1"); /* a second time: nobody knows it */
        kit_silent(c);
        kit_end(&k);
    }
}
END_TEST

START_TEST(an_answer_to_what_was_not_sent_again_gives_no_extra_quota)
{
    setup();
    begin("");
    publish(1, 1);
    publish(2, 1);
    kit_cut(c);
    publish(3, 1);
    come_back("receive_maximum=1");
    expect_publish(1, 1, 1, true);
    kit_silent(c);
    /* Sent over the old connection, answered over the new one: one PUBLISH is
     * still open, so nothing may be sent [MQTT-4.9.0-2]. */
    answer("PUBACK", 2, "");
    kit_silent(c);
    answer("PUBACK", 1, "");
    expect_publish(3, 1, 3, false);
    kit_end(&k);
}
END_TEST

START_TEST(a_late_pubrec_takes_part_of_the_quota)
{
    setup();
    begin("");
    publish(1, 2);
    publish(2, 2);
    kit_cut(c);
    come_back("receive_maximum=1");
    expect_publish(1, 2, 1, true);
    answer("PUBREC", 2, "");
    kit_expect(c, "PUBREL packet_id=2");
    answer("PUBCOMP", 2, "");
    kit_silent(c);
    answer("PUBREC", 1, " reason=unspecified_error");
    ck_assert_uint_eq(queue()->inflight.count, 0);
    ck_assert_int_eq(queue()->quota, 1);
    kit_end(&k);
}
END_TEST

START_TEST(resent_pubrels_are_not_held_back)
{
    setup();
    begin("");
    for (int n = 1; n <= 3; n++) {
        publish(n, 2);
        answer("PUBREC", n, "");
    }
    kit_cut(c);
    publish(4, 1);
    come_back("receive_maximum=1");
    for (int n = 1; n <= 3; n++) {
        char text[64];
        snprintf(text, sizeof text, "PUBREL packet_id=%d", n);
        kit_expect(c, text);
    }
    kit_silent(c);
    answer("PUBCOMP", 1, "");
    answer("PUBCOMP", 2, "");
    kit_silent(c);
    answer("PUBCOMP", 3, "");
    expect_publish(4, 1, 4, false);
    kit_end(&k);
}
END_TEST

/* A PUBLISH that has to wait for quota holds up no PUBREL [MQTT-3.3.4-10]. */
START_TEST(a_pubrel_is_resent_before_a_publish_that_waits)
{
    setup();
    begin("");
    for (int n = 1; n <= 4; n++)
        publish(n, 2);
    answer("PUBREC", 3, "");
    kit_cut(c);
    come_back("receive_maximum=1");
    expect_publish(1, 2, 1, true);
    kit_expect(c, "PUBREL packet_id=3");
    kit_silent(c);
    answer("PUBREC", 1, " reason=unspecified_error");
    kit_silent(c); /* the exchange of 3 counts: no quota yet */
    answer("PUBCOMP", 3, "");
    expect_publish(2, 2, 2, true);
    answer("PUBREC", 2, " reason=unspecified_error");
    expect_publish(4, 2, 4, true);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

/* --- resuming at each step ------------------------------------------------ */

START_TEST(qos_2_goes_on_where_it_was_cut)
{
    setup();
    begin("");
    publish(1, 2);
    expect_publish(1, 2, 1, false);
    kit_cut(c);
    come_back("");
    expect_publish(1, 2, 1, true); /* [MQTT-4.4.0-1, MQTT-3.3.1-1] */
    answer("PUBREC", 1, "");
    kit_expect(c, "PUBREL packet_id=1");
    kit_cut(c);
    come_back("");
    kit_expect(c, "PUBREL packet_id=1"); /* and no PUBLISH [MQTT-4.3.3-6] */
    answer("PUBREC", 1, "");             /* the client repeats it: again */
    kit_expect(c, "PUBREL packet_id=1");
    answer("PUBCOMP", 1, "");
    kit_cut(c);
    come_back("");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(what_a_failing_code_settled_does_not_come_back) /* [MQTT-4.4.0-2] */
{
    setup();
    begin("");
    publish(1, 1);
    publish(2, 2);
    expect_publish(1, 1, 1, false);
    expect_publish(2, 2, 2, false);
    answer("PUBACK", 1, " reason=quota_exceeded");
    answer("PUBREC", 2, " reason=quota_exceeded");
    kit_silent(c); /* no PUBREL */
    kit_cut(c);
    come_back("");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(every_resumption_resends_in_the_first_order)
{
    setup();
    begin("receive_maximum=2");
    for (int n = 1; n <= 4; n++)
        publish(n, 1);
    expect_publish(1, 1, 1, false);
    expect_publish(2, 1, 2, false);
    for (int i = 0; i < 3; i++) {
        kit_cut(c);
        come_back("receive_maximum=1");
        expect_publish(1, 1, 1, true);
        kit_silent(c);
    }
    answer("PUBACK", 1, "");
    expect_publish(2, 1, 2, true);
    answer("PUBACK", 2, "");
    expect_publish(3, 1, 3, false);
    answer("PUBACK", 3, "");
    expect_publish(4, 1, 4, false);
    kit_end(&k);
}
END_TEST

/* --- acknowledgements that do not fit ------------------------------------- */

START_TEST(acknowledgements_nobody_waits_for)
{
    setup();
    begin("");
    answer("PUBACK", 7, "");
    answer("PUBCOMP", 7, "");
    answer("PUBREC", 7, " reason=unspecified_error");
    kit_silent(c);
    answer("PUBREC", 7, "");
    kit_expect(c, "PUBREL packet_id=7 reason=packet_identifier_not_found");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(acknowledgements_of_the_wrong_kind) /* [MQTT-3.3.4-1] */
{
    static const struct {
        int qos;
        const char *type;
    } rows[] = {{1, "PUBREC"}, {1, "PUBCOMP"}, {2, "PUBACK"}, {2, "PUBCOMP"}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        setup();
        begin("");
        publish(1, rows[i].qos);
        expect_publish(1, rows[i].qos, 1, false);
        answer(rows[i].type, 1, "");
        kit_expect_words(c, "DISCONNECT reason=protocol_error");
        kit_closed(c);
        kit_end(&k);
    }
}
END_TEST

/* --- identifiers ---------------------------------------------------------- */

START_TEST(an_identifier_in_flight_is_not_used_again) /* [MQTT-2.2.1-4] */
{
    setup();
    begin("");
    publish(1, 1); /* stays open under 1 */
    expect_publish(1, 1, 1, false);
    queue()->inflight.last_id = UINT16_MAX - 8; /* nearly once around */
    struct mqtt_packet got;
    for (int i = 0; i < 16; i++) {
        publish(2, 1);
        ck_assert(kit_next(c, &got));
        ck_assert_uint_ne(got.packet_id, 0);
        ck_assert_uint_ne(got.packet_id, 1);
        answer("PUBACK", got.packet_id, "");
    }
    ck_assert_uint_eq(queue()->inflight.count, 1);
    kit_end(&k);
}
END_TEST

START_TEST(no_acknowledgement_in_3x_carries_a_code)
{
    setup();
    kit_broker(&k);
    p = kit_client(&k, MQTT_50, "client_id=p");
    c = kit_client(&k, MQTT_311, "client_id=c clean_session=0");
    kit_subscribe(c, "filter=# qos=2");
    publish(1, 2);
    expect_publish(1, 2, 1, false);
    kit_send(c, "PUBREC packet_id=1");
    kit_expect(c, "PUBREL packet_id=1");
    kit_send(c, "PUBCOMP packet_id=1");
    kit_send(c, "PUBREC packet_id=1");
    kit_expect(c, "PUBREL packet_id=1");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(what_was_sent_again_is_not_sent_a_third_time) /* [MQTT-4.4.0-1] */
{
    setup();
    begin("");
    for (int n = 1; n <= 3; n++)
        publish(n, 1);
    kit_cut(c);
    come_back("receive_maximum=2");
    expect_publish(1, 1, 1, true);
    expect_publish(2, 1, 2, true);
    kit_silent(c);
    answer("PUBACK", 1, "");
    expect_publish(3, 1, 3, true); /* and 2 is still on its way */
    kit_silent(c);
    kit_end(&k);
}
END_TEST

TEST_MAIN(no_more_in_flight_than_receive_maximum,
          a_pubrel_is_resent_before_a_publish_that_waits,
          everything_else_goes_on_without_quota, our_own_limit_holds_too,
          quota_returns_however_the_exchange_ends,
          an_answer_to_what_was_not_sent_again_gives_no_extra_quota,
          a_late_pubrec_takes_part_of_the_quota,
          resent_pubrels_are_not_held_back, qos_2_goes_on_where_it_was_cut,
          what_a_failing_code_settled_does_not_come_back,
          every_resumption_resends_in_the_first_order,
          acknowledgements_nobody_waits_for,
          acknowledgements_of_the_wrong_kind,
          an_identifier_in_flight_is_not_used_again,
          no_acknowledgement_in_3x_carries_a_code,
          what_was_sent_again_is_not_sent_a_third_time)
