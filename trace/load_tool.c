/* load_tool.c - writes a large capture with MQTT in it, to measure with.
 * SPDX-License-Identifier: MIT
 *
 *     build/bin/trace-load [PACKETS [CONNECTIONS]] >load.pcap
 *
 * Ethernet, IPv4, a segment per MQTT packet, right checksums. Every tenth
 * connection speaks 3.1, 35 of 100 3.1.1, 55 of 100 5.0; all stay open to the
 * end and speak in turn: publications of QoS 0, 1 and 2 both ways, and pings.
 * The same arguments give the same bytes.                                    */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "mqtt/version.h"

#define PACKETS 2000000
#define CONNECTIONS 400
#define STEP_NS 5000 /* between two frames */
#define SERVER 0x0a000001u
#define SERVER_PORT 1883

struct side {
    uint32_t seq;
};

struct connection {
    enum mqtt_version version;
    uint32_t addr;
    uint16_t port;
    uint16_t packet_id;   /* last one used */
    unsigned step;        /* place in the rows of `turns` */
    struct side side[2];  /* 0 client */
};

struct load {
    struct buf frame;     /* of the packet in hand */
    struct buf packet;
    uint64_t time_ns;
    uint64_t packets;     /* written so far */
};

enum { FIN = 1, SYN = 2, PSH = 8, ACK = 16 };

static void
put_u16(struct buf *b, unsigned v)
{
    buf_add_byte(b, (uint8_t)(v >> 8));
    buf_add_byte(b, (uint8_t)v);
}

static void
put_u32(struct buf *b, uint32_t v)
{
    put_u16(b, v >> 16);
    put_u16(b, v & 0xffff);
}

static void
put_text(struct buf *b, const char *text)
{
    put_u16(b, (unsigned)strlen(text));
    buf_add_str(b, text);
}

static uint32_t
sum(const uint8_t *p, size_t len, uint32_t s)
{
    for (size_t i = 0; i + 1 < len; i += 2)
        s += (uint32_t)(p[i] << 8 | p[i + 1]);
    if (len & 1)
        s += (uint32_t)p[len - 1] << 8;
    return s;
}

static void
set_sum(uint8_t *at, uint32_t s)
{
    while (s >> 16)
        s = (s & 0xffff) + (s >> 16);
    at[0] = (uint8_t)(~s >> 8);
    at[1] = (uint8_t)~s;
}

/* A frame from side `from`, with l->packet as its payload. */
static void
write_frame(struct load *l, struct connection *c, int from, unsigned flags)
{
    struct buf *f = &l->frame;
    size_t len = l->packet.len;
    buf_clear(f);
    buf_add_fill(f, 2, 12);
    put_u16(f, 0x0800);
    put_u16(f, 0x4500);
    put_u16(f, (unsigned)(40 + len));
    put_u32(f, 0x00004000);
    put_u32(f, 0x40060000);
    put_u32(f, from ? SERVER : c->addr);
    put_u32(f, from ? c->addr : SERVER);
    put_u16(f, from ? SERVER_PORT : c->port);
    put_u16(f, from ? c->port : SERVER_PORT);
    put_u32(f, c->side[from].seq);
    put_u32(f, flags == SYN ? 0 : c->side[!from].seq);
    put_u16(f, 0x5000 | flags);
    put_u16(f, 0xffff);
    put_u32(f, 0);
    buf_add(f, buf_slice(&l->packet));
    set_sum(f->data + 24, sum(f->data + 14, 20, 0));
    set_sum(f->data + 50, sum(f->data + 26, 8 + 20 + len,
                              6 + 20 + (uint32_t)len));
    c->side[from].seq += (uint32_t)len + (flags & (SYN | FIN) ? 1 : 0);
    l->time_ns += STEP_NS;
    uint32_t record[4] = {(uint32_t)(l->time_ns / 1000000000),
                          (uint32_t)(l->time_ns % 1000000000),
                          (uint32_t)f->len, (uint32_t)f->len};
    fwrite(record, sizeof record, 1, stdout);
    fwrite(f->data, f->len, 1, stdout);
}

static void
send_packet(struct load *l, struct connection *c, int from, uint8_t first)
{
    /* The length stands in front: all packets here have less than 128. */
    uint8_t head[2] = {first, (uint8_t)l->packet.len};
    buf_splice(&l->packet, 0, 0, slice_of(head, 2));
    write_frame(l, c, from, PSH | ACK);
    l->packets++;
    buf_clear(&l->packet);
}

