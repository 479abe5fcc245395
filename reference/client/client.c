/* client.c - life cycle, bytes in, packets out, the end.
 * SPDX-License-Identifier: MIT */
#include "client/client.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/timer.h"
#include "client/engine.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/frame.h"
#include "mqtt/property.h"

struct mqtt_client *
mqtt_client_new(const struct mqtt_client_config *config)
{
    struct mqtt_client *c = xcalloc(1, sizeof *c);
    c->config = config;
    buf_add(&c->client_id, config->client_id);
    mqtt_backoff_init(&c->backoff,
                      config->retry_first_ms ? config->retry_first_ms : 1000,
                      config->retry_most_ms ? config->retry_most_ms : 60000,
                      config->retry_seed);
    list_init(&c->waiting);
    list_init(&c->in_flight);
    list_init(&c->requests);
    return c;
}

void
mqtt_client_free(struct mqtt_client *c)
{
    if (!c)
        return;
    assert(c->busy == 0);
    outgoing_release(c);
    request_release(c);
    mqtt_alias_release(&c->aliases_in);
    mqtt_alias_release(&c->aliases_out);
    mqtt_pktid_release(&c->ids);
    mqtt_pktid_release(&c->ids_in);
    buf_release(&c->in);
    buf_release(&c->out);
    buf_release(&c->client_id);
    mqtt_scram_release(&c->scram);
    buf_release(&c->farewell.properties);
    free(c);
}

struct buf *
mqtt_client_output(struct mqtt_client *c)
{
    return &c->out;
}

bool
mqtt_client_is_open(const struct mqtt_client *c)
{
    return c->phase != CLOSED;
}

bool
mqtt_client_is_settled(const struct mqtt_client *c)
{
    return c->phase == CLOSED || c->open_in == 0;
}

bool
mqtt_client_is_connected(const struct mqtt_client *c)
{
    return c->phase == CONNECTED;
}

struct slice
mqtt_client_id(const struct mqtt_client *c)
{
    return buf_slice(&c->client_id);
}

uint64_t
mqtt_client_retry(struct mqtt_client *c, uint64_t now_ms)
{
    uint64_t lasted_ms = c->accepted_ms ? now_ms - c->accepted_ms : 0;
    assert(c->phase == CLOSED);
    c->accepted_ms = 0;
    return now_ms + mqtt_backoff_next(&c->backoff, lasted_ms);
}

bool
client_keeps_session(const struct mqtt_client *c)
{
    if (c->config->version != MQTT_50)
        return !c->config->clean_start;
    return mqtt_property_number(c->config->connect_properties,
                                MQTT_P_session_expiry_interval, 0) > 0;
}

/* ---- packets out and events --------------------------------------------- */

bool
client_send(struct mqtt_client *c, const struct mqtt_packet *p)
{
    if (c->phase == CLOSED)
        return false;
    size_t at = c->out.len;
    mqtt_encode(&c->out, p);
    if (c->out.len - at > c->limits.packet_size) { /* [MQTT-3.2.2-15] */
        c->out.len = at;
        return false;
    }
    c->sent_ms = c->now_ms;
    if (c->config->on_packet)
        c->config->on_packet(c->config->owner, FROM_CLIENT, p);
    return true;
}

void
client_tell(struct mqtt_client *c, const struct mqtt_client_event *e)
{
    client_enter(c);
    c->config->on_event(c->config->owner, e);
    client_leave(c);
}

const char *
client_reason_string(const struct mqtt_packet *p, char *text, size_t len)
{
    struct slice s = {0};
    if (MQTT_HAS(p, properties))
        s = mqtt_property_text(p->properties, MQTT_P_reason_string);
    snprintf(text, len, "%.*s", SLICE_ARG(s));
    return text;
}

/* ---- the end ------------------------------------------------------------ */

void
client_close(struct mqtt_client *c, enum mqtt_client_by by, uint8_t reason,
             const struct mqtt_packet *packet, const char *text)
{
    if (c->phase == CLOSED)
        return;
    c->phase = CLOSED;
    c->farewell.is_due = false;
    request_release(c);
    client_tell(c, &(struct mqtt_client_event){.kind = MQTT_CLIENT_CLOSED,
                                               .packet = packet,
                                               .reason = reason,
                                               .by = by,
                                               .text = text});
}

