/* tcp_test.c - connections and the TCP transport, over loopback.
 * SPDX-License-Identifier: MIT
 *
 * Waiting is poll() on the descriptor in question, never a sleep.           */
#include "net/tcp.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/test.h"
#include "net/listen.h"

static struct listener listener;
static struct transport *near, *far;
static struct error err;

static void
wait_for(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    ck_assert_int_eq(poll(&p, 1, 10000), 1);
}

static void
listen_here(void)
{
    ck_assert_int_eq(listen_open(&listener, "127.0.0.1", 0, &err), 0);
}

static void
take_far(void)
{
    wait_for(listener.fd, POLLIN);
    int fd = listen_accept(&listener, &err);
    ck_assert_int_ge(fd, 0);
    far = tcp_adopt(fd);
}

static void
connect_both(void)
{
    listen_here();
    near = tcp_connect_wait("127.0.0.1", listen_port(&listener), 5000, &err);
    ck_assert_msg(near, "%s", err.text);
    take_far();
}

static void
close_all(void)
{
    transport_close(near, TRANSPORT_CLOSE);
    transport_close(far, TRANSPORT_CLOSE);
    near = far = NULL;
    listen_close(&listener);
}

static ptrdiff_t
write_text(struct transport *t, const char *text)
{
    return transport_write(t, slice_str(text), &err);
}

/* What arrives next, at least one byte or the end. */
static ptrdiff_t
read_next(struct transport *t, void *out, size_t cap)
{
    wait_for(t->fd, POLLIN);
    return transport_read(t, out, cap, &err);
}

START_TEST(bytes_go_both_ways)
{
    char got[16];
    connect_both();
    ck_assert_int_eq(transport_read(far, got, 16, &err), TRANSPORT_AGAIN);
    ck_assert_int_eq(write_text(near, "hello"), 5);
    ck_assert_int_eq(read_next(far, got, 16), 5);
    ck_assert(slice_is(slice_of(got, 5), "hello"));
    ck_assert_int_eq(write_text(far, "world"), 5);
    ck_assert_int_eq(read_next(near, got, 3), 3);
    ck_assert_int_eq(read_next(near, got + 3, 13), 2);
    ck_assert(slice_is(slice_of(got, 5), "world"));
    ck_assert_int_eq(transport_write(near, slice_of(NULL, 0), &err), 0);
    close_all();
}
END_TEST

START_TEST(the_wish_is_what_tcp_wants)
{
    connect_both();
    ck_assert_uint_eq(transport_want(near, LOOP_READ), LOOP_READ);
    ck_assert_uint_eq(transport_want(near, LOOP_READ | LOOP_WRITE),
                      LOOP_READ | LOOP_WRITE);
    ck_assert_uint_eq(transport_want(near, 0), 0);
    close_all();
}
END_TEST

/* A peer that does not read fills the pipe; nothing is lost or doubled. */
START_TEST(a_full_socket_says_again)
{
    static uint8_t sent[65536], got[65536];
    size_t written = 0, at = 0;
    ptrdiff_t n;
    connect_both();
    for (size_t i = 0; i < sizeof sent; i++)
        sent[i] = (uint8_t)(i * 7 + i / 251);
    do {
        size_t from = written % sizeof sent;
        n = transport_write(near, slice_of(sent + from, sizeof sent - from),
                            &err);
        if (n > 0)
            written += (size_t)n;
    } while (n > 0);
    ck_assert_int_eq(n, TRANSPORT_AGAIN);
    tcp_half_close(near);
    while ((n = read_next(far, got, sizeof got)) > 0)
        for (ptrdiff_t i = 0; i < n; i++, at++)
            ck_assert_uint_eq(got[i], sent[at % sizeof sent]);
    ck_assert_int_eq(n, 0);
    ck_assert_uint_eq(at, written);
    close_all();
}
END_TEST

START_TEST(half_close_ends_one_direction)
{
    char got[16];
    connect_both();
    ck_assert_int_eq(write_text(near, "last"), 4);
    tcp_half_close(near);
    ck_assert_int_eq(read_next(far, got, 16), 4);
    ck_assert_int_eq(read_next(far, got, 16), 0);
    ck_assert_int_eq(write_text(far, "reply"), 5);
    ck_assert_int_eq(read_next(near, got, 16), 5);
    close_all();
}
END_TEST

START_TEST(close_is_an_end_and_reset_an_error)
{
    char got[16];
    connect_both();
    transport_close(near, TRANSPORT_CLOSE);
    near = NULL;
    ck_assert_int_eq(read_next(far, got, 16), 0);
    close_all();

    connect_both();
    transport_close(near, TRANSPORT_RESET);
    near = NULL;
    ck_assert_int_eq(read_next(far, got, 16), TRANSPORT_ERROR);
    ck_assert_str_eq(err.text, "connection lost: Connection reset by peer");
    close_all();
}
END_TEST

/* Bytes that we never read must not turn our farewell into a reset. */
START_TEST(the_last_words_arrive_though_we_did_not_listen)
{
    char got[16];
    connect_both();
    ck_assert_int_eq(write_text(near, "unread"), 6);
    wait_for(far->fd, POLLIN);
    ck_assert_int_eq(write_text(far, "bye"), 3);
    transport_close(far, TRANSPORT_CLOSE);
    far = NULL;
    ck_assert_int_eq(read_next(near, got, 16), 3);
    ck_assert_int_eq(read_next(near, got, 16), 0);
    close_all();
}
END_TEST

