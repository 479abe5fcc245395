/* on_unsubscribe_test.c - filters are taken out byte by byte alike.
 * SPDX-License-Identifier: MIT */
#include "broker/testkit.h"

START_TEST(one_code_per_filter_in_order) /* [MQTT-3.11.3-1, MQTT-3.10.4-5] */
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
    kit_send(c, "SUBSCRIBE packet_id=1 filter=a/+ filter=b filter=$share/s/b");
    kit_expect(c, "SUBACK packet_id=1 codes=[0 0 0]");
    kit_send(c, "UNSUBSCRIBE packet_id=513 filter=a/b filter=b filter=a/+ "
                "filter=b filter=$share/t/b filter=$share/s/b");
    kit_expect(c, "UNSUBACK packet_id=513 codes=[0x11 0 0 0x11 0x11 0]");
    ck_assert_uint_eq(tree_count(&k.broker->subscriptions), 0);
    kit_end(&k);
}
END_TEST

START_TEST(a_311_unsuback_has_no_codes) /* [MQTT311-3.10.4-5] */
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_311, "client_id=c");
    kit_send(c, "UNSUBSCRIBE packet_id=513 filter=a filter=b");
    kit_expect(c, "UNSUBACK packet_id=513");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(nothing_new_but_what_was_begun_is_finished)
{
    /* [MQTT-3.10.4-2, MQTT-3.10.4-3] */
    struct kit k;
    kit_begin(&k);
    struct kit_conn *p = kit_client(&k, MQTT_50, "client_id=p");
    struct kit_conn *c = kit_client(
        &k, MQTT_50, "client_id=c session_expiry_interval=9");
    kit_subscribe(c, "filter=t qos=2");
    kit_send(p, "PUBLISH topic=t qos=2 packet_id=1 payload=1");
    kit_expect(c, "PUBLISH qos=2 topic='t' packet_id=1 payload='1'");
    kit_send(c, "UNSUBSCRIBE packet_id=1 filter=t");
    kit_expect(c, "UNSUBACK packet_id=1 codes=[0]");
    kit_send(p, "PUBLISH topic=t qos=1 packet_id=2 payload=2");
    kit_silent(c);
    kit_cut(c);
    c = kit_client_session(&k, MQTT_50, "client_id=c", true);
    kit_expect(c, "PUBLISH dup=1 qos=2 topic='t' packet_id=1 payload='1'");
    kit_send(c, "PUBREC packet_id=1");
    kit_expect(c, "PUBREL packet_id=1");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(only_ones_own_are_taken_out)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
    struct kit_conn *d = kit_client(&k, MQTT_50, "client_id=d");
    kit_subscribe(c, "filter=t");
    kit_send(d, "UNSUBSCRIBE packet_id=1 filter=t");
    kit_expect(d, "UNSUBACK packet_id=1 codes=[0x11]");
    kit_send(d, "PUBLISH topic=t payload=x");
    kit_expect(c, "PUBLISH topic='t' payload='x'");
    kit_end(&k);
}
END_TEST

START_TEST(bad_packets_close)
{
    static const struct {
        enum mqtt_version version;
        const char *hex, *answer;
    } rows[] = {
        {MQTT_50, "a2 03 00 01 00", "reason=protocol_error"},
        {MQTT_311, "a2 02 00 01", ""}, /* [MQTT311-3.10.3-2] */
        {MQTT_50, "a0 06 00 01 00 00 01 61", "reason=malformed_packet"},
        {MQTT_311, "a0 05 00 01 00 01 61", ""}, /* [MQTT311-3.10.1-1] */
        {MQTT_50, "a2 06 00 00 00 00 01 61", "reason=protocol_error"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        kit_begin(&k);
        struct kit_conn *c = kit_client(&k, rows[i].version, "client_id=c");
        kit_send_hex(c, rows[i].hex);
        if (*rows[i].answer)
            kit_expect_words(c, rows[i].answer);
        kit_closed(c);
        kit_end(&k);
    }
}
END_TEST

TEST_MAIN(one_code_per_filter_in_order, a_311_unsuback_has_no_codes,
          nothing_new_but_what_was_begun_is_finished,
          only_ones_own_are_taken_out, bad_packets_close)
