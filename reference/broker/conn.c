/* conn.c - one transport connection.
 * SPDX-License-Identifier: MIT */
#include "broker/conn.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/secret.h"
#include "broker/auth.h"
#include "broker/dispatch.h"
#include "broker/lenient.h"
#include "broker/note.h"
#include "broker/pressure.h"
#include "broker/send.h"
#include "broker/session.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/reason.h"

enum {
    FAREWELL_MS = 5000, /* to take the output of a closed connection */
    IN_WHEN_SHORT = 65536, /* bytes of an unfinished packet, when memory is */
    STRANGERS_WHEN_SHORT = 100 /* who have not sent CONNECT, when memory is */
};

/* --- time ----------------------------------------------------------------- */

/* The timer is not moved at every packet: when it is due it looks when the last
 * one came and waits for the rest. */
static void
alive_due(struct broker *b, struct broker_timer *t)
{
    struct conn *c = LIST_ITEM(t, struct conn, alive);
    if (c->phase == CONN_CLOSING) {
        output_discard(b, c); /* who does not read gets no last word */
        conn_mark_dirty(b, c);
        return;
    }
    if (c->phase == CONN_VERIFYING) {
        conn_fail(b, c, MQTT_RC_SERVER_BUSY,
                  "too many clients log in at the same time");
        return;
    }
    if (c->phase != CONN_READY) {
        conn_close(b, c);
        return;
    }
    if (c->hold) /* what it says is not read */
        c->heard_ms = b->now_ms;
    uint64_t silent_ms = b->now_ms - c->heard_ms;
    if (silent_ms < c->keep_alive_ms) {
        broker_timer_set(b, t, c->keep_alive_ms - silent_ms);
        return;
    }
    broker_note(b, c, "MQTT-3.1.2-22", "MQTT311-3.1.2-24",
                "nothing heard for one and a half times the Keep Alive");
    conn_fail(b, c, MQTT_RC_KEEP_ALIVE_TIMEOUT,
              "nothing heard for one and a half times the Keep Alive");
}

void
conn_keep_alive(struct broker *b, struct conn *c, uint16_t seconds)
{
    c->heard_ms = b->now_ms;
    /* [MQTT-3.1.2-22]: one and a half times. */
    c->keep_alive_ms = (uint32_t)seconds * 1500;
    broker_timer_set(b, &c->alive, seconds ? c->keep_alive_ms : TIMER_NEVER);
}

/* --- life ----------------------------------------------------------------- */

static void
forget_stranger(struct broker *b, struct conn *c)
{
    if (!list_linked(&c->stranger_link))
        return;
    list_remove(&c->stranger_link);
    b->stranger_count--;
}

/* Each may keep the buffers of a TLS handshake busy. When memory is short the
 * oldest makes room for the newest: an honest CONNECT comes within moments. */
static void
add_stranger(struct broker *b, struct conn *c)
{
    if (b->is_short_of_memory && b->stranger_count >= STRANGERS_WHEN_SHORT)
        conn_close(b, LIST_ITEM(b->strangers.next, struct conn,
                                stranger_link));
    list_push(&b->strangers, &c->stranger_link);
    b->stranger_count++;
}

struct conn *
conn_new(struct broker *b, void *owner)
{
    struct conn *c = xcalloc(1, sizeof *c);
    c->owner = owner;
    c->login = xcalloc(1, sizeof *c->login);
    c->login->conn = c;
    c->receive_maximum = UINT16_MAX;
    c->maximum_packet_size = UINT32_MAX;
    c->problem_information = true;
    c->heard_ms = b->now_ms;
    c->alive.due = alive_due;
    list_push(&b->conns, &c->link);
    b->conn_count++;
    add_stranger(b, c);
    broker_timer_set(b, &c->alive,
                     (uint64_t)b->config.connect_timeout * 1000);
    return c;
}

