/* hostile.h - sockets and packets for peers who mean harm (hostile-peer.c).
 * SPDX-License-Identifier: MIT
 *
 * What is sent is written byte by byte, without the project's own encoder, which
 * would not say most of it.                                                  */
#ifndef CI_HOSTILE_H
#define CI_HOSTILE_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct ports {
    unsigned mqtt, ws, tls; /* on loopback */
    unsigned broker;        /* its process id */
};

struct attack {
    const char *name;
    const char *(*run)(const struct ports *p); /* NULL, or what went wrong */
};

/* Each ends with a row without a name. */
extern const struct attack hostile_attacks[]; /* hostile-attacks.c */
extern const struct attack hostile_logins[];  /* hostile-logins.c */

static inline double
now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static inline void
wait_ms(int ms)
{
    poll(NULL, 0, ms);
}

/* --- sockets -------------------------------------------------------------- */

static inline int
dial(unsigned port)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    if (fd >= 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Sends all of it within two seconds; the number of bytes that went. */
static inline size_t
say(int fd, const void *bytes, size_t len)
{
    double until = now_ms() + 2000;
    size_t done = 0;
    while (done < len && now_ms() < until) {
        ssize_t n = send(fd, (const uint8_t *)bytes + done, len - done,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0)
            done += (size_t)n;
        else if (n < 0 && errno != EAGAIN)
            break;
        else
            wait_ms(1);
    }
    return done;
}

/* The peer has closed, or does so within ms; what it says is dropped. */
static inline int
is_closed(int fd, int ms)
{
    double until = now_ms() + ms;
    while (now_ms() < until) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, 20) <= 0)
            continue;
        char dropped[4096];
        ssize_t n = recv(fd, dropped, sizeof dropped, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            return 1;
    }
    return 0;
}

/* CONNECT of 5.0 with a Client Identifier of eight letters, and its CONNACK. */
static inline int
log_in(unsigned port, unsigned number)
{
    uint8_t connect[32] = "\x10\x15\x00\x04MQTT\x05\x02\x00\x00\x00\x00\x08";
    uint8_t answer[256];
    int fd = dial(port);
    snprintf((char *)connect + 15, 9, "%08u", number);
    if (fd < 0)
        return -1;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (say(fd, connect, 23) == 23 && poll(&p, 1, 2000) == 1 &&
        recv(fd, answer, sizeof answer, 0) >= 4 && answer[3] < 0x80)
        return fd;
    close(fd);
    return -1;
}

/* Fixed header, with the Remaining Length in the three bytes that 16,384 to
 * 2,097,151 take, so that what follows always begins at at[4]. */
static inline void
put_header(uint8_t at[4], uint8_t first, size_t len)
{
    at[0] = first;
    for (int i = 1; i < 4; i++, len >>= 7)
        at[i] = (uint8_t)((len & 127) | (i < 3 ? 128 : 0));
}


#endif
