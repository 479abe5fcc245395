/* testkit.h - the client engine with bytes fed by hand and a clock of our own.
 * SPDX-License-Identifier: MIT
 *
 * Only x_test.c files include this. gets() is what the server sends, says()
 * what the client must have sent since the last look: both in hexadecimal,
 * written down from the figures of the standard, not by our own encoder.
 * told() is what the owner was told.                                         */
#ifndef CLIENT_TESTKIT_H
#define CLIENT_TESTKIT_H

#include <stdio.h>

#include "base/hex.h"
#include "base/mem.h"
#include "base/test.h"
#include "base/timer.h"
#include "client/client.h"
#include "mqtt/property.h"

struct bench {
    struct mqtt_client_config config; /* of the client, changed before use */
    struct mqtt_client *client;       /* owned; NULL before connect_with */
    uint64_t now_ms;                  /* our clock */
    struct buf properties; /* of CONNECT */
    struct buf log;        /* what was told, one word or phrase each */
    struct buf hex;        /* what was said last */
    bool leaves_on_message; /* from within the event */
};

static inline void
log_event(struct bench *b, const struct mqtt_client_event *e)
{
    struct buf *log = &b->log;
    switch (e->kind) {
    case MQTT_CLIENT_CONNECTED:
        buf_printf(log, "connected%s;",
                   e->packet->session_present ? " again" : "");
        break;
    case MQTT_CLIENT_REFUSED: buf_printf(log, "refused %u;", e->reason); break;
    case MQTT_CLIENT_MESSAGE:
        buf_printf(log, "message %.*s=%.*s;", SLICE_ARG(e->topic),
                   SLICE_ARG(e->packet->payload));
        break;
    case MQTT_CLIENT_SENT:
        buf_printf(log, "sent %u", (unsigned)e->tag);
        buf_printf(log, e->reason ? " 0x%02x;" : ";", e->reason);
        break;
    case MQTT_CLIENT_SUBSCRIBED:
        buf_printf(log, "subscribed %u 0x%02x;", e->packet->packet_id,
                   e->reason);
        break;
    case MQTT_CLIENT_UNSUBSCRIBED:
        buf_printf(log, "unsubscribed %u;", e->packet->packet_id);
        break;
    case MQTT_CLIENT_AUTHENTICATED: buf_add_str(log, "authenticated;"); break;
    case MQTT_CLIENT_CLOSED:
        buf_printf(log, "closed %d 0x%02x %s;", e->by, e->reason, e->text);
        break;
    }
}

static inline void
on_event(void *owner, const struct mqtt_client_event *e)
{
    struct bench *b = owner;
    log_event(b, e);
    if (e->kind == MQTT_CLIENT_MESSAGE && b->leaves_on_message)
        mqtt_client_disconnect(b->client, 0, (struct slice){0});
}

static inline struct bench *
bench_new(enum mqtt_version v)
{
    struct bench *b = xcalloc(1, sizeof *b);
    b->now_ms = 1000000;
    b->config = (struct mqtt_client_config){.version = v,
                                            .client_id = slice_str("c"),
                                            .clean_start = true,
                                            .keep_alive = 60,
                                            .connack_ms = 5000,
                                            .owner = b,
                                            .on_event = on_event};
    return b;
}

static inline void
announce(struct bench *b, enum mqtt_property_id id, uint32_t value)
{
    mqtt_property_add_number(&b->properties, id, value);
    b->config.connect_properties = buf_slice(&b->properties);
}

static inline void
bench_free(struct bench *b)
{
    mqtt_client_free(b->client);
    buf_release(&b->properties);
    buf_release(&b->log);
    buf_release(&b->hex);
    free(b);
}

static inline void
gets(struct bench *b, const char *hex)
{
    struct buf bytes = {0};
    ck_assert_msg(hex_parse(&bytes, slice_str(hex)), "bad hex: %s", hex);
    mqtt_client_input(b->client, buf_slice(&bytes), b->now_ms);
    buf_release(&bytes);
}

/* Takes what the client sent since, as hexadecimal. */
static inline const char *
says(struct bench *b)
{
    struct buf *out = mqtt_client_output(b->client);
    buf_clear(&b->hex);
    hex_print(&b->hex, buf_slice(out), ' ');
    buf_clear(out);
    return buf_cstr(&b->hex);
}

static inline const char *
told(struct bench *b)
{
    static char text[512];
    snprintf(text, sizeof text, "%s", buf_cstr(&b->log));
    buf_clear(&b->log);
    return text;
}

#define SAYS(b, hex) ck_assert_str_eq(says(b), hex)
#define TOLD(b, text) ck_assert_str_eq(told(b), text)

/* Opens, answers with that CONNACK, and forgets what was said. */
static inline void
connect_with(struct bench *b, const char *connack)
{
    if (!b->client)
        b->client = mqtt_client_new(&b->config);
    mqtt_client_open(b->client, b->now_ms);
    gets(b, connack);
    says(b);
    told(b);
}

static inline struct bench *
connected(enum mqtt_version v)
{
    struct bench *b = bench_new(v);
    connect_with(b, v == MQTT_50 ? "20 03 00 00 00" : "20 02 00 00");
    ck_assert(mqtt_client_is_connected(b->client));
    return b;
}

static inline void
publish(struct bench *b, uint8_t qos, const char *topic, unsigned tag)
{
    mqtt_client_publish(b->client, &(struct mqtt_client_message){
                                       .topic = slice_str(topic),
                                       .payload = slice_str("x"),
                                       .qos = qos,
                                       .tag = tag});
}

static inline void
cut(struct bench *b)
{
    mqtt_client_ended(b->client, NULL, b->now_ms);
    says(b);
    told(b);
}

#endif
