/* pressure_test.c - held for a slow subscriber, let go, and never in a circle.
 * SPDX-License-Identifier: MIT */
#include "broker/pressure.h"

#include "broker/passwords.h"
#include "broker/queue_testkit.h"

enum { LIMIT = 8 }; /* messages that may wait: held beyond four */

/* c gets one at a time; p has published until it is held: one is in flight,
 * five wait, and what it says is not read. */
static void
hold_publisher(const char *words_of_p)
{
    char text[256];
    setup();
    k.config.maximum_queued = LIMIT;
    begin("receive_maximum=1");
    kit_cut(p);
    snprintf(text, sizeof text, "client_id=p %s", words_of_p);
    p = kit_client(&k, MQTT_50, text);
    for (int n = 1; n <= 6; n++) {
        ck_assert(broker_wants_read(k.broker, p->conn));
        publish(n, 1);
        kit_expect_words(p, "PUBACK");
    }
    ck_assert(!broker_wants_read(k.broker, p->conn));
}

/* c acknowledges the n-th and gets the next one. */
static void
take_one(int n)
{
    expect_publish(n, 1, n, false);
    answer("PUBACK", n, "");
}

START_TEST(nothing_is_lost_and_the_order_stays)
{
    hold_publisher("");
    for (int n = 7; n <= 20; n++)
        publish(n, 1); /* came with the same read */
    kit_silent(p);
    ck_assert_uint_eq(queue()->waiting_count, 5);
    for (int n = 1; n <= 20; n++)
        take_one(n); /* [MQTT-4.6.0-6] */
    kit_silent(c);
    ck_assert(broker_wants_read(k.broker, p->conn));
    for (int n = 7; n <= 20; n++)
        kit_expect_words(p, "PUBACK");
    kit_end(&k);
}
END_TEST

START_TEST(keep_alive_does_not_run_out_meanwhile)
{
    hold_publisher("keep_alive=2");
    kit_advance(&k, HOLD_MS - 1);
    ck_assert(p->conn && !broker_wants_read(k.broker, p->conn));
    kit_advance(&k, 1); /* and not for ever */
    ck_assert(p->conn && broker_wants_read(k.broker, p->conn));
    kit_advance(&k, 2999);
    ck_assert_ptr_nonnull(p->conn);
    kit_advance(&k, 2);
    ck_assert_ptr_null(p->conn); /* [MQTT-3.1.2-22] again */
    kit_end(&k);
}
END_TEST

/* Its password is verified while its older connection is still there. */
START_TEST(a_takeover_after_a_password_lets_go_at_once)
{
    struct error err;
    struct buf text = {0};
    struct broker_login login;
    struct mqtt_packet got;
    hold_publisher("");
    publish(7, 1); /* is not read yet */
    passwords_add(&text, slice_str("ann"), slice_str("secret"), 2);
    struct passwords *passwords =
        passwords_parse(buf_slice(&text), "file", &err);
    broker_use_passwords(k.broker, passwords);
    kit_connect(&k, MQTT_50,
                "client_id=c user_name=ann password=secret clean_start=0 "
                "session_expiry_interval=1000");
    ck_assert(broker_next_login(k.broker, &login));
    ck_assert(!kit_next(p, &got));
    broker_verdict(k.broker, login.number, BROKER_LOGIN_GOOD, k.now_ms);
    ck_assert(broker_wants_read(k.broker, p->conn));
    kit_pump(&k);
    kit_expect_words(p, "PUBACK");
    kit_end(&k);
    passwords_free(passwords);
    buf_release(&text);
}
END_TEST

START_TEST(who_waited_in_vain_does_not_wait_again)
{
    hold_publisher("");
    kit_advance(&k, HOLD_MS);
    for (int n = 7; n <= 20; n++) {
        publish(n, 1);
        kit_expect_words(p, "PUBACK");
    }
    ck_assert_uint_eq(queue()->waiting_count, LIMIT); /* the others dropped */
    for (int n = 1; n <= 9; n++)
        take_one(n);
    kit_silent(c);
    for (int n = 21; n <= 26; n++)
        publish(n, 1); /* it has shrunk: held again */
    ck_assert(!broker_wants_read(k.broker, p->conn));
    kit_end(&k);
}
END_TEST

START_TEST(let_go_when_the_subscriber_leaves)
{
    hold_publisher("");
    publish(7, 1);
    kit_silent(p);
    kit_cut(c);
    kit_expect_words(p, "PUBACK");
    ck_assert(broker_wants_read(k.broker, p->conn));
    publish(8, 1); /* nobody is held for who is away */
    kit_expect_words(p, "PUBACK");
    kit_end(&k);
}
END_TEST

START_TEST(a_held_publisher_may_leave)
{
    hold_publisher("");
    publish(7, 1);
    kit_cut(p);
    for (int n = 1; n <= 6; n++)
        take_one(n);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(who_publishes_to_itself_is_not_held)
{
    setup();
    k.config.maximum_queued = LIMIT;
    begin("receive_maximum=1");
    for (int n = 1; n <= 20; n++) {
        char text[128];
        snprintf(text, sizeof text,
                 "PUBLISH topic=t qos=1 packet_id=%d payload=x", n);
        kit_send(c, text);
        ck_assert(broker_wants_read(k.broker, c->conn));
    }
    kit_end(&k);
}
END_TEST

/* p publishes to c and c to p: the one who is waited for goes on. */
START_TEST(two_do_not_wait_for_each_other)
{
    setup();
    k.config.maximum_queued = LIMIT;
    struct kit_conn *both[2];
    bool was_held = false;
    for (int i = 0; i < 2; i++)
        both[i] = kit_client(&k, MQTT_50, i ? "client_id=b receive_maximum=1"
                                            : "client_id=a receive_maximum=1");
    kit_subscribe(both[0], "filter=to/a qos=1");
    kit_subscribe(both[1], "filter=to/b qos=1");
    for (int n = 1; n <= 40; n++) {
        struct kit_conn *from = both[n % 2];
        char text[128];
        snprintf(text, sizeof text,
                 "PUBLISH topic=to/%s qos=1 packet_id=%d payload=x",
                 n % 2 ? "a" : "b", n);
        if (broker_wants_read(k.broker, from->conn))
            kit_send(from, text);
        else
            was_held = true;
        ck_assert(broker_wants_read(k.broker, both[0]->conn) ||
                  broker_wants_read(k.broker, both[1]->conn));
    }
    ck_assert(was_held);
    kit_end(&k);
}
END_TEST

TEST_MAIN(a_takeover_after_a_password_lets_go_at_once,
          nothing_is_lost_and_the_order_stays,
          keep_alive_does_not_run_out_meanwhile,
          who_waited_in_vain_does_not_wait_again,
          let_go_when_the_subscriber_leaves, a_held_publisher_may_leave,
          who_publishes_to_itself_is_not_held,
          two_do_not_wait_for_each_other)
