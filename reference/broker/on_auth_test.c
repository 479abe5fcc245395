/* on_auth_test.c - who is it: passwords, AUTH packets, certificates.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"
#include "broker/acl.h"
#include "broker/passwords.h"
#include "broker/testkit.h"

static struct passwords *passwords;

/* What passwords_add() makes of "ann", "secret" and 2 iterations, ready made: its
 * scrypt takes 80 ms and 32 MB, and here the driver answers in its place. */
static const char entries[] =
    "ann:scrypt:1:1:1:AAAA:"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    "ann:SCRAM-SHA-256:2:lKZY5zDD2et5WDfkiqdQMQ==:"
    "IPNSJJhLcN4KZOIUPDGZpOughzYlgCk16WY1My9AzY4=:"
    "fUXAlH/G2Lya6sc4mGVqmMzChaieZyXq7hvhDOrAWqk=\n"
    "ann:SCRAM-SHA-512:2:3813kr25qc8PfbCIvo8E7A==:"
    "KL649mh/lopGm+nExHrDCKNDhyUlGpX6Y/6xCjrHL7gALapvK0tP+odTAzkTf4HyXEqRz0JG"
    "5nXGyZfM9Kzc1w==:"
    "U0iID99uELQ4v20x/SZDCqnjalz9iujI6kBNo92hyIZ1m80WkEiLrxL85TOf/CeJtTbMi4d1"
    "K/FACuapjyUTWw==\n";

/* A broker that knows ann, whose password is "secret". */
static void
begin(struct kit *k)
{
    struct error err;
    passwords = passwords_parse(slice_str(entries), "file", &err);
    ck_assert_ptr_nonnull(passwords);
    kit_begin(k);
    broker_use_passwords(kit_broker(k), passwords);
}

static void
end(struct kit *k)
{
    kit_end(k);
    passwords_free(passwords);
}

/* --- passwords ------------------------------------------------------------ */

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

/* --- AUTH ----------------------------------------------------------------- */

struct login {
    struct mqtt_scram scram;
    char data[512]; /* what to say next */
};

static void
keep(struct login *l, struct buf *out)
{
    ck_assert_uint_lt(out->len, sizeof l->data);
    strcpy(l->data, buf_cstr(out));
    buf_release(out);
}

static void
say_first(struct login *l, const char *method, const char *user)
{
    struct buf out = {0};
    *l = (struct login){0};
    mqtt_scram_say_first(&l->scram, mqtt_scram_method(slice_str(method)),
                         slice_str(user), slice_str("rOprNGfw"), &out);
    keep(l, &out);
}

/* Takes AUTH 0x18 and computes what proves the password. */
static void
take_challenge(struct kit_conn *c, struct login *l, const char *password)
{
    struct mqtt_packet p;
    struct buf out = {0};
    ck_assert(kit_next(c, &p));
    ck_assert_int_eq(p.type, MQTT_AUTH);
    ck_assert_int_eq(p.reason, MQTT_RC_CONTINUE_AUTHENTICATION);
    ck_assert_ptr_null(mqtt_scram_say_final(
        &l->scram, slice_str(password),
        mqtt_property_text(p.properties, MQTT_P_authentication_data), &out));
    keep(l, &out);
}

/* The answer has the method and shows that the server knows the password. */
static void
take_proof(struct kit_conn *c, struct login *l, enum mqtt_type type,
           const char *method)
{
    struct mqtt_packet p;
    ck_assert(kit_next(c, &p));
    ck_assert_int_eq(p.type, type);
    ck_assert_int_eq(p.reason, MQTT_RC_SUCCESS);
    ck_assert(slice_is(mqtt_property_text(p.properties,
                                          MQTT_P_authentication_method),
                       method));
    ck_assert_ptr_null(mqtt_scram_check_server(
        &l->scram,
        mqtt_property_text(p.properties, MQTT_P_authentication_data)));
    mqtt_scram_release(&l->scram);
}

static void
send_auth(struct kit_conn *c, const char *reason, const char *method,
          const char *data)
{
    char text[1024];
    snprintf(text, sizeof text,
             "AUTH reason=%s authentication_method=%s authentication_data=%s",
             reason, method, data);
    kit_send(c, text);
}

