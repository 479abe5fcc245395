/* wire_packets.c - L1.4: three packets written by hand, and what the broker
 * says. SPDX-License-Identifier: MIT
 *
 * Each is decoded strictly, fed to the reference's core, and has to say what
 * was asked for. Before the decoder's complaint is shown, a few repairs are
 * tried: the one that makes the packet right is the mistake that was made. */
#include <stdio.h>

#include "base/hex.h"
#include "broker/broker.h"
#include "labs/answers/draw.h"
#include "labs/answers/wire.h"
#include "mqtt/check.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"

enum { NAME_MAX = 64 };

static const struct {
    const char *name;
    enum mqtt_type type, reply;
    size_t properties_at; /* where 5.0 has its Property Length; 0: nowhere */
} hand[WIRE_PACKETS] = {
    {"PINGREQ", MQTT_PINGREQ, MQTT_PINGRESP, 0},
    {"CONNECT", MQTT_CONNECT, MQTT_CONNACK, 12},
    {"SUBSCRIBE", MQTT_SUBSCRIBE, MQTT_SUBACK, 4},
};

/* --- what they have to say --------------------------------------------------
 */

struct wishes {
    char client_id[NAME_MAX], filter[NAME_MAX];
    uint16_t keep_alive, packet_id;
    uint8_t qos;
};

static void
dress(char *out, const struct wire *w, const char *template)
{
    struct buf text = {0};
    draw_dress(&text, slice_str(template), w->seed);
    snprintf(out, NAME_MAX, "%s", buf_cstr(&text));
    buf_release(&text);
}

static struct wishes
wishes_of(const struct wire *w)
{
    struct wishes s = {
        .keep_alive = (uint16_t)(300 + draw(w->seed, "hand/alive", 3000)),
        .packet_id = (uint16_t)(258 + draw(w->seed, "hand/id", 60000)),
        .qos = (uint8_t)(1 + draw(w->seed, "hand/qos", 2))};
    dress(s.client_id, w, "@id7@-@10..99#hand@");
    dress(s.filter, w, "@place9@/@thing9@/#");
    return s;
}

void
wire_wishes_print(struct buf *out, const struct wire *w,
                  const struct words *words)
{
    struct wishes s = wishes_of(w);
    char alive[16], id[16], qos[16];
    snprintf(alive, sizeof alive, "%u", s.keep_alive);
    snprintf(id, sizeof id, "%u", s.packet_id);
    snprintf(qos, sizeof qos, "%u", s.qos);
    words_say(
        words, out, "wishes",
        (const char *const[]){s.client_id, alive, id, s.filter, qos, NULL});
}

static void
encode(struct buf *out, const struct wire *w, size_t nth)
{
    struct wishes s = wishes_of(w);
    struct buf filters = {0};
    struct mqtt_packet p = mqtt_packet_make(hand[nth].type, MQTT_50);
    if (p.type == MQTT_CONNECT) {
        MQTT_SET(&p, client_id, slice_str(s.client_id));
        MQTT_SET(&p, keep_alive, s.keep_alive);
        MQTT_SET(&p, clean_start, 1);
    } else if (p.type == MQTT_SUBSCRIBE) {
        struct mqtt_filter f = {.filter = slice_str(s.filter), .qos = s.qos};
        mqtt_filter_add(&filters, &p, &f);
        MQTT_SET(&p, packet_id, s.packet_id);
        MQTT_SET(&p, filters, buf_slice(&filters));
    }
    mqtt_encode(out, &p);
    buf_release(&filters);
}

void
wire_packet_answer(struct buf *out, const struct wire *w, size_t nth)
{
    struct buf bytes = {0};
    encode(&bytes, w, nth);
    buf_printf(out, "%s\t", hand[nth].name);
    hex_print(out, buf_slice(&bytes), ' ');
    buf_release(&bytes);
}

/* --- strictly ----------------------------------------------------------------
 */

struct reading {
    struct mqtt_packet packet;
    struct mqtt_report report;
    struct mqtt_notes notes;
};

static bool
is_whole(struct slice bytes)
{
    struct mqtt_frame f;
    return mqtt_frame_next(bytes, &f) == MQTT_FRAME_COMPLETE &&
           f.len == bytes.len;
}

static bool
read_packet(struct reading *r, struct slice bytes)
{
    *r = (struct reading){0};
    mqtt_decode_walk(bytes, MQTT_50, &r->packet, &r->report, &r->notes);
    mqtt_check(&r->packet, FROM_CLIENT, &r->report);
    mqtt_notes_place(&r->notes, &r->report);
    return r->report.count == 0;
}

/* Right, if its second byte said how much follows? */
static bool
is_right_with_length(struct slice bytes)
{
    struct buf copy = {0};
    struct reading r;
    bool is_right = false;
    if (bytes.len < 2 || bytes.len > 129)
        return false;
    buf_add(&copy, bytes);
    copy.data[1] = (uint8_t)(bytes.len - 2);
    is_right = read_packet(&r, buf_slice(&copy)) && r.packet.version == MQTT_50;
    mqtt_notes_release(&r.notes);
    buf_release(&copy);
    return is_right;
}

static bool
is_right_with_properties(struct slice bytes, size_t at)
{
    struct buf copy = {0};
    uint8_t none = 0;
    buf_add(&copy, bytes);
    bool is_right = false;
    if (at && at < copy.len) {
        buf_splice(&copy, at, 0, slice_of(&none, 1));
        is_right = is_right_with_length(buf_slice(&copy));
    }
    buf_release(&copy);
    return is_right;
}

