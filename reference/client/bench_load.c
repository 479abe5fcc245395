/* bench_load.c - a load of connections, publishers and subscribers in one loop.
 * SPDX-License-Identifier: MIT */
#include "client/bench_load.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/reader.h"
#include "client/bench_packet.h"
#include "mqtt/frame.h"
#include "net/tcp.h"

enum {
    READ_MAX = 262144,     /* bytes of one read, shared by all connections */
    CONNECT_MS = 10000,
    SILENCE_US = 10000000, /* without a delivery: messages were lost */
    FILTERS_PER_CONNECTION = 1000
};

enum role { IDLE, PUBLISHES, SUBSCRIBES, SUBSCRIBES_TO_NOTHING };

struct bench_conn {
    struct bench_load *load;
    struct transport *transport; /* owned */
    struct loop_watch watch;
    struct list dirty;           /* in load.dirty */
    enum role role;
    uint32_t index;              /* among those of its role */
    struct buf in;               /* start of a packet that is not all there */
    struct buf out;              /* not yet written */
    struct buf publish;          /* the message, ready to be sent */
    size_t id_at;                /* where its Packet Identifier stands */
    uint16_t last_id;
    uint64_t sent;               /* messages published */
    uint64_t acked;              /* of them acknowledged for good */
    uint64_t delivered;          /* copies of them that have arrived */
};

struct bench_load {
    const struct bench_shape *shape;
    struct loop *loop;
    struct bench_conn *conns; /* owned array; the publishers come first */
    size_t count;
    size_t ready;             /* connections that are set up */
    struct list dirty;        /* have something to write */
    uint8_t *buffer;          /* owned, READ_MAX bytes */
    uint8_t qos;
    bool keeps;               /* sessions outlive their connections */
    uint32_t copies;          /* deliveries of each message */
    uint64_t delivered;       /* in all */
    bool failed;
    struct error error;       /* when failed */
};

static void
fail(struct bench_load *l, const char *text)
{
    if (!l->failed)
        error_set(&l->error, "%s", text);
    l->failed = true;
}

static void
mark_dirty(struct bench_conn *c)
{
    if (!list_linked(&c->dirty))
        list_push(&c->load->dirty, &c->dirty);
}

/* --- what comes in -------------------------------------------------------- */

static void
got_connack(struct bench_conn *c, struct slice body)
{
    char filter[64];
    const struct bench_shape *shape = c->load->shape;
    if (body.len < 2 || body.ptr[1] != 0)
        fail(c->load, "the broker refused a connection");
    if (c->role == SUBSCRIBES_TO_NOTHING) {
        uint32_t left = shape->filters - c->index * FILTERS_PER_CONNECTION;
        bench_packet_subscribe_nothing(&c->out, c->index,
                                       left < FILTERS_PER_CONNECTION
                                           ? left
                                           : FILTERS_PER_CONNECTION);
    } else if (c->role == SUBSCRIBES) {
        if (shape->subscribers < shape->publishers)
            snprintf(filter, sizeof filter, "bench/+");
        else
            snprintf(filter, sizeof filter, "bench/%u",
                     shape->publishers == 1 ? 0 : (unsigned)c->index);
        bench_packet_subscribe(&c->out, filter, c->load->qos);
    } else {
        c->load->ready++;
    }
}

static void
got_publish(struct bench_conn *c, uint8_t first, struct slice body)
{
    struct bench_load *l = c->load;
    struct reader r = reader_of(body);
    reader_bytes(&r, reader_u16(&r));
    uint8_t qos = first >> 1 & 3;
    if (qos > 0)
        bench_packet_ack(&c->out, qos == 1 ? 0x40 : 0x50, reader_u16(&r));
    uint32_t from = reader_u32(&r); /* a message begins with its publisher */
    if (r.failed || from >= l->shape->publishers) {
        fail(l, "a message came that nobody published");
        return;
    }
    l->delivered++;
    l->conns[from].delivered++;
    mark_dirty(&l->conns[from]);
}

