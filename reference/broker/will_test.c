/* will_test.c - when the will goes out, and when it does not.
 * SPDX-License-Identifier: MIT
 *
 * `w` watches the will's topic, `c` has the will.                            */
#include "broker/testkit.h"

static struct kit k;
static struct kit_conn *w, *c;

static void
begin(enum mqtt_version v, const char *words)
{
    char text[512];
    kit_broker(&k);
    w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=will qos=2 retain_as_published=1");
    snprintf(text, sizeof text,
             "client_id=c will_topic=will will_payload=gone keep_alive=10 %s",
             words);
    c = kit_client(&k, v, text);
}

static void
setup(void)
{
    kit_begin(&k);
}

/* --- how a connection ends ------------------------------------------------ */

static void end_cut(void) { kit_cut(c); }
static void end_disconnect(void) { kit_send(c, "DISCONNECT"); }
static void end_malformed(void) { kit_send_hex(c, "c1 00"); }
static void end_second_connect(void) { kit_send(c, "CONNECT client_id=c"); }
static void end_keep_alive(void) { kit_advance(&k, 15000); }

static void
end_with_will(void)
{
    kit_send(c, "DISCONNECT reason=disconnect_with_will_message");
}

static void
end_with_error(void)
{
    kit_send(c, "DISCONNECT reason=unspecified_error");
}

static void
end_limit(void)
{
    kit_send(c, "PUBLISH topic=x topic_alias=999");
}

static void
end_shutdown(void)
{
    broker_shutdown(k.broker, k.now_ms);
    /* w is told first and closed; here only c is of interest. */
}

/* [MQTT-3.1.2-8], 3.1.2.5 */
static const struct {
    const char *name;
    void (*end)(void);
    enum mqtt_version version;
    bool goes_out;
} ends[] = {
    {"cut", end_cut, MQTT_50, true},
    {"cut", end_cut, MQTT_311, true},
    {"cut", end_cut, MQTT_31, true},
    {"DISCONNECT", end_disconnect, MQTT_50, false}, /* [MQTT-3.14.4-3] */
    {"DISCONNECT", end_disconnect, MQTT_311, false},
    {"DISCONNECT", end_disconnect, MQTT_31, false},
    {"DISCONNECT 0x04", end_with_will, MQTT_50, true},
    {"DISCONNECT 0x80", end_with_error, MQTT_50, true},
    {"malformed packet", end_malformed, MQTT_50, true},
    {"malformed packet", end_malformed, MQTT_311, true},
    {"second CONNECT", end_second_connect, MQTT_50, true},
    {"Keep Alive", end_keep_alive, MQTT_50, true}, /* [MQTT-3.1.2-22] */
    {"Keep Alive", end_keep_alive, MQTT_311, true},
    {"limit", end_limit, MQTT_50, true},
};

static const struct {
    const char *words;
    uint64_t after_ms; /* the will goes out so long after the end */
} delays[] = {
    {"", 0},
    {"session_expiry_interval=60", 0},
    {"will.will_delay_interval=30", 0},
    {"session_expiry_interval=60 will.will_delay_interval=30", 30000},
    {"session_expiry_interval=20 will.will_delay_interval=30", 20000},
    {"session_expiry_interval=30 will.will_delay_interval=30", 30000},
    {"session_expiry_interval=0xffffffff will.will_delay_interval=30", 30000},
};

static void
check_end(size_t e, size_t d)
{
    setup();
    begin(ends[e].version, delays[d].words);
    ends[e].end();
    ck_assert_ptr_null(c->conn);
    if (delays[d].after_ms && ends[e].version == MQTT_50) {
        kit_advance(&k, delays[d].after_ms - 1);
        kit_silent(w);
        kit_advance(&k, 1);
    }
    if (ends[e].goes_out)
        kit_expect(w, "PUBLISH topic='will' payload='gone'");
    kit_advance(&k, 1000000);
    kit_silent(w); /* once, or never [MQTT-3.1.2-10] */
    kit_end(&k);
}