/* The mistake that was made; NULL: none that is known. */
static const char *
known_mistake(struct slice bytes, size_t nth)
{
    if (bytes.len < 2)
        return NULL;
    if (hand[nth].type == MQTT_CONNECT && bytes.len > 8 && bytes.ptr[8] == 4)
        return "hand-is-311";
    if (is_right_with_properties(bytes, hand[nth].properties_at))
        return "hand-property-length";
    if (!is_right_with_length(bytes) || is_whole(bytes))
        return NULL;
    if (bytes.ptr[1] == bytes.len)
        return "length-with-header";
    if (bytes.ptr[1] == bytes.len - 1)
        return "length-with-itself";
    return "hand-length";
}

/* What the decoder says, with place and field. */
static void
tell_violation(struct buf *more, const struct wire *w, const struct reading *r)
{
    const struct mqtt_violation *v = &r->report.list[0];
    const char *field = "?";
    char offset[16];
    for (size_t i = 0; i < r->notes.count; i++) {
        const struct mqtt_note *n = &r->notes.list[i];
        if (n->at <= v->offset && (v->offset < n->at + n->len || n->len == 0))
            field = n->label;
    }
    snprintf(offset, sizeof offset, "%u", v->offset);
    words_say(&w->words, more, "hand-decoder",
              (const char *const[]){offset, field, v->text,
                                    v->statement[0] ? v->statement : v->section,
                                    NULL});
}

/* --- to the broker
 * ------------------------------------------------------------ */

/* Feeds `bytes` and returns the type and code of the packet that comes back,
 * MQTT_NO_TYPE when nothing does. */
static enum mqtt_type
ask_broker(const struct wire *w, struct slice bytes, bool connects_first,
           uint8_t *code)
{
    struct broker_config config = broker_config_default();
    struct broker *b = broker_new(&config, 1000);
    struct conn *c = broker_accept(b, NULL, 1000);
    struct buf connect = {0}, reply = {0};
    enum mqtt_type type = MQTT_NO_TYPE;
    encode(&connect, w, 1);
    if (connects_first)
        broker_input(b, c, buf_slice(&connect), 1001);
    broker_take_output(b, c, &reply);
    buf_clear(&reply);
    broker_input(b, c, bytes, 1002);
    broker_take_output(b, c, &reply);
    *code = 0;
    if (reply.len > 1)
        type = (enum mqtt_type)(reply.data[0] >> 4);
    if (reply.len > 3)
        *code = reply.data[type == MQTT_CONNACK ? 3 : reply.len - 1];
    broker_gone(b, c, 1003);
    broker_free(b);
    buf_release(&connect);
    buf_release(&reply);
    return type;
}

/* The first wish that is not met; NULL: all are. */
static const char *
unmet(const struct wire *w, const struct mqtt_packet *p)
{
    struct wishes s = wishes_of(w);
    struct slice rest = p->filters;
    struct mqtt_filter f;
    if (p->type == MQTT_CONNECT) {
        if (p->version != MQTT_50)
            return "hand-is-311";
        if (!slice_is(p->client_id, s.client_id))
            return "hand-client-id";
        if (p->keep_alive != s.keep_alive)
            return "hand-keep-alive";
        return p->clean_start ? NULL : "hand-clean-start";
    }
    if (p->type != MQTT_SUBSCRIBE)
        return NULL;
    if (p->packet_id != s.packet_id)
        return "hand-packet-id";
    if (!mqtt_filter_next(p, &rest, &f) || !slice_is(f.filter, s.filter))
        return "hand-filter";
    return f.qos == s.qos ? NULL : "hand-qos";
}

static enum result
judge_bytes(struct buf *more, const struct wire *w, size_t nth,
            struct slice bytes)
{
    struct reading r;
    uint8_t code;
    bool is_right = read_packet(&r, bytes) && is_whole(bytes);
    const char *mistake = is_right && r.packet.type == hand[nth].type
                              ? unmet(w, &r.packet)
                              : known_mistake(bytes, nth);
    enum result result = RESULT_WRONG;
    if (mistake) {
        words_tell3(&w->words, more, mistake, hand[nth].name, NULL, NULL);
    } else if (r.packet.type != hand[nth].type) {
        words_tell3(&w->words, more, "hand-type",
                    mqtt_packet_row(r.packet.type)->name, hand[nth].name, NULL);
    } else if (!is_right && r.report.count) {
        tell_violation(more, w, &r);
    } else if (!is_right) {
        words_tell(&w->words, more, "hand-length");
    } else if (ask_broker(w, bytes, nth != 1, &code) != hand[nth].reply ||
               code >= 0x80) {
        words_tell3(&w->words, more, "hand-no-reply",
                    mqtt_packet_row(hand[nth].reply)->name, NULL, NULL);
    } else {
        result = RESULT_RIGHT;
    }
    mqtt_notes_release(&r.notes);
    return result;
}

void
wire_packets_judge(struct results *r, const struct wire *w,
                   const struct table *packets)
{
    struct buf more = {0}, bytes = {0};
    char test[32];
    for (size_t i = 0; i < WIRE_PACKETS; i++) {
        const struct table_row *row = table_find(packets, hand[i].name, NULL);
        enum result result = RESULT_BLANK;
        buf_clear(&more);
        buf_clear(&bytes);
        buf_printf(&more, "%s\n", hand[i].name);
        if (row && row->cells[1].len) {
            result = RESULT_WRONG;
            if (!hex_parse(&bytes, row->cells[1]) || bytes.len == 0)
                words_tell(&w->words, &more, "hand-hex");
            else
                result = judge_bytes(&more, w, i, buf_slice(&bytes));
            buf_add_byte(&more, '\n');
        }
        snprintf(test, sizeof test, "packet-%s", hand[i].name);
        results_add(r, test, result, buf_slice(&more));
    }
    buf_release(&more);
    buf_release(&bytes);
}
