/* tls_pair_testkit.h - a TLS client and a TLS server, joined by a pipe in memory.
 * SPDX-License-Identifier: MIT
 *
 * Only x_test.c files include this.                                          */
#ifndef NET_TLS_PAIR_TESTKIT_H
#define NET_TLS_PAIR_TESTKIT_H

#include "net/pipe_testkit.h"
#include "net/tls_testkit.h"

static struct pipe_pair wires;
static struct tls_context *client_context, *server_context;
static struct transport *client, *server;
static struct error client_err, server_err;

static inline void
begin(struct tls_config of_client, struct tls_config of_server,
      const char *host)
{
    pipe_open(&wires, 1 << 20, 1 << 20);
    client_context = tls_testkit_client(of_client);
    server_context = tls_testkit_server(of_server);
    client = tls_client(client_context, wires.end[0], host);
    server = tls_server(server_context, wires.end[1]);
}

/* An ordinary client that reaches an ordinary server. */
static inline void
begin_good(void)
{
    begin((struct tls_config){.ca = TLS_PEM("ca")},
          (struct tls_config){TLS_OWN("server")}, "localhost");
}

static inline void
end(void)
{
    transport_close(client, TRANSPORT_CLOSE);
    transport_close(server, TRANSPORT_CLOSE);
    tls_context_free(client_context);
    tls_context_free(server_context);
    pipe_release(&wires);
}

/* Both ends go on until both are done or one has failed, and then once more,
 * so that the other hears of it. */
static inline void
shake_hands(ptrdiff_t *of_client, ptrdiff_t *of_server)
{
    struct slice none = {0};
    *of_client = *of_server = TRANSPORT_AGAIN;
    for (int i = 0; i < 100000; i++) {
        *of_client = transport_write(client, none, &client_err);
        *of_server = transport_write(server, none, &server_err);
        if (*of_client == TRANSPORT_ERROR || *of_server == TRANSPORT_ERROR)
            break;
        if (*of_client == 0 && *of_server == 0)
            return;
    }
    *of_client = transport_write(client, none, &client_err);
}

static inline void
connect_both(void)
{
    ptrdiff_t of_client, of_server;
    shake_hands(&of_client, &of_server);
    ck_assert_msg(of_client == 0 && of_server == 0, "%s; %s", client_err.text,
                  server_err.text);
}

/* One end says `text`, the other gets it. */
static inline void
carry(struct transport *from, struct transport *to, const char *text)
{
    struct buf got = {0};
    struct error err;
    struct slice rest = slice_str(text);
    for (int i = 0; got.len < strlen(text); i++) {
        ck_assert_int_lt(i, 1000000);
        ptrdiff_t n = transport_write(from, rest, &err);
        ck_assert_int_ne(n, TRANSPORT_ERROR);
        if (n > 0)
            rest = slice_from(rest, (size_t)n);
        ck_assert_int_eq(pipe_drain(to, &got, &err), TRANSPORT_AGAIN);
    }
    ck_assert_str_eq(buf_cstr(&got), text);
    buf_release(&got);
}

#endif