START_TEST(each_end_with_each_delay)
{
    for (size_t e = 0; e < TEST_COUNT(ends); e++) {
        check_end(e, 0);
        for (size_t d = 1; ends[e].version == MQTT_50 && d < TEST_COUNT(delays);
             d++)
            check_end(e, d);
    }
}
END_TEST

START_TEST(the_server_that_stops_sends_it)
{
    setup();
    kit_broker(&k);
    c = kit_client(&k, MQTT_50,
                   "client_id=c will_topic=will will_payload=gone");
    w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=will");
    end_shutdown();
    kit_pump(&k);
    kit_expect_words(c, "DISCONNECT reason=server_shutting_down");
    kit_expect(w, "PUBLISH topic='will' payload='gone'");
    kit_expect_words(w, "DISCONNECT reason=server_shutting_down");
    kit_closed(c);
    kit_closed(w);
    kit_end(&k);
}
END_TEST

/* --- takeover and return -------------------------------------------------- */

START_TEST(a_new_connection_and_the_will_of_the_old_one)
{
    /* 3.1.4: sent, unless the session goes on and there is a delay */
    static const struct {
        const char *first, *second;
        bool goes_out;
    } rows[] = {
        {"session_expiry_interval=60", "clean_start=0", true},
        {"session_expiry_interval=60", "clean_start=1", true},
        {"session_expiry_interval=60 will.will_delay_interval=9",
         "clean_start=0", false},
        {"session_expiry_interval=60 will.will_delay_interval=9",
         "clean_start=1", true},
        {"will.will_delay_interval=9", "clean_start=0", true},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        for (int away = 0; away < 2; away++) {
            char text[256];
            setup();
            begin(MQTT_50, rows[i].first);
            if (away)
                kit_cut(c);
            snprintf(text, sizeof text, "client_id=c %s", rows[i].second);
            kit_client(&k, MQTT_50, text);
            if (rows[i].goes_out)
                kit_expect(w, "PUBLISH topic='will' payload='gone'");
            kit_advance(&k, 100000);
            kit_silent(w);
            kit_end(&k);
        }
    }
}
END_TEST

START_TEST(back_in_time_and_too_late) /* [MQTT-3.1.3-9] */
{
    static const char words[] =
        "session_expiry_interval=60 will.will_delay_interval=10";
    for (int late = 0; late < 2; late++) {
        setup();
        begin(MQTT_50, words);
        kit_cut(c);
        kit_advance(&k, 9999 + late);
        kit_client_session(&k, MQTT_50, "client_id=c", true);
        if (late)
            kit_expect(w, "PUBLISH topic='will' payload='gone'");
        kit_advance(&k, 100000);
        kit_silent(w);
        kit_end(&k);
    }
}
END_TEST

START_TEST(a_will_is_of_one_connection)
{
    setup();
    begin(MQTT_50, "session_expiry_interval=60");
    kit_cut(c);
    kit_expect(w, "PUBLISH topic='will' payload='gone'");
    kit_cut(kit_client_session(&k, MQTT_50,
                               "client_id=c session_expiry_interval=60", true));
    kit_silent(w); /* [MQTT-3.1.2-10, MQTT311-3.1.2-12] */
    kit_cut(kit_client(&k, MQTT_50,
                       "client_id=c will_topic=will will_payload=other"));
    kit_expect(w, "PUBLISH topic='will' payload='other'");
    kit_end(&k);
}
END_TEST

/* --- what is published ---------------------------------------------------- */

START_TEST(it_is_published_as_it_was_left)
{
    /* [MQTT-3.1.3-10]; the delay does not travel */
    setup();
    begin(MQTT_50,
          "will_qos=2 will.user_property=b:1 will.user_property=a:2 "
          "will.content_type=ct will.will_delay_interval=2 "
          "will.correlation_data=cd will.response_topic=r "
          "session_expiry_interval=60");
    kit_cut(c);
    kit_advance(&k, 2000);
    kit_expect(w, "PUBLISH qos=2 topic='will' packet_id=1 "
                  "user_property='b':'1' user_property='a':'2' "
                  "content_type='ct' correlation_data='cd' "
                  "response_topic='r' payload='gone'");
    kit_end(&k);
}
END_TEST

