/* null-broker.c - brokers that do next to nothing, for ci/null-brokers.
 * SPDX-License-Identifier: MIT
 *
 * Linked into plumb-check in place of the broker core, these are the functions
 * of broker.h that the runner's driver calls. NULL_BROKER in the environment
 * says which broker it is:
 *
 *     silent       takes connections and bytes, and says nothing
 *     closes       closes at once
 *     hangs-up     CONNACK, and closes
 *     connack      CONNACK, and nothing more
 *     pings        CONNACK and PINGRESP
 *     echo         says what it hears
 *     random       as many bytes as it hears, others
 *     acks         accepts, grants and acknowledges everything, delivers nothing
 *     everybody    the same, and delivers every PUBLISH to every connection
 *     refuses      a CONNACK that says no, and closes
 *
 * What a suite lets pass here it would let pass anywhere.                    */
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/timer.h"
#include "broker/broker.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/frame.h"

struct conn {
    struct list place;         /* in conns */
    void *owner;               /* the driver's */
    enum mqtt_version version; /* from CONNECT */
    struct buf in, out;
    bool closes;
    bool is_dirty;
};

struct broker {
    struct broker_config config;
    const char *kind;
    struct list conns; /* of struct conn, owned */
    uint32_t noise;    /* the last random number */
};

static bool
is_kind(const struct broker *b, const char *kind)
{
    return strcmp(b->kind, kind) == 0;
}

struct broker *
broker_new(const struct broker_config *config, uint64_t now_ms)
{
    struct broker *b = xcalloc(1, sizeof *b);
    const char *kind = getenv("NULL_BROKER");
    (void)now_ms;
    *b = (struct broker){.config = *config, .kind = kind ? kind : "silent",
                         .noise = 1};
    list_init(&b->conns);
    return b;
}

/* --- connections -------------------------------------------------------------- */

struct conn *
broker_accept(struct broker *b, void *owner, uint64_t now_ms)
{
    struct conn *c = xcalloc(1, sizeof *c);
    (void)now_ms;
    c->owner = owner;
    c->version = MQTT_50;
    c->closes = c->is_dirty = is_kind(b, "closes");
    list_push(&b->conns, &c->place);
    return c;
}

void *
conn_owner(const struct conn *c)
{
    return c->owner;
}

void
broker_gone(struct broker *b, struct conn *c, uint64_t now_ms)
{
    (void)b, (void)now_ms;
    list_remove(&c->place);
    buf_release(&c->in);
    buf_release(&c->out);
    free(c);
}

void
broker_free(struct broker *b)
{
    LIST_EACH(place, &b->conns)
        broker_gone(b, LIST_ITEM(place, struct conn, place), 0);
    free(b);
}

/* --- packets ------------------------------------------------------------------ */

static void
say(struct conn *c, struct mqtt_packet *p)
{
    p->version = c->version;
    if (p->version == MQTT_50 && p->type != MQTT_PINGRESP)
        MQTT_SET(p, properties, slice_of(NULL, 0));
    mqtt_encode(&c->out, p);
    c->is_dirty = true;
}

static void
say_ack(struct conn *c, enum mqtt_type type, uint16_t packet_id)
{
    mqtt_encode_short_ack(&c->out, type, packet_id);
    c->is_dirty = true;
}

static void
on_connect(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    struct mqtt_packet connack = {.type = MQTT_CONNACK};
    bool refuses = is_kind(b, "refuses");
    c->version = p->version;
    MQTT_SET(&connack, session_present, 0);
    MQTT_SET(&connack, reason, refuses ? c->version == MQTT_50 ? 0x87 : 5 : 0);
    say(c, &connack);
    c->closes = refuses || is_kind(b, "hangs-up");
}

/* A code for each filter: what was asked for. */
static void
on_filters(struct conn *c, const struct mqtt_packet *p)
{
    bool subscribes = p->type == MQTT_SUBSCRIBE;
    struct buf codes = {0};
    struct slice rest = p->filters;
    while (rest.len >= 2) {
        size_t len = 2 + ((size_t)rest.ptr[0] << 8 | rest.ptr[1]);
        if (len + subscribes > rest.len)
            break;
        buf_add_byte(&codes, subscribes ? rest.ptr[len] & 3 : 0);
        rest = slice_from(rest, len + subscribes);
    }
    struct mqtt_packet ack = {.type = subscribes ? MQTT_SUBACK
                                                 : MQTT_UNSUBACK};
    MQTT_SET(&ack, packet_id, p->packet_id);
    if (subscribes || c->version == MQTT_50)
        MQTT_SET(&ack, codes, buf_slice(&codes));
    say(c, &ack);
    buf_release(&codes);
}

