/* testkit.h - scripted clients over the core, and a clock turned by hand.
 * SPDX-License-Identifier: MIT
 *
 *     struct kit k;
 *     kit_begin(&k);
 *     struct kit_conn *a = kit_client(&k, MQTT_50, "client_id=a");
 *     kit_send(a, "SUBSCRIBE packet_id=1 filter='a/#' qos=1");
 *     kit_expect(a, "SUBACK packet_id=1 codes=[1]");
 *     kit_advance(&k, 1500);
 *     kit_end(&k);
 *
 * Packets go in as words like those that mqtt/print.h writes, and come out as
 * its lines, with ' for " in both. A packet expected is the next one that came;
 * kit_silent says that none did. After every step broker_verify looks at the
 * whole broker, and whatever the broker sent is decoded and checked by the
 * rules for servers. Only x_test.c files include this; it is one long header so
 * that a test program stays one file.                                        */
#ifndef BROKER_TESTKIT_H
#define BROKER_TESTKIT_H

#include <stdio.h>

#include "base/hex.h"
#include "base/test.h"
#include "broker/broker_verify.h"
#include "broker/conn.h"
#include "broker/session.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/print.h"
#include "mqtt/property.h"
#include "mqtt/reason.h"

enum { KIT_CONNS = 256 };

struct kit_conn {
    struct kit *kit;
    struct conn *conn;         /* NULL once it is gone */
    enum mqtt_version version; /* spoken */
    uint32_t maximum;          /* Maximum Packet Size; 0: none announced */
    struct buf seen;           /* what came from the broker */
    size_t checked;            /* bytes of it that were looked at */
    size_t read;               /* bytes of it that the test has read */
};

struct kit {
    struct broker_config config; /* to be changed before the first client */
    struct broker *broker;
    uint64_t now_ms;
    struct kit_conn conns[KIT_CONNS];
    size_t conn_count;
};

/* --- life ----------------------------------------------------------------- */

static inline void
kit_begin(struct kit *k)
{
    *k = (struct kit){.config = broker_config_default(), .now_ms = 1000};
    k->config.seed = 1;
}

static inline struct broker *
kit_broker(struct kit *k)
{
    if (!k->broker)
        k->broker = broker_new(&k->config, k->now_ms);
    return k->broker;
}

static inline void
kit_end(struct kit *k)
{
    broker_free(kit_broker(k));
    for (size_t i = 0; i < k->conn_count; i++)
        buf_release(&k->conns[i].seen);
}

/* The packet at `at` of what came; false when there is none. */
static inline bool
kit_packet_at(struct kit_conn *c, size_t *at, struct mqtt_packet *p)
{
    struct slice rest = slice_from(buf_slice(&c->seen), *at);
    struct mqtt_frame frame;
    struct mqtt_report report;
    if (mqtt_frame_next(rest, &frame) != MQTT_FRAME_COMPLETE)
        return false;
    if (mqtt_decode(slice_first(rest, frame.len), c->version, p, &report,
                    NULL))
        mqtt_check(p, FROM_SERVER, &report);
    ck_assert_msg(report.count == 0, "the broker sent: %s",
                  report.list[0].text);
    ck_assert(!c->maximum || frame.len <= c->maximum);
    *at += frame.len;
    return true;
}

/* Takes what the broker wants written, closes what it wants closed. */
static inline void
kit_pump(struct kit *k)
{
    struct conn *conn;
    struct mqtt_packet p;
    while ((conn = broker_next_dirty(k->broker))) {
        struct kit_conn *c = conn_owner(conn);
        broker_take_output(k->broker, conn, &c->seen);
        while (kit_packet_at(c, &c->checked, &p))
            ;
        ck_assert_uint_eq(c->checked, c->seen.len);
        if (broker_wants_close(conn)) {
            broker_gone(k->broker, conn, k->now_ms);
            c->conn = NULL;
        }
    }
    broker_verify(k->broker);
}

