/* serve.c - drives the broker core over sockets.
 * SPDX-License-Identifier: MIT
 *
 * Nothing is written but in flush_all, behind broker_commit; and nothing there
 * hands the core anything new before all is written. So no byte leaves before
 * what it tells of is stored.                                                */
#include "broker/serve.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "broker/doors.h"
#include "net/tcp.h"

enum {
    READ_MAX = 65536,      /* bytes of one read, shared by all connections */
    PIECES_MAX = 64,       /* of one write */
    READS_PER_TURN = 4,    /* so that a flood does not delay the others */
    MEASURE_MS = 20,       /* between two looks at the memory in use */
    TURN_MAX_MS = 1000     /* a signal just before the wait does not end it */
};

struct server {
    struct broker *broker;
    struct loop *loop;
    struct recording *recording; /* or NULL */
    struct verifier *verifier;   /* or NULL: passwords are not asked for */
    struct loop_watch verifier_watch; /* of its answers */
    struct doors doors;          /* where connections come from */
    uint64_t measured_ms;        /* when the memory in use was looked at */
    uint8_t *buffer;             /* READ_MAX bytes, owned */
    struct list peers;           /* struct peer.link */
    struct list writable;        /* struct peer.write_link: whose output can be
                                    written at the end of the turn */
    struct list over;            /* the same: to be freed once all is written */
    struct list eager;           /* struct peer.eager_link: those who have
                                    something to read and no descriptor that
                                    shows it (TRANSPORT_NOW) */
};

/* One accepted connection. */
struct peer {
    struct server *server;
    struct transport *transport; /* owned */
    struct conn *conn;           /* the broker's */
    struct loop_watch watch;
    struct list link;            /* in server.peers */
    struct list eager_link;      /* in server.eager */
    struct list write_link;      /* in server.writable or server.over */
    const struct uri *where;     /* it came in: which layers it has */
    bool is_heard;               /* bytes of MQTT have come */
    bool is_blocked;             /* the transport took no more: writing is left
                                    until it can be written to */
    bool is_over;                /* in server.over: nothing is written to it */
    struct recorded *recorded;   /* owned, when there is a recording */
};

static void
peer_free(struct peer *p)
{
    struct server *s = p->server;
    if (s->recording)
        recording_end(s->recording, p->recorded,
                      broker_wants_close(p->conn) ? PCAPNG_SERVER
                                                  : PCAPNG_CLIENT,
                      clock_wall_us());
    loop_remove(s->loop, &p->watch);
    list_remove(&p->link);
    list_remove(&p->eager_link);
    list_remove(&p->write_link);
    transport_close(p->transport, TRANSPORT_CLOSE);
    broker_gone(s->broker, p->conn, clock_ms());
    free(p->recorded);
    free(p);
}

/* Waits from now on for what the core and the transport want: to write only
 * after a write was refused, since output that is new is written at the end of
 * the turn anyhow. */
static void
peer_watch(struct peer *p)
{
    struct server *s = p->server;
    bool reads = broker_wants_read(s->broker, p->conn);
    bool writes = p->is_blocked && broker_output_len(p->conn) > 0;
    unsigned want = transport_want(p->transport, (reads ? LOOP_READ : 0) |
                                                     (writes ? LOOP_WRITE : 0));
    list_remove(&p->eager_link);
    if (want & TRANSPORT_NOW)
        list_push(&s->eager, &p->eager_link);
    loop_change(s->loop, &p->watch, want & ~TRANSPORT_NOW);
}

/* What is wrong before the first packet is mostly a matter of settings
 * (certificates, versions, paths): the operator hears of it unasked. */
static void
peer_lost(const struct peer *p, const struct error *err)
{
    char name[TCP_NAME_LEN];
    tcp_peer_name(p->transport->fd, name);
    if (p->is_heard || p->where->scheme == URI_MQTT)
        log_debug("%s: %s", name, err->text);
    else
        log_info("%s: %s", name, err->text);
}

/* Freed at the end of flush_all. */
static void
peer_over(struct peer *p)
{
    list_remove(&p->write_link);
    list_push(&p->server->over, &p->write_link);
    p->is_over = true;
}

static void
record_output(struct peer *p)
{
    struct buf pending = {0};
    broker_copy_output(p->conn, &pending);
    recording_output(p->server->recording, p->recorded, buf_slice(&pending),
                     clock_wall_us());
    buf_release(&pending);
}

