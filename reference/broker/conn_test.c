/* conn_test.c - bytes cut anywhere, time to the millisecond, the last word.
 * SPDX-License-Identifier: MIT */
#include "broker/testkit.h"

#include "base/random.h"

/* --- bytes ---------------------------------------------------------------- */

/* A conversation of one client with itself, as one stream of bytes. */
static void
speak(struct buf *out, enum mqtt_version v)
{
    static const char *const packets[] = {
        "CONNECT client_id=a will_topic=w will_payload=x keep_alive=10",
        "SUBSCRIBE packet_id=1 filter=# qos=2 filter=t/+ qos=1",
        "PUBLISH topic=t/1 payload=one",
        "PUBLISH topic=t/2 payload=two qos=1 packet_id=2",
        "PUBACK packet_id=1",
        "PUBLISH topic=t/3 payload='' qos=2 packet_id=3 retain=1",
        "PUBREC packet_id=2",
        "PUBREL packet_id=3",
        "PUBCOMP packet_id=2",
        "PINGREQ",
        "SUBSCRIBE packet_id=4 filter=t/#",
        "UNSUBSCRIBE packet_id=5 filter=# filter=nothing",
        "PUBLISH topic=t/4 payload=four",
        "DISCONNECT",
    };
    for (size_t i = 0; i < TEST_COUNT(packets); i++)
        kit_encode(out, v, packets[i]);
}

/* What the broker says when the stream comes in pieces: of `size` bytes each,
 * or of random sizes. */
static void
answer_to_pieces(struct buf *out, enum mqtt_version v, size_t size,
                 struct random *r)
{
    struct kit k;
    struct buf in = {0};
    kit_begin(&k);
    speak(&in, v);
    struct kit_conn *c = kit_open(&k, v);
    for (size_t at = 0, n; at < in.len; at += n) {
        n = r ? 1 + random_below(r, 40) : size;
        n = n < in.len - at ? n : in.len - at;
        kit_send_bytes(c, slice_of(in.data + at, n));
    }
    ck_assert_ptr_null(c->conn); /* after DISCONNECT */
    buf_add(out, buf_slice(&c->seen));
    buf_release(&in);
    kit_end(&k);
}

START_TEST(cut_anywhere_gives_the_same_answers)
{
    static const enum mqtt_version versions[] = {MQTT_31, MQTT_311, MQTT_50};
    struct random r;
    random_seed(&r, 1);
    for (size_t v = 0; v < TEST_COUNT(versions); v++) {
        struct buf whole = {0};
        answer_to_pieces(&whole, versions[v], SIZE_MAX, NULL);
        ck_assert_uint_gt(whole.len, 60);
        for (size_t n = 1; n < 60; n++) {
            struct buf pieces = {0};
            answer_to_pieces(&pieces, versions[v], n, n > 20 ? &r : NULL);
            ck_assert(slice_equal(buf_slice(&pieces), buf_slice(&whole)));
            buf_release(&pieces);
        }
        buf_release(&whole);
    }
}
END_TEST

START_TEST(what_comes_behind_the_end_is_ignored)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=#");
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
    struct buf both = {0};
    kit_encode(&both, MQTT_50, "DISCONNECT");
    kit_encode(&both, MQTT_50, "PUBLISH topic=t");
    broker_input(k.broker, c->conn, buf_slice(&both), k.now_ms);
    ck_assert(broker_wants_close(c->conn));
    ck_assert(!broker_wants_read(k.broker, c->conn));
    broker_input(k.broker, c->conn, buf_slice(&both), k.now_ms);
    kit_pump(&k);
    kit_closed(c);
    kit_silent(w);
    buf_release(&both);
    kit_end(&k);
}
END_TEST

START_TEST(a_packet_too_large_is_refused_by_its_length)
{
    struct kit k;
    kit_begin(&k);
    k.config.maximum_packet_size = 128;
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
    kit_send_hex(c, "30 7d"); /* 127 bytes */
    kit_silent(c);
    c = kit_client(&k, MQTT_50, "client_id=d");
    kit_send_hex(c, "30 7f"); /* 129, of which two have come */
    kit_expect_words(c, "DISCONNECT reason=packet_too_large");
    kit_closed(c);
    c = kit_client(&k, MQTT_311, "client_id=e");
    kit_send_hex(c, "30 7f");
    kit_closed(c);
    kit_end(&k);
}
END_TEST

