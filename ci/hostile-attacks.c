/* hostile-attacks.c - peers who stall, flood, promise and never finish.
 * SPDX-License-Identifier: MIT */
#include "ci/hostile.h"

enum { CROWD = 5000, BLOCK = 1 << 20 };

static uint8_t block[BLOCK]; /* what an attack sends */

/* Subscribes to a topic, floods it from elsewhere, and never reads. */
static const char *
stall(const struct ports *p)
{
    static const uint8_t subscribe[] = "\x82\x0a\x00\x01\x00\x00\x04""evil\x00";
    int deaf[20], loud = log_in(p->mqtt, 1);
    for (unsigned i = 0; i < 20; i++) {
        deaf[i] = log_in(p->mqtt, 100 + i);
        say(deaf[i], subscribe, 12);
    }
    put_header(block, 0x30, 50007);
    memcpy(block + 4, "\x00\x04" "evil\x00", 7);
    for (int i = 0; i < 800; i++)
        if (say(loud, block, 50011) != 50011)
            break;
    for (int i = 0; i < 20; i++)
        close(deaf[i]);
    close(loud);
    return NULL;
}

/* CONNECT byte by byte, too slowly; all must be sent away. */
static const char *
drip(const struct ports *p)
{
    int fds[100], left = 0;
    for (int i = 0; i < 100; i++)
        fds[i] = dial(p->mqtt);
    for (int n = 0; n < 15; n++) {
        for (int i = 0; i < 100; i++)
            send(fds[i], &"\x10\x7f\x00\x04MQTT\x05\x02\x00\x00\x00\x00\x70"[n],
                 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        wait_ms(200);
    }
    for (int i = 0; i < 100; i++) {
        left += !is_closed(fds[i], 100);
        close(fds[i]);
    }
    return left ? "who drips CONNECT is not sent away" : NULL;
}

/* Opens as many connections as it can and says `hello` on each; all must be
 * closed by the broker. */
static const char *
crowd(unsigned port, const void *hello, size_t len)
{
    static int fds[CROWD];
    int left = 0;
    for (int i = 0; i < CROWD; i++)
        if ((fds[i] = dial(port)) >= 0 && len > 0)
            send(fds[i], hello, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    wait_ms(2500);
    for (int i = 0; i < CROWD; i++) {
        if (fds[i] < 0)
            continue;
        left += !is_closed(fds[i], left ? 20 : 1000);
        close(fds[i]);
    }
    return left ? "who never says CONNECT is not sent away" : NULL;
}

static const char *
silent_crowd(const struct ports *p)
{
    return crowd(p->mqtt, NULL, 0);
}

static const char *
ws_unfinished(const struct ports *p)
{
    static const char head[] = "GET /mqtt HTTP/1.1\r\nHost: a\r\nX: ";
    return crowd(p->ws, head, sizeof head - 1);
}

static const char *
tls_unfinished(const struct ports *p)
{
    static const char hello[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    return crowd(p->tls, hello, sizeof hello - 1);
}

/* A header that promises 256 MB, before and after CONNECT. */
static const char *
promise(const struct ports *p)
{
    static const uint8_t header[] = "\x30\xff\xff\xff\x7f";
    const char *wrong = NULL;
    for (unsigned i = 0; i < 200; i++) {
        int fd = i % 2 ? dial(p->mqtt) : log_in(p->mqtt, i);
        say(fd, header, 5);
        if (!is_closed(fd, 1000))
            wrong = "a packet of 256 MB is waited for";
        close(fd);
    }
    return wrong;
}

/* Many packets of nearly the size that is allowed, of which the end never
 * comes. */
static const char *
hoard(const struct ports *p)
{
    enum { HOARD = 300 };
    int fds[HOARD];
    put_header(block, 0x30, BLOCK - 20);
    memcpy(block + 4, "\x00\x04" "evil\x00", 7);
    for (unsigned i = 0; i < HOARD; i++) {
        fds[i] = log_in(p->mqtt, 1000 + i);
        if (fds[i] >= 0)
            say(fds[i], block, BLOCK - 100);
    }
    for (int i = 0; i < HOARD; i++)
        close(fds[i]);
    return NULL;
}

/* Topics as deep as they are long, retained and subscribed to. */
static const char *
deep(const struct ports *p)
{
    int fd = log_in(p->mqtt, 2);
    for (unsigned i = 0; i < 200; i++) {
        memset(block, '/', 65536);
        put_header(block, 0x31, 2 + 60000 + 1);
        memcpy(block + 4, "\xea\x60", 2); /* 60,000 */
        block[6] = (uint8_t)('a' + i % 26);
        block[7] = (uint8_t)('a' + i / 26);
        block[4 + 2 + 60000] = 0;
        say(fd, block, 4 + 2 + 60000 + 1);
        memset(block, '/', 65536);
        put_header(block, 0x82, 3 + 2 + 60000 + 1);
        memcpy(block + 4, "\x00\x01\x00\xea\x60", 5);
        block[4 + 5 + 60000] = 0;
        say(fd, block, 4 + 5 + 60000 + 1);
    }
    int closed = is_closed(fd, 50);
    close(fd);
    return closed ? "a deep topic ends the connection" : NULL;
}

/* A million subscriptions, 1,600 to a packet, by ten clients. */
static const char *
subscriptions(const struct ports *p)
{
    enum { CLIENTS = 10 };
    int fds[CLIENTS];
    unsigned number = 0;
    for (unsigned c = 0; c < CLIENTS; c++) {
        int fd = fds[c] = log_in(p->mqtt, 10 + c);
        for (int packet = 0; packet < 63; packet++) {
            size_t at = 7;
            memcpy(block + 4, "\x00\x01\x00", 3);
            for (int i = 0; i < 1600; i++) {
                memcpy(block + at, "\x00\x08", 2);
                snprintf((char *)block + at + 2, 9, "%08u", number++);
                block[at + 10] = 1;
                at += 11;
            }
            put_header(block, 0x82, at - 4);
            say(fd, block, at);
            char dropped[65536];
            while (recv(fd, dropped, sizeof dropped, MSG_DONTWAIT) > 0)
                ;
        }
    }
    for (int c = 0; c < CLIENTS; c++)
        close(fds[c]);
    return NULL;
}

/* Retained messages and sessions full of User Properties. */
static const char *
user_properties(const struct ports *p)
{
    int fd = log_in(p->mqtt, 3);
    enum { PAIRS = 100000, EACH = 7 };
    size_t len = (size_t)PAIRS * EACH;
    for (unsigned i = 0; i < 300; i++) {
        size_t at = 4;
        memcpy(block + at, "\x00\x04", 2);
        snprintf((char *)block + at + 2, 5, "%04u", i);
        at += 6;
        for (int n = 0; n < 3; n++)
            block[at++] = (uint8_t)((len >> (7 * n) & 127) | (n < 2 ? 128 : 0));
        for (int n = 0; n < PAIRS; n++, at += EACH)
            memcpy(block + at, "\x26\x00\x01" "a\x00\x01" "b", EACH);
        block[at++] = 'x'; /* or it would retain nothing */
        put_header(block, 0x31, at - 4);
        if (say(fd, block, at) != at)
            break;
    }
    close(fd);
    return NULL;
}

/* WebSocket frames of 2^63 - 1 bytes and more. */
static const char *
ws_frames(const struct ports *p)
{
    static const char head[] =
        "GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: mqtt\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    static const uint8_t firsts[] = {0x7f, 0xff, 0x00};
    const char *wrong = NULL;
    for (unsigned i = 0; i < 300; i++) {
        uint8_t frame[14] = {0x82, 0xff, firsts[i % 3], 0xff, 0xff, 0xff,
                             0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4};
        int fd = dial(p->ws);
        say(fd, head, sizeof head - 1);
        wait_ms(1);
        say(fd, frame, sizeof frame);
        say(fd, block, 20000);
        if (!is_closed(fd, 1000))
            wrong = "a frame of 2^63 bytes is waited for";
        close(fd);
    }
    return wrong;
}

const struct attack hostile_attacks[] = {
    {"stall", stall},
    {"drip", drip},
    {"crowd", silent_crowd},
    {"ws-unfinished", ws_unfinished},
    {"tls-unfinished", tls_unfinished},
    {"promise", promise},
    {"hoard", hoard},
    {"deep", deep},
    {"subscriptions", subscriptions},
    {"user-properties", user_properties},
    {"ws-frames", ws_frames},
    {NULL, NULL},
};
