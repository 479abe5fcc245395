/* client_io_test.c - the engine on a real socket, with a server made by hand.
 * SPDX-License-Identifier: MIT */
#include "client/client_io.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/test.h"
#include "net/listen.h"
#include "net/tcp.h"
#include "net/tls_testkit.h"

struct stage {
    struct listener listener;
    int server; /* the accepted socket */
    struct mqtt_client_config config;
    struct mqtt_client *client;
    struct mqtt_client_io io;
    struct uri where;
    char told[256]; /* of events, one letter each, and texts */
    struct error err;
};

static void
on_event(void *owner, const struct mqtt_client_event *e)
{
    struct stage *s = owner;
    size_t at = strlen(s->told);
    snprintf(s->told + at, sizeof s->told - at, "%c%s",
             "CRMSsuAX"[e->kind], e->text);
    if (e->kind == MQTT_CLIENT_MESSAGE)
        mqtt_client_disconnect(s->client, 0, (struct slice){0});
}

static void
turns(struct stage *s, int count)
{
    while (count-- > 0 && s->io.transport)
        ck_assert_int_eq(
            mqtt_client_io_turn(&s->io, clock_ms() + 20, &s->err), 0);
}

static void
reads(struct stage *s, const void *bytes, size_t len)
{
    uint8_t in[64];
    ck_assert_uint_le(len, sizeof in);
    ck_assert_int_eq(recv(s->server, in, len, MSG_WAITALL), (ssize_t)len);
    ck_assert_mem_eq(in, bytes, len);
}

static void
writes(struct stage *s, const void *bytes, size_t len)
{
    ck_assert_int_eq(send(s->server, bytes, len, 0), (ssize_t)len);
}

static void
setup(struct stage *s)
{
    *s = (struct stage){.server = -1};
    s->config = (struct mqtt_client_config){.version = MQTT_311,
                                            .client_id = slice_str("c"),
                                            .clean_start = true,
                                            .owner = s,
                                            .on_event = on_event};
    ck_assert_int_eq(listen_open(&s->listener, "127.0.0.1", 0, &s->err), 0);
    snprintf(s->where.host, sizeof s->where.host, "127.0.0.1");
    s->where.port = listen_port(&s->listener);
    s->client = mqtt_client_new(&s->config);
    ck_assert_int_eq(mqtt_client_io_init(&s->io, s->client, &s->err), 0);
    ck_assert_int_eq(
        mqtt_client_io_connect(&s->io, &s->where, 5000, &s->err), 0);
    s->server = listen_accept(&s->listener, &s->err);
    ck_assert_int_ge(s->server, 0);
}

static void
teardown(struct stage *s)
{
    mqtt_client_io_release(&s->io);
    mqtt_client_free(s->client);
    if (s->server >= 0)
        close(s->server);
    listen_close(&s->listener);
}

static const uint8_t hello[] = {0x10, 13,  0,    4, 'M', 'Q', 'T', 'T',
                                4,    0x2, 0x00, 0, 0,   1,   'c'};
static const uint8_t welcome[] = {0x20, 2, 0, 0};

START_TEST(a_whole_conversation)
{
    struct stage s;
    static const uint8_t publish[] = {0x32, 6, 0, 1, 't', 0, 5, '1'};
    static const uint8_t answer[] = {0x40, 2, 0, 5, 0xe0, 0};
    setup(&s);
    turns(&s, 1);
    reads(&s, hello, sizeof hello);
    writes(&s, welcome, sizeof welcome);
    turns(&s, 1);
    ck_assert_str_eq(s.told, "C");
    writes(&s, publish, sizeof publish);
    turns(&s, 2);
    reads(&s, answer, sizeof answer);
    ck_assert_str_eq(s.told, "CMX");
    ck_assert_ptr_null(s.io.transport);
    teardown(&s);
}
END_TEST

START_TEST(the_server_goes_away)
{
    struct stage s;
    setup(&s);
    turns(&s, 1);
    reads(&s, hello, sizeof hello);
    writes(&s, welcome, sizeof welcome);
    shutdown(s.server, SHUT_WR);
    turns(&s, 3);
    ck_assert_str_eq(
        s.told, "CXthe server closed the connection without a word");
    ck_assert_ptr_null(s.io.transport);
    teardown(&s);
}
END_TEST

START_TEST(the_session_goes_on_over_another_connection)
{
    struct stage s;
    setup(&s);
    s.config.clean_start = false;
    writes(&s, welcome, sizeof welcome);
    turns(&s, 2);
    mqtt_client_publish(s.client,
                        &(struct mqtt_client_message){
                            .topic = slice_str("t"), .qos = 1, .tag = 1});
    turns(&s, 1);
    close(s.server);
    turns(&s, 3);
    ck_assert_ptr_null(s.io.transport);
    ck_assert_int_eq(mqtt_client_io_connect(&s.io, &s.where, 5000, &s.err), 0);
    s.server = listen_accept(&s.listener, &s.err);
    turns(&s, 1);
    uint8_t skip[sizeof hello];
    ck_assert_int_eq(recv(s.server, skip, sizeof skip, MSG_WAITALL),
                     sizeof skip);
    writes(&s, "\x20\x02\x01\x00", 4);
    turns(&s, 2);
    reads(&s, "\x3a\x05\x00\x01t\x00\x01", 7);
    teardown(&s);
}
END_TEST