START_TEST(bad_packets_are_answered_with_their_code)
{
    /* [MQTT-4.13.1-1, MQTT-2.1.3-1] */
    static const struct {
        enum mqtt_version version;
        const char *hex, *answer;
    } rows[] = {
        {MQTT_50, "c1 00", "reason=malformed_packet"},
        {MQTT_50, "c0 01 00", "reason=malformed_packet"},
        {MQTT_50, "00 00", "reason=malformed_packet"},
        {MQTT_50, "d0 00", "reason=protocol_error"},
        {MQTT_50, "20 03 00 00 00", "reason=protocol_error"},
        {MQTT_50, "60 02 00 01", "reason=malformed_packet"},
        {MQTT_50, "e1 00", "reason=malformed_packet"},
        {MQTT_50, "e0 01 01", "reason=protocol_error"},
        {MQTT_50, "f0 02 19 00", "reason=protocol_error"},
        {MQTT_50, "30 ff ff ff ff 01", "reason=malformed_packet"},
        {MQTT_311, "c1 00", ""},
        {MQTT_311, "f0 00", ""},
        {MQTT_311, "60 02 00 01", ""}, /* [MQTT311-3.6.1-1] */
        {MQTT_311, "e2 00", ""},       /* [MQTT311-3.14.1-1] */
        {MQTT_311, "30 ff ff ff ff 01", ""},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        struct buf line = {0};
        kit_begin(&k);
        struct kit_conn *c = kit_client(&k, rows[i].version, "client_id=c");
        kit_send_hex(c, rows[i].hex);
        const char *got = kit_line(c, &line);
        ck_assert_msg(*rows[i].answer ? strstr(got, rows[i].answer) != NULL
                                      : *got == '\0',
                      "%s: '%s'", rows[i].hex, got);
        kit_closed(c);
        buf_release(&line);
        kit_end(&k);
    }
}
END_TEST

START_TEST(auth_without_a_method_closes) /* [MQTT-4.12.0-7] */
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
    kit_send(c, "AUTH reason=re_authenticate authentication_method=x");
    kit_expect_words(c, "DISCONNECT reason=protocol_error");
    kit_closed(c);
    kit_end(&k);
}
END_TEST

/* --- time ----------------------------------------------------------------- */

START_TEST(keep_alive_is_exactly_one_and_a_half) /* [MQTT-3.1.2-22] */
{
    static const enum mqtt_version versions[] = {MQTT_31, MQTT_311, MQTT_50};
    for (size_t v = 0; v < TEST_COUNT(versions); v++) {
        struct kit k;
        kit_begin(&k);
        struct kit_conn *c = kit_client(&k, versions[v],
                                        "client_id=a keep_alive=3");
        kit_advance(&k, 4499);
        kit_silent(c);
        kit_send(c, "PINGREQ"); /* counts from here again */
        kit_expect(c, "PINGRESP");
        kit_advance(&k, 4499);
        kit_silent(c);
        kit_advance(&k, 1);
        if (versions[v] == MQTT_50)
            kit_expect_words(c, "DISCONNECT reason=keep_alive_timeout");
        kit_closed(c);
        kit_end(&k);
    }
}
END_TEST

START_TEST(half_a_packet_is_no_sign_of_life)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=a keep_alive=2");
    kit_advance(&k, 2000);
    kit_send_hex(c, "c0");
    kit_advance(&k, 999);
    kit_silent(c);
    kit_advance(&k, 1);
    kit_expect_words(c, "DISCONNECT reason=keep_alive_timeout");
    kit_closed(c);
    kit_end(&k);
}
END_TEST

START_TEST(keep_alive_0_is_for_ever)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_311, "client_id=a keep_alive=0");
    kit_advance(&k, 1000ull * 1000 * 1000);
    kit_silent(c);
    kit_end(&k);
}
END_TEST

START_TEST(the_server_may_impose_its_own) /* 3.2.2.3.14 */
{
    struct kit k;
    kit_begin(&k);
    k.config.server_keep_alive = 2;
    struct kit_conn *new = kit_client(&k, MQTT_50, "client_id=a keep_alive=60");
    struct kit_conn *old = kit_client(&k, MQTT_311,
                                      "client_id=b keep_alive=60");
    kit_advance(&k, 3000);
    kit_expect_words(new, "DISCONNECT reason=keep_alive_timeout");
    kit_silent(old); /* it was not told [MQTT-3.2.2-22] */
    kit_end(&k);
}
END_TEST

/* --- the last word -------------------------------------------------------- */