/* The last packet on the connection [MQTT-3.14.4-1]; the owner closes when it
 * is written [MQTT-3.14.4-2]. Reason Codes and properties came with 5.0. */
static void
say_disconnect(struct mqtt_client *c, uint8_t reason, struct slice properties)
{
    struct mqtt_packet p = mqtt_packet_make(MQTT_DISCONNECT,
                                            c->config->version);
    if (reason || properties.len)
        MQTT_SET(&p, reason, reason);
    if (properties.len)
        MQTT_SET(&p, properties, properties);
    client_send(c, &p);
}

void
client_fail(struct mqtt_client *c, uint8_t reason, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!mqtt_reason_find(reason, MQTT_DISCONNECT, MQTT_50))
        reason = MQTT_RC_PROTOCOL_ERROR;
    if (c->config->version == MQTT_50)
        say_disconnect(c, reason, (struct slice){0});
    client_close(c, MQTT_CLIENT_BY_US, reason, NULL, text);
}

static void
say_farewell(struct mqtt_client *c)
{
    c->farewell.is_due = false;
    say_disconnect(c, c->farewell.reason, buf_slice(&c->farewell.properties));
    client_close(c, MQTT_CLIENT_BY_US, c->farewell.reason, NULL, "");
}

void
client_enter(struct mqtt_client *c)
{
    c->busy++;
}

void
client_leave(struct mqtt_client *c)
{
    if (--c->busy == 0 && c->farewell.is_due)
        say_farewell(c);
}

void
mqtt_client_disconnect(struct mqtt_client *c, uint8_t reason,
                       struct slice properties)
{
    if (c->phase == CLOSED)
        return;
    client_enter(c);
    c->farewell.is_due = true;
    c->farewell.reason = reason;
    buf_clear(&c->farewell.properties);
    buf_add(&c->farewell.properties, properties);
    client_leave(c);
}

/* ---- packets in --------------------------------------------------------- */

/* Only a server of 5.0 says DISCONNECT; check.c has seen to that. */
static void
on_disconnect(struct mqtt_client *c, const struct mqtt_packet *p)
{
    char text[256];
    client_close(c, MQTT_CLIENT_BY_SERVER, client_reason(p), p,
                 client_reason_string(p, text, sizeof text));
}

static void
on_pingresp(struct mqtt_client *c, const struct mqtt_packet *p)
{
    (void)p;
    c->awaits_pingresp = false;
}

/* Packet type to handler. What is missing, a server may not send. */
static void (*const handlers[MQTT_TYPES])(struct mqtt_client *,
                                          const struct mqtt_packet *) = {
    [MQTT_CONNACK] = connect_on_connack,
    [MQTT_PUBLISH] = incoming_on_publish,
    [MQTT_PUBACK] = outgoing_on_ack,
    [MQTT_PUBREC] = outgoing_on_ack,
    [MQTT_PUBREL] = incoming_on_pubrel,
    [MQTT_PUBCOMP] = outgoing_on_ack,
    [MQTT_SUBACK] = request_on_ack,
    [MQTT_UNSUBACK] = request_on_ack,
    [MQTT_PINGRESP] = on_pingresp,
    [MQTT_DISCONNECT] = on_disconnect,
    [MQTT_AUTH] = auth_on_auth,
};

/* A server that knows only MQTT 3 answers our CONNECT in its own form, two
 * bytes without properties, and with return code 1 [MQTT311-3.1.2-2].        */
static bool
is_refusal_of_3(const struct mqtt_client *c, const struct mqtt_packet *p,
                struct slice bytes)
{
    return c->phase == WAIT_CONNACK && c->config->version == MQTT_50 &&
           p->type == MQTT_CONNACK && bytes.len == 4 && bytes.ptr[3] == 1;
}

