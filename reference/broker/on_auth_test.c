/* on_auth_test.c - who is it: AUTH packets, SCRAM.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"
#include "broker/acl.h"
#include "broker/auth_testkit.h"

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

TEST_MAIN(both_methods_let_in, a_client_may_begin_without_data,
          nobody_learns_which_names_exist, what_breaks_an_exchange,
          a_method_that_nobody_can_use, again_while_messages_flow,
          again_and_wrong_ends_it, no_method_no_auth)