/* Closing with unread bytes would also drop what still waits to be sent. */
START_TEST(all_that_was_written_arrives_after_the_close)
{
    static uint8_t bytes[65536];
    ptrdiff_t n;
    size_t written = 0, got = 0;
    connect_both();
    ck_assert_int_eq(write_text(near, "unread"), 6);
    wait_for(far->fd, POLLIN);
    while ((n = transport_write(far, slice_of(bytes, sizeof bytes), &err)) > 0)
        written += (size_t)n;
    transport_close(far, TRANSPORT_CLOSE);
    far = NULL;
    while ((n = read_next(near, bytes, sizeof bytes)) > 0)
        got += (size_t)n;
    ck_assert_int_eq(n, 0);
    ck_assert_uint_eq(got, written);
    close_all();
}
END_TEST

/* Without MSG_NOSIGNAL this would kill the test. */
START_TEST(writing_to_a_dead_peer_is_an_error_and_no_signal)
{
    char got[16];
    connect_both();
    transport_close(far, TRANSPORT_RESET);
    far = NULL;
    ck_assert_int_eq(read_next(near, got, 16), TRANSPORT_ERROR);
    err.text[0] = '\0';
    ck_assert_int_eq(write_text(near, "x"), TRANSPORT_ERROR);
    ck_assert_str_eq(err.text, "connection lost: Broken pipe");
    close_all();
}
END_TEST

START_TEST(sockets_have_the_promised_options)
{
    connect_both();
    struct transport *both[] = {near, far};
    for (int i = 0; i < 2; i++) {
        int on = 0;
        socklen_t len = sizeof on;
        ck_assert_int_eq(getsockopt(both[i]->fd, IPPROTO_TCP, TCP_NODELAY, &on,
                                    &len), 0);
        ck_assert_int_ne(on, 0);
        ck_assert(fcntl(both[i]->fd, F_GETFL) & O_NONBLOCK);
        ck_assert(fcntl(both[i]->fd, F_GETFD) & FD_CLOEXEC);
    }
    close_all();
}
END_TEST

START_TEST(start_and_finish_by_hand)
{
    struct tcp_connect c;
    int result;
    listen_here();
    ck_assert_int_eq(tcp_connect_start(&c, "127.0.0.1", listen_port(&listener),
                                       &err), 0);
    do {
        wait_for(c.fd, POLLOUT);
        result = tcp_connect_finish(&c, &near, &err);
    } while (result == TRANSPORT_AGAIN);
    ck_assert_int_eq(result, 0);
    ck_assert_int_eq(c.fd, -1);
    take_far();
    close_all();
}
END_TEST

/* A host with two addresses, made by hand: nobody listens on the first. */
START_TEST(every_address_of_a_host_is_tried)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct tcp_connect c;
    char port[6];
    listen_here();
    uint16_t closed = listen_port(&listener);
    listen_close(&listener);
    ck_assert_int_eq(tcp_connect_start(&c, "127.0.0.1", closed, &err), 0);
    listen_here();
    snprintf(port, sizeof port, "%u", listen_port(&listener));
    ck_assert_int_eq(
        getaddrinfo("127.0.0.1", port, &hints, &c.all->ai_next), 0);
    wait_for(c.fd, POLLOUT);
    ck_assert_int_eq(tcp_connect_finish(&c, &near, &err), TRANSPORT_AGAIN);
    wait_for(c.fd, POLLOUT);
    ck_assert_int_eq(tcp_connect_finish(&c, &near, &err), 0);
    take_far();
    close_all();
}
END_TEST

START_TEST(a_name_will_do)
{
    listen_here();
    near = tcp_connect_wait("localhost", listen_port(&listener), 5000, &err);
    ck_assert_msg(near, "%s", err.text);
    take_far();
    close_all();
}
END_TEST

START_TEST(a_refusal_says_where_and_what_to_do)
{
    listen_here();
    uint16_t port = listen_port(&listener);
    listen_close(&listener);
    ck_assert_ptr_null(tcp_connect_wait("127.0.0.1", port, 5000, &err));
    char *expected = xasprintf("cannot connect to 127.0.0.1:%u: Connection "
                               "refused; is a broker running there?", port);
    ck_assert_str_eq(err.text, expected);
    free(expected);

    struct tcp_connect c;
    ck_assert_int_eq(tcp_connect_start(&c, "no such host", 1883, &err), -1);
    ck_assert(slice_starts(slice_str(err.text),
                           "cannot connect to no such host:1883: "));
}
END_TEST

START_TEST(a_cancelled_connect_leaves_nothing_open)
{
    struct tcp_connect c;
    listen_here();
    ck_assert_int_eq(tcp_connect_start(&c, "127.0.0.1", listen_port(&listener),
                                       &err), 0);
    int fd = c.fd;
    tcp_connect_cancel(&c);
    tcp_connect_cancel(&c);
    ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
    listen_close(&listener);
}
END_TEST

START_TEST(the_peer_has_a_name)
{
    char name[TCP_NAME_LEN];
    connect_both();
    tcp_peer_name(near->fd, name);
    char *expected = xasprintf("127.0.0.1:%u", listen_port(&listener));
    ck_assert_str_eq(name, expected);
    free(expected);
    tcp_peer_name(listener.fd, name);
    ck_assert_str_eq(name, "?");
    close_all();
}
END_TEST

TEST_MAIN(bytes_go_both_ways, the_wish_is_what_tcp_wants,
          a_full_socket_says_again, half_close_ends_one_direction,
          close_is_an_end_and_reset_an_error,
          the_last_words_arrive_though_we_did_not_listen,
          all_that_was_written_arrives_after_the_close,
          writing_to_a_dead_peer_is_an_error_and_no_signal,
          sockets_have_the_promised_options, start_and_finish_by_hand,
          every_address_of_a_host_is_tried, a_name_will_do,
          a_refusal_says_where_and_what_to_do,
          a_cancelled_connect_leaves_nothing_open, the_peer_has_a_name)
