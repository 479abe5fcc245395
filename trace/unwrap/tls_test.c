/* tls_test.c - TLS between two real ends, opened with the keys they logged.
 * SPDX-License-Identifier: MIT */
#include <openssl/ssl.h>

#include "base/test.h"
#include "trace/unwrap/keylog.h"
#include "trace/unwrap/tls_testkit.h"
#include "trace/unwrap/unwrap_testkit.h"

/* Both ends in memory, and an observer between them. */
struct ends {
    SSL_CTX *context[2]; /* 0 client */
    SSL *ssl[2];
    SSL_SESSION *session;
    struct keylog *keys;
    struct wire wire;
    bool is_lossy;       /* the observer misses what is said */
};

static struct keylog *log_to; /* the callback of OpenSSL has no user data */

static void
on_key(const SSL *ssl, const char *line)
{
    struct buf text = {0};
    (void)ssl;
    buf_printf(&text, "%s\n", line);
    keylog_add(log_to, buf_slice(&text));
    buf_release(&text);
}

/* What one end has to say goes to the other, and past the observer. */
static bool
carry(struct ends *e, int from)
{
    uint8_t room[4096];
    int n = BIO_read(SSL_get_wbio(e->ssl[from]), room, sizeof room);
    if (n <= 0)
        return false;
    BIO_write(SSL_get_rbio(e->ssl[!from]), room, n);
    if (e->is_lossy)
        wire_lose(&e->wire, from, (uint64_t)n);
    else
        wire_say(&e->wire, from, slice_of(room, (size_t)n));
    return true;
}

static void
run(struct ends *e)
{
    uint8_t room[4096];
    for (int i = 0; i < 100; i++) {
        for (int s = 0; s < 2; s++)
            SSL_read(e->ssl[s], room, sizeof room);
        bool moved = carry(e, 0);
        if (!carry(e, 1) && !moved)
            return;
    }
}

static void
begin(struct ends *e, int version, const char *suite, size_t chunk)
{
    *e = (struct ends){.keys = keylog_new()};
    log_to = e->keys;
    for (int s = 0; s < 2; s++) {
        e->context[s] = SSL_CTX_new(s ? TLS_server_method()
                                      : TLS_client_method());
        SSL_CTX_set_min_proto_version(e->context[s], version);
        SSL_CTX_set_max_proto_version(e->context[s], version);
        if (version == TLS1_3_VERSION)
            ck_assert(SSL_CTX_set_ciphersuites(e->context[s], suite));
        else
            ck_assert(SSL_CTX_set_cipher_list(e->context[s], suite));
    }
    tls_testkit_certify(e->context[1], EVP_RSA_gen(2048));
    SSL_CTX_set_session_id_context(e->context[1], (const uint8_t *)"x", 1);
    SSL_CTX_set_keylog_callback(e->context[0], on_key);
    e->wire.chunk = chunk;
}

