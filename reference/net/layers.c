/* layers.c - what a URL's scheme puts on top of a TCP connection.
 * SPDX-License-Identifier: MIT */
#include "net/layers.h"

#include <assert.h>
#include <poll.h>

#include "base/clock.h"

struct transport *
layers_client(struct transport *tcp, const struct uri *where,
              struct tls_context *tls, const char *protocols)
{
    struct transport *t = tcp;
    if (uri_is_tls(where)) {
        assert(tls);
        t = tls_client(tls, t, where->host);
    }
    if (uri_is_websocket(where)) {
        struct buf authority = {0};
        uri_add_authority(&authority, where);
        t = ws_client(t, buf_cstr(&authority), buf_slice(&where->path),
                      protocols);
        buf_release(&authority);
    }
    return t;
}

struct transport *
layers_server(struct transport *tcp, const struct uri *where,
              struct tls_context *tls, ws_unit_fn *unit)
{
    struct transport *t = tcp;
    if (uri_is_tls(where)) {
        assert(tls);
        t = tls_server(tls, t);
    }
    if (uri_is_websocket(where)) {
        t = ws_server(t, buf_slice(&where->path));
        ws_set_unit(t, unit);
    }
    return t;
}

bool
layers_peer_name(const struct transport *t, const struct uri *where,
                 struct buf *out)
{
    if (!uri_is_tls(where))
        return false;
    return tls_peer_name(uri_is_websocket(where) ? ws_below(t) : t, out);
}

static short
poll_events(unsigned want)
{
    return (short)((want & LOOP_READ ? POLLIN : 0) |
                   (want & LOOP_WRITE ? POLLOUT : 0));
}

int
layers_wait(struct transport *t, int timeout_ms, struct error *err)
{
    uint64_t deadline_ms = clock_ms() + (uint64_t)timeout_ms;
    ptrdiff_t n;
    while ((n = transport_write(t, slice_of(NULL, 0), err)) != 0) {
        if (n == TRANSPORT_ERROR)
            return -1;
        uint64_t now_ms = clock_ms();
        if (now_ms >= deadline_ms)
            return error_set(err, "the connection is there, but its handshake "
                                  "was not over within %d ms", timeout_ms);
        unsigned want = transport_want(t, 0);
        struct pollfd p = {.fd = t->fd, .events = poll_events(want)};
        poll(&p, 1, want & TRANSPORT_NOW ? 0
                                         : loop_timeout(deadline_ms, now_ms));
    }
    return 0;
}