static struct kit_conn *
connect_scram(struct kit *k, struct login *l, const char *method,
              const char *user)
{
    char words[900];
    say_first(l, method, user);
    snprintf(words, sizeof words,
             "client_id=a authentication_method=%s authentication_data=%s",
             method, l->data);
    return kit_connect(k, MQTT_50, words);
}

static struct kit_conn *
logged_in(struct kit *k, const char *method)
{
    struct login l;
    struct kit_conn *c = connect_scram(k, &l, method, "ann");
    take_challenge(c, &l, "secret");
    send_auth(c, "continue_authentication", method, l.data);
    take_proof(c, &l, MQTT_CONNACK, method);
    return c;
}

START_TEST(both_methods_let_in) /* [MQTT-4.12.0-2, MQTT-4.12.0-5] */
{
    for (size_t i = 0; i < 2; i++) {
        struct kit k;
        begin(&k);
        k.broker->config.allow_anonymous = false;
        struct kit_conn *c =
            logged_in(&k, mqtt_scram_method_at(i)->name);
        ck_assert(slice_is(buf_slice(&kit_session(&k, "a")->user_name),
                           "ann"));
        kit_send(c, "PINGREQ");
        kit_expect(c, "PINGRESP");
        end(&k);
    }
}
END_TEST

START_TEST(a_client_may_begin_without_data)
{
    struct kit k;
    struct login l;
    begin(&k);
    struct kit_conn *c = kit_connect(
        &k, MQTT_50, "client_id=a authentication_method=SCRAM-SHA-256");
    kit_expect(c, "AUTH reason=continue_authentication "
                  "authentication_method='SCRAM-SHA-256'");
    say_first(&l, "SCRAM-SHA-256", "ann");
    send_auth(c, "continue_authentication", "SCRAM-SHA-256", l.data);
    take_challenge(c, &l, "secret");
    send_auth(c, "continue_authentication", "SCRAM-SHA-256", l.data);
    take_proof(c, &l, MQTT_CONNACK, "SCRAM-SHA-256");
    end(&k);
}
END_TEST

START_TEST(nobody_learns_which_names_exist) /* [MQTT-4.12.0-4] */
{
    static const char *const users[] = {"ann", "nobody", "nobody"};
    char salts[3][512];
    for (size_t i = 0; i < 3; i++) {
        struct kit k;
        struct login l;
        begin(&k);
        struct kit_conn *c =
            connect_scram(&k, &l, "SCRAM-SHA-256", users[i]);
        take_challenge(c, &l, "wrong");
        struct slice first = buf_slice(&l.scram.challenge);
        const char *salt = strstr((const char *)first.ptr, ",s=");
        snprintf(salts[i], sizeof salts[i], "%.27s", salt);
        send_auth(c, "continue_authentication", "SCRAM-SHA-256", l.data);
        kit_expect(c, "CONNACK reason=not_authorized "
                      "reason_string='the proof is wrong'");
        kit_closed(c);
        mqtt_scram_release(&l.scram);
        end(&k);
    }
    ck_assert_str_ne(salts[0], salts[1]);
    ck_assert_str_eq(salts[1], salts[2]);
}
END_TEST

START_TEST(what_breaks_an_exchange)
{
    static const struct {
        const char *send, *answer;
    } rows[] = {
        {"AUTH reason=continue_authentication "
         "authentication_method=SCRAM-SHA-512 authentication_data=x",
         "CONNACK reason=protocol_error"}, /* [MQTT-4.12.0-5] */
        {"AUTH reason=re_authenticate authentication_method=SCRAM-SHA-256",
         "CONNACK reason=protocol_error"}, /* [MQTT-4.12.0-3] */
        {"AUTH reason=continue_authentication "
         "authentication_method=SCRAM-SHA-256 authentication_data=x",
         "CONNACK reason=not_authorized"}, /* [MQTT-4.12.0-4] */
        {"PUBLISH topic=t payload=x",
         "CONNACK reason=protocol_error"}, /* [MQTT-3.1.2-30] */
        {"CONNECT client_id=b", "CONNACK reason=protocol_error"},
        {"PINGREQ", "CONNACK reason=protocol_error"},
        {"DISCONNECT", ""},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        struct login l;
        begin(&k);
        struct kit_conn *c = connect_scram(&k, &l, "SCRAM-SHA-256", "ann");
        kit_expect_words(c, "AUTH");
        kit_send(c, rows[i].send);
        if (*rows[i].answer)
            kit_expect_words(c, rows[i].answer);
        kit_closed(c);
        mqtt_scram_release(&l.scram);
        end(&k);
    }
}
END_TEST