static inline struct kit_conn *
kit_open(struct kit *k, enum mqtt_version v)
{
    ck_assert_uint_lt(k->conn_count, KIT_CONNS);
    struct kit_conn *c = &k->conns[k->conn_count++];
    *c = (struct kit_conn){.kit = k, .version = v};
    c->conn = broker_accept(kit_broker(k), c, k->now_ms);
    kit_pump(k);
    return c;
}

/* The connection is lost. */
static inline void
kit_cut(struct kit_conn *c)
{
    ck_assert_ptr_nonnull(c->conn);
    broker_gone(c->kit->broker, c->conn, c->kit->now_ms);
    c->conn = NULL;
    kit_pump(c->kit);
}

/* Time passes; every deadline on the way is met to the millisecond. */
static inline void
kit_advance(struct kit *k, uint64_t ms)
{
    uint64_t until = k->now_ms + ms, next;
    while ((next = broker_deadline_ms(kit_broker(k))) <= until) {
        k->now_ms = next > k->now_ms ? next : k->now_ms;
        broker_tick(k->broker, k->now_ms);
        kit_pump(k);
    }
    k->now_ms = until;
    broker_tick(k->broker, k->now_ms);
    kit_pump(k);
}

/* --- words to packet ------------------------------------------------------ */

struct kit_words {
    struct mqtt_packet p;
    struct buf properties, will, filters; /* owned; p borrows them at the end */
    struct mqtt_filter filter;            /* the one being described */
};

/* The next word, up to a space outside quotes; the quotes are gone. */
static inline bool
kit_word(struct slice *rest, char out[1024])
{
    size_t n = 0;
    bool quoted = false;
    while (rest->len && rest->ptr[0] == ' ')
        *rest = slice_from(*rest, 1);
    if (rest->len == 0)
        return false;
    for (; rest->len && (quoted || rest->ptr[0] != ' ');
         *rest = slice_from(*rest, 1)) {
        ck_assert_uint_lt(n, 1023);
        if (rest->ptr[0] == '\'')
            quoted = !quoted;
        else
            out[n++] = (char)rest->ptr[0];
    }
    out[n] = '\0';
    return true;
}

static inline void
kit_property(struct buf *out, struct slice name, char *value)
{
    const struct mqtt_property_row *row = mqtt_property_parse(name);
    ck_assert_msg(row, "no field or property '%.*s'", SLICE_ARG(name));
    struct mqtt_property p = {.row = row, .text = slice_str(value)};
    if (row->kind == KIND_PAIR) {
        char *colon = strchr(value, ':');
        ck_assert_ptr_nonnull(colon);
        p.value = slice_str(colon + 1);
        p.text = slice_of(value, (size_t)(colon - value));
    } else if (row->kind != KIND_STRING && row->kind != KIND_BINARY) {
        p.number = (uint32_t)strtoul(value, NULL, 0);
    }
    mqtt_property_add(out, &p);
}

static inline bool
kit_option(struct kit_words *w, struct slice name, const char *value)
{
    struct mqtt_filter *f = &w->filter;
    uint8_t number = (uint8_t)atoi(value);
    if (slice_is(name, "filter")) {
        if (f->filter.ptr)
            mqtt_filter_add(&w->filters, &w->p, f);
        free((void *)f->filter.ptr);
        *f = (struct mqtt_filter){.filter = {(uint8_t *)strdup(value),
                                             strlen(value)}};
    } else if (slice_is(name, "qos") && f->filter.ptr) {
        f->qos = number;
    } else if (slice_is(name, "no_local")) {
        f->no_local = number;
    } else if (slice_is(name, "retain_as_published")) {
        f->retain_as_published = number;
    } else if (slice_is(name, "retain_handling")) {
        f->retain_handling = number;
    } else {
        return false;
    }
    return true;
}