START_TEST(its_expiry_counts_from_its_publication)
{
    setup();
    begin(MQTT_50, "will.message_expiry_interval=5 will.will_delay_interval=9 "
                   "session_expiry_interval=60");
    kit_advance(&k, 10000);
    kit_cut(c);
    kit_advance(&k, 9000);
    kit_expect(w, "PUBLISH topic='will' message_expiry_interval=5 "
                  "payload='gone'");
    kit_end(&k);
}
END_TEST

START_TEST(will_retain) /* [MQTT-3.1.2-14, MQTT-3.1.2-15] */
{
    for (int retain = 0; retain < 2; retain++) {
        setup();
        begin(MQTT_311, retain ? "will_retain=1" : "");
        kit_cut(c);
        kit_expect(w, retain ? "PUBLISH retain=1 topic='will' payload='gone'"
                             : "PUBLISH topic='will' payload='gone'");
        ck_assert_uint_eq(k.broker->retained_count, (unsigned)retain);
        kit_end(&k);
    }
}
END_TEST

START_TEST(ones_own_will_waits_for_one)
{
    setup();
    begin(MQTT_50, "will_qos=1 session_expiry_interval=60");
    kit_subscribe(c, "filter=will qos=1");
    kit_cut(c);
    c = kit_client_session(&k, MQTT_50, "client_id=c", true);
    kit_expect(c, "PUBLISH qos=1 topic='will' packet_id=1 payload='gone'");
    kit_end(&k);
}
END_TEST

START_TEST(no_local_holds_for_ones_own_will) /* [MQTT-3.8.3-3] */
{
    for (int delay = 0; delay < 2; delay++) {
        setup();
        begin(MQTT_50, delay ? "will_qos=1 session_expiry_interval=60 "
                               "will.will_delay_interval=1"
                             : "will_qos=1 session_expiry_interval=60");
        kit_subscribe(c, "filter=will qos=1 no_local=1");
        kit_cut(c);
        kit_advance(&k, 1000);
        kit_expect_words(w, "PUBLISH payload='gone'");
        kit_silent(kit_client_session(&k, MQTT_50, "client_id=c", true));
        kit_end(&k);
    }
}
END_TEST

START_TEST(a_share_prefers_others_to_the_one_that_leaves)
{
    setup();
    begin(MQTT_50, "session_expiry_interval=60");
    kit_subscribe(c, "filter=$share/s/will");
    struct kit_conn *d = kit_client(&k, MQTT_50, "client_id=d");
    kit_subscribe(d, "filter=$share/s/will");
    kit_send_hex(c, "c1 00"); /* closed by us, while its will goes out */
    kit_expect(d, "PUBLISH topic='will' payload='gone'");
    kit_end(&k);
}
END_TEST

START_TEST(the_will_of_a_session_that_ends_does_not_reach_it)
{
    setup();
    begin(MQTT_50, "will_qos=1 session_expiry_interval=5 "
                   "will.will_delay_interval=9");
    kit_subscribe(c, "filter=will qos=1");
    kit_cut(c);
    kit_advance(&k, 5000);
    kit_expect(w, "PUBLISH qos=1 topic='will' packet_id=1 payload='gone'");
    ck_assert_uint_eq(k.broker->sessions.count, 1); /* w's */
    kit_end(&k);
}
END_TEST

TEST_MAIN(each_end_with_each_delay, the_server_that_stops_sends_it,
          a_new_connection_and_the_will_of_the_old_one,
          back_in_time_and_too_late, a_will_is_of_one_connection,
          it_is_published_as_it_was_left,
          its_expiry_counts_from_its_publication,
          will_retain, ones_own_will_waits_for_one,
          no_local_holds_for_ones_own_will,
          a_share_prefers_others_to_the_one_that_leaves,
          the_will_of_a_session_that_ends_does_not_reach_it)
