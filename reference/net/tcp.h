/* tcp.h - connections over TCP, and the transport that is just TCP.
 * SPDX-License-Identifier: MIT
 *
 * A name may stand for several addresses (localhost: ::1 and 127.0.0.1), so
 * connecting is a small conversation: start, wait for LOOP_WRITE, finish, and
 * when finish says AGAIN, wait once more on the descriptor of the next address.
 *
 * Every descriptor made here is non-blocking, close-on-exec and has
 * TCP_NODELAY: MQTT packets are small and each is worth sending at once. No
 * write raises SIGPIPE.                                                      */
#ifndef NET_TCP_H
#define NET_TCP_H

#include "net/transport.h"

struct addrinfo;

/* A connection being made. */
struct tcp_connect {
    int fd;                 /* to watch for LOOP_WRITE; -1 when over */
    struct addrinfo *all;   /* owned: every address of the host */
    struct addrinfo *tried; /* the one that fd is trying */
    char where[300];        /* "host:port", for messages */
};

/* Looks the host up (a name that needs DNS blocks; an address does not) and
 * starts connecting to its first address. After 0: wait, then finish. After
 * -1 there is nothing to release. */
int tcp_connect_start(struct tcp_connect *c, const char *host, uint16_t port,
                      struct error *err);

/* Call when c->fd is ready and no longer watched. Returns
 *   0                connected; *out is the transport, c is released;
 *   TRANSPORT_AGAIN  not yet, c->fd may be another one: watch it;
 *   TRANSPORT_ERROR  no address answered; c is released. */
int tcp_connect_finish(struct tcp_connect *c, struct transport **out,
                       struct error *err);

/* Gives up. Nothing happens when c is released already. */
void tcp_connect_cancel(struct tcp_connect *c);

/* All of the above in one blocking call, for tools and tests; NULL, with err
 * filled, on failure or after timeout_ms. */
struct transport *tcp_connect_wait(const char *host, uint16_t port,
                                   int timeout_ms, struct error *err);

/* The transport of a connected socket; takes fd and sets the options above. */
struct transport *tcp_adopt(int fd);

/* Ends our half of the stream and keeps reading: the peer sees the end (FIN).
 * For any transport whose fd is a TCP socket; a TLS layer is not told. */
void tcp_half_close(struct transport *t);

/* Bytes for "[" address "]:" port and a NUL. */
#define TCP_NAME_LEN 64

/* "127.0.0.1:40112" or "[::1]:40112" of the far end, "?" when unknown. */
void tcp_peer_name(int fd, char out[TCP_NAME_LEN]);

#endif