static inline void
kit_field(struct kit_words *w, struct slice name, char *value)
{
    enum mqtt_field field = mqtt_field_parse(name);
    if (kit_option(w, name, value))
        return;
    if (slice_starts(name, "will.")) {
        kit_property(&w->will, slice_from(name, 5), value);
        w->p.present |= MQTT_BIT(MQTT_F_will_properties);
        return;
    }
    if (field == MQTT_FIELDS) {
        kit_property(&w->properties, name, value);
        w->p.present |= MQTT_BIT(MQTT_F_properties);
        return;
    }
    const struct mqtt_row *row =
        mqtt_layout_find(w->p.type, w->p.version, field);
    ck_assert_msg(row, "no field '%.*s' here", SLICE_ARG(name));
    if (field == MQTT_F_reason && mqtt_reason_parse(slice_str(value),
                                                    w->p.type,
                                                    w->p.version) >= 0)
        mqtt_field_set_number(&w->p, row,
                              (uint32_t)mqtt_reason_parse(slice_str(value),
                                                          w->p.type,
                                                          w->p.version));
    else if (mqtt_row_is_number(row))
        mqtt_field_set_number(&w->p, row, (uint32_t)strtoul(value, NULL, 0));
    else
        mqtt_field_set_slice(&w->p, row,
                             slice_of(strdup(value), strlen(value)));
}

static inline void
kit_words_release(struct kit_words *w)
{
    const struct mqtt_packet *p = &w->p;
    const struct slice owned[] = {p->client_id, p->will_topic, p->will_payload,
                                  p->user_name, p->password,   p->topic,
                                  p->payload,   w->filter.filter};
    for (size_t i = 0; i < TEST_COUNT(owned); i++)
        free((void *)owned[i].ptr);
    buf_release(&w->properties);
    buf_release(&w->will);
    buf_release(&w->filters);
}

/* "PUBLISH topic='a' qos=1 packet_id=7 payload='hi'" as bytes. */
static inline void
kit_encode(struct buf *out, enum mqtt_version v, const char *text)
{
    struct kit_words w = {0};
    struct slice rest = slice_str(text);
    char word[1024];
    ck_assert(kit_word(&rest, word));
    w.p = mqtt_packet_make(mqtt_packet_parse(slice_str(word)), v);
    ck_assert_msg(w.p.type, "no packet is called %s", word);
    /* Freed below whether they are in the packet or not. */
    w.p.client_id = w.p.will_topic = w.p.will_payload = w.p.user_name =
        w.p.password = w.p.topic = w.p.payload = slice_of(NULL, 0);
    w.p.protocol_name = slice_str(mqtt_version_protocol(v));
    while (kit_word(&rest, word)) {
        char *equals = strchr(word, '=');
        ck_assert_msg(equals, "'%s' is not name=value", word);
        kit_field(&w, slice_of(word, (size_t)(equals - word)), equals + 1);
    }
    if (w.filter.filter.ptr)
        mqtt_filter_add(&w.filters, &w.p, &w.filter);
    w.p.filters = buf_slice(&w.filters);
    w.p.properties = buf_slice(&w.properties);
    w.p.will_properties = buf_slice(&w.will);
    mqtt_encode(out, &w.p);
    kit_words_release(&w);
}

/* --- talking -------------------------------------------------------------- */

static inline void
kit_send_bytes(struct kit_conn *c, struct slice bytes)
{
    ck_assert_msg(c->conn, "the connection is closed");
    broker_input(c->kit->broker, c->conn, bytes, c->kit->now_ms);
    kit_pump(c->kit);
}

static inline void
kit_send(struct kit_conn *c, const char *text)
{
    struct buf out = {0};
    struct mqtt_packet p;
    struct mqtt_report unused;
    kit_encode(&out, c->version, text);
    mqtt_decode(buf_slice(&out), c->version, &p, &unused, NULL);
    if (p.type == MQTT_CONNECT && p.version == MQTT_50)
        c->maximum = mqtt_property_number(p.properties,
                                          MQTT_P_maximum_packet_size, 0);
    kit_send_bytes(c, buf_slice(&out));
    buf_release(&out);
}

static inline void
kit_send_hex(struct kit_conn *c, const char *hex)
{
    struct buf out = {0};
    ck_assert(hex_parse(&out, slice_str(hex)));
    kit_send_bytes(c, buf_slice(&out));
    buf_release(&out);
}