static void
meet(struct ends *e)
{
    size_t chunk = e->wire.chunk;
    wire_begin(&e->wire, e->keys);
    e->wire.chunk = chunk;
    for (int s = 0; s < 2; s++) {
        e->ssl[s] = SSL_new(e->context[s]);
        SSL_set_bio(e->ssl[s], BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    }
    SSL_set_tlsext_host_name(e->ssl[0], "broker.example");
    SSL_set_alpn_protos(e->ssl[0], (const uint8_t *)"\x04mqtt", 5);
    if (e->session)
        SSL_set_session(e->ssl[0], e->session);
    SSL_set_connect_state(e->ssl[0]);
    SSL_set_accept_state(e->ssl[1]);
    run(e);
    ck_assert(SSL_is_init_finished(e->ssl[0]));
}

static void
say(struct ends *e, int from, const char *hex)
{
    struct buf bytes = {0};
    ck_assert(hex_parse(&bytes, slice_str(hex)));
    ck_assert(SSL_write(e->ssl[from], bytes.data, (int)bytes.len) > 0);
    buf_release(&bytes);
    run(e);
}

static void
part(struct ends *e)
{
    SSL_SESSION_free(e->session);
    e->session = SSL_get1_session(e->ssl[0]);
    for (int s = 0; s < 2; s++) {
        SSL_shutdown(e->ssl[s]);
        SSL_free(e->ssl[s]);
    }
    wire_end(&e->wire);
}

static void
end(struct ends *e)
{
    wire_release(&e->wire);
    SSL_SESSION_free(e->session);
    SSL_CTX_free(e->context[0]);
    SSL_CTX_free(e->context[1]);
    keylog_free(e->keys);
}

static const struct {
    int version;
    const char *suite, *says;
} suites[] = {
    {TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256", "TLS 1.3, AES_128_GCM_SHA256"},
    {TLS1_3_VERSION, "TLS_AES_256_GCM_SHA384", "TLS 1.3, AES_256_GCM_SHA384"},
    {TLS1_3_VERSION, "TLS_CHACHA20_POLY1305_SHA256",
     "TLS 1.3, CHACHA20_POLY1305_SHA256"},
    {TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256",
     "TLS 1.2, ECDHE_RSA_WITH_AES_128_GCM_SHA256"},
    {TLS1_2_VERSION, "ECDHE-RSA-AES256-GCM-SHA384",
     "TLS 1.2, ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
    {TLS1_2_VERSION, "ECDHE-RSA-CHACHA20-POLY1305",
     "TLS 1.2, ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
};

START_TEST(every_suite_opens_whole_and_in_single_bytes)
{
    for (size_t i = 0; i < TEST_COUNT(suites) * 2; i++) {
        struct ends e;
        begin(&e, suites[i / 2].version, suites[i / 2].suite, i % 2);
        meet(&e);
        say(&e, 0, TEST_CONNECT);
        say(&e, 1, TEST_CONNACK);
        say(&e, 0, TEST_PUBLISH);
        part(&e);
        ck_assert_msg(wire_came(&e.wire, 0, TEST_CONNECT TEST_PUBLISH) &&
                          wire_came(&e.wire, 1, TEST_CONNACK),
                      "%s: %s", suites[i / 2].suite,
                      buf_cstr(&e.wire.description));
        const char *said = buf_cstr(&e.wire.description);
        ck_assert_msg(strncmp(said, suites[i / 2].says,
                              strlen(suites[i / 2].says)) == 0, "%s", said);
        ck_assert_ptr_nonnull(strstr(said, ", SNI broker.example"));
        ck_assert_int_eq(e.wire.app, UNWRAP_MQTT);
        end(&e);
    }
}
END_TEST

START_TEST(keys_may_change_on_the_way)
{
    struct ends e;
    begin(&e, TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256", 0);
    meet(&e);
    say(&e, 0, TEST_CONNECT);
    for (int i = 0; i < 3; i++) {
        SSL_key_update(e.ssl[0], SSL_KEY_UPDATE_REQUESTED);
        SSL_do_handshake(e.ssl[0]);
        run(&e);
        say(&e, 0, TEST_PUBLISH);
        say(&e, 1, TEST_PINGRESP);
    }
    part(&e);
    ck_assert(wire_came(&e.wire, 0, TEST_CONNECT TEST_PUBLISH TEST_PUBLISH
                            TEST_PUBLISH));
    ck_assert(wire_came(&e.wire, 1, TEST_PINGRESP TEST_PINGRESP
                            TEST_PINGRESP));
    end(&e);
}
END_TEST

START_TEST(a_session_may_be_taken_up_again)
{
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t i = 0; i < TEST_COUNT(versions); i++) {
        struct ends e;
        begin(&e, versions[i], i ? "TLS_AES_128_GCM_SHA256"
                                 : "ECDHE-RSA-AES128-GCM-SHA256", 0);
        meet(&e);
        say(&e, 0, TEST_CONNECT);
        say(&e, 1, TEST_CONNACK);
        part(&e);
        wire_release(&e.wire);
        meet(&e);
        ck_assert(SSL_session_reused(e.ssl[0]));
        say(&e, 0, TEST_CONNECT);
        part(&e);
        ck_assert(wire_came(&e.wire, 0, TEST_CONNECT));
        ck_assert_ptr_nonnull(strstr(buf_cstr(&e.wire.description),
                                     ", resumed"));
        end(&e);
    }
}
END_TEST

START_TEST(a_gap_costs_its_records_and_no_more)
{
    for (int i = 0; i < 2; i++) {
        struct ends e;
        begin(&e, i ? TLS1_3_VERSION : TLS1_2_VERSION,
              i ? "TLS_AES_128_GCM_SHA256" : "ECDHE-RSA-AES128-GCM-SHA256",
              0);
        meet(&e);
        say(&e, 0, TEST_CONNECT);
        e.is_lossy = true;
        say(&e, 0, TEST_PUBLISH);
        say(&e, 0, TEST_PUBLISH);
        e.is_lossy = false;
        say(&e, 0, TEST_PUBLISH);
        part(&e);
        ck_assert(wire_came(&e.wire, 0, TEST_CONNECT TEST_PUBLISH));
        ck_assert_uint_gt(e.wire.gaps[0], 0);
        end(&e);
    }
}
END_TEST

START_TEST(without_keys_it_says_what_can_be_seen)
{
    struct ends e;
    begin(&e, TLS1_3_VERSION, "TLS_AES_128_GCM_SHA256", 0);
    SSL_CTX_set_keylog_callback(e.context[0], NULL);
    meet(&e);
    say(&e, 0, TEST_CONNECT);
    part(&e);
    const char *said = buf_cstr(&e.wire.description);
    ck_assert_int_eq(e.wire.app, UNWRAP_TLS);
    ck_assert_msg(strstr(said, "SNI broker.example, ALPN offered mqtt") &&
                      strstr(said, "not decrypted: no keys"), "%s", said);
    end(&e);
}
END_TEST

TEST_MAIN(every_suite_opens_whole_and_in_single_bytes,
          keys_may_change_on_the_way, a_session_may_be_taken_up_again,
          a_gap_costs_its_records_and_no_more,
          without_keys_it_says_what_can_be_seen)
