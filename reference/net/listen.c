/* listen.c - a TCP port that takes connections.
 * SPDX-License-Identifier: MIT */
#include "net/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TRIES = 16 }; /* for a port that is free at every address */

static int
open_spare(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* A listening socket on one address, or -1 and errno. */
static int
listen_on(const struct addrinfo *a)
{
    int on = 1, off = 0;
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (a->ai_family == AF_INET6) /* "::" is for IPv4 too */
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* The same address with another port. */
static void
set_port(struct addrinfo *a, uint16_t port)
{
    if (a->ai_family == AF_INET6)
        ((struct sockaddr_in6 *)a->ai_addr)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)a->ai_addr)->sin_port = htons(port);
}

/* A file of hosts may have the same line twice: is it one of those before? */
static bool
is_repeated(const struct addrinfo *all, const struct addrinfo *a)
{
    const struct sockaddr_in6 *six = (const void *)a->ai_addr, *other6;
    const struct sockaddr_in *four = (const void *)a->ai_addr, *other4;
    for (; all != a; all = all->ai_next) {
        other6 = (const void *)all->ai_addr;
        other4 = (const void *)all->ai_addr;
        if (all->ai_family != a->ai_family)
            continue;
        if (a->ai_family == AF_INET6
                ? memcmp(&six->sin6_addr, &other6->sin6_addr, 16) == 0 &&
                      six->sin6_scope_id == other6->sin6_scope_id
                : four->sin_addr.s_addr == other4->sin_addr.s_addr)
            return true;
    }
    return false;
}

/* Does this machine have no such address, or no such family? */
static bool
is_elsewhere(int why)
{
    return why == EADDRNOTAVAIL || why == EAFNOSUPPORT;
}

static void
close_all(struct listener *list, int count)
{
    int why = errno;
    for (int i = 0; i < count; i++)
        listen_close(&list[i]);
    errno = why;
}

/* All addresses of `host`, or the first `max`; how many, or -1 with *gai or
 * errno set. */
static int
listen_on_each(struct listener *list, size_t max, const char *host,
               uint16_t port, int *gai)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *all = NULL;
    char service[6];
    int count = 0, why = 0;
    snprintf(service, sizeof service, "%u", (unsigned)port);
    *gai = getaddrinfo(host, service, &hints, &all);
    if (*gai)
        return -1;
    for (struct addrinfo *a = all; a && (size_t)count < max; a = a->ai_next) {
        if (is_repeated(all, a))
            continue;
        if (count > 0) /* which the system may have chosen */
            set_port(a, listen_port(&list[0]));
        int fd = listen_on(a);
        if (fd < 0 && !is_elsewhere(why = errno))
            break;
        if (fd >= 0)
            list[count++] = (struct listener){.fd = fd, .spare = open_spare()};
    }
    freeaddrinfo(all);
    if (count > 0 && (why == 0 || is_elsewhere(why)))
        return count;
    errno = why;
    close_all(list, count);
    return -1;
}

static const char *
advice(int why)
{
    switch (why) {
    case EADDRINUSE:
        return "; is another broker running? choose another port with -p";
    case EACCES:
        return "; ports below 1024 need privileges, choose another with -p";
    case EADDRNOTAVAIL:
        return "; this machine has no such address";
    }
    return "";
}

int
listen_open_all(struct listener *list, size_t max, const char *address,
                uint16_t port, struct error *err)
{
    bool is_any = strcmp(address, "*") == 0;
    int gai = 0, count, tries = 0;
    do /* a port chosen for one address may be taken at another */
        count = listen_on_each(list, max, is_any ? "::" : address, port, &gai);
    while (count < 0 && gai == 0 && errno == EADDRINUSE && port == 0 &&
           ++tries < TRIES);
    if (count < 0 && is_any && errno != EADDRINUSE) /* a host without IPv6 */
        count = listen_on_each(list, max, "0.0.0.0", port, &gai);
    if (count >= 0)
        return count;
    const char *format = strchr(address, ':') ? "cannot listen on [%s]:%u: %s%s"
                                              : "cannot listen on %s:%u: %s%s";
    const char *why = gai ? gai_strerror(gai) : strerror(errno);
    return error_set(err, format, address, (unsigned)port, why,
                     gai ? "" : advice(errno));
}

int
listen_open(struct listener *l, const char *address, uint16_t port,
            struct error *err)
{
    *l = (struct listener){.fd = -1, .spare = -1};
    return listen_open_all(l, 1, address, port, err) == 1 ? 0 : -1;
}

uint16_t
listen_port(const struct listener *l)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    if (getsockname(l->fd, (struct sockaddr *)&address, &len))
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

/* Takes the next connection with the spare descriptor, and closes it. Returns
 * false when there was none to take; errno is EAGAIN when none waits. */
static bool
refuse_one(struct listener *l)
{
    if (l->spare < 0)
        return false;
    close(l->spare);
    int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);
    int why = errno;
    if (fd >= 0) {
        close(fd);
        l->refused++;
    }
    l->spare = open_spare();
    errno = why;
    return fd >= 0;
}

int
listen_accept(struct listener *l, struct error *err)
{
    for (;;) {
        int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            if (l->spare < 0)
                l->spare = open_spare();
            return fd;
        }
        if ((errno == EMFILE || errno == ENFILE) && refuse_one(l))
            continue;
        switch (errno) {
        case EAGAIN:
            return LISTEN_NONE;
        case EMFILE:
        case ENFILE:
            error_set(err, "no descriptors left for new connections; raise "
                           "the limit with ulimit -n");
            return LISTEN_FAILED;
        case ENOBUFS:
        case ENOMEM:
        case EBADF:
        case EINVAL:
        case ENOTSOCK:
            error_errno(err, "cannot accept a connection");
            return LISTEN_FAILED;
        }
        /* Anything else is the end of that one connection: take the next. */
    }
}

void
listen_close(struct listener *l)
{
    if (l->fd >= 0)
        close(l->fd);
    if (l->spare >= 0)
        close(l->spare);
    l->fd = l->spare = -1;
}
