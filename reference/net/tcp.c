/* tcp.c - connections over TCP.
 * SPDX-License-Identifier: MIT */
#include "net/tcp.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { PIECES_MAX = 64 }; /* of one system call */

/* ---- the transport ---------------------------------------------------- */

static ptrdiff_t
lost(struct error *err)
{
    error_errno(err, "connection lost");
    return TRANSPORT_ERROR;
}

static ptrdiff_t
tcp_read(struct transport *t, void *out, size_t cap, struct error *err)
{
    assert(cap > 0);
    for (;;) {
        ssize_t n = recv(t->fd, out, cap, 0);
        if (n >= 0)
            return n;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return TRANSPORT_AGAIN;
        if (errno != EINTR)
            return lost(err);
    }
}

static ptrdiff_t
tcp_write(struct transport *t, struct slice bytes, struct error *err)
{
    if (bytes.len == 0)
        return 0;
    for (;;) {
        ssize_t n = send(t->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n >= 0)
            return n;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return TRANSPORT_AGAIN;
        if (errno != EINTR)
            return lost(err);
    }
}

static ptrdiff_t
tcp_write_pieces(struct transport *t, const struct slice *pieces, size_t count,
                 struct error *err)
{
    struct iovec parts[PIECES_MAX];
    struct msghdr all = {.msg_iov = parts};
    for (; all.msg_iovlen < count && all.msg_iovlen < PIECES_MAX;
         all.msg_iovlen++)
        parts[all.msg_iovlen] =
            (struct iovec){(void *)pieces[all.msg_iovlen].ptr,
                           pieces[all.msg_iovlen].len};
    for (;;) {
        ssize_t n = sendmsg(t->fd, &all, MSG_NOSIGNAL);
        if (n >= 0)
            return n;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return TRANSPORT_AGAIN;
        if (errno != EINTR)
            return lost(err);
    }
}

static unsigned
tcp_want(const struct transport *t, unsigned wish)
{
    (void)t;
    return wish;
}

/* Closing a socket that holds unread bytes sends a reset, and a reset makes
 * the far end forget what we wrote last (the DISCONNECT that says why). So end
 * our half first and read what is there, but not for ever. */
static void
close_gently(int fd)
{
    char waste[4096];
    shutdown(fd, SHUT_WR);
    for (int i = 0; i < 64; i++)
        if (recv(fd, waste, sizeof waste, MSG_DONTWAIT) <= 0)
            break;
    close(fd);
}

static void
tcp_close(struct transport *t, enum transport_end how)
{
    if (how == TRANSPORT_RESET) {
        struct linger now = {.l_onoff = 1, .l_linger = 0};
        setsockopt(t->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close(t->fd);
    } else {
        close_gently(t->fd);
    }
    free(t);
}

static const struct transport_ops tcp_ops = {
    .read = tcp_read,
    .write = tcp_write,
    .write_pieces = tcp_write_pieces,
    .want = tcp_want,
    .close = tcp_close,
};

struct transport *
tcp_adopt(int fd)
{
    int on = 1;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct transport *t = xcalloc(1, sizeof *t);
    *t = (struct transport){.ops = &tcp_ops, .fd = fd};
    return t;
}

void
tcp_half_close(struct transport *t)
{
    shutdown(t->fd, SHUT_WR);
}

void
tcp_peer_name(int fd, char out[TCP_NAME_LEN])
{
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    char host[TCP_NAME_LEN - 9], port[6];
    snprintf(out, TCP_NAME_LEN, "?");
    if (getpeername(fd, (struct sockaddr *)&address, &len))
        return;
    if (getnameinfo((struct sockaddr *)&address, len, host, sizeof host, port,
                    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV))
        return;
    const char *format = strchr(host, ':') ? "[%s]:%s" : "%s:%s";
    snprintf(out, TCP_NAME_LEN, format, host, port);
}

/* ---- connecting ------------------------------------------------------- */

static int
cannot_connect(const struct tcp_connect *c, int why, struct error *err)
{
    errno = why;
    error_errno(err, "cannot connect to %s", c->where);
    if (why == ECONNREFUSED) {
        struct error plain = *err;
        error_set(err, "%.400s; is a broker running there?", plain.text);
    }
    return TRANSPORT_ERROR;
}

/* Starts with c->tried or the first later address that can be started; `why`
 * is the errno of the address before it. */
static int
try_from(struct tcp_connect *c, int why, struct error *err)
{
    for (; c->tried; c->tried = c->tried->ai_next) {
        c->fd = socket(c->tried->ai_family,
                       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (c->fd >= 0 &&
            (connect(c->fd, c->tried->ai_addr, c->tried->ai_addrlen) == 0 ||
             errno == EINPROGRESS))
            return 0;
        why = errno;
        if (c->fd >= 0)
            close(c->fd);
        c->fd = -1;
    }
    tcp_connect_cancel(c);
    return cannot_connect(c, why, err);
}

int
tcp_connect_start(struct tcp_connect *c, const char *host, uint16_t port,
                  struct error *err)
{
    *c = (struct tcp_connect){.fd = -1};
    snprintf(c->where, sizeof c->where,
             strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, (unsigned)port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICSERV};
    char service[6];
    snprintf(service, sizeof service, "%u", (unsigned)port);
    int failed = getaddrinfo(host, service, &hints, &c->all);
    if (failed)
        return error_set(err, "cannot connect to %s: %s", c->where,
                         gai_strerror(failed));
    c->tried = c->all;
    return try_from(c, 0, err) ? -1 : 0;
}

int
tcp_connect_finish(struct tcp_connect *c, struct transport **out,
                   struct error *err)
{
    int why = 0;
    socklen_t len = sizeof why;
    assert(c->fd >= 0);
    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &why, &len))
        why = errno;
    if (why == 0) {
        struct sockaddr_storage peer;
        socklen_t peer_len = sizeof peer;
        if (getpeername(c->fd, (struct sockaddr *)&peer, &peer_len))
            return TRANSPORT_AGAIN; /* called too early */
        *out = tcp_adopt(c->fd);
        c->fd = -1;
        tcp_connect_cancel(c);
        return 0;
    }
    close(c->fd);
    c->fd = -1;
    c->tried = c->tried->ai_next;
    return try_from(c, why, err) ? TRANSPORT_ERROR : TRANSPORT_AGAIN;
}

void
tcp_connect_cancel(struct tcp_connect *c)
{
    if (c->fd >= 0)
        close(c->fd);
    if (c->all)
        freeaddrinfo(c->all);
    c->fd = -1;
    c->all = c->tried = NULL;
}

struct transport *
tcp_connect_wait(const char *host, uint16_t port, int timeout_ms,
                 struct error *err)
{
    struct tcp_connect c;
    struct transport *t = NULL;
    uint64_t deadline_ms = clock_ms() + (uint64_t)timeout_ms;
    if (tcp_connect_start(&c, host, port, err))
        return NULL;
    int result = TRANSPORT_AGAIN;
    while (result == TRANSPORT_AGAIN) {
        struct pollfd p = {.fd = c.fd, .events = POLLOUT};
        int n = poll(&p, 1, loop_timeout(deadline_ms, clock_ms()));
        if (n > 0) {
            result = tcp_connect_finish(&c, &t, err);
        } else if (n == 0) {
            error_set(err, "cannot connect to %s: no answer within %d ms",
                      c.where, timeout_ms);
            tcp_connect_cancel(&c);
            result = TRANSPORT_ERROR;
        }
    }
    return t;
}
