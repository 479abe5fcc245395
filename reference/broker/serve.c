/* serve.c - drives the broker core over sockets.
 * SPDX-License-Identifier: MIT */
#include "broker/serve.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/tcp.h"

enum {
    READ_MAX = 65536,      /* bytes of one read, shared by all connections */
    READS_PER_TURN = 4,    /* so that a flood does not delay the others */
    ACCEPTS_PER_TURN = 64,
    TURN_MAX_MS = 1000     /* a signal just before the wait does not end it */
};

struct server {
    struct broker *broker;
    struct loop *loop;
    struct listener *listener;
    struct recording *recording; /* or NULL */
    struct loop_watch accepting;
    uint64_t accept_again_ms; /* 0: watching; else when to watch again */
    uint8_t *buffer;          /* READ_MAX bytes, owned */
    struct list peers;        /* struct peer.link */
};

/* One accepted connection. */
struct peer {
    struct server *server;
    struct transport *transport; /* owned */
    struct conn *conn;           /* the broker's */
    struct loop_watch watch;
    struct list link;            /* in server.peers */
    struct recorded recorded;    /* when there is a recording */
};

static void
peer_free(struct peer *p)
{
    struct server *s = p->server;
    if (s->recording)
        recording_end(s->recording, &p->recorded,
                      broker_wants_close(p->conn) ? PCAPNG_SERVER
                                                  : PCAPNG_CLIENT,
                      clock_wall_us());
    loop_remove(s->loop, &p->watch);
    list_remove(&p->link);
    transport_close(p->transport, TRANSPORT_CLOSE);
    broker_gone(s->broker, p->conn, clock_ms());
    free(p);
}

/* Writes what can be written. False when the peer is gone, and freed. */
static bool
peer_flush(struct peer *p)
{
    struct error err;
    struct slice out;
    struct recording *recording = p->server->recording;
    if (recording)
        recording_output(recording, &p->recorded, broker_output(p->conn),
                         clock_wall_us());
    while ((out = broker_output(p->conn)).len > 0) {
        ptrdiff_t n = transport_write(p->transport, out, &err);
        if (n == TRANSPORT_ERROR) {
            log_debug("%s", err.text);
            peer_free(p);
            return false;
        }
        if (n <= 0)
            break;
        broker_sent(p->server->broker, p->conn, (size_t)n);
        recording_sent(&p->recorded, (size_t)n);
    }
    if (out.len == 0 && broker_wants_close(p->conn)) {
        peer_free(p);
        return false;
    }
    bool reads = broker_wants_read(p->server->broker, p->conn);
    unsigned wish = (reads ? LOOP_READ : 0) | (out.len ? LOOP_WRITE : 0);
    loop_change(p->server->loop, &p->watch,
                transport_want(p->transport, wish) & ~TRANSPORT_NOW);
    return true;
}

static void
peer_read(struct peer *p)
{
    struct server *s = p->server;
    struct error err;
    for (int i = 0; i < READS_PER_TURN; i++) {
        ptrdiff_t n = transport_read(p->transport, s->buffer, READ_MAX, &err);
        if (n == TRANSPORT_AGAIN)
            return;
        if (n <= 0) {
            if (n == TRANSPORT_ERROR)
                log_debug("%s", err.text);
            peer_free(p);
            return;
        }
        struct slice bytes = slice_of(s->buffer, (size_t)n);
        if (s->recording)
            recording_input(s->recording, &p->recorded, bytes,
                            clock_wall_us());
        broker_input(s->broker, p->conn, bytes, clock_ms());
        if (n < READ_MAX || !broker_wants_read(s->broker, p->conn))
            return;
    }
}

static void
peer_ready(struct loop_watch *w, unsigned events)
{
    struct peer *p = w->data;
    if ((events & LOOP_WRITE) && !peer_flush(p))
        return;
    if (broker_wants_close(p->conn)) {
        if (events & LOOP_ERROR)
            peer_free(p);
        return;
    }
    if (events & (LOOP_READ | LOOP_ERROR))
        peer_read(p);
}

static void
peer_new(struct server *s, int fd)
{
    struct error err;
    struct peer *p = xcalloc(1, sizeof *p);
    p->server = s;
    list_push(&s->peers, &p->link);
    p->transport = tcp_adopt(fd);
    p->conn = broker_accept(s->broker, p, clock_ms());
    if (s->recording)
        recording_accept(s->recording, &p->recorded, clock_wall_us());
    p->watch = (struct loop_watch){
        .fd = fd, .wants = LOOP_READ, .ready = peer_ready, .data = p};
    if (loop_add(s->loop, &p->watch, &err) < 0) {
        log_warn("%s", err.text);
        peer_free(p);
    }
}

static void
listener_ready(struct loop_watch *w, unsigned events)
{
    struct server *s = w->data;
    struct error err;
    (void)events;
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        int fd = listen_accept(s->listener, &err);
        if (fd == LISTEN_NONE)
            return;
        if (fd == LISTEN_FAILED) {
            log_warn("%s", err.text);
            loop_change(s->loop, w, 0);
            s->accept_again_ms = clock_ms() + 1000;
            return;
        }
        peer_new(s, fd);
    }
}

static void
flush_dirty(struct server *s)
{
    struct conn *c;
    while ((c = broker_next_dirty(s->broker)))
        peer_flush(conn_owner(c));
}

static int
turn(struct server *s, struct error *err)
{
    uint64_t deadline = broker_deadline_ms(s->broker);
    if (s->accept_again_ms && s->accept_again_ms < deadline)
        deadline = s->accept_again_ms;
    uint64_t now_ms = clock_ms();
    if (deadline > now_ms + TURN_MAX_MS)
        deadline = now_ms + TURN_MAX_MS;
    if (loop_turn(s->loop, loop_timeout(deadline, now_ms), err) < 0)
        return -1;
    now_ms = clock_ms();
    if (s->accept_again_ms && now_ms >= s->accept_again_ms) {
        s->accept_again_ms = 0;
        loop_change(s->loop, &s->accepting, LOOP_READ);
    }
    broker_tick(s->broker, now_ms);
    flush_dirty(s);
    return 0;
}

int
serve(struct broker *b, struct listener *l, struct recording *recording,
      volatile sig_atomic_t *stop, struct error *err)
{
    struct server s = {.broker = b, .listener = l, .recording = recording};
    int result = -1;
    s.loop = loop_new(err);
    if (!s.loop)
        return -1;
    list_init(&s.peers);
    s.buffer = xcalloc(1, READ_MAX);
    s.accepting = (struct loop_watch){
        .fd = l->fd, .wants = LOOP_READ, .ready = listener_ready, .data = &s};
    if (loop_add(s.loop, &s.accepting, err) == 0) {
        result = 0;
        while (!*stop && result == 0)
            result = turn(&s, err);
    }
    broker_shutdown(b, clock_ms());
    flush_dirty(&s);
    LIST_EACH(link, &s.peers) /* who does not read gets no last word */
        peer_free(LIST_ITEM(link, struct peer, link));
    loop_remove(s.loop, &s.accepting);
    loop_free(s.loop);
    free(s.buffer);
    return result;
}
