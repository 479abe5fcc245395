/* on_connect_test.c - who gets in, under which name, and who does not.
 * SPDX-License-Identifier: MIT */
#include "broker/testkit.h"

#include <ctype.h>

/* --- identifiers ---------------------------------------------------------- */

START_TEST(an_empty_id_is_replaced_by_one_that_nobody_has)
{
    struct kit k;
    struct mqtt_packet p;
    struct buf names[2] = {{0}, {0}};
    kit_begin(&k);
    for (int i = 0; i < 2; i++) {
        struct kit_conn *c = kit_connect(&k, MQTT_50, "client_id=''");
        ck_assert(kit_next(c, &p)); /* [MQTT-3.1.3-7, MQTT-3.2.2-16] */
        struct slice id = mqtt_property_text(
            p.properties, MQTT_P_assigned_client_identifier);
        ck_assert(id.len >= 1 && id.len <= 23);
        for (size_t n = 0; n < id.len; n++) /* [MQTT-3.1.3-5] */
            ck_assert(isalnum(id.ptr[n]));
        ck_assert_ptr_nonnull(session_find(k.broker, id));
        buf_add(&names[i], id);
    }
    ck_assert(!slice_equal(buf_slice(&names[0]), buf_slice(&names[1])));
    buf_release(&names[0]);
    buf_release(&names[1]);
    kit_end(&k);
}
END_TEST

START_TEST(no_id_is_assigned_to_who_brought_one)
{
    struct kit k;
    struct mqtt_packet p;
    kit_begin(&k);
    struct kit_conn *c = kit_connect(&k, MQTT_50, "client_id=a");
    ck_assert(kit_next(c, &p));
    ck_assert_ptr_null(mqtt_property_text(
        p.properties, MQTT_P_assigned_client_identifier).ptr);
    kit_end(&k);
}
END_TEST

START_TEST(an_empty_id_in_3x)
{
    static const struct {
        enum mqtt_version version;
        const char *words, *answer;
        bool accepted;
    } rows[] = {
        /* [MQTT311-3.1.3-6], [MQTT311-3.1.3-8], 3.1 of MQTT 3.1 */
        {MQTT_311, "client_id='' clean_session=1", "reason=accepted", true},
        {MQTT_311, "client_id='' clean_session=0", "reason=identifier_rejected",
         false},
        {MQTT_31, "client_id='' clean_session=1", "reason=identifier_rejected",
         false},
        {MQTT_31, "client_id='' clean_session=0", "reason=identifier_rejected",
         false},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        kit_begin(&k);
        struct kit_conn *c = kit_connect(&k, rows[i].version, rows[i].words);
        kit_expect_words(c, rows[i].answer);
        ck_assert_int_eq(c->conn != NULL, rows[i].accepted);
        ck_assert_uint_eq(k.broker->sessions.count, rows[i].accepted);
        kit_end(&k);
    }
}
END_TEST

/* --- refusals ------------------------------------------------------------- */

