/* explain_test.c - what --explain prints of a conversation.
 * SPDX-License-Identifier: MIT */
#include "broker/explain.h"

#include "broker/testkit.h"

static struct kit k;
static char *printed;
static size_t printed_len;
static FILE *out;

static void
begin(void)
{
    kit_begin(&k);
    out = open_memstream(&printed, &printed_len);
    ck_assert_ptr_nonnull(out);
    broker_on_note(kit_broker(&k), explain_note, out);
}

/* All that was printed, and no more. */
static void
end(const char *expected)
{
    kit_end(&k);
    fclose(out);
    ck_assert_str_eq(printed, expected);
    free(printed);
}

START_TEST(a_conversation_of_50)
{
    begin();
    struct kit_conn *c =
        kit_client(&k, MQTT_50, "client_id='a\"b' clean_start=1");
    kit_send(c, "SUBSCRIBE packet_id=1 filter=t qos=2 filter=u "
                "retain_handling=2");
    kit_send(c, "PUBLISH topic=x qos=2 packet_id=7");
    kit_send(c, "PUBLISH topic=x qos=2 packet_id=7 dup=1");
    kit_send(c, "PUBLISH topic=x qos=0 retain=1 payload=''");
    kit_send(c, "DISCONNECT");
    end("\"a\\\"b\" MQTT-3.1.2-4: Clean Start: the session begins empty\n"
        "\"a\\\"b\" MQTT-3.8.4-6: SUBACK: one code per filter, in their "
        "order\n"
        "\"a\\\"b\" MQTT-3.3.1-9: the retained messages that match are sent\n"
        "\"a\\\"b\" MQTT-3.3.1-11: Retain Handling 2: no retained messages\n"
        "\"a\\\"b\" MQTT-4.3.3-8: a message: taken over and acknowledged\n"
        "\"a\\\"b\" MQTT-4.3.3-10: a repetition: acknowledged once more, not "
        "delivered\n"
        "\"a\\\"b\" MQTT-3.3.1-6: RETAIN and no payload: what is retained "
        "there is removed\n"
        "\"a\\\"b\" MQTT-3.14.4-3: a normal DISCONNECT: the will is dropped "
        "unsent\n");
}
END_TEST

START_TEST(a_conversation_of_311)
{
    begin();
    struct kit_conn *c = kit_client(&k, MQTT_311, "client_id=a");
    kit_cut(c);
    c = kit_client(&k, MQTT_311, "client_id=a");
    kit_send(c, "PUBLISH topic=$SYS/x qos=1 packet_id=1");
    kit_client(&k, MQTT_311, "client_id=a");
    end("\"a\" MQTT311-3.1.2-4: the session goes on\n"
        "\"a\" MQTT311-3.3.5-2: not allowed: answered as its QoS says, "
        "not passed on\n"
        "\"a\" MQTT311-3.1.4-2: the same Client Identifier came again: the "
        "older connection is closed\n"
        "\"a\" MQTT311-3.1.2-4: the session goes on\n");
}
END_TEST

START_TEST(what_is_refused_says_by_which_statement)
{
    begin();
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=a keep_alive=10");
    kit_send_hex(c, "36 06 0001 74 0001 00"); /* QoS 3 */
    c = kit_client(&k, MQTT_50, "client_id=b keep_alive=10");
    kit_advance(&k, 20000);
    c = kit_client(&k, MQTT_50, "client_id=c");
    kit_send(c, "CONNECT client_id=c");
    kit_end(&k);
    fclose(out);
    ck_assert_msg(strstr(printed, "\"a\" MQTT-3.3.1-4: "), "%s", printed);
    ck_assert_ptr_nonnull(strstr(printed, "\"b\" MQTT-3.1.2-22: "));
    ck_assert_ptr_nonnull(strstr(printed, "\"c\" MQTT-3.1.0-2: "));
    free(printed);
}
END_TEST

START_TEST(version_31_has_no_numbers)
{
    begin();
    kit_client(&k, MQTT_31, "client_id=a clean_start=1");
    end("");
}
END_TEST

TEST_MAIN(a_conversation_of_50, a_conversation_of_311,
          what_is_refused_says_by_which_statement, version_31_has_no_numbers)