static void
handle(struct mqtt_client *c, struct slice bytes)
{
    struct mqtt_packet p;
    struct mqtt_report report;
    bool is_good = mqtt_decode(bytes, c->config->version, &p, &report, NULL);
    const char *name = mqtt_packet_row(p.type)->name;
    if (c->config->on_packet)
        c->config->on_packet(c->config->owner, FROM_SERVER, &p);
    if (is_refusal_of_3(c, &p, bytes)) {
        connect_on_refusal_of_3(c, &p);
        return;
    }
    if (!is_good || !mqtt_check(&p, FROM_SERVER, &report)) {
        const struct mqtt_violation *v = &report.list[0];
        client_fail(c, v->reason, "the server sent a bad %s: %s%s%s%s", name,
                    v->text, *v->statement ? " [" : "", v->statement,
                    *v->statement ? "]" : "");
        return;
    }
    /* [MQTT-3.2.0-1]: first CONNACK, before it at most AUTH. */
    if (c->phase == WAIT_CONNACK && p.type != MQTT_CONNACK &&
        p.type != MQTT_AUTH) {
        client_fail(c, MQTT_RC_PROTOCOL_ERROR,
                    "the server sent %s before CONNACK [%s]", name,
                    client_cite(c, "MQTT-3.2.0-1", "MQTT311-3.2.0-1"));
        return;
    }
    assert(handlers[p.type]);
    client_enter(c);
    handlers[p.type](c, &p);
    outgoing_pump(c);
    client_leave(c);
}

/* What we told the server: nothing larger than that (3.1.2.11.4). */
static uint32_t
largest_in(const struct mqtt_client *c)
{
    return mqtt_property_number(c->config->connect_properties,
                                MQTT_P_maximum_packet_size, UINT32_MAX);
}

/* Takes one packet off the front of `bytes`; its length, or 0 when there is
 * none that is whole. */
static size_t
take_packet(struct mqtt_client *c, struct slice bytes)
{
    struct mqtt_frame frame;
    switch (mqtt_frame_next(bytes, &frame)) {
    case MQTT_FRAME_BAD:
        client_fail(c, MQTT_RC_MALFORMED_PACKET,
                    "what the server sends is not MQTT: a length of more than "
                    "four bytes");
        return 0;
    case MQTT_FRAME_NEED_MORE:
    case MQTT_FRAME_COMPLETE: break;
    }
    if (frame.len > largest_in(c)) {
        client_fail(c, MQTT_RC_PACKET_TOO_LARGE,
                    "the server sent a packet of %zu bytes, more than our "
                    "Maximum Packet Size [MQTT-3.1.2-24]", frame.len);
        return 0;
    }
    if (frame.len == 0 || frame.len > bytes.len)
        return 0;
    handle(c, slice_first(bytes, frame.len));
    return frame.len;
}

void
mqtt_client_input(struct mqtt_client *c, struct slice bytes, uint64_t now_ms)
{
    assert(c->busy == 0);
    c->now_ms = now_ms;
    if (c->phase == CLOSED)
        return;
    buf_add(&c->in, bytes);
    size_t used = 0, len;
    do {
        len = take_packet(c, slice_from(buf_slice(&c->in), used));
        used += len;
    } while (len > 0 && c->phase != CLOSED);
    buf_drop(&c->in, used);
}

/* ---- the connection ----------------------------------------------------- */

void
mqtt_client_open(struct mqtt_client *c, uint64_t now_ms)
{
    assert(c->busy == 0 && c->phase == CLOSED);
    c->now_ms = c->opened_ms = now_ms;
    c->phase = WAIT_CONNACK;
    c->awaits_pingresp = false;
    buf_clear(&c->in);
    buf_clear(&c->out);
    connect_say(c);
}

void
mqtt_client_ended(struct mqtt_client *c, const char *why, uint64_t now_ms)
{
    assert(c->busy == 0);
    c->now_ms = now_ms;
    if (!why)
        why = c->phase == WAIT_CONNACK
                  ? "the server closed the connection instead of answering "
                    "CONNECT"
                  : "the server closed the connection without a word";
    client_close(c, MQTT_CLIENT_BY_NETWORK, 0, NULL, why);
}

uint64_t
mqtt_client_deadline(const struct mqtt_client *c)
{
    return c->phase == CLOSED ? TIMER_NEVER : connect_deadline(c);
}

void
mqtt_client_tick(struct mqtt_client *c, uint64_t now_ms)
{
    assert(c->busy == 0);
    c->now_ms = now_ms;
    if (now_ms >= mqtt_client_deadline(c))
        connect_tick(c);
}