static const struct {
    enum mqtt_version version;
    const char *hex;      /* what is sent */
    const char *answer;   /* "" for a close without a word */
    const char *because;
} bad[] = {
    /* Protocol Version 6 and 2, Protocol Name MQTX of level 5 and of level 4 */
    {MQTT_50, "10 0d 00 04 4d 51 54 54 06 02 00 00 00 00 00",
     "reason=unsupported_protocol_version", "MQTT-3.1.2-2"},
    {MQTT_311, "10 0c 00 04 4d 51 54 54 02 02 00 00 00 00",
     "reason=unacceptable_protocol_version", "MQTT311-3.1.2-2"},
    {MQTT_50, "10 0d 00 04 4d 51 54 58 05 02 00 00 00 00 00",
     "reason=unsupported_protocol_version", "MQTT-3.1.2-1"},
    {MQTT_311, "10 0c 00 04 4d 51 54 58 04 02 00 00 00 00",
     "reason=unacceptable_protocol_version", "MQTT311-3.1.2-1"},
    /* the reserved Connect Flag */
    {MQTT_50, "10 0d 00 04 4d 51 54 54 05 03 00 00 00 00 00",
     "reason=malformed_packet", "MQTT-3.1.2-3"},
    {MQTT_311, "10 0c 00 04 4d 51 54 54 04 03 00 00 00 00", "",
     "MQTT311-3.1.4-1"},
    /* a Client Identifier that runs past the end */
    {MQTT_50, "10 0d 00 04 4d 51 54 54 05 02 00 00 00 00 01",
     "reason=malformed_packet", "MQTT-4.13.1-1"},
    {MQTT_311, "10 0c 00 04 4d 51 54 54 04 02 00 00 00 01", "",
     "MQTT311-3.1.4-1"},
    /* Receive Maximum 0 */
    {MQTT_50, "10 10 00 04 4d 51 54 54 05 02 00 00 03 21 00 00 00 00",
     "reason=protocol_error", "3.1.2.11.3"},
    /* bytes left over */
    {MQTT_50, "10 0e 00 04 4d 51 54 54 05 02 00 00 00 00 00 00",
     "reason=malformed_packet", "MQTT-3.1.4-1"},
    /* Will QoS 3; a Will Topic with a wildcard */
    {MQTT_50, "10 13 00 04 4d 51 54 54 05 1e 00 00 00 00 00 00 00 01 61 00 00",
     "reason=malformed_packet", "MQTT-3.1.2-12"},
    {MQTT_50, "10 13 00 04 4d 51 54 54 05 06 00 00 00 00 00 00 00 01 23 00 00",
     "reason=topic_name_invalid", "MQTT-4.7.0-1"},
    /* a Password without a User Name */
    {MQTT_311, "10 0e 00 04 4d 51 54 54 04 42 00 00 00 00 00 00", "",
     "MQTT311-3.1.2-22"},
    /* flags in the first byte */
    {MQTT_50, "11 0d 00 04 4d 51 54 54 05 02 00 00 00 00 00",
     "reason=malformed_packet", "MQTT-2.1.3-1"},
    /* something else first, whole or not: not a word [MQTT-3.1.0-1] */
    {MQTT_50, "c0 00", "", "MQTT-3.1.0-1"},
    {MQTT_50, "30", "", "MQTT-3.1.0-1"},
    {MQTT_50, "e0 00", "", "MQTT-3.14.0-1"},
    {MQTT_50, "f0 00", "", "MQTT-3.1.0-1"},
    {MQTT_50, "20 02 00 00", "", "MQTT-3.1.0-1"},
    {MQTT_50, "00 00", "", "MQTT-3.1.0-1"},
    {MQTT_50, "47 45 54 20 2f", "", "that is HTTP"},
    /* a length of five bytes; a length beyond what is accepted */
    {MQTT_50, "10 ff ff ff ff", "", "2.1.4"},
    {MQTT_50, "10 ff ff ff 7f", "", "larger than maximum_packet_size"},
};

START_TEST(a_bad_first_packet_is_refused)
{
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct kit k;
        kit_begin(&k);
        struct kit_conn *c = kit_open(&k, bad[i].version);
        kit_send_hex(c, bad[i].hex);
        if (*bad[i].answer)
            kit_expect_words(c, bad[i].answer);
        ck_assert_msg(c->read == c->seen.len, "%s: it had more to say",
                      bad[i].because);
        ck_assert_msg(!c->conn, "%s: still open", bad[i].because);
        ck_assert_uint_eq(k.broker->sessions.count, 0);
        kit_end(&k);
    }
}
END_TEST

START_TEST(what_comes_behind_a_refused_connect_is_ignored) /* [MQTT-3.1.4-6] */
{
    struct kit k;
    struct buf both = {0};
    kit_begin(&k);
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=#");
    struct kit_conn *c = kit_open(&k, MQTT_50);
    kit_encode(&both, MQTT_50, "CONNECT client_id=a authentication_method=x");
    kit_encode(&both, MQTT_50, "PUBLISH topic=t qos=1 packet_id=1");
    kit_send_bytes(c, buf_slice(&both));
    buf_release(&both);
    kit_expect_words(c, "CONNACK reason=bad_authentication_method");
    kit_closed(c);
    kit_silent(w);
    kit_end(&k);
}
END_TEST