static void
open_connection(struct load *l, struct connection *c, unsigned number)
{
    char id[24];
    snprintf(id, sizeof id, "sensor-%05u", number);
    write_frame(l, c, 0, SYN);
    write_frame(l, c, 1, SYN | ACK);
    put_text(&l->packet, c->version == MQTT_31 ? "MQIsdp" : "MQTT");
    buf_add_byte(&l->packet, (uint8_t)c->version);
    buf_add_byte(&l->packet, 2);
    put_u16(&l->packet, 60);
    if (c->version == MQTT_50)
        buf_add_byte(&l->packet, 0);
    put_text(&l->packet, id);
    send_packet(l, c, 0, 0x10);
    put_u16(&l->packet, 0);
    if (c->version == MQTT_50)
        buf_add_byte(&l->packet, 0);
    send_packet(l, c, 1, 0x20);
}

static void
publish(struct load *l, struct connection *c, int from, unsigned qos)
{
    char topic[40], text[48];
    snprintf(topic, sizeof topic, "plant/hall-%u/line-%u/temperature",
             c->port % 10, c->port % 7);
    snprintf(text, sizeof text, "{\"value\":%llu.5,\"unit\":\"C\"}",
             (unsigned long long)l->packets);
    put_text(&l->packet, topic);
    if (qos) {
        c->packet_id = (uint16_t)(c->packet_id % 60000 + 1);
        put_u16(&l->packet, c->packet_id);
    }
    if (c->version == MQTT_50) { /* Message Expiry Interval 3600 */
        buf_add_byte(&l->packet, 5);
        buf_add_byte(&l->packet, 2);
        put_u32(&l->packet, 3600);
    }
    buf_add_str(&l->packet, text);
    send_packet(l, c, from, (uint8_t)(0x30 | qos << 1));
}

static void
acknowledge(struct load *l, struct connection *c, int from, uint8_t first)
{
    put_u16(&l->packet, c->packet_id);
    send_packet(l, c, from, first);
}

/* One exchange, whole. */
static void
take_turn(struct load *l, struct connection *c)
{
    unsigned step = c->step++ % 10;
    int from = step & 1;
    if (step < 4) {
        publish(l, c, from, 0);
    } else if (step < 7) {
        publish(l, c, from, 1);
        acknowledge(l, c, !from, 0x40);
    } else if (step < 9) {
        publish(l, c, from, 2);
        acknowledge(l, c, !from, 0x50);
        acknowledge(l, c, from, 0x62);
        acknowledge(l, c, !from, 0x70);
    } else {
        send_packet(l, c, 0, 0xc0);
        send_packet(l, c, 1, 0xd0);
    }
}

static enum mqtt_version
version_of(unsigned number)
{
    unsigned n = number % 20;
    return n < 2 ? MQTT_31 : n < 9 ? MQTT_311 : MQTT_50;
}

int
main(int argc, char **argv)
{
    uint64_t wanted = argc > 1 ? strtoull(argv[1], NULL, 10) : PACKETS;
    unsigned count = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10)
                              : CONNECTIONS;
    struct load l = {.time_ns = 1700000000000000000};
    static const uint32_t head[6] = {0xa1b23c4d, 0x00040002, 0, 0, 262144, 1};
    if (count == 0 || count > 60000 || wanted == 0) {
        fputs("usage: trace-load [PACKETS [CONNECTIONS]] >FILE, at most 60000 "
              "connections\n", stderr);
        return EXIT_FAILURE;
    }
    struct connection *all = calloc(count, sizeof *all);
    if (!all)
        return EXIT_FAILURE;
    fwrite(head, sizeof head, 1, stdout);
    for (unsigned i = 0; i < count; i++) {
        all[i] = (struct connection){.version = version_of(i),
                                     .addr = SERVER + 1 + i / 1000,
                                     .port = (uint16_t)(40000 + i % 1000),
                                     .step = i};
        all[i].side[0].seq = i * 77777;
        all[i].side[1].seq = i * 99991;
        open_connection(&l, &all[i], i);
    }
    for (unsigned i = 0; l.packets < wanted; i = (i + 1) % count)
        take_turn(&l, &all[i]);
    buf_release(&l.frame);
    buf_release(&l.packet);
    free(all);
    return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
