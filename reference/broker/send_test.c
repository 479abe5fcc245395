/* send_test.c - what is left out, and what is not sent at all.
 * SPDX-License-Identifier: MIT */
#include "broker/testkit.h"

#include "broker/send.h"

/* A client with this Maximum Packet Size, or without one (0). */
static struct kit_conn *
client(struct kit *k, uint32_t maximum, const char *more)
{
    char text[128];
    kit_begin(k);
    snprintf(text, sizeof text, "client_id=c maximum_packet_size=%u %s",
             maximum ? maximum : 1000000, more);
    return kit_client(k, MQTT_50, text);
}

START_TEST(a_reason_string_is_left_out_when_it_does_not_fit)
{
    /* [MQTT-3.4.2-2, MQTT-3.14.2-3] */
    struct kit k;
    struct kit_conn *c = client(&k, 0, "");
    send_ack(k.broker, c->conn, MQTT_PUBACK, 7, MQTT_RC_NOT_AUTHORIZED, "why");
    kit_pump(&k);
    kit_expect(c, "PUBACK packet_id=7 reason=not_authorized "
                  "reason_string='why'");
    kit_end(&k);

    /* With it PUBACK has 12 bytes, DISCONNECT 10; CONNACK fits 20. */
    c = client(&k, 20, "");
    send_ack(k.broker, c->conn, MQTT_PUBACK, 7, MQTT_RC_NOT_AUTHORIZED,
             "why, in more bytes than fit");
    send_disconnect(k.broker, c->conn, MQTT_RC_PROTOCOL_ERROR,
                    "why, in more bytes than fit");
    kit_pump(&k);
    kit_expect(c, "PUBACK packet_id=7 reason=not_authorized");
    kit_expect(c, "DISCONNECT reason=protocol_error");
    kit_end(&k);
}
END_TEST

START_TEST(nor_when_the_client_does_not_want_it)
{
    /* [MQTT-3.1.2-29]: CONNACK and DISCONNECT may have it all the same. */
    struct kit k;
    struct kit_conn *c = client(&k, 0, "request_problem_information=0");
    send_ack(k.broker, c->conn, MQTT_PUBREC, 7, MQTT_RC_NOT_AUTHORIZED, "why");
    send_disconnect(k.broker, c->conn, MQTT_RC_PROTOCOL_ERROR, "why");
    kit_pump(&k);
    kit_expect(c, "PUBREC packet_id=7 reason=not_authorized");
    kit_expect(c, "DISCONNECT reason=protocol_error reason_string='why'");
    kit_end(&k);
}
END_TEST

START_TEST(an_older_client_gets_neither_code_nor_text)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_311, "client_id=c");
    send_ack(k.broker, c->conn, MQTT_PUBREC, 7, MQTT_RC_NOT_AUTHORIZED, "why");
    send_disconnect(k.broker, c->conn, MQTT_RC_PROTOCOL_ERROR, "why");
    kit_pump(&k);
    kit_expect(c, "PUBREC packet_id=7");
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(refusals_of_31_and_311) /* [MQTT311-3.2.2-6] */
{
    static const struct {
        uint8_t reason;
        int return_code; /* -1: not a word */
    } rows[] = {
        {MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION, 1},
        {MQTT_RC_CLIENT_IDENTIFIER_NOT_VALID, 2},
        {MQTT_RC_SERVER_UNAVAILABLE, 3},
        {MQTT_RC_SERVER_BUSY, 3},
        {MQTT_RC_BAD_USER_NAME_OR_PASSWORD, 4},
        {MQTT_RC_NOT_AUTHORIZED, 5},
        {MQTT_RC_MALFORMED_PACKET, -1},
        {MQTT_RC_QUOTA_EXCEEDED, 3},
        {MQTT_RC_PACKET_TOO_LARGE, -1},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        struct mqtt_packet p;
        kit_begin(&k);
        struct kit_conn *c = kit_open(&k, MQTT_311);
        c->conn->version = MQTT_311;
        send_refusal(k.broker, c->conn, rows[i].reason, "why");
        kit_pump(&k);
        ck_assert_int_eq(kit_next(c, &p), rows[i].return_code >= 0);
        if (rows[i].return_code >= 0)
            ck_assert_int_eq(p.reason, rows[i].return_code);
        kit_end(&k);
    }
}
END_TEST