START_TEST(who_does_not_take_its_last_output_is_let_go)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=a");
    broker_input(k.broker, c->conn, slice_of("\xc1\x00", 2), k.now_ms);
    ck_assert_ptr_eq(broker_next_dirty(k.broker), c->conn);
    ck_assert(broker_wants_close(c->conn));
    ck_assert_uint_gt(broker_output_len(c->conn), 0); /* nobody takes it */
    broker_tick(k.broker, k.now_ms + 4999);
    ck_assert_ptr_null(broker_next_dirty(k.broker));
    broker_tick(k.broker, k.now_ms + 5000);
    ck_assert_ptr_eq(broker_next_dirty(k.broker), c->conn);
    ck_assert_uint_eq(broker_output_len(c->conn), 0);
    broker_gone(k.broker, c->conn, k.now_ms + 5000);
    broker_verify(k.broker);
    kit_end(&k);
}
END_TEST

START_TEST(who_does_not_read_is_not_read_from_and_gets_no_qos_0)
{
    struct kit k;
    kit_begin(&k);
    k.config.maximum_output = 65536;
    struct kit_conn *p = kit_client(&k, MQTT_50, "client_id=p");
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=c");
    kit_subscribe(c, "filter=t qos=1");
    char text[1024];
    snprintf(text, sizeof text, "PUBLISH topic=t payload=%0900d", 0);
    struct buf out = {0};
    kit_encode(&out, MQTT_50, text);
    for (int i = 0; i < 1000; i++) {
        ck_assert(broker_wants_read(k.broker, p->conn));
        broker_input(k.broker, p->conn, buf_slice(&out), k.now_ms);
    }
    ck_assert(!broker_wants_read(k.broker, c->conn));
    ck_assert_uint_lt(broker_output_len(c->conn), 65536 + 1000);
    kit_pump(&k); /* now it takes all of it */
    ck_assert(broker_wants_read(k.broker, c->conn));
    buf_release(&out);
    kit_end(&k);
}
END_TEST

START_TEST(who_never_sends_connect_is_closed)
{
    struct kit k;
    kit_begin(&k);
    k.config.connect_timeout = 10;
    struct kit_conn *mute = kit_open(&k, MQTT_50);
    kit_advance(&k, 9999);
    ck_assert_ptr_nonnull(mute->conn);
    kit_advance(&k, 1);
    kit_closed(mute);
    kit_end(&k);
}
END_TEST

/* [MQTT-3.1.0-1]: it may not even be MQTT. */
START_TEST(who_begins_with_another_packet_is_closed_without_a_word)
{
    static const char *const firsts[] = {"c0 00", "30 03 00 01 74", "c0",
                                         "47 45 54 20 2f"};
    for (size_t i = 0; i < TEST_COUNT(firsts); i++) {
        struct kit k;
        kit_begin(&k);
        struct kit_conn *c = kit_open(&k, MQTT_50);
        kit_send_hex(c, firsts[i]);
        ck_assert_uint_eq(c->seen.len, 0);
        kit_closed(c);
        kit_end(&k);
    }
}
END_TEST

/* Who does not take its last output keeps neither will nor session waiting. */
START_TEST(a_session_learns_of_the_end_before_the_last_output_is_taken)
{
    struct kit k;
    kit_begin(&k);
    struct kit_conn *w = kit_client(&k, MQTT_50, "client_id=w");
    kit_subscribe(w, "filter=will");
    struct kit_conn *c = kit_client(
        &k, MQTT_50, "client_id=a will_topic=will will_payload=gone");
    broker_input(k.broker, c->conn, slice_of("\xc1\x00", 2), k.now_ms);
    ck_assert(broker_wants_close(c->conn));
    ck_assert_ptr_null(c->conn->session);
    ck_assert_uint_gt(broker_output_len(w->conn), 0);
    kit_pump(&k);
    kit_expect(w, "PUBLISH topic='will' payload='gone'");
    kit_end(&k);
}
END_TEST

TEST_MAIN(cut_anywhere_gives_the_same_answers,
          what_comes_behind_the_end_is_ignored,
          a_packet_too_large_is_refused_by_its_length,
          bad_packets_are_answered_with_their_code,
          auth_without_a_method_closes, keep_alive_is_exactly_one_and_a_half,
          half_a_packet_is_no_sign_of_life,
          keep_alive_0_is_for_ever, the_server_may_impose_its_own,
          who_does_not_take_its_last_output_is_let_go,
          who_does_not_read_is_not_read_from_and_gets_no_qos_0,
          who_never_sends_connect_is_closed,
          who_begins_with_another_packet_is_closed_without_a_word,
          a_session_learns_of_the_end_before_the_last_output_is_taken)
