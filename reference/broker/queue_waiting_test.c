/* queue_waiting_test.c - what waits for a client, expires, or is too large.
 * SPDX-License-Identifier: MIT */
#include "broker/queue_testkit.h"

/* --- away ----------------------------------------------------------------- */

START_TEST(qos_0_is_not_kept_for_who_is_away)
{
    setup();
    begin("");
    kit_cut(c);
    publish(1, 0);
    publish(2, 1);
    come_back("");
    expect_publish(2, 1, 1, false);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(qos_0_is_kept_when_configured_and_stays_in_order)
{
    setup();
    k.config.queue_qos0_offline = true;
    begin("");
    kit_cut(c);
    publish(1, 1);
    publish(2, 1);
    publish(3, 0);
    come_back("receive_maximum=1");
    expect_publish(1, 1, 1, false);
    /* 3 waits behind 2, for which there is no quota; 4 must not pass 3, which
     * has its topic and QoS [MQTT-4.6.0-5]. */
    publish(4, 0);
    answer("PUBACK", 1, "");
    expect_publish(2, 1, 2, false);
    expect_publish(3, 0, 0, false);
    expect_publish(4, 0, 0, false);
    publish(5, 0);
    expect_publish(5, 0, 0, false);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(a_full_queue_takes_no_more)
{
    setup();
    k.config.maximum_queued = 2;
    begin("");
    kit_cut(c);
    for (int n = 1; n <= 4; n++)
        publish(n, 1);
    come_back("");
    expect_publish(1, 1, 1, false);
    expect_publish(2, 1, 2, false);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(a_queue_has_so_many_bytes)
{
    setup();
    begin("");
    kit_cut(c);
    publish(1, 1);
    k.broker->config.maximum_queued_bytes =
        (uint32_t)(2 * queue()->waiting_bytes);
    publish(2, 1);
    publish(3, 1);
    ck_assert_uint_eq(queue()->waiting_count, 2);
    kit_end(&k);
}
END_TEST

/* --- Message Expiry ------------------------------------------------------- */

START_TEST(what_expires_while_it_waits_is_dropped) /* [MQTT-3.3.2-5] */
{
    setup();
    begin("");
    kit_cut(c);
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1 payload=1 "
                "message_expiry_interval=10");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1 payload=2 "
                "message_expiry_interval=11");
    publish(3, 1);
    kit_advance(&k, 10000);
    come_back("");
    /* [MQTT-3.3.2-6]: what is left of it */
    kit_expect(c, "PUBLISH qos=1 topic='t' packet_id=1 "
                  "message_expiry_interval=1 payload='2'");
    expect_publish(3, 1, 2, false);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(one_millisecond_before_its_end_it_goes_out)
{
    setup();
    begin("");
    kit_cut(c);
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1 payload=1 "
                "message_expiry_interval=10");
    kit_advance(&k, 9999);
    come_back("");
    kit_expect(c, "PUBLISH qos=1 topic='t' packet_id=1 "
                  "message_expiry_interval=1 payload='1'");
    kit_end(&k);
}
END_TEST

START_TEST(what_was_sent_once_does_not_expire) /* [MQTT-4.3.3-7] */
{
    setup();
    begin("");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=1 payload=1 "
                "message_expiry_interval=2");
    kit_expect(c, "PUBLISH qos=2 topic='t' packet_id=1 "
                  "message_expiry_interval=2 payload='1'");
    kit_cut(c);
    kit_advance(&k, 5000);
    come_back("");
    kit_expect(c, "PUBLISH dup=1 qos=2 topic='t' packet_id=1 "
                  "message_expiry_interval=0 payload='1'");
    kit_end(&k);
}
END_TEST

START_TEST(an_interval_of_0_reaches_who_is_there)
{
    setup();
    begin("receive_maximum=1");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1 payload=1 "
                "message_expiry_interval=0");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=1 payload=2 "
                "message_expiry_interval=0");
    kit_expect(c, "PUBLISH qos=1 topic='t' packet_id=1 "
                  "message_expiry_interval=0 payload='1'");
    answer("PUBACK", 1, "");
    kit_silent(c); /* the second would have had to wait */
    kit_end(&k);
}
END_TEST

START_TEST(the_expired_make_room)
{
    setup();
    k.config.maximum_queued = 2;
    begin("");
    kit_cut(c);
    for (int n = 1; n <= 2; n++)
        kit_send(p, "PUBLISH topic=t qos=1 packet_id=1 payload=0 "
                    "message_expiry_interval=10");
    kit_advance(&k, 10000);
    publish(3, 1);
    publish(4, 1);
    publish(5, 1);
    come_back("");
    expect_publish(3, 1, 1, false);
    expect_publish(4, 1, 2, false);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

/* --- too large for the client --------------------------------------------- */

START_TEST(too_large_is_as_if_delivered) /* [MQTT-3.1.2-24, MQTT-3.1.2-25] */
{
    for (int qos = 0; qos <= 2; qos++) {
        setup();
        begin("maximum_packet_size=60 receive_maximum=1");
        char text[256];
        snprintf(text, sizeof text,
                 "PUBLISH topic=t qos=%d %s payload=%060d", qos,
                 qos ? "packet_id=9" : "", 0);
        kit_send(p, text);
        publish(1, qos);
        expect_publish(1, qos, qos ? 2 : 0, false);
        kit_silent(c);
        ck_assert_uint_eq(queue() ? queue()->inflight.count : 0, qos > 0);
        kit_end(&k);
    }
}
END_TEST

START_TEST(too_large_after_coming_back_smaller)
{
    setup();
    begin("");
    char text[256];
    snprintf(text, sizeof text,
             "PUBLISH topic=t qos=1 packet_id=9 payload=%060d", 0);
    kit_send(p, text);
    publish(1, 1);
    kit_cut(c);
    come_back("maximum_packet_size=60 receive_maximum=1");
    expect_publish(1, 1, 2, true);
    ck_assert_uint_eq(queue()->inflight.count, 1);
    kit_end(&k);
}
END_TEST

TEST_MAIN(qos_0_is_not_kept_for_who_is_away,
          qos_0_is_kept_when_configured_and_stays_in_order,
          a_full_queue_takes_no_more, a_queue_has_so_many_bytes,
          what_expires_while_it_waits_is_dropped,
          one_millisecond_before_its_end_it_goes_out,
          what_was_sent_once_does_not_expire,
          an_interval_of_0_reaches_who_is_there, the_expired_make_room,
          too_large_is_as_if_delivered, too_large_after_coming_back_smaller)