static void
on_publish(struct broker *b, struct conn *c, const struct mqtt_packet *p)
{
    if (p->qos > 0)
        say_ack(c, p->qos == 1 ? MQTT_PUBACK : MQTT_PUBREC, p->packet_id);
    if (!is_kind(b, "everybody"))
        return;
    LIST_EACH(place, &b->conns)
    {
        struct mqtt_packet copy = {.type = MQTT_PUBLISH};
        MQTT_SET(&copy, topic, p->topic);
        MQTT_SET(&copy, payload, p->payload);
        say(LIST_ITEM(place, struct conn, place), &copy);
    }
}

static void
on_packet(struct broker *b, struct conn *c, struct slice bytes)
{
    struct mqtt_packet p;
    struct mqtt_report report;
    bool acks = is_kind(b, "acks") || is_kind(b, "everybody");
    mqtt_decode(bytes, c->version, &p, &report, NULL);
    if (p.type == MQTT_CONNECT) {
        on_connect(b, c, &p);
    } else if (p.type == MQTT_PINGREQ && (acks || is_kind(b, "pings"))) {
        say(c, &(struct mqtt_packet){.type = MQTT_PINGRESP});
    } else if (acks) {
        switch (p.type) {
        case MQTT_PUBLISH: on_publish(b, c, &p); break;
        case MQTT_PUBREC: say_ack(c, MQTT_PUBREL, p.packet_id); break;
        case MQTT_PUBREL: say_ack(c, MQTT_PUBCOMP, p.packet_id); break;
        case MQTT_SUBSCRIBE:
        case MQTT_UNSUBSCRIBE: on_filters(c, &p); break;
        case MQTT_DISCONNECT: c->closes = c->is_dirty = true; break;
        default: break;
        }
    }
}

static void
babble(struct broker *b, struct conn *c, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        b->noise = b->noise * 1664525u + 1013904223u;
        buf_add_byte(&c->out, (uint8_t)(b->noise >> 24));
    }
    c->is_dirty = true;
}

void
broker_input(struct broker *b, struct conn *c, struct slice bytes,
             uint64_t now_ms)
{
    struct mqtt_frame frame;
    (void)now_ms;
    if (is_kind(b, "silent") || c->closes)
        return;
    if (is_kind(b, "echo")) {
        buf_add(&c->out, bytes);
        c->is_dirty = true;
        return;
    }
    if (is_kind(b, "random")) {
        babble(b, c, bytes);
        return;
    }
    buf_add(&c->in, bytes);
    while (!c->closes && mqtt_frame_next(buf_slice(&c->in), &frame) ==
                             MQTT_FRAME_COMPLETE) {
        on_packet(b, c, slice_first(buf_slice(&c->in), frame.len));
        buf_drop(&c->in, frame.len);
    }
}

/* --- for the driver ------------------------------------------------------------ */

struct conn *
broker_next_dirty(struct broker *b)
{
    LIST_EACH(place, &b->conns)
    {
        struct conn *c = LIST_ITEM(place, struct conn, place);
        if (!c->is_dirty)
            continue;
        c->is_dirty = false;
        return c;
    }
    return NULL;
}

void
broker_take_output(struct broker *b, struct conn *c, struct buf *out)
{
    (void)b;
    buf_add(out, buf_slice(&c->out));
    buf_clear(&c->out);
}

bool
broker_wants_close(const struct conn *c)
{
    return c->closes;
}

uint64_t
broker_deadline_ms(const struct broker *b)
{
    (void)b;
    return TIMER_NEVER;
}

void
broker_tick(struct broker *b, uint64_t now_ms)
{
    (void)b, (void)now_ms;
}

bool
broker_next_login(struct broker *b, struct broker_login *out)
{
    (void)b, (void)out;
    return false;
}

void
broker_verdict(struct broker *b, uint64_t number, enum broker_answer answer,
               uint64_t now_ms)
{
    (void)b, (void)number, (void)answer, (void)now_ms;
}

void
broker_use_passwords(struct broker *b, const struct passwords *passwords)
{
    (void)b, (void)passwords;
}

void
broker_use_acl(struct broker *b, const struct acl *acl)
{
    (void)b, (void)acl;
}