static void
login_free(struct conn *c)
{
    if (c->login)
        buf_release(&c->login->user_name);
    free(c->login);
    c->login = NULL;
}

void
conn_settle_login(struct conn *c)
{
    if (!c->login->method)
        login_free(c);
}

void
conn_free(struct broker *b, struct conn *c)
{
    if (c->session)
        session_detach(b, c->session);
    timer_cancel(&b->timers, &c->alive.timer);
    forget_stranger(b, c);
    list_remove(&c->dirty_link);
    list_remove(&c->link);
    b->conn_count--;
    pressure_forget(b, c);
    auth_forget(b, c);
    login_free(c);
    mqtt_alias_release(&c->alias_in);
    mqtt_alias_release(&c->alias_out);
    mqtt_pktid_release(&c->unfinished);
    secret_release(&c->in);
    output_discard(b, c);
    free(c);
}

void
conn_mark_dirty(struct broker *b, struct conn *c)
{
    if (!list_linked(&c->dirty_link))
        list_push(&b->dirty, &c->dirty_link);
}

void
conn_close(struct broker *b, struct conn *c)
{
    if (c->phase == CONN_CLOSING)
        return;
    auth_forget(b, c);
    forget_stranger(b, c);
    c->phase = CONN_CLOSING;
    broker_timer_set(b, &c->alive, FAREWELL_MS);
    conn_mark_dirty(b, c);
    if (c->session)
        session_detach(b, c->session);
}

void
conn_fail(struct broker *b, struct conn *c, uint8_t reason, const char *text)
{
    if (c->phase == CONN_READY &&
        b->config.variant.pending_output == PENDING_DISCARDED)
        output_discard(b, c);
    else if (c->phase == CONN_READY)
        send_disconnect(b, c, reason, text);
    else if (c->phase != CONN_CLOSING && c->version)
        send_refusal(b, c, reason, text);
    conn_close(b, c);
}

static void
refuse(struct broker *b, struct conn *c, const struct mqtt_violation *why)
{
    /* 3.1.1 wants no CONNACK for a CONNECT that is malformed, only for one that
     * is refused [MQTT311-3.1.4-1]; send_refusal knows which codes it has. */
    broker_note(b, c, why->statement, why->statement, why->text);
    conn_fail(b, c, why->reason, why->text);
}

/* --- bytes to packets ----------------------------------------------------- */

/* A CONNECT whose version nobody speaks is answered in the form that its level
 * suggests (3.1.2.2): of 5.0 for 5 and what is newer, else of 3.1.1. */
static enum mqtt_version
version_to_answer(const struct broker *b, const struct mqtt_packet *p)
{
    if (p->version)
        return p->version;
    return p->protocol_level >= MQTT_50 &&
                   b->config.variant.unknown_level == LEVEL_BY_LEVEL
               ? MQTT_50
               : MQTT_311;
}

static void
take_packet(struct broker *b, struct conn *c, struct slice bytes)
{
    struct mqtt_packet p;
    struct mqtt_report report;
    bool is_open = c->phase != CONN_WAIT_CONNECT;
    c->heard_ms = b->now_ms;
    forget_stranger(b, c);
    b->sys.counts[SYS_PACKETS_RECEIVED]++;
    mqtt_decode(bytes, c->version, &p, &report, NULL);
    if (report.count == 0)
        mqtt_check(&p, FROM_CLIENT, &report);
    if (p.type == MQTT_CONNECT && !is_open)
        c->version = version_to_answer(b, &p);
    /* What else is wrong with a second CONNECT does not matter. */
    if (report.count == 0 || (p.type == MQTT_CONNECT && is_open) ||
        lenient_answers(b, c, &report))
        dispatch_packet(b, c, &p);
    else if (!lenient_ignores(b, c, &p, &report))
        refuse(b, c, &report.list[0]);
}

static bool
takes_packets(const struct conn *c)
{
    return c->phase != CONN_CLOSING && c->phase != CONN_VERIFYING && !c->hold;
}

