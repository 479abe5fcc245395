/* client_io.c - an engine, a connection and a loop, put together.
 * SPDX-License-Identifier: MIT */
#include "client/client_io.h"

#include "base/clock.h"
#include "base/list.h"
#include "net/tcp.h"

/* How long a connection that is over may take to swallow the last bytes. */
#define LINGER_MS 2000

/* Reads in one turn, so that other watches get their turn too. */
#define READS_MAX 16

static void
hang_up(struct mqtt_client_io *io, enum transport_end how)
{
    loop_remove(io->loop, &io->watch);
    transport_close(io->transport, how);
    io->transport = NULL;
    buf_clear(mqtt_client_output(io->client));
}

static void
ended(struct mqtt_client_io *io, const char *why)
{
    hang_up(io, TRANSPORT_CLOSE);
    mqtt_client_ended(io->client, why, clock_ms());
}

/* ---- bytes -------------------------------------------------------------- */

static void
read_some(struct mqtt_client_io *io)
{
    uint8_t bytes[65536];
    struct error err;
    for (int i = 0; i < READS_MAX; i++) {
        ptrdiff_t n = transport_read(io->transport, bytes, sizeof bytes, &err);
        if (n == TRANSPORT_AGAIN)
            return;
        if (n <= 0) {
            ended(io, n == 0 ? NULL : err.text);
            return;
        }
        mqtt_client_input(io->client, slice_of(bytes, (size_t)n), clock_ms());
    }
}

/* When the peer takes no more bytes it may still have said something, a
 * DISCONNECT perhaps; so only reading decides that the connection is over. */
static void
write_all(struct mqtt_client_io *io)
{
    struct buf *out = mqtt_client_output(io->client);
    struct error err;
    ptrdiff_t n = 1;
    while (!io->is_deaf && n > 0) { /* an empty write too: for the layers */
        n = transport_write(io->transport, buf_slice(out), &err);
        if (n > 0)
            buf_drop(out, (size_t)n);
        io->is_deaf = n == TRANSPORT_ERROR;
    }
    if (io->is_deaf)
        buf_clear(out);
}

static void
on_ready(struct loop_watch *w, unsigned events)
{
    struct mqtt_client_io *io = LIST_ITEM(w, struct mqtt_client_io, watch);
    if (events & LOOP_WRITE)
        write_all(io);
    if (events & (LOOP_READ | LOOP_ERROR))
        read_some(io);
}

/* ---- life cycle --------------------------------------------------------- */

int
mqtt_client_io_init(struct mqtt_client_io *io, struct mqtt_client *client,
                    struct error *err)
{
    *io = (struct mqtt_client_io){.client = client, .protocols = "mqtt"};
    io->loop = loop_new(err);
    return io->loop ? 0 : -1;
}

void
mqtt_client_io_release(struct mqtt_client_io *io)
{
    if (io->transport)
        hang_up(io, TRANSPORT_RESET);
    loop_free(io->loop);
    io->loop = NULL;
}

/* A connection with all its layers, ready for use; NULL with err. */
static struct transport *
dial(const struct mqtt_client_io *io, const struct uri *where, int timeout_ms,
     struct error *err)
{
    uint64_t deadline_ms = clock_ms() + (uint64_t)timeout_ms;
    struct transport *t =
        tcp_connect_wait(where->host, where->port, timeout_ms, err);
    if (!t)
        return NULL;
    t = layers_client(t, where, io->tls, io->protocols);
    if (layers_wait(t, loop_timeout(deadline_ms, clock_ms()), err) == 0)
        return t;
    transport_close(t, TRANSPORT_CLOSE);
    error_prefix(err, "cannot connect to %s://%s:%u",
                 uri_scheme_name(where->scheme), where->host, where->port);
    return NULL;
}

int
mqtt_client_io_connect(struct mqtt_client_io *io, const struct uri *where,
                       int timeout_ms, struct error *err)
{
    if (uri_is_tls(where) && !io->tls)
        return error_set(err, "%s:// needs a TLS context",
                         uri_scheme_name(where->scheme));
    io->transport = dial(io, where, timeout_ms, err);
    if (!io->transport)
        return -1;
    io->is_deaf = false;
    io->close_by_ms = TIMER_NEVER;
    io->watch = (struct loop_watch){.fd = io->transport->fd,
                                    .wants = LOOP_READ,
                                    .ready = on_ready};
    if (loop_add(io->loop, &io->watch, err)) {
        transport_close(io->transport, TRANSPORT_RESET);
        io->transport = NULL;
        return -1;
    }
    mqtt_client_open(io->client, clock_ms());
    return 0;
}

/* ---- a turn ------------------------------------------------------------- */

/* Closes when the engine is done and has nothing left to say, or has tried for
 * long enough. */
static void
close_if_over(struct mqtt_client_io *io, uint64_t now_ms)
{
    if (!io->transport || mqtt_client_is_open(io->client))
        return;
    if (io->close_by_ms == TIMER_NEVER)
        io->close_by_ms = now_ms + LINGER_MS;
    if (mqtt_client_output(io->client)->len == 0 || now_ms >= io->close_by_ms)
        hang_up(io, TRANSPORT_CLOSE);
}

static uint64_t
earliest(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What to wait for; *at_once when there are bytes inside the transport. */
static void
update_watch(struct mqtt_client_io *io, bool *at_once)
{
    bool has_output = mqtt_client_output(io->client)->len > 0;
    unsigned want = transport_want(
        io->transport, LOOP_READ | (has_output ? LOOP_WRITE : 0));
    *at_once = (want & TRANSPORT_NOW) != 0;
    loop_change(io->loop, &io->watch, want & (LOOP_READ | LOOP_WRITE));
}

int
mqtt_client_io_turn(struct mqtt_client_io *io, uint64_t until_ms,
                    struct error *err)
{
    bool at_once = false;
    if (io->transport) {
        write_all(io);
        close_if_over(io, clock_ms());
    }
    if (io->transport) {
        update_watch(io, &at_once);
        until_ms = earliest(until_ms, mqtt_client_deadline(io->client));
        until_ms = earliest(until_ms, io->close_by_ms);
    } else if (until_ms == TIMER_NEVER) {
        return 0;
    }
    int wait_ms = at_once ? 0 : loop_timeout(until_ms, clock_ms());
    if (loop_turn(io->loop, wait_ms, err))
        return -1;
    if (at_once && io->transport)
        read_some(io);
    mqtt_client_tick(io->client, clock_ms());
    if (io->transport)
        write_all(io);
    close_if_over(io, clock_ms());
    return 0;
}
