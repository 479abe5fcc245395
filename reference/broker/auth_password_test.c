/* auth_password_test.c - who is it: user name and password, certificates.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"
#include "broker/auth_testkit.h"

/* The driver answers the next question. */
static void
answer(struct kit *k, enum broker_answer with)
{
    struct broker_login login;
    ck_assert(broker_next_login(k->broker, &login));
    broker_verdict(k->broker, login.number, with, k->now_ms);
    kit_pump(k);
}

START_TEST(the_driver_is_asked_and_its_answer_counts) /* [MQTT-3.1.4-2] */
{
    static const struct {
        enum mqtt_version version;
        enum broker_answer answer;
        const char *words;
    } rows[] = {
        {MQTT_50, BROKER_LOGIN_GOOD, "CONNACK reason=success"},
        {MQTT_50, BROKER_LOGIN_BAD,
         "CONNACK reason=bad_user_name_or_password"},
        {MQTT_50, BROKER_LOGIN_BUSY, "CONNACK reason=quota_exceeded"},
        {MQTT_50, BROKER_LOGIN_NOBODY, "CONNACK reason=server_unavailable"},
        {MQTT_311, BROKER_LOGIN_GOOD, "CONNACK reason=accepted"},
        {MQTT_311, BROKER_LOGIN_BAD,
         "CONNACK reason=bad_user_name_or_password"},
        {MQTT_31, BROKER_LOGIN_BUSY, "CONNACK reason=server_unavailable"},
        {MQTT_311, BROKER_LOGIN_NOBODY, "CONNACK reason=server_unavailable"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        struct broker_login login;
        begin(&k);
        struct kit_conn *c = kit_connect(&k, rows[i].version,
                                         "client_id=a user_name=ann "
                                         "password=guess");
        kit_silent(c);
        ck_assert(broker_next_login(k.broker, &login));
        ck_assert(slice_is(login.user_name, "ann"));
        ck_assert(slice_is(login.password, "guess"));
        ck_assert(!broker_wants_read(k.broker, c->conn));
        broker_verdict(k.broker, login.number, rows[i].answer, k.now_ms);
        kit_pump(&k);
        kit_expect_words(c, rows[i].words);
        ck_assert_int_eq(c->conn != NULL,
                         rows[i].answer == BROKER_LOGIN_GOOD);
        end(&k);
    }
}
END_TEST

START_TEST(what_comes_meanwhile_waits) /* [MQTT-3.1.4-6] */
{
    struct kit k;
    begin(&k);
    struct kit_conn *c = kit_open(&k, MQTT_311);
    struct buf out = {0};
    kit_encode(&out, MQTT_311, "CONNECT client_id=a user_name=ann password=p");
    kit_encode(&out, MQTT_311, "PINGREQ");
    buf_add(&out, slice_of("\xc0", 1)); /* half of another */
    kit_send_bytes(c, buf_slice(&out));
    kit_send_bytes(c, slice_of("\0\xc0\0", 3));
    kit_silent(c);
    answer(&k, BROKER_LOGIN_GOOD);
    kit_expect_words(c, "CONNACK reason=accepted");
    for (int i = 0; i < 3; i++)
        kit_expect(c, "PINGRESP");
    kit_silent(c);
    buf_release(&out);
    end(&k);
}
END_TEST

START_TEST(who_is_refused_is_not_read) /* [MQTT-3.1.4-6] */
{
    struct kit k;
    begin(&k);
    struct kit_conn *watcher = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(watcher, "filter=t");
    struct kit_conn *c = kit_open(&k, MQTT_50);
    struct buf out = {0};
    kit_encode(&out, MQTT_50, "CONNECT client_id=a user_name=ann password=p");
    kit_encode(&out, MQTT_50, "PUBLISH topic=t payload=x");
    kit_send_bytes(c, buf_slice(&out));
    answer(&k, BROKER_LOGIN_BAD);
    kit_expect_words(c, "CONNACK reason=bad_user_name_or_password");
    kit_closed(c);
    kit_silent(watcher);
    buf_release(&out);
    end(&k);
}
END_TEST

START_TEST(the_queue_of_logins_is_bounded)
{
    struct kit k;
    begin(&k);
    k.broker->config.maximum_logins = 2;
    const char *words = "user_name=ann password=p";
    struct kit_conn *a = kit_connect(&k, MQTT_50, words);
    kit_connect(&k, MQTT_50, words);
    struct kit_conn *c = kit_connect(&k, MQTT_50, words);
    kit_expect_words(c, "CONNACK reason=quota_exceeded");
    kit_closed(c);
    c = kit_connect(&k, MQTT_311, "client_id=c user_name=ann password=p");
    kit_expect_words(c, "CONNACK reason=server_unavailable");
    kit_closed(c);
    kit_cut(a); /* leaves its place */
    c = kit_connect(&k, MQTT_50, words);
    kit_silent(c);
    end(&k);
}
END_TEST

START_TEST(a_flood_during_the_wait_is_refused)
{
    struct kit k;
    begin(&k);
    k.broker->config.maximum_packet_size = 1000;
    struct kit_conn *c =
        kit_connect(&k, MQTT_50, "user_name=ann password=p");
    struct buf flood = {0};
    buf_add_fill(&flood, 0xc0, 65537);
    kit_send_bytes(c, buf_slice(&flood));
    kit_expect_words(c, "CONNACK reason=quota_exceeded");
    kit_closed(c);
    buf_release(&flood);
    end(&k);
}
END_TEST

START_TEST(who_waits_too_long_is_closed)
{
    struct kit k;
    begin(&k);
    struct kit_conn *c =
        kit_connect(&k, MQTT_50, "user_name=ann password=p");
    struct broker_login login;
    ck_assert(broker_next_login(k.broker, &login));
    kit_advance(&k, 11000);
    kit_expect_words(c, "CONNACK reason=server_busy");
    kit_closed(c);
    broker_verdict(k.broker, login.number, BROKER_LOGIN_GOOD, k.now_ms);
    kit_pump(&k);
    end(&k);
}
END_TEST

START_TEST(a_name_without_a_password_proves_nothing)
{
    struct kit k;
    begin(&k);
    struct kit_conn *c = kit_connect(&k, MQTT_50, "user_name=ann");
    kit_expect_words(c, "CONNACK reason=bad_user_name_or_password");
    kit_closed(c);
    kit_client(&k, MQTT_50, "client_id=nobody"); /* anonymous */
    k.broker->config.allow_anonymous = false;
    c = kit_connect(&k, MQTT_50, "client_id=b");
    kit_expect_words(c, "CONNACK reason=not_authorized");
    broker_use_passwords(k.broker, NULL);
    c = kit_connect(&k, MQTT_50, "user_name=ann password=x");
    kit_expect_words(c, "CONNACK reason=not_authorized");
    end(&k);
}
END_TEST

START_TEST(a_certificate_is_enough)
{
    struct kit k;
    begin(&k);
    k.broker->config.allow_anonymous = false;
    struct kit_conn *c = kit_open(&k, MQTT_50);
    broker_identify(k.broker, c->conn, slice_str("device 7"));
    kit_send(c, "CONNECT client_id=a user_name=ann");
    kit_expect_words(c, "CONNACK reason=success");
    ck_assert(slice_is(buf_slice(&kit_session(&k, "a")->user_name),
                       "device 7"));
    end(&k);
}
END_TEST

TEST_MAIN(the_driver_is_asked_and_its_answer_counts,
          what_comes_meanwhile_waits, who_is_refused_is_not_read,
          the_queue_of_logins_is_bounded, a_flood_during_the_wait_is_refused,
          who_waits_too_long_is_closed,
          a_name_without_a_password_proves_nothing, a_certificate_is_enough)