START_TEST(a_packet_of_exactly_the_maximum_is_sent)
{
    struct kit k;
    struct kit_conn *c = client(&k, 40, "");
    kit_subscribe(c, "filter=t");
    char text[128];
    /* 2 header, 3 topic, 1 properties: 34 bytes of payload make 40 */
    snprintf(text, sizeof text, "PUBLISH topic=t payload=%034d", 0);
    kit_send(c, text);
    kit_expect_words(c, "PUBLISH topic='t'");
    snprintf(text, sizeof text, "PUBLISH topic=t payload=%035d", 0);
    kit_send(c, text);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

/* --- Topic Aliases towards a client --------------------------------------- */

START_TEST(aliases_save_the_topic) /* [MQTT-3.1.2-26] */
{
    struct kit k;
    kit_begin(&k);
    k.config.topic_alias_out = 10;
    struct kit_conn *c = kit_client(&k, MQTT_50,
                                    "client_id=c topic_alias_maximum=2");
    kit_subscribe(c, "filter=#");
    for (int i = 0; i < 2; i++) {
        kit_send(c, "PUBLISH topic=a payload=1");
        kit_send(c, "PUBLISH topic=b payload=2");
        kit_send(c, "PUBLISH topic=c payload=3");
    }
    kit_expect(c, "PUBLISH topic='a' topic_alias=1 payload='1'");
    kit_expect(c, "PUBLISH topic='b' topic_alias=2 payload='2'");
    kit_expect(c, "PUBLISH topic='c' payload='3'");
    kit_expect(c, "PUBLISH topic='' topic_alias=1 payload='1'");
    kit_expect(c, "PUBLISH topic='' topic_alias=2 payload='2'");
    kit_expect(c, "PUBLISH topic='c' payload='3'");
    kit_end(&k);
}
END_TEST

START_TEST(no_alias_unless_both_want_it) /* [MQTT-3.1.2-27] */
{
    static const struct {
        uint16_t ours;
        const char *theirs;
    } rows[] = {{0, "topic_alias_maximum=9"}, {9, "topic_alias_maximum=0"},
                {9, ""}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        char text[64];
        kit_begin(&k);
        k.config.topic_alias_out = rows[i].ours;
        snprintf(text, sizeof text, "client_id=c %s", rows[i].theirs);
        struct kit_conn *c = kit_client(&k, MQTT_50, text);
        kit_subscribe(c, "filter=#");
        kit_send(c, "PUBLISH topic=a payload=1");
        kit_expect(c, "PUBLISH topic='a' payload='1'");
        kit_end(&k);
    }
}
END_TEST

START_TEST(a_packet_that_is_not_sent_teaches_no_alias)
{
    struct kit k;
    char text[256];
    kit_begin(&k);
    k.config.topic_alias_out = 10;
    struct kit_conn *c = kit_client(
        &k, MQTT_50,
        "client_id=c topic_alias_maximum=2 maximum_packet_size=60");
    kit_subscribe(c, "filter=#");
    snprintf(text, sizeof text, "PUBLISH topic=a payload=%060d", 0);
    kit_send(c, text);
    kit_send(c, "PUBLISH topic=a payload=x");
    kit_expect(c, "PUBLISH topic='a' topic_alias=1 payload='x'");
    kit_end(&k);
}
END_TEST

START_TEST(an_alias_is_told_again_on_a_new_connection)
{
    struct kit k;
    kit_begin(&k);
    k.config.topic_alias_out = 10;
    struct kit_conn *c = kit_client(
        &k, MQTT_50,
        "client_id=c topic_alias_maximum=2 session_expiry_interval=9");
    kit_subscribe(c, "filter=# qos=1");
    kit_send(c, "PUBLISH topic=a payload=1 qos=1 packet_id=1");
    kit_expect(c, "PUBLISH qos=1 topic='a' packet_id=1 topic_alias=1 "
                  "payload='1'");
    kit_cut(c);
    c = kit_client_session(&k, MQTT_50, "client_id=c topic_alias_maximum=2",
                           true);
    kit_expect(c, "PUBLISH dup=1 qos=1 topic='a' packet_id=1 topic_alias=1 "
                  "payload='1'");
    kit_end(&k);
}
END_TEST

START_TEST(user_properties_are_left_out_when_they_do_not_fit)
{
    /* [MQTT-3.4.2-3]: with "server" and "plumb-broker" 29 bytes. */
    static const struct {
        unsigned maximum;
        const char *said;
    } rows[] = {
        {100, "PUBACK packet_id=7 reason=not_authorized "
              "user_property='server':'plumb-broker'"},
        {28, "PUBACK packet_id=7 reason=not_authorized"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        char text[64];
        kit_begin(&k);
        k.config.variant.user_property = USER_PROPERTY_GIVEN;
        snprintf(text, sizeof text, "client_id=c maximum_packet_size=%u",
                 rows[i].maximum);
        struct kit_conn *c = kit_client(&k, MQTT_50, text);
        send_ack(k.broker, c->conn, MQTT_PUBACK, 7, MQTT_RC_NOT_AUTHORIZED,
                 NULL);
        kit_pump(&k);
        kit_expect(c, rows[i].said);
        kit_end(&k);
    }
}
END_TEST

TEST_MAIN(a_reason_string_is_left_out_when_it_does_not_fit,
          nor_when_the_client_does_not_want_it,
          an_older_client_gets_neither_code_nor_text, refusals_of_31_and_311,
          a_packet_of_exactly_the_maximum_is_sent, aliases_save_the_topic,
          no_alias_unless_both_want_it,
          a_packet_that_is_not_sent_teaches_no_alias,
          an_alias_is_told_again_on_a_new_connection,
          user_properties_are_left_out_when_they_do_not_fit)
