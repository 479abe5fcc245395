/* transport.h - a stream of bytes to and from a peer, whatever carries it.
 * SPDX-License-Identifier: MIT
 *
 * TCP (tcp.h), TLS, WebSocket and WebSocket over TLS look the same from here.
 * Nothing blocks. The owner watches t->fd (net/loop.h), and around each turn:
 *
 *   - on LOOP_READ or LOOP_ERROR it reads until TRANSPORT_AGAIN, or as often as
 *     fairness allows;
 *   - on LOOP_WRITE it writes what it has, and calls write even when it has
 *     nothing: a transport may hold bytes of its own (a TLS handshake, the
 *     rest of a WebSocket frame);
 *   - at the end it asks transport_want what to wait for next.
 *
 * A layer (TLS over TCP, WebSocket over either) embeds struct transport as its
 * first member, takes the transport below, and shows the same fd.            */
#ifndef NET_TRANSPORT_H
#define NET_TRANSPORT_H

#include <stddef.h>

#include "base/error.h"
#include "base/slice.h"
#include "net/loop.h"

#define TRANSPORT_AGAIN (-1) /* nothing now: wait for transport_want */
#define TRANSPORT_ERROR (-2) /* broken: err says why; only close is left */

/* In the result of transport_want: do not wait, read or write again at once,
 * since there are bytes inside that the descriptor no longer shows. */
#define TRANSPORT_NOW 8u

enum transport_end {
    TRANSPORT_CLOSE, /* orderly: what was written still arrives (FIN) */
    TRANSPORT_RESET, /* abrupt: unsent bytes are dropped (RST) */
};

struct transport {
    const struct transport_ops *ops; /* which kind it is */
    int fd;                          /* to watch; closed by close */
};

/* What a kind of transport supplies; the contracts are below. */
struct transport_ops {
    ptrdiff_t (*read)(struct transport *t, void *out, size_t cap,
                      struct error *err);
    ptrdiff_t (*write)(struct transport *t, struct slice bytes,
                       struct error *err);
    ptrdiff_t (*write_pieces)(struct transport *t, const struct slice *pieces,
                              size_t count, struct error *err); /* or NULL */
    unsigned (*want)(const struct transport *t, unsigned wish);
    void (*close)(struct transport *t, enum transport_end how);
};

/* Up to cap > 0 bytes. Returns how many; 0: the peer has ended its stream;
 * TRANSPORT_AGAIN; TRANSPORT_ERROR. */
static inline ptrdiff_t
transport_read(struct transport *t, void *out, size_t cap, struct error *err)
{
    return t->ops->read(t, out, cap, err);
}

/* Returns how many bytes were accepted (maybe fewer than asked; 0 only when
 * bytes is empty), TRANSPORT_AGAIN or TRANSPORT_ERROR. After AGAIN the same
 * bytes are offered again, more may follow them. What was accepted arrives even
 * if an orderly close comes next. An empty write returns 0 when the handshakes
 * of all layers are over and they hold nothing back, else AGAIN. */
static inline ptrdiff_t
transport_write(struct transport *t, struct slice bytes, struct error *err)
{
    return t->ops->write(t, bytes, err);
}

/* The same for bytes that lie in several places, in their order: with one system
 * call where the transport has one for it, else only the first piece. */
static inline ptrdiff_t
transport_write_pieces(struct transport *t, const struct slice *pieces,
                       size_t count, struct error *err)
{
    if (count > 1 && t->ops->write_pieces)
        return t->ops->write_pieces(t, pieces, count, err);
    return t->ops->write(t, count ? pieces[0] : slice_of(NULL, 0), err);
}

/* What to wait for, when the owner wishes to read (LOOP_READ), to write
 * (LOOP_WRITE), both or neither. Not always the wish: TLS may have to write
 * before it can read. May contain TRANSPORT_NOW; mask it for loop_change. */
static inline unsigned
transport_want(const struct transport *t, unsigned wish)
{
    return t->ops->want(t, wish);
}

/* Closes the descriptor and frees t and the layers below it. The watch must
 * be gone by then. NULL is allowed. */
static inline void
transport_close(struct transport *t, enum transport_end how)
{
    if (t)
        t->ops->close(t, how);
}

#endif