static void
got_packet(struct bench_conn *c, uint8_t first, struct slice body)
{
    struct reader r = reader_of(body);
    uint16_t id = reader_u16(&r); /* 0 when there is none */
    switch (first >> 4) {
    case MQTT_CONNACK: got_connack(c, body); break;
    case MQTT_SUBACK: c->load->ready++; break;
    case MQTT_PUBLISH: got_publish(c, first, body); break;
    case MQTT_PUBREC: bench_packet_ack(&c->out, 0x62, id); break;
    case MQTT_PUBREL: bench_packet_ack(&c->out, 0x70, id); break;
    case MQTT_PUBACK:
    case MQTT_PUBCOMP: c->acked++; break;
    default: fail(c->load, "the broker sent a packet that no server sends");
    }
    mark_dirty(c);
}

/* Returns how many bytes at the start were whole packets. */
static size_t
take_packets(struct bench_conn *c, struct slice bytes)
{
    struct mqtt_frame frame;
    size_t at = 0;
    for (;;) {
        struct slice rest = slice_from(bytes, at);
        if (mqtt_frame_next(rest, &frame) != MQTT_FRAME_COMPLETE)
            return at;
        got_packet(c, rest.ptr[0],
                   slice_from(slice_first(rest, frame.len), frame.header_len));
        at += frame.len;
    }
}

static void
read_conn(struct bench_conn *c)
{
    struct error err;
    struct bench_load *l = c->load;
    ptrdiff_t n = transport_read(c->transport, l->buffer, READ_MAX, &err);
    if (n == TRANSPORT_AGAIN)
        return;
    if (n <= 0) {
        fail(l, "the broker closed a connection");
        loop_remove(l->loop, &c->watch);
        return;
    }
    struct slice bytes = slice_of(l->buffer, (size_t)n);
    if (c->in.len > 0) {
        buf_add(&c->in, bytes);
        buf_drop(&c->in, take_packets(c, buf_slice(&c->in)));
    } else {
        buf_add(&c->in, slice_from(bytes, take_packets(c, bytes)));
    }
}

/* --- what goes out -------------------------------------------------------- */

/* As many messages as may be under way. */
static void
publish(struct bench_conn *c)
{
    const struct bench_load *l = c->load;
    uint64_t done = c->delivered / l->copies;
    if (l->qos > 0 && c->acked < done)
        done = c->acked;
    for (; c->sent < done + l->shape->in_flight; c->sent++) {
        if (l->qos > 0) {
            c->last_id = c->last_id == UINT16_MAX ? 1 : c->last_id + 1;
            writer_patch_u16(&c->publish, c->id_at, c->last_id);
        }
        buf_add(&c->out, buf_slice(&c->publish));
    }
}

static void
flush(struct bench_conn *c)
{
    struct error err;
    struct bench_load *l = c->load;
    if (c->role == PUBLISHES && l->ready == l->count)
        publish(c);
    if (c->out.len > 0) {
        ptrdiff_t n = transport_write(c->transport, buf_slice(&c->out), &err);
        if (n == TRANSPORT_ERROR)
            fail(l, err.text);
        buf_drop(&c->out, n > 0 ? (size_t)n : 0);
    }
    loop_change(l->loop, &c->watch,
                LOOP_READ | (c->out.len > 0 ? LOOP_WRITE : 0));
}

static void
conn_ready(struct loop_watch *w, unsigned events)
{
    struct bench_conn *c = w->data;
    if (events & (LOOP_READ | LOOP_ERROR))
        read_conn(c);
    if (events & LOOP_WRITE)
        mark_dirty(c);
}

static int
turn(struct bench_load *l, struct error *err)
{
    if (loop_turn(l->loop, 100, err) < 0)
        return -1;
    LIST_EACH(link, &l->dirty) {
        if (l->failed)
            break;
        list_remove(link);
        flush(LIST_ITEM(link, struct bench_conn, dirty));
    }
    if (l->failed)
        *err = l->error;
    return l->failed ? -1 : 0;
}

/* --- life ----------------------------------------------------------------- */

