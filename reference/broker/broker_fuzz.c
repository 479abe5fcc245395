/* broker_fuzz.c - any clients, any bytes, any time: no crash, nothing out of
 * place.
 * SPDX-License-Identifier: MIT
 *
 * The input is a script: each step takes a byte for what to do, one for which
 * connection, and what more it needs. Limits are small so that all of them are
 * met. After each step broker_verify looks at the whole broker, and every
 * packet that came out is checked as a client would.                         */
#include <assert.h>

#include "base/reader.h"
#include "broker/broker_verify.h"
#include "broker/conn.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PEERS = 4, ALIASES = 4 };

struct peer {
    struct conn *conn;         /* NULL: not connected */
    enum mqtt_version version; /* that its template packets are in */
    bool reads;                /* takes its output */
    bool was_acked;            /* CONNACK with success came */
    bool said_goodbye;         /* DISCONNECT came: nothing may follow */
    bool aliases[ALIASES];     /* known to it */
    struct buf seen;           /* output not yet looked at */
};

struct fuzz {
    struct reader in; /* the script */
    struct broker *broker;
    uint64_t now_ms;
    struct peer peers[PEERS];
};

/* --- what comes out ------------------------------------------------------- */

static void
look_at_alias(struct peer *p, const struct mqtt_packet *got)
{
    uint32_t alias = 0;
    if (got->version == MQTT_50)
        alias = mqtt_property_number(got->properties, MQTT_P_topic_alias, 0);
    assert(alias < ALIASES);
    assert(got->topic.len > 0 || p->aliases[alias]);
    if (alias)
        p->aliases[alias] = true;
}

static void
look_at(struct peer *p, struct slice bytes)
{
    struct mqtt_packet got;
    struct mqtt_report report;
    /* The broker answers in the version it understood. */
    enum mqtt_version v = p->conn->version;
    assert(bytes.len <= p->conn->maximum_packet_size);
    assert(mqtt_decode(bytes, v, &got, &report, NULL));
    assert(mqtt_check(&got, FROM_SERVER, &report));
    assert(!p->said_goodbye);
    assert((got.type == MQTT_CONNACK) == !p->was_acked);
    p->was_acked = true;
    p->said_goodbye = got.type == MQTT_DISCONNECT;
    if (got.type == MQTT_PUBLISH)
        look_at_alias(p, &got);
}

static void
gone(struct fuzz *f, struct peer *p)
{
    if (p->conn)
        broker_gone(f->broker, p->conn, f->now_ms);
    buf_release(&p->seen);
    *p = (struct peer){0};
}

static void
take_output(struct fuzz *f, struct peer *p)
{
    struct slice rest;
    struct mqtt_frame frame;
    size_t at = 0;
    broker_take_output(f->broker, p->conn, &p->seen);
    while (rest = slice_from(buf_slice(&p->seen), at),
           mqtt_frame_next(rest, &frame) == MQTT_FRAME_COMPLETE) {
        look_at(p, slice_first(rest, frame.len));
        at += frame.len;
    }
    assert(rest.len == 0);
    buf_clear(&p->seen);
    if (broker_wants_close(p->conn))
        gone(f, p);
}

static void
pump(struct fuzz *f)
{
    struct conn *c;
    while ((c = broker_next_dirty(f->broker))) {
        struct peer *p = conn_owner(c);
        if (p->reads)
            take_output(f, p);
        else if (broker_wants_close(c) && broker_output_len(c) == 0)
            gone(f, p);
    }
    broker_verify(f->broker);
}

/* --- what goes in --------------------------------------------------------- */

static uint32_t
pick(struct fuzz *f, uint32_t below)
{
    return reader_u8(&f->in) % below;
}

static void
feed(struct fuzz *f, struct peer *p, struct slice bytes)
{
    if (p->conn)
        broker_input(f->broker, p->conn, bytes, f->now_ms);
}

static void
send(struct fuzz *f, struct peer *p, const struct mqtt_packet *packet)
{
    struct buf out = {0};
    mqtt_encode(&out, packet);
    if (pick(f, 8) == 0) /* cut somewhere */
        out.len = pick(f, 256) % out.len;
    feed(f, p, buf_slice(&out));
    buf_release(&out);
}

static struct slice
topic(struct fuzz *f)
{
    static const char *const some[] = {
        "a",       "a/b",         "a/b/c",       "/",     "$x/a",
        "#",       "+",           "a/+",         "a/#",   "+/b/#",
        "a/b/c/d", "$share/s/a",  "$share/s/#",  "$SYS",  "$share/t/a/+",
        "",        "$share//a",   "+/+",         "$x/#",  "a//b"};
    return slice_str(some[pick(f, sizeof some / sizeof some[0])]);
}

