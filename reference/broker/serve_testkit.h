/* serve_testkit.h - a broker in a child process, and clients over real sockets.
 * SPDX-License-Identifier: MIT
 *
 * serve() runs as in the program; waiting is poll() on the socket in question,
 * never a sleep. Only x_test.c files include this.                           */
#ifndef BROKER_SERVE_TESTKIT_H
#define BROKER_SERVE_TESTKIT_H

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

static inline void
on_signal(int number)
{
    if (number == SIGUSR1)
        signals.dump = 1;
    else
        signals.stop = 1;
}

static inline void
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
static inline void
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
static inline void
stop_server(void)
{
    int status;
    kill(server, SIGTERM);
    ck_assert_int_eq(waitpid(server, &status, 0), server);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    while (place_count > 0)
        listening_close(&places[--place_count]);
}

static inline struct transport *
dial(void)
{
    struct transport *t = tcp_connect_wait("127.0.0.1",
                                           places[0].where.port, 5000, &err);
    ck_assert_msg(t, "%s", err.text);
    return t;
}

static inline void
say(struct transport *t, const char *hex)
{
    struct buf out = {0};
    ck_assert(hex_parse(&out, slice_str(hex)));
    ck_assert_int_eq(transport_write(t, buf_slice(&out), &err),
                     (ptrdiff_t)out.len);
    buf_release(&out);
}

/* Exactly these bytes come next; "" for the end of the stream. */
static inline void
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
static inline struct transport *
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

#endif
