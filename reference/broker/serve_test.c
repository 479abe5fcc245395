/* serve_test.c - the broker over real sockets on loopback.
 * SPDX-License-Identifier: MIT
 *
 * serve() runs in a child process, as the program does; waiting is poll() on
 * the socket in question, never a sleep.                                     */
#include "broker/serve.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/test.h"
#include "broker/store.h"
#include "net/tcp.h"
#include "net/tls_testkit.h"

enum { PLACES = 4 };

static struct serve_signals signals;
static struct listening places[PLACES];
static size_t place_count;
static pid_t server;
static struct error err;
static struct store *store; /* of the server, or NULL */

static void
on_signal(int number)
{
    if (number == SIGUSR1)
        signals.dump = 1;
    else
        signals.stop = 1;
}

static void
open_place(const char *url)
{
    struct uri where;
    struct tls_config tls = {TLS_OWN("server"), .ca = TLS_PEM("ca")};
    ck_assert_uint_lt(place_count, PLACES);
    ck_assert_int_eq(uri_parse_listen(&where, slice_str(url), &err), 0);
    ck_assert_msg(listening_open(&places[place_count++], &where, &tls,
                                 &err) == 0, "%s", err.text);
}

/* Serves what was opened, or one place when none was. */
static void
start(struct broker_config config)
{
    if (place_count == 0)
        open_place("mqtt://127.0.0.1:0");
    server = fork();
    ck_assert_int_ge(server, 0);
    if (server > 0)
        return;
    struct sigaction act = {.sa_handler = on_signal};
    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGUSR1, &act, NULL);
    struct broker *b = broker_new(&config, 0);
    if (store && broker_use_store(b, store, 0, &err) < 0)
        _exit(2);
    int result = serve(b, places, place_count, NULL, NULL, &signals, &err);
    broker_free(b);
    _exit(result ? 1 : 0);
}

/* Ends it as an operator would; it must come to an end, and cleanly. */
static void
stop_server(void)
{
    int status;
    kill(server, SIGTERM);
    ck_assert_int_eq(waitpid(server, &status, 0), server);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    while (place_count > 0)
        listening_close(&places[--place_count]);
}

static struct transport *
dial(void)
{
    struct transport *t = tcp_connect_wait("127.0.0.1",
                                           places[0].where.port, 5000, &err);
    ck_assert_msg(t, "%s", err.text);
    return t;
}

static void
say(struct transport *t, const char *hex)
{
    struct buf out = {0};
    ck_assert(hex_parse(&out, slice_str(hex)));
    ck_assert_int_eq(transport_write(t, buf_slice(&out), &err),
                     (ptrdiff_t)out.len);
    buf_release(&out);
}

/* Exactly these bytes come next; "" for the end of the stream. */
static void
hear(struct transport *t, const char *hex)
{
    struct buf wanted = {0}, got = {0};
    uint8_t byte;
    ck_assert(hex_parse(&wanted, slice_str(hex)));
    while (got.len < wanted.len || wanted.len == 0) {
        ptrdiff_t n = transport_read(t, &byte, 1, &err);
        if (n == TRANSPORT_AGAIN) {
            struct pollfd p = {.fd = t->fd, .events = POLLIN};
            ck_assert_int_eq(poll(&p, 1, 10000), 1);
            continue;
        }
        if (n <= 0)
            break;
        buf_add_byte(&got, byte);
    }
    struct buf text = {0};
    hex_print(&text, buf_slice(&got), ' ');
    ck_assert_str_eq(buf_cstr(&text), hex);
    buf_release(&text);
    buf_release(&wanted);
    buf_release(&got);
}

/* A 3.1.1 client named by one letter, connected. */
static struct transport *
client(char name)
{
    char hex[64];
    struct transport *t = dial();
    snprintf(hex, sizeof hex, "10 0d 00 04 4d 51 54 54 04 02 00 00 00 01 %02x",
             name);
    say(t, hex);
    hear(t, "20 02 00 00");
    return t;
}

