/* drive_sockets.c - plays against a real broker, over sockets.
 * SPDX-License-Identifier: MIT
 *
 * A link is one connection of one play. What a play wants to send goes out at
 * once, each send as a write of its own as long as the socket takes it, since
 * scenarios care where the stream is cut. All links share one loop.          */
#include "conformance/engine/drive_sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "net/tcp.h"

enum { READ_AT_ONCE = 65536, READS_PER_TURN = 64 };

struct sockets {
    struct driver driver;
    struct loop *loop;
    const struct drive_target *target;
};

struct link {
    struct loop_watch watch;
    struct sockets *sockets;
    struct driven *owner;
    unsigned number;
    const struct uri *uri;         /* where it goes */
    struct tcp_connect connecting; /* while transport is NULL */
    struct transport *transport;
    bool offers;                   /* ws_offers: another subprotocol too */
    struct buf out;                /* not written yet */
    bool is_shaking;               /* TLS or WebSocket are not up yet */
    bool wants_fin;                /* when out is empty */
    bool is_stalled;               /* the play does not want to read */
    bool is_broken;                /* nothing more can be written */
    bool is_ended;                 /* the broker has ended its half */
};

static void
close_link(struct link *l, enum transport_end how)
{
    loop_remove(l->sockets->loop, &l->watch);
    if (l->transport)
        transport_close(l->transport, how);
    else
        tcp_connect_cancel(&l->connecting);
    l->owner->links[l->number] = NULL;
    buf_release(&l->out);
    free(l);
}

static void
update_watch(struct link *l)
{
    unsigned wish = 0;
    if (!l->transport)
        wish = LOOP_WRITE;
    else if (!l->is_stalled && !l->is_ended)
        wish = LOOP_READ;
    if (l->is_shaking || (l->transport && l->out.len && !l->is_broken))
        wish |= LOOP_WRITE;
    if (l->transport)
        wish = transport_want(l->transport, wish);
    /* Bytes inside that the descriptor does not show: come back at once. */
    if (wish & TRANSPORT_NOW)
        wish = (wish & ~TRANSPORT_NOW) | LOOP_WRITE;
    loop_change(l->sockets->loop, &l->watch, wish);
}

/* --- writing -------------------------------------------------------------- */

static void
flush(struct link *l)
{
    struct error err;
    while (l->transport && l->out.len && !l->is_broken) {
        ptrdiff_t n = transport_write(l->transport, buf_slice(&l->out), &err);
        if (n == TRANSPORT_AGAIN)
            break;
        if (n < 0) {
            l->is_broken = true; /* what arrived before may still be read */
            buf_clear(&l->out);
        } else {
            buf_drop(&l->out, (size_t)n);
        }
    }
    if (l->wants_fin && l->transport && l->out.len == 0) {
        l->wants_fin = false;
        if (!l->is_broken)
            tcp_half_close(l->transport);
        l->is_broken = true;
    }
}

/* A frame of its own, behind all that was written. False: there is no telling
 * where it would stand, and the play is over. */
static bool
send_frame(struct link *l, const struct play_action *a)
{
    static const enum ws_opcode opcodes[] = {
        [PLAY_FRAME_BINARY] = WS_BINARY,     [PLAY_FRAME_TEXT] = WS_TEXT,
        [PLAY_FRAME_MORE] = WS_CONTINUATION, [PLAY_FRAME_PING] = WS_PING,
        [PLAY_FRAME_PONG] = WS_PONG,         [PLAY_FRAME_CLOSE] = WS_CLOSE};
    if (l->is_broken)
        return true;
    if (l->out.len == 0) {
        ws_send_frame(l->transport, opcodes[a->frame], a->is_last, a->bytes);
        return true;
    }
    play_abort(l->owner->play, VERDICT_INCONCLUSIVE,
               "the broker reads too slowly to send it single frames",
               clock_us());
    return false;
}

/* --- events --------------------------------------------------------------- */

static void pump(struct driver *d, struct driven *of);

/* Goes on with the handshakes of TLS and WebSocket; an empty write says when
 * they are over. Until then the play knows of no connection. */
static void
shake_hands(struct link *l)
{
    struct driven *owner = l->owner;
    unsigned number = l->number;
    struct error err;
    ptrdiff_t n = transport_write(l->transport, slice_str(""), &err);
    if (n == TRANSPORT_AGAIN)
        return;
    l->is_shaking = false;
    if (n == 0) {
        play_opened(owner->play, number, clock_us());
        return;
    }
    bool is_unselected =
        uri_is_websocket(l->uri) && ws_is_unselected(l->transport);
    close_link(l, TRANSPORT_CLOSE);
    if (is_unselected) /* the server has answered, and that can be judged */
        play_closed(owner->play, number, false, clock_us());
    else
        play_refused(owner->play, number, err.text, clock_us());
}

