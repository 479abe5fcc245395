/* on_connect_session_test.c - which session a CONNECT finds, and from whom.
 * SPDX-License-Identifier: MIT */
#include "broker/testkit.h"

/* Does a session of the first CONNECT await the second [MQTT-3.1.2-4,
 * MQTT-3.1.2-5, MQTT-3.1.2-6, MQTT311-3.1.2-4, MQTT311-3.1.2-6]? */
static const struct {
    enum mqtt_version first_version;
    const char *first;
    enum mqtt_version second_version;
    const char *second;
    bool present;
} sessions[] = {
    {MQTT_50, "clean_start=0", MQTT_50, "clean_start=0", false},
    {MQTT_50, "clean_start=1", MQTT_50, "clean_start=0", false},
    {MQTT_50, "clean_start=0 session_expiry_interval=0", MQTT_50,
     "clean_start=0", false},
    {MQTT_50, "clean_start=0 session_expiry_interval=10", MQTT_50,
     "clean_start=0", true},
    {MQTT_50, "clean_start=1 session_expiry_interval=10", MQTT_50,
     "clean_start=0", true},
    {MQTT_50, "clean_start=1 session_expiry_interval=10", MQTT_50,
     "clean_start=1", false},
    {MQTT_50, "clean_start=1 session_expiry_interval=4294967295", MQTT_50,
     "clean_start=0", true},
    {MQTT_50, "session_expiry_interval=10", MQTT_311, "clean_session=0", true},
    {MQTT_50, "session_expiry_interval=10", MQTT_311, "clean_session=1",
     false},
    {MQTT_311, "clean_session=0", MQTT_311, "clean_session=0", true},
    {MQTT_311, "clean_session=0", MQTT_311, "clean_session=1", false},
    {MQTT_311, "clean_session=1", MQTT_311, "clean_session=0", false},
    {MQTT_311, "clean_session=1", MQTT_311, "clean_session=1", false},
    {MQTT_311, "clean_session=0", MQTT_50, "clean_start=0", true},
    {MQTT_311, "clean_session=1", MQTT_50, "clean_start=0", false},
    {MQTT_31, "clean_session=0", MQTT_311, "clean_session=0", true},
    {MQTT_31, "clean_session=1", MQTT_311, "clean_session=0", false},
};

static void
check_session(size_t row, bool takes_over)
{
    struct kit k;
    char first[256], second[256];
    kit_begin(&k);
    snprintf(first, sizeof first, "client_id=a %s", sessions[row].first);
    snprintf(second, sizeof second, "client_id=a %s", sessions[row].second);
    struct kit_conn *c = kit_client_session(&k, sessions[row].first_version,
                                            first, false);
    kit_subscribe(c, "filter=t qos=1");
    if (!takes_over)
        kit_cut(c);
    kit_client_session(&k, sessions[row].second_version, second,
                       sessions[row].present);
    ck_assert_uint_eq(kit_session(&k, "a")->subscription_count,
                      sessions[row].present);
    kit_end(&k);
}

START_TEST(session_present_by_clean_start_expiry_and_version)
{
    for (size_t i = 0; i < TEST_COUNT(sessions); i++)
        check_session(i, false);
}
END_TEST

START_TEST(a_takeover_finds_the_same_session_as_a_return)
{
    for (size_t i = 0; i < TEST_COUNT(sessions); i++)
        check_session(i, true);
}
END_TEST

START_TEST(session_present_is_no_bit_of_31)
{
    struct kit k;
    kit_begin(&k);
    kit_cut(kit_client_session(&k, MQTT_31, "client_id=a clean_session=0",
                               false));
    kit_client_session(&k, MQTT_31, "client_id=a clean_session=0", false);
    ck_assert_uint_eq(k.broker->sessions.count, 1);
    kit_end(&k);
}
END_TEST

START_TEST(clean_start_forgets_what_qos_2_received) /* [MQTT-3.1.2-4] */
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=t");
    struct kit_conn *c = kit_client(
        &k, MQTT_50, "client_id=a session_expiry_interval=100");
    kit_send(c, "PUBLISH topic=t payload=1 qos=2 packet_id=7");
    kit_cut(c);
    c = kit_client(&k, MQTT_50, "client_id=a clean_start=1");
    kit_send(c, "PUBLISH topic=t payload=2 qos=2 packet_id=7");
    kit_expect(c, "PUBREC packet_id=7");
    kit_expect(w, "PUBLISH topic='t' payload='1'");
    kit_expect(w, "PUBLISH topic='t' payload='2'"); /* no repetition */
    kit_end(&k);
}
END_TEST

/* --- takeover ------------------------------------------------------------- */

START_TEST(the_older_connection_hears_0x8e_first) /* [MQTT-3.1.4-3] */
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *old = kit_client(&k, MQTT_50, "client_id=a");
    struct kit_conn *new = kit_client(&k, MQTT_50, "client_id=a");
    kit_expect_words(old, "DISCONNECT reason=session_taken_over");
    kit_closed(old);
    kit_send(new, "PINGREQ");
    kit_expect(new, "PINGRESP");
    kit_end(&k);
}
END_TEST

START_TEST(an_older_311_connection_is_just_closed) /* [MQTT311-3.1.4-2] */
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *old = kit_client(&k, MQTT_311, "client_id=a");
    kit_client(&k, MQTT_311, "client_id=a");
    kit_closed(old);
    kit_end(&k);
}
END_TEST

START_TEST(a_connect_that_is_refused_takes_nothing_over)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *old = kit_client(&k, MQTT_50, "client_id=a");
    struct kit_conn *new = kit_connect(
        &k, MQTT_50, "client_id=a authentication_method=x");
    kit_expect_words(new, "CONNACK reason=bad_authentication_method");
    kit_closed(new);
    kit_silent(old);
    kit_end(&k);
}
END_TEST

/* [MQTT-3.1.3-9]: without a delay the will of the connection that is taken over
 * goes out; with one, not before the client is back in time. */
START_TEST(a_will_goes_out_at_a_takeover_and_waits_at_a_return)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=will");
    kit_client(&k, MQTT_50,
               "client_id=a will_topic=will will_payload=1 "
               "session_expiry_interval=100");
    struct kit_conn *c = kit_client_session(
        &k, MQTT_50,
        "client_id=a session_expiry_interval=100 will_topic=will "
        "will_payload=2 will.will_delay_interval=50", true);
    kit_expect(w, "PUBLISH topic='will' payload='1'");
    kit_cut(c);
    kit_advance(&k, 49999);
    kit_client_session(&k, MQTT_50, "client_id=a", true);
    kit_silent(w);
    kit_end(&k);
}
END_TEST

TEST_MAIN(session_present_by_clean_start_expiry_and_version,
          a_takeover_finds_the_same_session_as_a_return,
          session_present_is_no_bit_of_31,
          clean_start_forgets_what_qos_2_received,
          the_older_connection_hears_0x8e_first,
          an_older_311_connection_is_just_closed,
          a_connect_that_is_refused_takes_nothing_over,
          a_will_goes_out_at_a_takeover_and_waits_at_a_return)