START_TEST(nobody_listens)
{
    struct stage s;
    setup(&s);
    teardown(&s);
    s.client = mqtt_client_new(&s.config);
    ck_assert_int_eq(mqtt_client_io_init(&s.io, s.client, &s.err), 0);
    ck_assert_int_eq(
        mqtt_client_io_connect(&s.io, &s.where, 5000, &s.err), -1);
    ck_assert_ptr_nonnull(strstr(s.err.text, "is a broker running there?"));
    s.where.scheme = URI_MQTTS; /* and nobody has given a context */
    ck_assert_int_eq(
        mqtt_client_io_connect(&s.io, &s.where, 5000, &s.err), -1);
    ck_assert_ptr_nonnull(strstr(s.err.text, "needs a TLS context"));
    s.server = -1;
    mqtt_client_io_release(&s.io);
    mqtt_client_free(s.client);
}
END_TEST

/* ---- through layers ----------------------------------------------------- */

static ptrdiff_t
read_next(struct transport *t, uint8_t *out, size_t cap, struct error *err)
{
    ptrdiff_t n;
    while ((n = transport_read(t, out, cap, err)) == TRANSPORT_AGAIN) {
        struct pollfd p = {.fd = t->fd, .events = POLLIN};
        if (!(transport_want(t, LOOP_READ) & TRANSPORT_NOW))
            poll(&p, 1, 10000);
    }
    return n;
}

/* A server that says CONNACK to one client, gets its DISCONNECT, and ends. */
static _Noreturn void
serve_one(struct stage *s, struct tls_context *tls)
{
    uint8_t in[64];
    struct pollfd p = {.fd = s->listener.fd, .events = POLLIN};
    poll(&p, 1, 10000);
    struct transport *t = layers_server(
        tcp_adopt(listen_accept(&s->listener, &s->err)), &s->where, tls, NULL);
    if (layers_wait(t, 10000, &s->err))
        _exit(1);
    ptrdiff_t n = read_next(t, in, sizeof in, &s->err);
    if (n != sizeof hello || memcmp(in, hello, sizeof hello) ||
        transport_write(t, slice_of(welcome, sizeof welcome), &s->err) < 0)
        _exit(2);
    n = read_next(t, in, sizeof in, &s->err);
    if (n != 2 || in[0] != 0xe0 || read_next(t, in, 1, &s->err) != 0)
        _exit(3);
    transport_close(t, TRANSPORT_CLOSE);
    _exit(0);
}

/* Says CONNECT, and DISCONNECT when it is answered. Returns what connecting
 * returned. */
static int
talk(struct stage *s, enum uri_scheme scheme, const char *ca)
{
    int status;
    *s = (struct stage){.server = -1};
    s->config = (struct mqtt_client_config){.version = MQTT_311,
                                            .client_id = slice_str("c"),
                                            .clean_start = true,
                                            .owner = s,
                                            .on_event = on_event};
    ck_assert_int_eq(listen_open(&s->listener, "127.0.0.1", 0, &s->err), 0);
    snprintf(s->where.host, sizeof s->where.host, "localhost");
    s->where.scheme = scheme;
    s->where.port = listen_port(&s->listener);
    struct tls_context *server =
        tls_testkit_server((struct tls_config){TLS_OWN("server")});
    struct tls_context *client =
        tls_testkit_client((struct tls_config){.ca = ca});
    pid_t pid = fork();
    if (pid == 0)
        serve_one(s, server);
    s->client = mqtt_client_new(&s->config);
    ck_assert_int_eq(mqtt_client_io_init(&s->io, s->client, &s->err), 0);
    s->io.tls = client;
    int result = mqtt_client_io_connect(&s->io, &s->where, 10000, &s->err);
    while (s->io.transport) {
        ck_assert_int_eq(
            mqtt_client_io_turn(&s->io, clock_ms() + 20, &s->err), 0);
        if (strcmp(s->told, "C") == 0)
            mqtt_client_disconnect(s->client, 0, (struct slice){0});
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                     result ? 1 : 0);
    mqtt_client_io_release(&s->io);
    mqtt_client_free(s->client);
    tls_context_free(server);
    tls_context_free(client);
    listen_close(&s->listener);
    return result;
}

START_TEST(every_scheme)
{
    for (int scheme = URI_MQTT; scheme <= URI_WSS; scheme++) {
        struct stage s;
        ck_assert_msg(talk(&s, scheme, TLS_PEM("ca")) == 0, "%s", s.err.text);
        ck_assert_str_eq(s.told, "CX");
    }
}
END_TEST

START_TEST(a_server_that_is_not_trusted)
{
    struct stage s;
    ck_assert_int_eq(talk(&s, URI_WSS, TLS_PEM("stranger-ca")), -1);
    ck_assert_ptr_nonnull(strstr(s.err.text, "cannot connect to wss://local"));
    ck_assert_ptr_nonnull(strstr(s.err.text, "is the right CA trusted?"));
    ck_assert_str_eq(s.told, "");
}
END_TEST

TEST_MAIN(every_scheme, a_server_that_is_not_trusted, a_whole_conversation,
          the_server_goes_away,
          the_session_goes_on_over_another_connection, nobody_listens)
