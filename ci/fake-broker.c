/* fake-broker.c - brokers that a vendor might bring on a bad day, for
 *                 ci/vendor-view.
 * SPDX-License-Identifier: MIT
 *
 *     fake-broker MODE PORT_FILE [PORT]
 *
 *     old     speaks 3.1.1 only and grants QoS 0
 *     picky   wants a user name
 *     mute    takes connections and bytes, and never answers
 *     mortal  ends itself when somebody unsubscribes
 *     deaf    from then on takes connections and answers nobody
 *     web     is a web server
 *
 * One process for each connection; without a PORT any free one is taken.      */
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BYTES_MAX = 1 << 20 };

static volatile sig_atomic_t is_deaf; /* connections to come get no answer */

static void
go_deaf(int number)
{
    (void)number;
    is_deaf = 1;
}

struct connection {
    int fd;
    const char *mode;
    uint8_t *bytes;  /* of one packet: first byte, Remaining Length, rest */
    size_t len;      /* of the rest */
    const uint8_t *rest;
};

static void
say(const struct connection *c, const void *bytes, size_t len)
{
    if (write(c->fd, bytes, len) != (ssize_t)len)
        exit(0);
}

/* The next byte, or the end of the process. */
static uint8_t
read_byte(const struct connection *c)
{
    uint8_t byte;
    if (read(c->fd, &byte, 1) != 1)
        exit(0);
    return byte;
}

static void
read_packet(struct connection *c)
{
    c->bytes[0] = read_byte(c);
    c->len = 0;
    for (int shift = 0; shift < 28; shift += 7) {
        uint8_t byte = read_byte(c);
        c->len |= (size_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    if (c->len >= BYTES_MAX)
        exit(0);
    c->rest = c->bytes + 1;
    for (size_t i = 0; i < c->len; i++)
        c->bytes[1 + i] = read_byte(c);
    memset(c->bytes + 1 + c->len, 0, 16); /* short packets read as zeros */
}

static void
on_connect(const struct connection *c)
{
    const uint8_t *level = c->rest + 2 + c->rest[1], *flags = level + 1;
    uint8_t connack[5] = {0x20, 2, 0, 0, 0};
    size_t len = 4;
    if (strcmp(c->mode, "old") == 0 && *level != 4)
        connack[3] = 1;
    if (strcmp(c->mode, "picky") == 0 && !(*flags & 0x80))
        connack[3] = *level == 5 ? 0x87 : 5;
    if (*level == 5) {
        connack[1] = 3;
        len = 5;
    }
    say(c, connack, len);
    if (connack[3])
        exit(0);
}

static void
on_subscribe(const struct connection *c)
{
    uint8_t suback[5] = {0x90, 3, c->rest[0], c->rest[1], 0};
    say(c, suback, sizeof suback);
}

static void
on_unsubscribe(struct connection *c)
{
    const uint8_t unsuback[4] = {0xb0, 2, c->rest[0], c->rest[1]};
    if (strcmp(c->mode, "mortal") == 0) {
        kill(getppid(), SIGTERM);
        exit(0);
    }
    if (strcmp(c->mode, "deaf") == 0) {
        kill(getppid(), SIGUSR1);
        c->mode = "mute";
        return;
    }
    say(c, unsuback, sizeof unsuback);
}

static void
serve(struct connection *c)
{
    static const uint8_t pingresp[] = {0xd0, 0};
    static const char page[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
    for (;;) {
        if (strcmp(c->mode, "mute") == 0) {
            read_byte(c);
            continue;
        }
        if (strcmp(c->mode, "web") == 0) {
            read_byte(c);
            say(c, page, sizeof page - 1);
            exit(0);
        }
        read_packet(c);
        uint8_t puback[4] = {0x40, 2, 0, 0};
        switch (c->bytes[0] >> 4) {
        case 1: on_connect(c); break;
        case 3:
            memcpy(puback + 2, c->rest + 2 + c->rest[1] + 256u * c->rest[0], 2);
            if (c->bytes[0] & 6)
                say(c, puback, sizeof puback);
            break;
        case 8: on_subscribe(c); break;
        case 10: on_unsubscribe(c); break;
        case 12: say(c, pingresp, sizeof pingresp); break;
        default: exit(0);
        }
    }
}

static int
listen_on(const char *port, const char *port_file)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)atoi(port)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) ||
        bind(fd, (struct sockaddr *)&at, len) || listen(fd, 128) ||
        getsockname(fd, (struct sockaddr *)&at, &len))
        return -1;
    FILE *f = fopen(port_file, "w");
    if (!f)
        return -1;
    fprintf(f, "%u\n", ntohs(at.sin_port));
    return fclose(f) ? -1 : fd;
}

int
main(int argc, char **argv)
{
    int fd = argc >= 3 ? listen_on(argc > 3 ? argv[3] : "0", argv[2]) : -1;
    if (fd < 0) {
        fprintf(stderr, "cannot listen; usage: fake-broker MODE PORT_FILE [PORT]\n");
        return 2;
    }
    signal(SIGCHLD, SIG_IGN);
    signal(SIGUSR1, go_deaf);
    for (;;) {
        struct connection c = {accept(fd, NULL, NULL), argv[1], NULL, 0,
                               NULL};
        if (is_deaf)
            c.mode = "mute";
        if (c.fd >= 0 && fork() == 0) {
            close(fd);
            c.bytes = calloc(1, BYTES_MAX + 64);
            serve(&c);
        }
        close(c.fd);
    }
}