/* It spoke no version; a refusal of 5.0 says the most. */
static void
refuse_stranger(struct broker *b, struct conn *c)
{
    c->version = MQTT_50;
    send_refusal(b, c, MQTT_RC_PROTOCOL_ERROR, "CONNECT comes first");
}

/* Everything that is whole at the start of `bytes`; returns how much that was.
 * A packet larger than we announced is refused by its length alone, before it
 * is read (3.2.2.3.6). */
static size_t
take_packets(struct broker *b, struct conn *c, struct slice bytes)
{
    size_t at = 0;
    while (takes_packets(c)) {
        struct slice rest = slice_from(bytes, at);
        struct mqtt_frame frame;
        enum mqtt_frame_status status = mqtt_frame_next(rest, &frame);
        if (status == MQTT_FRAME_BAD) {
            conn_fail(b, c, MQTT_RC_MALFORMED_PACKET,
                      "a Remaining Length of more than four bytes");
            break;
        }
        if (c->phase == CONN_WAIT_CONNECT && rest.len > 0 &&
            frame.type != MQTT_CONNECT) {
            if (b->config.variant.stranger == STRANGER_REFUSED)
                refuse_stranger(b, c);
            conn_close(b, c); /* it may not even be MQTT: say nothing */
            break;
        }
        if (frame.len > b->config.maximum_packet_size) {
            conn_fail(b, c, MQTT_RC_PACKET_TOO_LARGE,
                      "the packet is larger than the Maximum Packet Size");
            break;
        }
        if (status == MQTT_FRAME_NEED_MORE)
            break;
        take_packet(b, c, slice_first(rest, frame.len));
        at += frame.len;
    }
    return at;
}

/* How many bytes the packet that has begun in c->in needs to be whole, or to
 * say how long it is. */
static size_t
missing(const struct conn *c)
{
    struct mqtt_frame frame;
    mqtt_frame_next(buf_slice(&c->in), &frame);
    return frame.len > c->in.len ? frame.len - c->in.len : 1;
}

/* Bytes that may wait while a password is verified: at least what a driver
 * reads at once, and a whole packet. */
static size_t
most_waiting(const struct broker *b)
{
    enum { ONE_READ = 65536 };
    return b->config.maximum_packet_size > ONE_READ
               ? b->config.maximum_packet_size
               : ONE_READ;
}

/* Only a packet that was cut is copied; the others are taken where they lie. */
void
conn_input(struct broker *b, struct conn *c, struct slice bytes)
{
    while (c->in.len > 0 && bytes.len > 0 && takes_packets(c)) {
        struct slice rest = slice_first(bytes, missing(c));
        buf_add(&c->in, rest);
        buf_drop(&c->in, take_packets(b, c, buf_slice(&c->in)));
        bytes = slice_from(bytes, rest.len);
    }
    if (bytes.len > 0)
        buf_add(&c->in, slice_from(bytes, take_packets(b, c, bytes)));
    /* A long packet that has begun is new work too. */
    if (b->is_short_of_memory && c->in.len > IN_WHEN_SHORT)
        conn_fail(b, c, MQTT_RC_QUOTA_EXCEEDED, "the server is short of memory");
    if (c->phase == CONN_CLOSING || c->in.len == 0)
        secret_release(&c->in); /* there may be a password in it */
    else if (!takes_packets(c) && c->in.len > most_waiting(b))
        conn_fail(b, c, MQTT_RC_QUOTA_EXCEEDED,
                  "too much while nothing is read");
}

void
conn_go_on(struct broker *b, struct conn *c)
{
    buf_drop(&c->in, take_packets(b, c, buf_slice(&c->in)));
    if (c->phase == CONN_CLOSING || c->in.len == 0)
        secret_release(&c->in);
    conn_mark_dirty(b, c); /* it wants to be read again */
}
