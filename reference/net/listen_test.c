/* listen_test.c - ports that take connections, over loopback.
 * SPDX-License-Identifier: MIT */
#include "net/listen.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/test.h"
#include "net/tcp.h"

static struct error err;

static void
wait_readable(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ck_assert_int_eq(poll(&p, 1, 10000), 1);
}

START_TEST(the_system_chooses_port_zero)
{
    struct listener a, b;
    ck_assert_int_eq(listen_open(&a, "127.0.0.1", 0, &err), 0);
    ck_assert_int_eq(listen_open(&b, "127.0.0.1", 0, &err), 0);
    ck_assert_uint_ne(listen_port(&a), 0);
    ck_assert_uint_ne(listen_port(&a), listen_port(&b));
    ck_assert_int_eq(listen_accept(&a, &err), LISTEN_NONE);
    listen_close(&a);
    listen_close(&a);
    listen_close(&b);
}
END_TEST

START_TEST(a_taken_port_is_explained)
{
    struct listener a, b;
    ck_assert_int_eq(listen_open(&a, "127.0.0.1", 0, &err), 0);
    ck_assert_int_eq(listen_open(&b, "127.0.0.1", listen_port(&a), &err), -1);
    char *expected =
        xasprintf("cannot listen on 127.0.0.1:%u: Address already in use; is "
                  "another broker running? choose another port with -p",
                  listen_port(&a));
    ck_assert_str_eq(err.text, expected);
    free(expected);
    listen_close(&a);
}
END_TEST

START_TEST(a_foreign_address_is_explained)
{
    struct listener l;
    ck_assert_int_eq(listen_open(&l, "192.0.2.1", 1883, &err), -1);
    ck_assert_str_eq(err.text,
                     "cannot listen on 192.0.2.1:1883: Cannot assign requested "
                     "address; this machine has no such address");
    ck_assert_int_eq(listen_open(&l, "no such name", 1883, &err), -1);
    ck_assert(slice_starts(slice_str(err.text),
                           "cannot listen on no such name:1883: "));
}
END_TEST

/* A broker that is restarted finds its port again at once. */
START_TEST(a_port_can_be_reopened_while_old_connections_linger)
{
    struct listener l;
    ck_assert_int_eq(listen_open(&l, "127.0.0.1", 0, &err), 0);
    uint16_t port = listen_port(&l);
    struct transport *t = tcp_connect_wait("127.0.0.1", port, 5000, &err);
    ck_assert_ptr_nonnull(t);
    wait_readable(l.fd);
    int fd = listen_accept(&l, &err);
    close(fd); /* the listening side ends first: TIME_WAIT is ours */
    wait_readable(t->fd);
    transport_close(t, TRANSPORT_CLOSE);
    listen_close(&l);
    int failed = listen_open(&l, "127.0.0.1", port, &err);
    ck_assert_msg(!failed, "%s", err.text);
    listen_close(&l);
}
END_TEST

START_TEST(any_address_takes_ipv4)
{
    struct listener l;
    ck_assert_int_eq(listen_open(&l, "*", 0, &err), 0);
    struct transport *t =
        tcp_connect_wait("127.0.0.1", listen_port(&l), 5000, &err);
    ck_assert_msg(t, "%s", err.text);
    wait_readable(l.fd);
    int fd = listen_accept(&l, &err);
    ck_assert_int_ge(fd, 0);
    ck_assert(fcntl(fd, F_GETFL) & O_NONBLOCK);
    ck_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
    transport_close(t, TRANSPORT_CLOSE);
    listen_close(&l);
}
END_TEST

START_TEST(all_that_wait_are_accepted_in_one_go)
{
    enum { COUNT = 20 };
    struct transport *t[COUNT];
    struct listener l;
    int accepted = 0, fd;
    ck_assert_int_eq(listen_open(&l, "127.0.0.1", 0, &err), 0);
    for (int i = 0; i < COUNT; i++)
        t[i] = tcp_connect_wait("127.0.0.1", listen_port(&l), 5000, &err);
    while (accepted < COUNT) {
        wait_readable(l.fd);
        while ((fd = listen_accept(&l, &err)) >= 0) {
            close(fd);
            accepted++;
        }
        ck_assert_int_eq(fd, LISTEN_NONE);
    }
    for (int i = 0; i < COUNT; i++)
        transport_close(t[i], TRANSPORT_CLOSE);
    listen_close(&l);
}
END_TEST

/* Takes every descriptor there is; returns how many, in fds. */
static int
exhaust(int *fds, int max)
{
    int n = 0;
    while (n < max && (fds[n] = open("/dev/null", O_RDONLY)) >= 0)
        n++;
    return n;
}

START_TEST(without_descriptors_the_queue_still_empties)
{
    struct rlimit few = {64, 64};
    struct listener l;
    struct transport *t[2];
    int fds[64];
    char byte;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    ck_assert_int_eq(listen_open(&l, "127.0.0.1", 0, &err), 0);
    for (int i = 0; i < 2; i++)
        t[i] = tcp_connect_wait("127.0.0.1", listen_port(&l), 5000, &err);
    wait_readable(l.fd);
    int taken = exhaust(fds, 64);
    while (l.refused < 2)
        ck_assert_int_eq(listen_accept(&l, &err), LISTEN_NONE);
    struct pollfd p = {.fd = l.fd, .events = POLLIN};
    ck_assert_int_eq(poll(&p, 1, 0), 0); /* the loop would not spin */
    for (int i = 0; i < 2; i++) {
        wait_readable(t[i]->fd);
        ck_assert_int_le(transport_read(t[i], &byte, 1, &err), 0);
        transport_close(t[i], TRANSPORT_CLOSE);
    }
    while (taken > 0)
        close(fds[--taken]);
    listen_close(&l);
}
END_TEST

START_TEST(without_even_the_spare_it_says_so)
{
    struct rlimit few = {64, 64};
    struct listener l;
    int fds[64];
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    ck_assert_int_eq(listen_open(&l, "127.0.0.1", 0, &err), 0);
    close(l.spare);
    l.spare = -1;
    int taken = exhaust(fds, 64);
    ck_assert_int_eq(listen_accept(&l, &err), LISTEN_FAILED);
    ck_assert_ptr_nonnull(strstr(err.text, "ulimit -n"));
    while (taken > 0)
        close(fds[--taken]);
    listen_close(&l);
}
END_TEST

TEST_MAIN(the_system_chooses_port_zero, a_taken_port_is_explained,
          a_foreign_address_is_explained,
          a_port_can_be_reopened_while_old_connections_linger,
          any_address_takes_ipv4, all_that_wait_are_accepted_in_one_go,
          without_descriptors_the_queue_still_empties,
          without_even_the_spare_it_says_so)