START_TEST(a_method_that_nobody_can_use) /* [MQTT-4.12.0-1] */
{
    struct kit k;
    begin(&k);
    struct kit_conn *c =
        kit_connect(&k, MQTT_50, "authentication_method=PLAIN");
    kit_expect_words(c, "CONNACK reason=bad_authentication_method");
    kit_closed(c);
    broker_use_passwords(k.broker, NULL);
    c = kit_connect(&k, MQTT_50, "authentication_method=SCRAM-SHA-256");
    kit_expect_words(c, "CONNACK reason=bad_authentication_method");
    kit_closed(c);
    end(&k);
}
END_TEST

START_TEST(again_while_messages_flow) /* (4.12.1) */
{
    struct kit k;
    struct login l;
    begin(&k);
    struct kit_conn *c = logged_in(&k, "SCRAM-SHA-256");
    say_first(&l, "SCRAM-SHA-256", "ann");
    send_auth(c, "re_authenticate", "SCRAM-SHA-256", l.data);
    take_challenge(c, &l, "secret");
    kit_send(c, "PINGREQ");
    kit_expect(c, "PINGRESP");
    send_auth(c, "continue_authentication", "SCRAM-SHA-256", l.data);
    take_proof(c, &l, MQTT_AUTH, "SCRAM-SHA-256");
    end(&k);
}
END_TEST

START_TEST(again_and_wrong_ends_it) /* [MQTT-4.12.1-1, MQTT-4.12.1-2] */
{
    static const struct {
        const char *reason, *method, *user, *password, *answer;
    } rows[] = {
        {"re_authenticate", "SCRAM-SHA-256", "ann", "wrong",
         "DISCONNECT reason=not_authorized"},
        {"re_authenticate", "SCRAM-SHA-512", "ann", NULL,
         "DISCONNECT reason=protocol_error"},
        {"continue_authentication", "SCRAM-SHA-256", "ann", NULL,
         "DISCONNECT reason=protocol_error"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct kit k;
        struct login l;
        begin(&k);
        struct kit_conn *c = logged_in(&k, "SCRAM-SHA-256");
        say_first(&l, rows[i].method, rows[i].user);
        send_auth(c, rows[i].reason, rows[i].method, l.data);
        if (rows[i].password) {
            take_challenge(c, &l, rows[i].password);
            send_auth(c, "continue_authentication", rows[i].method, l.data);
        }
        kit_expect_words(c, rows[i].answer);
        kit_closed(c);
        mqtt_scram_release(&l.scram);
        end(&k);
    }
}
END_TEST

START_TEST(no_method_no_auth) /* [MQTT-4.12.0-7] */
{
    struct kit k;
    begin(&k);
    struct kit_conn *c = kit_client(&k, MQTT_50, "client_id=a");
    send_auth(c, "re_authenticate", "SCRAM-SHA-256", "x");
    kit_expect_words(c, "DISCONNECT reason=protocol_error");
    kit_closed(c);
    end(&k);
}
END_TEST

TEST_MAIN(the_driver_is_asked_and_its_answer_counts,
          what_comes_meanwhile_waits, who_is_refused_is_not_read,
          the_queue_of_logins_is_bounded, a_flood_during_the_wait_is_refused,
          who_waits_too_long_is_closed,
          a_name_without_a_password_proves_nothing, a_certificate_is_enough,
          both_methods_let_in, a_client_may_begin_without_data,
          nobody_learns_which_names_exist, what_breaks_an_exchange,
          a_method_that_nobody_can_use, again_while_messages_flow,
          again_and_wrong_ends_it, no_method_no_auth)