START_TEST(what_is_not_offered_is_refused)
{
    static const struct {
        enum mqtt_version version;
        const char *words, *answer;
    } rows[] = {
        {MQTT_50, "client_id=a", "reason=not_authorized"},
        {MQTT_311, "client_id=a", "reason=not_authorized"},
        {MQTT_50, "client_id=a user_name=u", "reason=success"},
        {MQTT_50,
         "client_id=a user_name=u will_topic=t will_payload=x will_qos=2",
         "reason=qos_not_supported"}, /* [MQTT-3.2.2-12] */
        {MQTT_50,
         "client_id=a user_name=u will_topic=t will_payload=x will_retain=1",
         "reason=retain_not_supported"}, /* [MQTT-3.2.2-13] */
        {MQTT_50, "client_id=a user_name=u will_topic=$SYS/x will_payload=x",
         "reason=not_authorized"},
        {MQTT_311, "client_id=a user_name=u will_topic=$SYS/x will_payload=x",
         "reason=not_authorized"},
        {MQTT_50, "client_id=a user_name=u will_topic=1/2/3/4 will_payload=x",
         "reason=topic_name_invalid"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        kit_begin(&k);
        /* Nobody verifies the user name, so to claim one changes nothing. */
        k.config.allow_anonymous = strstr(rows[i].words, "user_name=u");
        k.config.maximum_qos = 1;
        k.config.retain_available = false;
        k.config.maximum_topic_levels = 3;
        struct kit_conn *c = kit_connect(&k, rows[i].version, rows[i].words);
        kit_expect_words(c, rows[i].answer);
        kit_end(&k);
    }
}
END_TEST

START_TEST(a_second_connect_ends_the_connection) /* [MQTT-3.1.0-2] */
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=a");
    kit_send(c, "CONNECT client_id=a");
    kit_expect_words(c, "DISCONNECT reason=protocol_error");
    kit_closed(c);
    /* Nor does a code of CONNACK get into DISCONNECT [MQTT-3.14.2-1]. */
    c = kit_client(&k, MQTT_50, "client_id=a");
    kit_send_hex(c, "10 0d 00 04 4d 51 54 54 06 02 00 00 00 00 00");
    kit_expect_words(c, "DISCONNECT reason=protocol_error");
    kit_closed(c);
    c = kit_client(&k, MQTT_311, "client_id=a");
    kit_send(c, "CONNECT client_id=a");
    kit_closed(c); /* [MQTT311-3.1.0-2] */
    kit_end(&k);
}
END_TEST

START_TEST(who_does_not_send_connect_in_time_is_closed)
{
    struct kit k;
    kit_begin(&k);
    k.config.connect_timeout = 10;
    struct kit_conn *mute = kit_open(&k, MQTT_50);
    struct kit_conn *slow = kit_open(&k, MQTT_50);
    kit_send_hex(slow, "10 0d 00 04");
    kit_advance(&k, 9999);
    kit_silent(mute);
    kit_silent(slow);
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=a");
    kit_advance(&k, 1);
    kit_closed(mute);
    kit_closed(slow);
    kit_advance(&k, 100000);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(connections_beyond_the_limit_are_closed)
{
    struct kit k;
    kit_begin(&k);
    k.config.maximum_connections = 2;
    struct kit_conn *a = kit_client(&k, MQTT_50, "client_id=a");
    struct kit_conn *b = kit_client(&k, MQTT_50, "client_id=b");
    struct kit_conn *more = NULL; /* ones are told why, but not endlessly */
    for (int i = 0; i < 65; i++)
        more = kit_open(&k, MQTT_50);
    kit_closed(more);
    kit_cut(more - 1);
    for (int i = 0; i < 63; i++)
        kit_cut(more - 2 - i);
    kit_cut(a);
    kit_client(&k, MQTT_50, "client_id=c");
    kit_silent(b);
    kit_end(&k);
}
END_TEST

TEST_MAIN(an_empty_id_is_replaced_by_one_that_nobody_has,
          no_id_is_assigned_to_who_brought_one, an_empty_id_in_3x,
          a_bad_first_packet_is_refused,
          what_comes_behind_a_refused_connect_is_ignored,
          what_is_not_offered_is_refused, a_second_connect_ends_the_connection,
          who_does_not_send_connect_in_time_is_closed,
          connections_beyond_the_limit_are_closed)
