/* layers_test.c - every scheme, over sockets on loopback.
 * SPDX-License-Identifier: MIT
 *
 * The server is a child process, as brokers are; waiting is poll() on the
 * socket in question.                                                        */
#include "net/layers.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/listen.h"
#include "net/tcp.h"
#include "net/tls_testkit.h"

static struct listener listener;
static struct error err;

static struct uri
parse(const char *text)
{
    struct uri u;
    ck_assert_msg(uri_parse(&u, slice_str(text), &err) == 0, "%s", err.text);
    u.port = listen_port(&listener);
    return u;
}

/* Reads at least one byte or the end. */
static ptrdiff_t
read_next(struct transport *t, void *out, size_t cap)
{
    ptrdiff_t n;
    while ((n = transport_read(t, out, cap, &err)) == TRANSPORT_AGAIN) {
        unsigned want = transport_want(t, LOOP_READ);
        struct pollfd p = {.fd = t->fd, .events = POLLIN};
        if (want & LOOP_WRITE)
            p.events |= POLLOUT;
        ck_assert_int_ge(poll(&p, 1, want & TRANSPORT_NOW ? 0 : 10000), 0);
    }
    return n;
}

/* The client's name is told where there is TLS. */
static void
check_name(const struct transport *t, const struct uri *where)
{
    struct buf name = {0};
    bool has_name = layers_peer_name(t, where, &name);
    if (has_name != uri_is_tls(where) ||
        (has_name && !slice_is(buf_slice(&name), "ann")))
        _exit(4);
    buf_release(&name);
}

/* Gives back what it gets, until the other has had enough. */
static void
serve_echo(const struct uri *where, struct tls_context *tls)
{
    uint8_t bytes[1000];
    ptrdiff_t n;
    struct pollfd p = {.fd = listener.fd, .events = POLLIN};
    ck_assert_int_eq(poll(&p, 1, 10000), 1);
    struct transport *t =
        layers_server(tcp_adopt(listen_accept(&listener, &err)), where, tls,
                      NULL);
    while ((n = read_next(t, bytes, sizeof bytes)) > 0)
        if (transport_write(t, slice_of(bytes, (size_t)n), &err) != n)
            break;
    check_name(t, where);
    transport_close(t, TRANSPORT_CLOSE);
    _exit(n == 0 ? 0 : 1);
}

static void
check_echo(struct transport *t, const char *text)
{
    struct buf got = {0};
    uint8_t bytes[1000];
    ck_assert_int_eq(transport_write(t, slice_str(text), &err),
                     (ptrdiff_t)strlen(text));
    while (got.len < strlen(text)) {
        ptrdiff_t n = read_next(t, bytes, sizeof bytes);
        ck_assert_msg(n > 0, "%s", err.text);
        buf_add(&got, slice_of(bytes, (size_t)n));
    }
    ck_assert_str_eq(buf_cstr(&got), text);
    buf_release(&got);
}

static void
check_scheme(const char *url)
{
    int status;
    ck_assert_int_eq(listen_open(&listener, "127.0.0.1", 0, &err), 0);
    struct uri where = parse(url);
    struct tls_context *of_server =
        tls_testkit_server((struct tls_config){TLS_OWN("server"),
                                               .ca = TLS_PEM("ca")});
    struct tls_context *of_client =
        tls_testkit_client((struct tls_config){TLS_OWN("client"),
                                               .ca = TLS_PEM("ca")});
    pid_t pid = fork();
    if (pid == 0)
        serve_echo(&where, of_server);
    struct transport *t = tcp_connect_wait(where.host, where.port, 5000, &err);
    ck_assert_msg(t, "%s", err.text);
    t = layers_client(t, &where, of_client, "mqtt");
    ck_assert_msg(layers_wait(t, 10000, &err) == 0, "%s", err.text);
    check_echo(t, "hello");
    check_echo(t, "and again");
    transport_close(t, TRANSPORT_CLOSE);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    tls_context_free(of_server);
    tls_context_free(of_client);
    uri_release(&where);
    listen_close(&listener);
}

START_TEST(every_scheme)
{
    check_scheme("mqtt://127.0.0.1");
    check_scheme("mqtts://localhost");
    check_scheme("ws://127.0.0.1/mqtt");
    check_scheme("wss://127.0.0.1/mqtt");
}
END_TEST

/* Somebody listens and says nothing. */
START_TEST(a_handshake_has_its_time)
{
    ck_assert_int_eq(listen_open(&listener, "127.0.0.1", 0, &err), 0);
    struct uri where = parse("wss://127.0.0.1");
    struct tls_context *c =
        tls_testkit_client((struct tls_config){.ca = TLS_PEM("ca")});
    struct transport *t = tcp_connect_wait(where.host, where.port, 5000, &err);
    t = layers_client(t, &where, c, "mqtt");
    uint64_t before_ms = clock_ms();
    ck_assert_int_eq(layers_wait(t, 50, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "within 50 ms"));
    ck_assert_uint_ge(clock_ms() - before_ms, 49);
    transport_close(t, TRANSPORT_CLOSE);
    tls_context_free(c);
    uri_release(&where);
    listen_close(&listener);
}
END_TEST

TEST_MAIN(every_scheme, a_handshake_has_its_time)