static int
open_conn(struct bench_load *l, struct bench_conn *c, const char *host,
          uint16_t port, struct error *err)
{
    c->load = l;
    c->transport = tcp_connect_wait(host, port, CONNECT_MS, err);
    if (!c->transport)
        return -1;
    c->watch = (struct loop_watch){.fd = c->transport->fd,
                                   .wants = LOOP_READ,
                                   .ready = conn_ready,
                                   .data = c};
    if (loop_add(l->loop, &c->watch, err) < 0)
        return -1;
    bench_packet_connect(&c->out, (unsigned)(c - l->conns), l->keeps);
    if (c->role == PUBLISHES)
        c->id_at = bench_packet_publish(&c->publish, c->index,
                                        l->shape->payload, l->qos);
    mark_dirty(c);
    /* A broker that has to accept many at once gets a chance to. */
    return (c - l->conns) % 64 == 63 ? turn(l, err) : 0;
}

static void
cast_roles(struct bench_load *l, size_t with_filters)
{
    const struct bench_shape *s = l->shape;
    const struct { enum role role; size_t count; } parts[] = {
        {PUBLISHES, s->publishers},
        {SUBSCRIBES, s->subscribers},
        {SUBSCRIBES_TO_NOTHING, with_filters},
        {IDLE, s->idle},
    };
    struct bench_conn *c = l->conns;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        for (uint32_t k = 0; k < parts[i].count; k++, c++)
            *c = (struct bench_conn){.role = parts[i].role, .index = k};
}

static int
open_all(struct bench_load *l, const char *host, uint16_t port,
         struct error *err)
{
    for (size_t i = 0; i < l->count; i++)
        if (open_conn(l, &l->conns[i], host, port, err) < 0)
            return -1;
    uint64_t until = clock_us() + SILENCE_US;
    while (l->ready < l->count) {
        if (turn(l, err) < 0)
            return -1;
        if (clock_us() > until) {
            error_set(err, "%zu of %zu connections got no answer",
                      l->count - l->ready, l->count);
            return -1;
        }
    }
    return 0;
}

struct bench_load *
bench_load_new(const struct bench_shape *shape, uint8_t qos, bool keeps,
               const char *host, uint16_t port, struct error *err)
{
    struct bench_load *l = xcalloc(1, sizeof *l);
    l->keeps = keeps;
    size_t with_filters = (shape->filters + FILTERS_PER_CONNECTION - 1) /
                          FILTERS_PER_CONNECTION;
    l->shape = shape;
    l->qos = qos;
    l->copies = shape->publishers == 1 ? shape->subscribers : 1;
    list_init(&l->dirty);
    l->buffer = xcalloc(1, READ_MAX);
    l->count = shape->publishers + shape->subscribers + with_filters +
               shape->idle;
    l->conns = xcalloc(l->count, sizeof *l->conns);
    cast_roles(l, with_filters);
    l->loop = loop_new(err);
    if (!l->loop || open_all(l, host, port, err) < 0) {
        bench_load_free(l);
        return NULL;
    }
    return l;
}

void
bench_load_free(struct bench_load *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->count; i++) {
        struct bench_conn *c = &l->conns[i];
        if (c->transport)
            loop_remove(l->loop, &c->watch);
        transport_close(c->transport, TRANSPORT_RESET);
        buf_release(&c->in);
        buf_release(&c->out);
        buf_release(&c->publish);
    }
    loop_free(l->loop);
    free(l->conns);
    free(l->buffer);
    free(l);
}

int
bench_load_run(struct bench_load *l, uint64_t messages, uint64_t us,
               struct error *err)
{
    uint64_t begin = clock_us(), heard = begin, before = l->delivered;
    uint64_t goal = messages ? before + messages : UINT64_MAX;
    for (size_t i = 0; i < l->shape->publishers; i++)
        mark_dirty(&l->conns[i]);
    while (l->delivered < goal) {
        uint64_t last = l->delivered;
        if (turn(l, err) < 0)
            return -1;
        uint64_t now = clock_us();
        if (us && now - begin >= us)
            break;
        if (l->delivered > last)
            heard = now;
        if (now - heard > SILENCE_US) {
            error_set(err, "nothing was delivered for ten seconds: the broker "
                           "has dropped messages");
            return -1;
        }
    }
    return 0;
}

uint64_t
bench_load_delivered(const struct bench_load *l)
{
    return l->delivered;
}