START_TEST(a_client_is_served)
{
    start(broker_config_default());
    struct transport *c = client('c');
    say(c, "82 06 00 01 00 01 74 01"); /* SUBSCRIBE t */
    hear(c, "90 03 00 01 01");
    say(c, "30 05 00 01 74 68 69"); /* PUBLISH t "hi" */
    hear(c, "30 05 00 01 74 68 69");
    say(c, "c0 00");
    hear(c, "d0 00");
    say(c, "e0 00");
    hear(c, "");
    transport_close(c, TRANSPORT_CLOSE);
    stop_server();
}
END_TEST

/* A store on a disk that is full: it takes retained messages, and fails. */
static void
take_message(struct store *s, const struct store_message *m)
{
    (void)m;
    s->has_changes = true;
}

static void
take_retained(struct store *s, uint64_t message)
{
    (void)s, (void)message;
}

static int
load_nothing(struct store *s, const struct store_reader *to, struct error *e)
{
    (void)s, (void)to, (void)e;
    return 0;
}

static int
fail_to_commit(struct store *s, struct error *e)
{
    (void)s;
    return error_set(e, "the disk is full");
}

START_TEST(what_is_not_stored_is_not_acknowledged)
{
    static const struct store_calls calls = {.message_put = take_message,
                                             .retained_put = take_retained,
                                             .load = load_nothing,
                                             .commit = fail_to_commit};
    struct store full = {.call = &calls};
    int status;
    store = &full;
    start(broker_config_default());
    struct transport *c = client('c'), *d = client('d');
    say(d, "82 06 00 01 00 01 74 01"); /* SUBSCRIBE t */
    hear(d, "90 03 00 01 01");
    say(c, "32 05 00 01 74 00 01"); /* PUBLISH t, QoS 1: nothing to store */
    hear(c, "40 02 00 01");
    hear(d, "32 05 00 01 74 00 01");
    say(c, "33 06 00 01 74 00 02 78"); /* and one that is retained */
    hear(c, "");
    hear(d, ""); /* nor passed on */
    ck_assert_int_eq(waitpid(server, &status, 0), server);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    transport_close(c, TRANSPORT_CLOSE);
    transport_close(d, TRANSPORT_CLOSE);
    listening_close(&places[--place_count]);
}
END_TEST

START_TEST(a_packet_in_two_segments)
{
    start(broker_config_default());
    struct transport *c = client('c'), *d = client('d');
    say(c, "c0");
    say(d, "c0 00"); /* its answer shows that the server has turned */
    hear(d, "d0 00");
    say(c, "00");
    hear(c, "d0 00");
    transport_close(c, TRANSPORT_CLOSE);
    transport_close(d, TRANSPORT_CLOSE);
    stop_server();
}
END_TEST

START_TEST(a_lost_client_leaves_its_will)
{
    start(broker_config_default());
    struct transport *w = client('w');
    say(w, "82 06 00 01 00 01 74 00");
    hear(w, "90 03 00 01 00");
    struct transport *c = dial();
    say(c, "10 13 00 04 4d 51 54 54 04 06 00 00 00 01 63 00 01 74 00 01 78");
    hear(c, "20 02 00 00");
    transport_close(c, TRANSPORT_RESET);
    hear(w, "30 04 00 01 74 78");
    transport_close(w, TRANSPORT_CLOSE);
    stop_server();
}
END_TEST

START_TEST(who_does_not_read_does_not_hold_up_others)
{
    enum { PAYLOAD = 60000, MESSAGES = 400 };
    struct broker_config config = broker_config_default();
    config.maximum_output = 1 << 20;
    start(config);
    struct transport *slow = client('s'), *p = client('p');
    say(slow, "82 06 00 01 00 01 74 00");
    hear(slow, "90 03 00 01 00");
    /* 24 MB for somebody who takes none of it */
    struct buf out = {0};
    buf_add_str(&out, "\x30\xe3\xd4\x03");
    buf_add(&out, slice_of("\x00\x01t", 3));
    buf_add_fill(&out, 'x', PAYLOAD);
    for (int i = 0; i < MESSAGES; i++) {
        struct slice rest = buf_slice(&out);
        while (rest.len > 0) {
            ptrdiff_t n = transport_write(p, rest, &err);
            ck_assert_int_ne(n, TRANSPORT_ERROR);
            struct pollfd wait = {.fd = p->fd, .events = POLLOUT};
            if (n < 0)
                ck_assert_int_eq(poll(&wait, 1, 10000), 1);
            else
                rest = slice_from(rest, (size_t)n);
        }
    }
    say(p, "c0 00");
    hear(p, "d0 00");
    struct transport *c = client('c'); /* and newcomers get in */
    transport_close(c, TRANSPORT_CLOSE);
    transport_close(p, TRANSPORT_CLOSE);
    transport_close(slow, TRANSPORT_CLOSE);
    buf_release(&out);
    stop_server();
}
END_TEST