static void
add_number(struct fuzz *f, struct buf *out, enum mqtt_property_id id,
           uint32_t below)
{
    uint32_t value = pick(f, below + 1);
    if (value < below) /* else leave it out */
        mqtt_property_add_number(out, id, value);
}

static void
open_peer(struct fuzz *f, struct peer *p)
{
    static const char *const ids[] = {"c", "d", "e", ""};
    struct buf properties = {0}, will = {0};
    gone(f, p);
    *p = (struct peer){.reads = true};
    p->conn = broker_accept(f->broker, p, f->now_ms);
    p->version = (enum mqtt_version)(MQTT_31 + pick(f, 3));
    struct mqtt_packet c = mqtt_packet_make(MQTT_CONNECT, p->version);
    uint32_t flags = pick(f, 256);
    c.clean_start = flags & 1;
    c.client_id = slice_str(ids[flags >> 1 & 3]);
    c.keep_alive = (uint16_t)pick(f, 4);
    add_number(f, &properties, MQTT_P_session_expiry_interval, 5);
    add_number(f, &properties, MQTT_P_receive_maximum, 4);
    add_number(f, &properties, MQTT_P_topic_alias_maximum, ALIASES);
    add_number(f, &properties, MQTT_P_request_problem_information, 2);
    add_number(f, &properties, MQTT_P_maximum_packet_size, 60);
    MQTT_SET(&c, properties, buf_slice(&properties));
    if (flags & 8) {
        c.will_qos = (uint8_t)(flags >> 4 & 3);
        c.will_retain = flags >> 6 & 1;
        MQTT_SET(&c, will_topic, topic(f));
        MQTT_SET(&c, will_payload, slice_str("will"));
        add_number(f, &will, MQTT_P_will_delay_interval, 4);
        MQTT_SET(&c, will_properties, buf_slice(&will));
    }
    send(f, p, &c);
    buf_release(&properties);
    buf_release(&will);
}

static void
publish(struct fuzz *f, struct peer *p)
{
    struct buf properties = {0};
    struct mqtt_packet c = mqtt_packet_make(MQTT_PUBLISH, p->version);
    uint32_t flags = pick(f, 256);
    c.qos = (uint8_t)(flags & 3);
    c.retain = flags >> 2 & 1;
    c.dup = flags >> 3 & 1;
    MQTT_SET(&c, topic, topic(f));
    if (c.qos)
        MQTT_SET(&c, packet_id, (uint16_t)pick(f, 5));
    MQTT_SET(&c, payload, slice_first(slice_str("0123456789abcdef"),
                                      flags >> 4));
    if (p->version == MQTT_50) {
        add_number(f, &properties, MQTT_P_message_expiry_interval, 4);
        add_number(f, &properties, MQTT_P_topic_alias, 5);
        MQTT_SET(&c, properties, buf_slice(&properties));
    }
    send(f, p, &c);
    buf_release(&properties);
}

/* PUBACK to PUBCOMP, of the identifiers that the broker hands out first. */
static void
acknowledge(struct fuzz *f, struct peer *p)
{
    static const uint8_t reasons[] = {0, 0, MQTT_RC_QUOTA_EXCEEDED,
                                      MQTT_RC_PACKET_IDENTIFIER_NOT_FOUND};
    enum mqtt_type type = (enum mqtt_type)(MQTT_PUBACK + pick(f, 4));
    struct mqtt_packet c = mqtt_packet_make(type, p->version);
    MQTT_SET(&c, packet_id, (uint16_t)pick(f, 8));
    uint8_t reason = reasons[pick(f, 4)];
    if (p->version == MQTT_50 && reason)
        MQTT_SET(&c, reason, reason);
    send(f, p, &c);
}

static void
subscribe(struct fuzz *f, struct peer *p)
{
    struct buf filters = {0}, properties = {0};
    enum mqtt_type type = pick(f, 3) ? MQTT_SUBSCRIBE : MQTT_UNSUBSCRIBE;
    struct mqtt_packet c = mqtt_packet_make(type, p->version);
    MQTT_SET(&c, packet_id, (uint16_t)(1 + pick(f, 3)));
    for (uint32_t n = pick(f, 4); n > 0; n--) {
        struct mqtt_filter one = {.filter = topic(f)};
        mqtt_options_unpack(&one, (uint8_t)pick(f, 48), p->version);
        mqtt_filter_add(&filters, &c, &one);
    }
    MQTT_SET(&c, filters, buf_slice(&filters));
    if (p->version == MQTT_50) {
        if (type == MQTT_SUBSCRIBE)
            add_number(f, &properties, MQTT_P_subscription_identifier, 4);
        MQTT_SET(&c, properties, buf_slice(&properties));
    }
    send(f, p, &c);
    buf_release(&filters);
    buf_release(&properties);
}

