/* auth_test.c - SCRAM by the client, against a server written from the RFC's steps.
 * SPDX-License-Identifier: MIT
 *
 * The server here is the other half of mqtt/scram.h, which scram_test.c holds
 * to the examples of RFC 5802 and RFC 7677; what is tested are the packets that
 * carry the messages, and everything a server may do wrong.                  */
#include "client/testkit.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/frame.h"
#include "mqtt/scram.h"

static struct server {
    struct mqtt_scram_keys keys;
    struct mqtt_scram scram;
    struct buf bytes; /* what the client said last; packets borrow it */
    struct buf out;   /* what it is answered */
} server;

/* --- the server ----------------------------------------------------------- */

static struct bench *
bench_scram(const char *method)
{
    struct bench *b = bench_new(MQTT_50);
    b->config.auth_method = slice_str(method);
    b->config.user_name = slice_str("ann");
    b->config.password = slice_str("secret");
    b->client = mqtt_client_new(&b->config);
    server = (struct server){.keys = {.iterations = 2, .salt_len = 4}};
    mqtt_scram_derive(&server.keys, mqtt_scram_method(slice_str(method)),
                      slice_str("secret"));
    mqtt_client_open(b->client, b->now_ms);
    return b;
}

static void
bench_done(struct bench *b)
{
    bench_free(b);
    mqtt_scram_release(&server.scram);
    buf_release(&server.bytes);
    buf_release(&server.out);
}

/* Takes the one packet that the client must have said, and its data. */
static struct slice
heard(struct bench *b, enum mqtt_type type, int reason)
{
    struct mqtt_packet p;
    struct mqtt_report report;
    struct buf *out = mqtt_client_output(b->client);
    buf_clear(&server.bytes);
    buf_add(&server.bytes, buf_slice(out));
    buf_clear(out);
    ck_assert(mqtt_decode(buf_slice(&server.bytes), MQTT_50, &p, &report,
                          NULL));
    ck_assert_int_eq(p.type, type);
    if (type == MQTT_AUTH)
        ck_assert_int_eq(p.reason, reason);
    ck_assert(slice_equal(
        mqtt_property_text(p.properties, MQTT_P_authentication_method),
        b->config.auth_method));
    return mqtt_property_text(p.properties, MQTT_P_authentication_data);
}

/* CONNACK or AUTH with this data, by this method. */
static void
answers_by(struct bench *b, const char *method, enum mqtt_type type,
           uint8_t reason, struct slice data)
{
    struct buf properties = {0}, bytes = {0};
    struct mqtt_packet p = mqtt_packet_make(type, MQTT_50);
    mqtt_property_add_text(&properties, MQTT_P_authentication_method,
                           slice_str(method));
    mqtt_property_add_text(&properties, MQTT_P_authentication_data, data);
    MQTT_SET(&p, reason, reason);
    MQTT_SET(&p, properties, buf_slice(&properties));
    mqtt_encode(&bytes, &p);
    mqtt_client_input(b->client, buf_slice(&bytes), b->now_ms);
    buf_release(&properties);
    buf_release(&bytes);
}

static void
answers(struct bench *b, enum mqtt_type type, uint8_t reason)
{
    answers_by(b, b->config.auth_method.ptr ? (char *)b->config.auth_method.ptr
                                            : "",
               type, reason, buf_slice(&server.out));
}

/* Takes client-first; server.out is server-first. */
static void
challenge(struct bench *b, struct slice said)
{
    struct mqtt_scram_first first;
    ck_assert_ptr_null(mqtt_scram_parse_first(&first, said));
    ck_assert_str_eq(first.user, "ann");
    buf_clear(&server.out);
    mqtt_scram_release(&server.scram);
    mqtt_scram_answer_first(&server.scram,
                            mqtt_scram_method(b->config.auth_method), &first,
                            &server.keys, slice_str("server"), &server.out);
}

/* Takes client-final; server.out is server-final. */
static void
verify(struct slice said)
{
    buf_clear(&server.out);
    ck_assert_ptr_null(mqtt_scram_answer_final(&server.scram, &server.keys,
                                               said, &server.out));
}

/* The whole exchange that begins with CONNECT. */
static struct bench *
logged_in(const char *method)
{
    struct bench *b = bench_scram(method);
    challenge(b, heard(b, MQTT_CONNECT, 0));
    answers(b, MQTT_AUTH, MQTT_RC_CONTINUE_AUTHENTICATION);
    verify(heard(b, MQTT_AUTH, MQTT_RC_CONTINUE_AUTHENTICATION));
    answers(b, MQTT_CONNACK, 0);
    return b;
}

/* --- the first time ------------------------------------------------------- */

START_TEST(a_client_proves_who_it_is) /* [MQTT-4.12.0-3, MQTT-4.12.0-5] */
{
    static const char *const methods[] = {"SCRAM-SHA-256", "SCRAM-SHA-512"};
    for (size_t i = 0; i < TEST_COUNT(methods); i++) {
        struct bench *b = logged_in(methods[i]);
        TOLD(b, "connected;");
        SAYS(b, "");
        bench_done(b);
    }
}
END_TEST

START_TEST(a_server_that_does_not_know_the_password_is_left)
{
    struct bench *b = bench_scram("SCRAM-SHA-256");
    challenge(b, heard(b, MQTT_CONNECT, 0));
    answers(b, MQTT_AUTH, MQTT_RC_CONTINUE_AUTHENTICATION);
    verify(heard(b, MQTT_AUTH, MQTT_RC_CONTINUE_AUTHENTICATION));
    server.out.data[4] ^= 1;
    answers(b, MQTT_CONNACK, 0);
    ck_assert(!mqtt_client_is_open(b->client));
    ck_assert_ptr_nonnull(strstr(told(b), "closed 0 0x87"));
    bench_done(b);
}
END_TEST