START_TEST(who_asks_and_does_not_read_is_not_read_from)
{
    struct broker_config config = broker_config_default();
    config.maximum_output = 65536;
    start(config);
    struct transport *c = client('c');
    struct buf pings = {0};
    for (int i = 0; i < 32768; i++)
        buf_add(&pings, slice_of("\xc0\x00", 2));
    /* Sooner or later nothing more is taken: the server has stopped reading. */
    size_t taken = 0;
    for (;;) {
        struct pollfd wait = {.fd = c->fd, .events = POLLOUT};
        if (poll(&wait, 1, 500) == 0)
            break;
        ptrdiff_t n = transport_write(c, buf_slice(&pings), &err);
        ck_assert_int_ne(n, TRANSPORT_ERROR);
        taken += n > 0 ? (size_t)n : 0;
        ck_assert_uint_lt(taken, 256u << 20);
    }
    struct transport *d = client('d'); /* others are served */
    transport_close(d, TRANSPORT_CLOSE);
    transport_close(c, TRANSPORT_CLOSE);
    buf_release(&pings);
    stop_server();
}
END_TEST

static void
answer(const struct broker *b, void *fd)
{
    ck_assert_int_eq(write(*(int *)fd, b ? "x" : "", 1), 1);
}

/* SIGUSR1: a look inside, in between two turns, and service goes on. */
START_TEST(a_dump_when_asked_for)
{
    int ends[2];
    char got;
    ck_assert_int_eq(pipe(ends), 0);
    signals = (struct serve_signals){.on_dump = answer, .user = &ends[1]};
    start(broker_config_default());
    struct transport *c = client('c');
    kill(server, SIGUSR1);
    ck_assert_int_eq(read(ends[0], &got, 1), 1);
    say(c, "c0 00");
    hear(c, "d0 00");
    transport_close(c, TRANSPORT_CLOSE);
    stop_server();
}
END_TEST

START_TEST(stopping_tells_those_who_are_there)
{
    start(broker_config_default());
    struct transport *old = client('o'), *new = dial();
    say(new, "10 0e 00 04 4d 51 54 54 05 02 00 00 00 00 01 6e");
    /* CONNACK with its properties: 100, 1 MiB, 32 */
    hear(new, "20 0e 00 00 0b 21 00 64 27 00 10 00 00 22 00 20");
    stop_server();
    hear(old, "");
    uint8_t head[3];
    ck_assert_int_eq(transport_read(new, head, 3, &err), 3);
    ck_assert(head[0] == 0xe0 && head[2] == 0x8b); /* DISCONNECT 0x8B */
    transport_close(old, TRANSPORT_CLOSE);
    transport_close(new, TRANSPORT_CLOSE);
}
END_TEST

/* ---- layers ------------------------------------------------------------- */

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

TEST_MAIN(what_is_not_stored_is_not_acknowledged,
          every_place_leads_to_the_same_broker,
          large_messages_through_every_layer,
          a_handshake_does_not_take_for_ever,
          who_speaks_something_else_is_sent_away, a_client_is_served,
          a_packet_in_two_segments,
          a_lost_client_leaves_its_will,
          who_does_not_read_does_not_hold_up_others,
          who_asks_and_does_not_read_is_not_read_from,
          stopping_tells_those_who_are_there, a_dump_when_asked_for)