/* Writes what can be written. */
static void
peer_flush(struct peer *p)
{
    struct error err;
    struct slice pieces[PIECES_MAX];
    size_t count;
    ptrdiff_t n = 0;
    if (p->recorded)
        record_output(p);
    do { /* an empty write too: layers may hold something of their own */
        count = broker_output(p->conn, pieces, PIECES_MAX);
        n = transport_write_pieces(p->transport, pieces, count, &err);
        if (n == TRANSPORT_ERROR) {
            peer_lost(p, &err);
            peer_over(p);
            return;
        }
        if (n > 0) {
            broker_sent(p->server->broker, p->conn, (size_t)n);
            if (p->recorded)
                recording_sent(p->recorded, (size_t)n);
        }
    } while (n > 0);
    p->is_blocked = n == TRANSPORT_AGAIN;
    if (count == 0 && broker_wants_close(p->conn))
        peer_over(p);
    else
        peer_watch(p);
}

/* The handshake is over: who its certificate says it is. */
static void
peer_identify(struct peer *p)
{
    struct buf name = {0};
    if (broker_config_of(p->server->broker)->tls_subject_as_user &&
        layers_peer_name(p->transport, p->where, &name))
        broker_identify(p->server->broker, p->conn, buf_slice(&name));
    buf_release(&name);
}

/* False when the peer is gone, and freed. */
static bool
peer_read(struct peer *p)
{
    struct server *s = p->server;
    struct error err;
    for (int i = 0; i < READS_PER_TURN; i++) {
        ptrdiff_t n = transport_read(p->transport, s->buffer, READ_MAX, &err);
        if (n == TRANSPORT_AGAIN)
            break;
        if (n <= 0) {
            if (n == TRANSPORT_ERROR)
                peer_lost(p, &err);
            peer_free(p);
            return false;
        }
        struct slice bytes = slice_of(s->buffer, (size_t)n);
        bool may_be_secret = broker_client_id(p->conn).len == 0;
        if (!p->is_heard)
            peer_identify(p);
        p->is_heard = true;
        if (s->recording)
            recording_input(s->recording, p->recorded, bytes,
                            clock_wall_us());
        broker_input(s->broker, p->conn, bytes, clock_ms());
        if (may_be_secret) /* CONNECT: there was a password in it */
            secret_wipe(s->buffer, (size_t)n);
        if (n < READ_MAX || !broker_wants_read(s->broker, p->conn))
            break;
    }
    return true;
}

static void
peer_ready(struct loop_watch *w, unsigned events)
{
    struct peer *p = w->data;
    if ((events & LOOP_WRITE) && !list_linked(&p->write_link))
        list_push(&p->server->writable, &p->write_link);
    if (broker_wants_close(p->conn)) {
        if (events & LOOP_ERROR)
            peer_free(p);
        return;
    }
    if ((events & (LOOP_READ | LOOP_ERROR)) && peer_read(p))
        peer_watch(p);
}

static void
peer_new(void *server, struct transport *t, const struct uri *where)
{
    struct server *s = server;
    struct error err;
    struct peer *p = xcalloc(1, sizeof *p);
    p->server = s;
    list_push(&s->peers, &p->link);
    p->transport = t;
    p->where = where;
    p->conn = broker_accept(s->broker, p, clock_ms());
    if (s->recording) {
        p->recorded = xcalloc(1, sizeof *p->recorded);
        recording_accept(s->recording, p->recorded, clock_wall_us());
    }
    p->watch = (struct loop_watch){
        .fd = t->fd, .wants = LOOP_READ, .ready = peer_ready, .data = p};
    if (loop_add(s->loop, &p->watch, &err) < 0) {
        log_warn("%s", err.text);
        peer_free(p);
    }
}

/* ---- passwords ----------------------------------------------------------- */

static int watch_verifier(struct server *s, struct error *err);

/* It died: who waits for it is refused, and another one is made. */
static void
replace_verifier(struct server *s)
{
    uint64_t number;
    struct error err;
    log_warn("the process that verifies passwords died; another one starts");
    loop_remove(s->loop, &s->verifier_watch);
    while (verifier_left(s->verifier, &number))
        broker_verdict(s->broker, number, BROKER_LOGIN_NOBODY, clock_ms());
    if (verifier_restart(s->verifier, &err) < 0 || watch_verifier(s, &err) < 0)
        log_warn("%s", err.text);
}

static void
verifier_ready(struct loop_watch *w, unsigned events)
{
    struct server *s = w->data;
    uint64_t number;
    enum broker_answer answer;
    enum verifier_said said;
    (void)events;
    while ((said = verifier_next(s->verifier, &number, &answer)) ==
           VERIFIER_ANSWERS)
        broker_verdict(s->broker, number, answer, clock_ms());
    if (said == VERIFIER_DIED)
        replace_verifier(s);
}

static int
watch_verifier(struct server *s, struct error *err)
{
    s->verifier_watch = (struct loop_watch){.fd = verifier_fd(s->verifier),
                                            .wants = LOOP_READ,
                                            .ready = verifier_ready,
                                            .data = s};
    return loop_add(s->loop, &s->verifier_watch, err);
}

