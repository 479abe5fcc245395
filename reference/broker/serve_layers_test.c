/* serve_layers_test.c - the broker behind TLS and WebSocket, at several places.
 * SPDX-License-Identifier: MIT */
#include "broker/serve_testkit.h"

/* A connection to a place as its scheme wants it, the handshakes done. */
static struct transport *
dial_place(size_t number, struct tls_context *tls)
{
    const struct uri *where = &places[number].where;
    struct transport *t =
        tcp_connect_wait(where->host, where->port, 5000, &err);
    ck_assert_msg(t, "%s", err.text);
    t = layers_client(t, where, tls, "mqtt");
    ck_assert_msg(layers_wait(t, 10000, &err) == 0, "%s", err.text);
    return t;
}

START_TEST(every_place_leads_to_the_same_broker)
{
    struct transport *c[PLACES];
    struct tls_context *tls =
        tls_testkit_client((struct tls_config){.ca = TLS_PEM("ca")});
    open_place("mqtt://127.0.0.1:0");
    open_place("mqtts://127.0.0.1:0");
    open_place("ws://127.0.0.1:0/mqtt");
    open_place("wss://127.0.0.1:0");
    start(broker_config_default());
    for (size_t i = 0; i < PLACES; i++) {
        char hello[64];
        snprintf(hello, sizeof hello,
                 "10 0d 00 04 4d 51 54 54 04 02 00 00 00 01 %02zx", 0x61 + i);
        c[i] = dial_place(i, tls);
        say(c[i], hello);
        hear(c[i], "20 02 00 00");
        say(c[i], "82 06 00 01 00 01 74 01");
        hear(c[i], "90 03 00 01 01");
    }
    for (size_t i = 0; i < PLACES; i++) {
        say(c[i], "30 05 00 01 74 68 69");
        for (size_t k = 0; k < PLACES; k++)
            hear(c[k], "30 05 00 01 74 68 69");
    }
    for (size_t i = 0; i < PLACES; i++) {
        say(c[i], "e0 00");
        hear(c[i], "");
        transport_close(c[i], TRANSPORT_CLOSE);
    }
    stop_server();
    tls_context_free(tls);
}
END_TEST

/* Several packets in one record: what the descriptor does not show is read all
 * the same. 100 kB through each layer, both ways. */
START_TEST(large_messages_through_every_layer)
{
    enum { PAYLOAD = 100000 };
    struct tls_context *tls =
        tls_testkit_client((struct tls_config){.ca = TLS_PEM("ca")});
    open_place("wss://127.0.0.1:0");
    start(broker_config_default());
    struct transport *t = dial_place(0, tls);
    say(t, "10 0d 00 04 4d 51 54 54 04 02 00 00 00 01 63");
    hear(t, "20 02 00 00");
    say(t, "82 06 00 01 00 01 74 00");
    hear(t, "90 03 00 01 00");
    struct buf out = {0};
    buf_add(&out, slice_of("\x30\xa3\x8d\x06\x00\x01t", 7));
    buf_add_fill(&out, 'x', PAYLOAD);
    buf_add(&out, slice_of("\xc0\x00\xc0\x00\xc0\x00", 6));
    size_t got = 0;
    uint8_t bytes[4096];
    for (struct slice rest = buf_slice(&out); got < out.len;) {
        ptrdiff_t n = rest.len ? transport_write(t, rest, &err) : 0;
        ck_assert_int_ne(n, TRANSPORT_ERROR);
        rest = slice_from(rest, n > 0 ? (size_t)n : 0);
        ptrdiff_t came = transport_read(t, bytes, sizeof bytes, &err);
        ck_assert_msg(came > 0 || came == TRANSPORT_AGAIN, "%s", err.text);
        got += came > 0 ? (size_t)came : 0;
        struct pollfd p = {.fd = t->fd, .events = POLLIN};
        if (came == TRANSPORT_AGAIN && rest.len == 0)
            ck_assert_int_eq(poll(&p, 1, 10000), 1);
    }
    ck_assert_uint_eq(got, out.len);
    transport_close(t, TRANSPORT_CLOSE);
    buf_release(&out);
    stop_server();
    tls_context_free(tls);
}
END_TEST

/* connect_timeout covers the handshakes: who connects and says nothing, or
 * not enough, is sent away. */
START_TEST(a_handshake_does_not_take_for_ever)
{
    static const char *const urls[] = {
        "mqtts://127.0.0.1:0", "ws://127.0.0.1:0", "mqtt://127.0.0.1:0"};
    struct broker_config config = broker_config_default();
    config.connect_timeout = 1;
    for (size_t i = 0; i < TEST_COUNT(urls); i++)
        open_place(urls[i]);
    start(config);
    struct transport *t[3];
    for (size_t i = 0; i < TEST_COUNT(urls); i++) {
        t[i] = tcp_connect_wait("127.0.0.1", places[i].where.port, 5000, &err);
        ck_assert_msg(t[i], "%s", err.text);
    }
    say(t[0], "16 03 01");
    say(t[1], "47 45 54 20");
    for (size_t i = 0; i < TEST_COUNT(urls); i++) {
        hear(t[i], "");
        transport_close(t[i], TRANSPORT_CLOSE);
    }
    stop_server();
}
END_TEST

START_TEST(who_speaks_something_else_is_sent_away)
{
    open_place("mqtts://127.0.0.1:0");
    open_place("ws://127.0.0.1:0/mqtt");
    start(broker_config_default());
    uint8_t bytes[4];
    for (size_t i = 0; i < 2; i++) {
        struct transport *t =
            tcp_connect_wait("127.0.0.1", places[i].where.port, 5000, &err);
        say(t, "10 0d 00 04 4d 51 54 54 04 02 00 00 00 01 63");
        struct pollfd p = {.fd = t->fd, .events = POLLIN};
        ck_assert_int_eq(poll(&p, 1, 10000), 1);
        ptrdiff_t n = transport_read(t, bytes, sizeof bytes, &err);
        if (i == 0) /* no record of TLS: no answer, the end */
            ck_assert_int_eq(n, 0);
        else /* 400 */
            ck_assert(n == 4 && memcmp(bytes, "HTTP", 4) == 0);
        transport_close(t, TRANSPORT_CLOSE);
    }
    stop_server();
}
END_TEST

TEST_MAIN(every_place_leads_to_the_same_broker,
          large_messages_through_every_layer,
          a_handshake_does_not_take_for_ever,
          who_speaks_something_else_is_sent_away)
