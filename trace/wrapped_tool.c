/* wrapped_tool.c - writes a capture of MQTT in WebSocket in TLS, to measure with.
 * SPDX-License-Identifier: MIT
 *
 *     build/bin/trace-wrapped [CONNECTIONS [MESSAGES [BYTES]]] >wrapped.pcapng
 *
 * Every connection speaks TLS 1.3 between two real ends, whose secrets stand in
 * the file, and permessage-deflate with context takeover both ways; it carries
 * MESSAGES publications of BYTES each way. All stay open to the end.         */
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "net/pcapng_write.h"
#include "trace/unwrap/tls_testkit.h"

struct end {
    SSL *ssl;
    z_stream deflate;
};

struct connection {
    struct pcapng_stream stream;
    struct end end[2];  /* by enum pcapng_side */
};

struct load {
    struct buf file;    /* not yet written */
    struct buf secrets; /* the key log */
    struct buf packet, frame;
    uint64_t time_us;
};

/* The callback of OpenSSL has no user data: it is kept with the context. */
static void
on_key(const SSL *ssl, const char *line)
{
    struct load *l = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    buf_printf(&l->secrets, "%s\n", line);
}

static SSL_CTX *
new_context(struct load *l, bool is_server)
{
    SSL_CTX *context = SSL_CTX_new(is_server ? TLS_server_method()
                                             : TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_app_data(context, l);
    if (!is_server) {
        SSL_CTX_set_keylog_callback(context, on_key);
        return context;
    }
    tls_testkit_certify(context, EVP_EC_gen("P-256"));
    SSL_CTX_set_num_tickets(context, 0);
    return context;
}

/* What both ends have to say goes to the other, and into the file. */
static void
carry(struct load *l, struct connection *c)
{
    uint8_t room[16384];
    for (int silent = 0, from = 0; silent < 2; from = !from) {
        SSL_read(c->end[from].ssl, room, sizeof room);
        int n = BIO_read(SSL_get_wbio(c->end[from].ssl), room, sizeof room);
        silent = n > 0 ? 0 : silent + 1;
        if (n <= 0)
            continue;
        BIO_write(SSL_get_rbio(c->end[!from].ssl), room, n);
        pcapng_data(&c->stream, (enum pcapng_side)from,
                    slice_of(room, (size_t)n), l->time_us += 20, NULL);
    }
}

static void
say(struct load *l, struct connection *c, int from, struct slice bytes)
{
    SSL_write(c->end[from].ssl, bytes.ptr, (int)bytes.len);
    carry(l, c);
}

/* l->packet as one compressed message (RFC 7692, 7.2.1). */
static void
say_message(struct load *l, struct connection *c, int from)
{
    z_stream *z = &c->end[from].deflate;
    uint8_t out[40000];
    z->next_in = l->packet.data;
    z->avail_in = (uInt)l->packet.len;
    z->next_out = out;
    z->avail_out = sizeof out;
    deflate(z, Z_SYNC_FLUSH);
    size_t len = sizeof out - z->avail_out - 4;
    uint8_t bit = from ? 0 : 0x80; /* masked, with zeros */
    buf_clear(&l->frame);
    buf_add_byte(&l->frame, 0xc2);
    buf_add_byte(&l->frame, bit | (uint8_t)(len < 126 ? len : 126));
    if (len >= 126) {
        buf_add_byte(&l->frame, (uint8_t)(len >> 8));
        buf_add_byte(&l->frame, (uint8_t)len);
    }
    if (bit)
        buf_add_fill(&l->frame, 0, 4);
    buf_add(&l->frame, slice_of(out, len));
    buf_clear(&l->packet);
    say(l, c, from, buf_slice(&l->frame));
}

static void
put_text(struct buf *b, const char *text)
{
    size_t len = strlen(text);
    buf_add_byte(b, (uint8_t)(len >> 8));
    buf_add_byte(b, (uint8_t)len);
    buf_add_str(b, text);
}

static void
open_connection(struct load *l, struct connection *c, SSL_CTX *context[2],
                unsigned number)
{
    static const uint8_t connect[] = {0x04, 0x02, 0x00, 0x3c};
    static const uint8_t connack[] = {0x20, 0x02, 0x00, 0x00};
    char id[24];
    pcapng_open(&c->stream, &l->file, (uint16_t)(2000 + number), 8084,
                l->time_us += 20);
    for (int s = 0; s < 2; s++) {
        c->end[s].ssl = SSL_new(context[s]);
        SSL_set_bio(c->end[s].ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        deflateInit2(&c->end[s].deflate, 1, Z_DEFLATED, -15, 8,
                     Z_DEFAULT_STRATEGY);
    }
    SSL_set_tlsext_host_name(c->end[0].ssl, "broker.example");
    SSL_set_connect_state(c->end[0].ssl);
    SSL_set_accept_state(c->end[1].ssl);
    carry(l, c);
    say(l, c, 0, slice_str("GET /mqtt HTTP/1.1\r\nHost: broker.example\r\n"
                           "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Protocol: mqtt\r\n"
                           "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                           "\r\n"));
    say(l, c, 1, slice_str("HTTP/1.1 101 Switching Protocols\r\n"
                           "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                           "Sec-WebSocket-Protocol: mqtt\r\n"
                           "Sec-WebSocket-Extensions: permessage-deflate\r\n"
                           "\r\n"));
    snprintf(id, sizeof id, "sensor-%05u", number);
    buf_add_byte(&l->packet, 0x10);
    buf_add_byte(&l->packet, (uint8_t)(12 + strlen(id)));
    put_text(&l->packet, "MQTT");
    buf_add(&l->packet, slice_of(connect, sizeof connect));
    put_text(&l->packet, id);
    say_message(l, c, 0);
    buf_add(&l->packet, slice_of(connack, sizeof connack));
    say_message(l, c, 1);
}

static void
publish(struct load *l, struct connection *c, int from, unsigned bytes,
        unsigned number)
{
    size_t len = 2 + strlen("plant/hall") + bytes;
    buf_add_byte(&l->packet, 0x30);
    buf_add_byte(&l->packet, (uint8_t)((len & 0x7f) | (len > 127 ? 0x80 : 0)));
    if (len > 127)
        buf_add_byte(&l->packet, (uint8_t)(len >> 7));
    put_text(&l->packet, "plant/hall");
    for (unsigned i = 0; i < bytes; i++) {
        number = number * 1664525 + 1013904223;
        buf_add_byte(&l->packet, (uint8_t)('a' + (number >> 28)));
    }
    say_message(l, c, from);
}

/* A Decryption Secrets Block with TLS keys. */
static void
write_secrets(const struct load *l)
{
    uint32_t pad = (uint32_t)(-l->secrets.len & 3);
    uint32_t len = (uint32_t)(20 + l->secrets.len + pad);
    uint32_t head[4] = {10, len, 0x544c534b, (uint32_t)l->secrets.len};
    fwrite(head, sizeof head, 1, stdout);
    fwrite(l->secrets.data, l->secrets.len, 1, stdout);
    fwrite("\0\0\0", pad, 1, stdout);
    fwrite(&len, sizeof len, 1, stdout);
}

static void
write_out(struct load *l)
{
    fwrite(l->file.data, l->file.len, 1, stdout);
    buf_clear(&l->file);
}

static void
release(struct load *l, struct connection *all, unsigned count,
        SSL_CTX *context[2])
{
    for (unsigned i = 0; i < 2 * count; i++) {
        SSL_free(all[i / 2].end[i % 2].ssl);
        deflateEnd(&all[i / 2].end[i % 2].deflate);
    }
    SSL_CTX_free(context[0]);
    SSL_CTX_free(context[1]);
    buf_release(&l->file);
    buf_release(&l->secrets);
    buf_release(&l->packet);
    buf_release(&l->frame);
    free(all);
}

static unsigned
number_of(int argc, char **argv, int i, unsigned otherwise)
{
    return argc > i ? (unsigned)strtoul(argv[i], NULL, 10) : otherwise;
}

int
main(int argc, char **argv)
{
    unsigned count = number_of(argc, argv, 1, 1000);
    unsigned messages = number_of(argc, argv, 2, 20);
    unsigned bytes = number_of(argc, argv, 3, 200);
    struct load l = {.time_us = 1700000000000000};
    struct buf begin = {0};
    if (count == 0 || count > 5000 || bytes > 16000) {
        fputs("usage: trace-wrapped [CONNECTIONS [MESSAGES [BYTES]]] >FILE, at "
              "most 5000 connections and 16000 bytes\n", stderr);
        return EXIT_FAILURE;
    }
    struct connection *all = calloc(count, sizeof *all);
    SSL_CTX *context[2] = {new_context(&l, false), new_context(&l, true)};
    if (!all)
        return EXIT_FAILURE;
    pcapng_begin(&begin, NULL);
    for (unsigned i = 0; i < count; i++)
        open_connection(&l, &all[i], context, i);
    fwrite(begin.data, begin.len, 1, stdout);
    write_secrets(&l); /* before the packets that need them */
    for (unsigned i = 0; i < count * messages; i++) {
        publish(&l, &all[i % count], 0, bytes, 2 * i);
        publish(&l, &all[i % count], 1, bytes, 2 * i + 1);
        write_out(&l);
    }
    write_out(&l);
    buf_release(&begin);
    release(&l, all, count, context);
    return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