static void
disconnect(struct fuzz *f, struct peer *p)
{
    struct buf properties = {0};
    struct mqtt_packet c = mqtt_packet_make(MQTT_DISCONNECT, p->version);
    if (p->version == MQTT_50) {
        MQTT_SET(&c, reason, pick(f, 2) ? MQTT_RC_NORMAL_DISCONNECTION
                                        : MQTT_RC_DISCONNECT_WITH_WILL_MESSAGE);
        add_number(f, &properties, MQTT_P_session_expiry_interval, 4);
        MQTT_SET(&c, properties, buf_slice(&properties));
    }
    send(f, p, &c);
    buf_release(&properties);
}

/* Bytes as they stand in the input, whole or one by one. */
static void
raw(struct fuzz *f, struct peer *p, bool one_by_one)
{
    struct slice bytes = slice_first(slice_of(f->in.pos, reader_left(&f->in)),
                                     pick(f, 64));
    bytes = reader_bytes(&f->in, slice_first(bytes, reader_left(&f->in)).len);
    if (!one_by_one)
        feed(f, p, bytes);
    for (size_t i = 0; one_by_one && i < bytes.len; i++)
        feed(f, p, slice_of(bytes.ptr + i, 1));
}

static void
pass_time(struct fuzz *f)
{
    static const uint64_t steps_ms[] = {1, 499, 1000, 1500, 3000, 10000};
    uint64_t until_ms = f->now_ms + steps_ms[pick(f, 6)];
    while (broker_deadline_ms(f->broker) <= until_ms) {
        f->now_ms = broker_deadline_ms(f->broker) > f->now_ms
                        ? broker_deadline_ms(f->broker)
                        : f->now_ms;
        broker_tick(f->broker, f->now_ms);
        pump(f);
    }
    f->now_ms = until_ms;
    broker_tick(f->broker, f->now_ms);
}

static void
step(struct fuzz *f)
{
    uint32_t what = pick(f, 20);
    struct peer *p = &f->peers[what % PEERS];
    if (!p->conn && what != 15) {
        open_peer(f, p);
        return;
    }
    switch (what / PEERS) {
    case 0: publish(f, p); break;
    case 1: subscribe(f, p); break;
    case 2: acknowledge(f, p); break;
    case 3: what == 15 ? pass_time(f) : disconnect(f, p); break;
    default:
        switch (pick(f, 5)) {
        case 0: gone(f, p); break;
        case 1: open_peer(f, p); break;
        case 2: p->reads = !p->reads; break;
        case 3: raw(f, p, true); break;
        default: raw(f, p, false); break;
        }
    }
}

static struct broker_config
small_limits(uint32_t bits)
{
    struct broker_config c = broker_config_default();
    c.seed = 1;
    c.connect_timeout = 3;
    c.maximum_packet_size = 128;
    c.receive_maximum = 2;
    c.topic_alias_maximum = 3;
    c.topic_alias_out = bits & 1 ? 2 : 0;
    c.maximum_inflight = 3;
    c.maximum_queued = 4;
    c.queue_qos0_offline = bits >> 1 & 1;
    c.maximum_subscriptions = 5;
    c.maximum_retained = 3;
    c.maximum_topic_levels = 4;
    c.maximum_connections = 3;
    c.maximum_output = 256;
    c.maximum_qos = bits & 4 ? 2 : 1;
    c.retain_available = bits >> 3 & 1;
    c.shared_available = bits >> 4 & 1;
    c.wildcard_available = !(bits >> 5 & bits >> 6 & 1);
    c.maximum_session_expiry = bits & 128 ? 3 : UINT32_MAX;
    return c;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = {.in = reader_of(slice_of(data, size)), .now_ms = 5000};
    struct broker_config config = small_limits(pick(&f, 256));
    f.broker = broker_new(&config, f.now_ms);
    while (reader_left(&f.in) > 0) {
        step(&f);
        pump(&f);
    }
    broker_shutdown(f.broker, f.now_ms);
    pump(&f);
    for (int i = 0; i < PEERS; i++)
        gone(&f, &f.peers[i]);
    broker_verify(f.broker);
    broker_free(f.broker);
    return 0;
}