/* The next packet that came; false when there is none. Lives until the next. */
static inline bool
kit_next(struct kit_conn *c, struct mqtt_packet *p)
{
    return kit_packet_at(c, &c->read, p);
}

/* The next packet as a line with ' for "; "" when there is none. */
static inline const char *
kit_line(struct kit_conn *c, struct buf *line)
{
    struct mqtt_packet p;
    if (kit_next(c, &p))
        mqtt_print_line(line, &p, (struct mqtt_print){0});
    for (size_t i = 0; i < line->len; i++)
        if (line->data[i] == '"')
            line->data[i] = '\'';
    return buf_cstr(line);
}

static inline void
kit_expect(struct kit_conn *c, const char *expected)
{
    struct buf line = {0};
    ck_assert_str_eq(kit_line(c, &line), expected);
    buf_release(&line);
}

/* Each of the words is in the line; other words are free. */
static inline void
kit_expect_words(struct kit_conn *c, const char *words)
{
    struct buf line = {0}, padded = {0};
    buf_printf(&padded, " %s ", kit_line(c, &line));
    char copy[1024], *save, *word;
    snprintf(copy, sizeof copy, "%s", words);
    for (word = strtok_r(copy, " ", &save); word;
         word = strtok_r(NULL, " ", &save)) {
        char wanted[1024];
        snprintf(wanted, sizeof wanted, " %s ", word);
        ck_assert_msg(strstr(buf_cstr(&padded), wanted), "no '%s' in '%s'",
                      word, buf_cstr(&line));
    }
    buf_release(&line);
    buf_release(&padded);
}

/* Nothing more came, and the connection is open. */
static inline void
kit_silent(struct kit_conn *c)
{
    kit_expect(c, "");
    ck_assert_ptr_nonnull(c->conn);
}

/* Nothing more came, and the broker has closed. */
static inline void
kit_closed(struct kit_conn *c)
{
    kit_expect(c, "");
    ck_assert_ptr_null(c->conn);
}

/* A new connection that has sent this CONNECT. */
static inline struct kit_conn *
kit_connect(struct kit *k, enum mqtt_version v, const char *words)
{
    char text[1024];
    struct kit_conn *c = kit_open(k, v);
    snprintf(text, sizeof text, "CONNECT %s", words);
    kit_send(c, text);
    return c;
}

/* The same, and it was accepted; tells Session Present. */
static inline struct kit_conn *
kit_client_session(struct kit *k, enum mqtt_version v, const char *words,
                   bool present)
{
    struct mqtt_packet p;
    struct kit_conn *c = kit_connect(k, v, words);
    ck_assert(kit_next(c, &p));
    ck_assert_int_eq(p.type, MQTT_CONNACK);
    ck_assert_int_eq(p.reason, 0);
    ck_assert_int_eq(p.session_present, present);
    return c;
}

/* The same, and Session Present does not matter. */
static inline struct kit_conn *
kit_client(struct kit *k, enum mqtt_version v, const char *words)
{
    struct kit_conn *c = kit_connect(k, v, words);
    kit_expect_words(c, v == MQTT_50 ? "CONNACK reason=success" : "CONNACK");
    ck_assert_msg(c->conn, "refused");
    return c;
}

/* Subscribes to one filter, with options, and is granted what it asks. */
static inline void
kit_subscribe(struct kit_conn *c, const char *words)
{
    char text[1024];
    struct mqtt_packet p;
    snprintf(text, sizeof text, "SUBSCRIBE packet_id=99 %s", words);
    kit_send(c, text);
    ck_assert(kit_next(c, &p));
    ck_assert_int_eq(p.type, MQTT_SUBACK);
    ck_assert_uint_eq(p.codes.len, 1);
    ck_assert_uint_le(p.codes.ptr[0], 2);
}

static inline struct session *
kit_session(struct kit *k, const char *client_id)
{
    return session_find(k->broker, slice_str(client_id));
}

#endif