/* Whom it has no room for waits in the broker, which counts them. */
static void
ask_verifier(struct server *s)
{
    struct broker_login login;
    struct error err;
    if (!s->verifier)
        return;
    while (verifier_has_room(s->verifier) &&
           broker_next_login(s->broker, &login)) {
        if (verifier_fd(s->verifier) < 0 &&
            verifier_restart(s->verifier, &err) == 0)
            watch_verifier(s, &err);
        if (!verifier_ask(s->verifier, &login))
            broker_verdict(s->broker, login.number, BROKER_LOGIN_NOBODY,
                           clock_ms());
    }
}

/* ---- a turn ------------------------------------------------------------- */

/* Each of them once; who still has more is put at the end of the list. */
static void
read_eager(struct server *s)
{
    struct list last;
    list_push(&s->eager, &last);
    while (s->eager.next != &last) {
        struct peer *p = LIST_ITEM(s->eager.next, struct peer, eager_link);
        list_remove(&p->eager_link);
        peer_ready(&p->watch, LOOP_READ);
    }
    list_remove(&last);
}

/* Writes to those who are ready for what was left, and to those who have
 * something new. */
static void
write_all(struct server *s)
{
    struct conn *c;
    while (!list_empty(&s->writable)) {
        struct peer *p = LIST_ITEM(s->writable.next, struct peer, write_link);
        list_remove(&p->write_link);
        peer_flush(p);
    }
    while ((c = broker_next_dirty(s->broker))) {
        struct peer *p = conn_owner(c);
        /* Who is blocked is written to when the loop says so. */
        if (!p->is_over && (!p->is_blocked || broker_output_len(c) == 0))
            peer_flush(p);
    }
}

/* Makes durable what the turn changed, then writes what it has to say. Who is
 * gone may leave something to say to others, such as a will: once more. */
static int
flush_all(struct server *s, struct error *err)
{
    do {
        if (broker_commit(s->broker, clock_wall_us() / 1000, err) < 0)
            return -1;
        write_all(s);
        LIST_EACH(link, &s->over)
            peer_free(LIST_ITEM(link, struct peer, write_link));
    } while (broker_has_news(s->broker));
    return 0;
}

static void
measure_memory(struct server *s, uint64_t now_ms)
{
    if (!broker_counts_memory(s->broker) ||
        now_ms - s->measured_ms < MEASURE_MS)
        return;
    s->measured_ms = now_ms;
    broker_tell_memory(s->broker, mem_in_use());
}

static int
turn(struct server *s, struct error *err)
{
    uint64_t now_ms = clock_ms();
    measure_memory(s, now_ms);
    uint64_t deadline = broker_deadline_ms(s->broker);
    uint64_t doors_ms = doors_reopen(&s->doors, now_ms);
    if (doors_ms < deadline)
        deadline = doors_ms;
    if (deadline > now_ms + TURN_MAX_MS)
        deadline = now_ms + TURN_MAX_MS;
    if (!list_empty(&s->eager))
        deadline = now_ms;
    if (loop_turn(s->loop, loop_timeout(deadline, now_ms), err) < 0)
        return -1;
    read_eager(s);
    broker_tick(s->broker, clock_ms());
    ask_verifier(s);
    return flush_all(s, err);
}

static void
dump_if_asked(const struct broker *b, struct serve_signals *signals)
{
    if (!signals->dump || !signals->on_dump)
        return;
    signals->dump = 0;
    signals->on_dump(b, signals->user);
}

int
serve(struct broker *b, struct listening *places, size_t count,
      struct recording *recording, struct verifier *verifier,
      struct serve_signals *signals, struct error *err)
{
    struct server s = {.broker = b, .recording = recording,
                       .verifier = verifier};
    s.loop = loop_new(err);
    if (!s.loop)
        return -1;
    list_init(&s.peers);
    list_init(&s.eager);
    list_init(&s.writable);
    list_init(&s.over);
    s.buffer = xcalloc(1, READ_MAX);
    s.doors = (struct doors){.loop = s.loop, .came = peer_new, .user = &s};
    int result = doors_open(&s.doors, places, count, err);
    if (result == 0 && verifier)
        result = watch_verifier(&s, err);
    while (!signals->stop && result == 0) {
        result = turn(&s, err);
        dump_if_asked(b, signals);
    }
    if (result == 0) { /* else nothing may be said that is not stored */
        broker_shutdown(b, clock_ms());
        result = flush_all(&s, err);
    }
    LIST_EACH(link, &s.peers) /* who does not read gets no last word */
        peer_free(LIST_ITEM(link, struct peer, link));
    doors_close(&s.doors);
    if (verifier)
        loop_remove(s.loop, &s.verifier_watch);
    loop_free(s.loop);
    free(s.buffer);
    return result;
}