static void
finish_connect(struct link *l)
{
    struct sockets *s = l->sockets;
    struct driven *owner = l->owner;
    struct error err;
    loop_remove(s->loop, &l->watch);
    int status = tcp_connect_finish(&l->connecting, &l->transport, &err);
    if (status == TRANSPORT_ERROR) {
        unsigned number = l->number;
        close_link(l, TRANSPORT_CLOSE);
        play_refused(owner->play, number, err.text, clock_us());
        return;
    }
    if (l->transport)
        l->transport = layers_client(l->transport, l->uri,
                                     drive_tls_for(s->target, l->uri),
                                     l->offers ? "chat, mqtt" : "mqtt");
    l->watch.fd = l->transport ? l->transport->fd : l->connecting.fd;
    l->watch.wants = l->transport ? LOOP_READ : LOOP_WRITE;
    if (loop_add(s->loop, &l->watch, &err))
        BUG("a socket cannot be watched");
    l->is_shaking = l->transport != NULL;
    if (l->is_shaking)
        shake_hands(l);
}

/* A broker that holds small packets back until the ones before are acknowledged
 * (Nagle) would wait for our kernel's delayed acknowledgement, 40 ms each. */
static void
acknowledge_at_once(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

/* The link may be gone afterwards, which is told by its place in links. */
static void
read_some(struct link *l)
{
    uint8_t bytes[READ_AT_ONCE];
    struct driven *owner = l->owner;
    unsigned number = l->number;
    struct error err;
    for (int i = 0; i < READS_PER_TURN && owner->links[number] == l; i++) {
        ptrdiff_t n = transport_read(l->transport, bytes, sizeof bytes, &err);
        if (n == TRANSPORT_AGAIN)
            return;
        if (n > 0) {
            acknowledge_at_once(l->transport->fd);
            play_input(owner->play, number, slice_of(bytes, (size_t)n),
                       clock_us());
            pump(&l->sockets->driver, owner);
            continue;
        }
        l->is_ended = true;
        if (n < 0 && uri_is_websocket(l->uri) && ws_got_text(l->transport))
            play_got_text_frame(owner->play, number);
        play_closed(owner->play, number, n < 0, clock_us());
        return;
    }
}

static void
ready(struct loop_watch *w, unsigned events)
{
    struct link *l = LIST_ITEM(w, struct link, watch);
    struct driven *owner = l->owner;
    struct driver *d = &l->sockets->driver;
    unsigned number = l->number;
    if (!l->transport) {
        finish_connect(l);
    } else if (l->is_shaking) {
        shake_hands(l);
    } else {
        flush(l);
        if (!l->is_ended && (!l->is_stalled || events & LOOP_ERROR))
            read_some(l);
    }
    if (number < owner->link_count && owner->links[number])
        update_watch(owner->links[number]);
    pump(d, owner);
}

/* --- actions -------------------------------------------------------------- */

const char *
drive_transport_name(enum uri_scheme s)
{
    static const char *const names[] = {[URI_MQTT] = "tcp",
                                        [URI_MQTTS] = "tls",
                                        [URI_WS] = "ws",
                                        [URI_WSS] = "wss"};
    return names[s];
}

static const struct uri *
uri_for(const struct sockets *s, struct slice transport)
{
    const struct drive_target *t = s->target;
    const uint8_t *at =
        transport.len ? memchr(transport.ptr, '@', transport.len) : NULL;
    if (at) { /* tcp@node */
        size_t n = (size_t)(at - transport.ptr);
        for (size_t i = 0; i < t->node_count; i++)
            if (slice_equal(t->nodes[i].name, slice_from(transport, n + 1)) &&
                slice_is(slice_first(transport, n),
                         drive_transport_name(t->nodes[i].uri.scheme)))
                return &t->nodes[i].uri;
        return NULL;
    }
    if (slice_is(transport, "ws") && !t->by[URI_WS])
        return t->by[URI_WSS]; /* a WebSocket all the same */
    for (int i = 0; i <= URI_WSS; i++)
        if (slice_is(transport, drive_transport_name((enum uri_scheme)i)))
            return s->target->by[i];
    return NULL;
}

static void
open_link(struct sockets *s, struct driven *of, unsigned number,
          struct slice transport)
{
    struct error err = {"the target file gives no address for that"};
    struct link *l = xcalloc(1, sizeof *l);
    l->sockets = s;
    l->owner = of;
    l->number = number;
    of->links = xrealloc(of->links, (number + 1) * sizeof *of->links);
    of->links[number] = l;
    of->link_count = number + 1;
    l->connecting.fd = -1;
    l->offers = slice_is(transport, "ws_offers");
    if (l->offers)
        transport = slice_str("ws");
    l->uri = uri_for(s, transport);
    if (l->uri && tcp_connect_start(&l->connecting, l->uri->host,
                                    l->uri->port, &err) == 0) {
        l->watch.fd = l->connecting.fd;
        l->watch.wants = LOOP_WRITE;
        l->watch.ready = ready;
        if (loop_add(s->loop, &l->watch, &err) == 0)
            return;
    }
    close_link(l, TRANSPORT_CLOSE);
    play_refused(of->play, number, err.text, clock_us());
}

/* Such scenarios play alone, so nobody else has to wait. */
static void
restart(struct sockets *s, struct driven *of, const char *command)
{
    struct error err = {"the target file has no command for that"};
    if (command && drive_sockets_command(s->target, command, &err) == 0)
        play_restarted(of->play, clock_us());
    else
        play_abort(of->play, VERDICT_ERROR, err.text, clock_us());
}

static void
act(struct sockets *s, struct driven *of, const struct play_action *a)
{
    if (a->kind == PLAY_OPEN) {
        open_link(s, of, a->connection, a->transport);
        return;
    }
    if (a->kind == PLAY_RESTART || a->kind == PLAY_KILL) {
        restart(s, of, a->kind == PLAY_KILL ? s->target->kill
                                            : s->target->restart);
        return;
    }
    struct link *l =
        a->connection < of->link_count ? of->links[a->connection] : NULL;
    if (!l)
        return;
    switch (a->kind) {
    case PLAY_SEND:
        if (a->frame != PLAY_FRAME_USUAL && !send_frame(l, a))
            return;
        if (a->frame == PLAY_FRAME_USUAL)
            buf_add(&l->out, a->bytes);
        flush(l);
        break;
    case PLAY_FIN:
        l->wants_fin = true;
        flush(l);
        break;
    case PLAY_STALL: l->is_stalled = true; break;
    case PLAY_RESET: close_link(l, TRANSPORT_RESET); return;
    case PLAY_FORGET: close_link(l, TRANSPORT_CLOSE); return;
    default: break;
    }
    update_watch(l);
}

static void
pump(struct driver *d, struct driven *of)
{
    struct sockets *s = LIST_ITEM(d, struct sockets, driver);
    struct play_action a;
    while (play_next_action(of->play, &a))
        act(s, of, &a);
}

static void
drop(struct driver *d, struct driven *of)
{
    (void)d;
    for (size_t i = 0; i < of->link_count; i++)
        if (of->links[i])
            close_link(of->links[i], TRANSPORT_CLOSE);
    free(of->links);
    of->links = NULL;
    of->link_count = 0;
}

/* --- the driver ----------------------------------------------------------- */

static uint64_t
now_us(struct driver *d)
{
    (void)d;
    return clock_us();
}

static int
turn(struct driver *d, uint64_t deadline_us, struct error *err)
{
    struct sockets *s = LIST_ITEM(d, struct sockets, driver);
    uint64_t deadline_ms = deadline_us == PLAY_NEVER
                               ? TIMER_NEVER
                               : deadline_us / 1000 + (deadline_us % 1000 > 0);
    return loop_turn(s->loop, loop_timeout(deadline_ms, clock_us() / 1000),
                     err);
}

/* Takes connections, in its usual way? */
static bool
listens(const struct sockets *s, struct error *err)
{
    return drive_sockets_try(s->target, 1000, err) == 0;
}

/* It listens, and that is all. `start` would find it there. */
static int
wake(const struct drive_target *target, struct error *err)
{
    if (!target->restart)
        return error_set(err, "the target is lost: it takes connections, and "
                              "answers no CONNECT any more (one that is "
                              "only slow to let clients in wants --rate, "
                              "--jobs or --patience)");
    if (drive_sockets_command(target, target->restart, err))
        return error_prefix(err, "the target is lost: it answers no CONNECT "
                                 "any more");
    return DRIVER_WOKEN;
}

static int
revive(struct driver *d, struct error *err)
{
    struct sockets *s = LIST_ITEM(d, struct sockets, driver);
    const char *command =
        s->target->start ? s->target->start : s->target->restart;
    if (listens(s, err)) {
        if (drive_sockets_answers(s->target, err))
            return DRIVER_LIVES;
        /* One that was dying while it was asked is dead by now. */
        if (listens(s, err))
            return wake(s->target, err);
    }
    if (!command)
        return error_prefix(err, "the target is lost, it does not accept "
                                 "connections any more");
    if (drive_sockets_command(s->target, command, err))
        return error_prefix(err, "the target is lost");
    return DRIVER_STARTED;
}

static void
free_sockets(struct driver *d)
{
    struct sockets *s = LIST_ITEM(d, struct sockets, driver);
    loop_free(s->loop);
    free(s);
}

struct driver *
drive_sockets_new(const struct drive_target *target, struct error *err)
{
    static const struct driver_ops ops = {now_us, pump, turn, drop,
                                          free_sockets, revive};
    struct sockets *s = xcalloc(1, sizeof *s);
    s->driver.ops = &ops;
    s->target = target;
    s->loop = loop_new(err);
    if (s->loop)
        return &s->driver;
    free(s);
    return NULL;
}