START_TEST(a_server_that_asks_nothing_is_left)
{
    struct bench *b = bench_scram("SCRAM-SHA-256");
    heard(b, MQTT_CONNECT, 0);
    gets(b, "20 03 00 00 00");
    ck_assert(!mqtt_client_is_open(b->client));
    ck_assert_ptr_nonnull(strstr(told(b), "without asking who we are"));
    bench_done(b);
}
END_TEST

START_TEST(what_a_server_may_do_wrong)
{
    enum { ASKS_TWICE, ENDS_BY_AUTH, OTHER_METHOD, FOREIGN_NONCE, HOW_MANY };
    static const char *const words[] = {"asks twice", "not by CONNACK",
                                        "another Authentication Method",
                                        "nonce"};
    for (int wrong = 0; wrong < HOW_MANY; wrong++) {
        struct bench *b = bench_scram("SCRAM-SHA-256");
        challenge(b, heard(b, MQTT_CONNECT, 0));
        if (wrong == FOREIGN_NONCE)
            server.out.data[2] ^= 1;
        if (wrong == ENDS_BY_AUTH)
            answers(b, MQTT_AUTH, 0);
        else if (wrong == OTHER_METHOD)
            answers_by(b, "SCRAM-SHA-512", MQTT_AUTH, 0x18,
                       buf_slice(&server.out));
        else
            answers(b, MQTT_AUTH, 0x18);
        if (wrong == ASKS_TWICE) {
            heard(b, MQTT_AUTH, 0x18);
            answers(b, MQTT_AUTH, 0x18);
        }
        const char *text = told(b);
        ck_assert_msg(strstr(text, "closed 0 0x82"), "%d: %s", wrong, text);
        ck_assert_msg(strstr(text, words[wrong]), "%d: %s", wrong, text);
        bench_done(b);
    }
}
END_TEST

START_TEST(auth_out_of_the_blue)
{
    struct bench *b = connected(MQTT_50);
    gets(b, "f0 06 18 04 15 00 01 6d");
    ck_assert_ptr_nonnull(strstr(told(b), "closed 0 0x82"));
    ck_assert(!mqtt_client_reauthenticate(b->client));
    bench_free(b);
    b = logged_in("SCRAM-SHA-256");
    told(b);
    answers(b, MQTT_AUTH, 0); /* it was not asked for */
    ck_assert_ptr_nonnull(strstr(told(b), "closed 0 0x82"));
    bench_done(b);
}
END_TEST

/* --- again (4.12.1) ------------------------------------------------------- */

START_TEST(again_while_everything_goes_on) /* [MQTT-4.12.1-1] */
{
    struct bench *b = logged_in("SCRAM-SHA-512");
    told(b);
    ck_assert(mqtt_client_reauthenticate(b->client));
    ck_assert(!mqtt_client_reauthenticate(b->client));
    challenge(b, heard(b, MQTT_AUTH, MQTT_RC_RE_AUTHENTICATE));
    publish(b, 1, "t", 7);
    SAYS(b, "32 07 00 01 74 00 01 00 78");
    gets(b, "40 02 00 01");
    TOLD(b, "sent 7;");
    answers(b, MQTT_AUTH, MQTT_RC_CONTINUE_AUTHENTICATION);
    verify(heard(b, MQTT_AUTH, MQTT_RC_CONTINUE_AUTHENTICATION));
    answers(b, MQTT_AUTH, 0);
    TOLD(b, "authenticated;");
    ck_assert(mqtt_client_is_connected(b->client));
    ck_assert(mqtt_client_reauthenticate(b->client)); /* as often as it likes */
    bench_done(b);
}
END_TEST

START_TEST(again_and_the_server_is_another)
{
    struct bench *b = logged_in("SCRAM-SHA-256");
    told(b);
    ck_assert(mqtt_client_reauthenticate(b->client));
    challenge(b, heard(b, MQTT_AUTH, MQTT_RC_RE_AUTHENTICATE));
    answers(b, MQTT_AUTH, MQTT_RC_CONTINUE_AUTHENTICATION);
    verify(heard(b, MQTT_AUTH, MQTT_RC_CONTINUE_AUTHENTICATION));
    server.out.data[4] ^= 1;
    answers(b, MQTT_AUTH, 0);
    ck_assert_ptr_nonnull(strstr(told(b), "closed 0"));
    ck_assert(!mqtt_client_is_connected(b->client));
    bench_done(b);
}
END_TEST

START_TEST(cut_off_in_the_middle_of_it)
{
    struct bench *b = logged_in("SCRAM-SHA-256");
    ck_assert(mqtt_client_reauthenticate(b->client));
    cut(b);
    ck_assert(!mqtt_client_reauthenticate(b->client));
    mqtt_client_open(b->client, b->now_ms);
    challenge(b, heard(b, MQTT_CONNECT, 0));
    answers(b, MQTT_AUTH, MQTT_RC_CONTINUE_AUTHENTICATION);
    verify(heard(b, MQTT_AUTH, MQTT_RC_CONTINUE_AUTHENTICATION));
    answers(b, MQTT_CONNACK, 0);
    TOLD(b, "connected;");
    ck_assert(mqtt_client_reauthenticate(b->client));
    bench_done(b);
}
END_TEST

TEST_MAIN(a_client_proves_who_it_is,
          a_server_that_does_not_know_the_password_is_left,
          a_server_that_asks_nothing_is_left, what_a_server_may_do_wrong,
          auth_out_of_the_blue, again_while_everything_goes_on,
          again_and_the_server_is_another, cut_off_in_the_middle_of_it)
