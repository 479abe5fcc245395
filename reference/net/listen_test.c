/* listen_test.c - ports that take connections, over loopback.
 * SPDX-License-Identifier: MIT */
#include "net/listen.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
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

static void
answers_at(const struct listener *l, const char *address)
{
    struct transport *t = tcp_connect_wait(address, listen_port(l), 5000, &err);
    ck_assert_msg(t != NULL, "%s: %s", address, err.text);
    transport_close(t, TRANSPORT_CLOSE);
    wait_readable(l->fd);
    int fd = listen_accept((struct listener *)l, &err);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

/* "localhost" has an address of each family where there are both. */
START_TEST(each_address_of_a_name_gets_a_listener)
{
    struct listener list[4], other, six;
    int count = listen_open_all(list, 4, "localhost", 0, &err);
    bool has_six = listen_open(&six, "::1", 0, &err) == 0;
    ck_assert_msg(count >= 1 && count <= 2, "%d", count);
    for (int i = 0; i < count; i++)
        ck_assert_uint_eq(listen_port(&list[i]), listen_port(&list[0]));
    if (count == 2) {
        ck_assert(has_six);
        ck_assert_int_eq(listen_open(&other, "127.0.0.1",
                                     listen_port(&list[0]), &err), -1);
        ck_assert_int_eq(listen_open(&other, "::1", listen_port(&list[0]),
                                     &err), -1);
    }
    for (int i = 0; i < count; i++)
        listen_close(&list[i]);
    if (has_six)
        listen_close(&six);
    ck_assert_int_eq(listen_open_all(list, 4, "127.0.0.1", 0, &err), 1);
    answers_at(&list[0], "127.0.0.1");
    listen_close(&list[0]);
}
END_TEST

/* The system's, but that "twice" has 127.0.0.1 twice, as /etc/hosts may. */
int
getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
            struct addrinfo **out)
{
    int (*real)(const char *, const char *, const struct addrinfo *,
                struct addrinfo **);
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    if (!host || strcmp(host, "twice") != 0)
        return real(host, service, hints, out);
    int result = real("127.0.0.1", service, hints, out);
    return result ? result
                  : real("127.0.0.1", service, hints, &(*out)->ai_next);
}

START_TEST(an_address_that_stands_twice_is_one)
{
    struct listener list[4];
    ck_assert_msg(listen_open_all(list, 4, "twice", 0, &err) == 1, "%s",
                  err.text);
    answers_at(&list[0], "127.0.0.1");
    listen_close(&list[0]);
}
END_TEST

/* Half a name would be found by half of the clients. */
START_TEST(a_name_is_opened_at_all_addresses_or_none)
{
    struct listener list[4], taken;
    int count = listen_open_all(list, 4, "localhost", 0, &err);
    uint16_t port = listen_port(&list[0]);
    for (int i = 0; i < count; i++)
        listen_close(&list[i]);
    ck_assert_int_eq(listen_open(&taken, "127.0.0.1", port, &err), 0);
    ck_assert_int_eq(listen_open_all(list, 4, "localhost", port, &err), -1);
    ck_assert_msg(strstr(err.text, "already in use") != NULL, "%s", err.text);
    listen_close(&taken);
    count = listen_open_all(list, 4, "localhost", port, &err);
    ck_assert_msg(count >= 1, "%s", err.text); /* nothing was left behind */
    for (int i = 0; i < count; i++)
        listen_close(&list[i]);
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
          each_address_of_a_name_gets_a_listener,
          an_address_that_stands_twice_is_one,
          a_name_is_opened_at_all_addresses_or_none,
          a_port_can_be_reopened_while_old_connections_linger,
          any_address_takes_ipv4, all_that_wait_are_accepted_in_one_go,
          without_descriptors_the_queue_still_empties,
          without_even_the_spare_it_says_so)
