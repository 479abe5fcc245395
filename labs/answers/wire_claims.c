/* wire_claims.c - L1.3: what tutorials say, and the packet that decides.
 * SPDX-License-Identifier: MIT
 *
 * A claim is true or false, and has a rule that tells whether a packet proves
 * it. Where several do, each is accepted; where no packet of these captures can
 * (what is forbidden leaves no trace), the answer is "none".                 */
#include <stdio.h>

#include "base/utf8.h"
#include "labs/answers/draw.h"
#include "labs/answers/wire.h"

struct place {
    const struct wire *wire;
    const struct talk *talk;
    const struct talk_packet *at;
};

typedef bool proves_fn(const struct place *p);

/* --- which packets prove what ----------------------------------------------
 */

static bool
has_wide_text(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= 0x80)
            return true;
    return false;
}

/* A string whose length field counts more than its letters. */
static bool
counts_bytes(const struct place *p)
{
    return p->at->packet->mqtt.type == MQTT_PUBLISH &&
           has_wide_text(p->at->packet->mqtt.topic);
}

/* More than 1,024 bytes to a client that announced 1,048,576, or by a client to
 * the broker, which announces the same. */
static bool
is_beyond_a_kilobyte(const struct place *p)
{
    return p->at->packet->wire_len > 1024;
}

/* Nobody got it although somebody subscribed to "#"; or it, the answer. */
static bool
escapes_hash(const struct place *p)
{
    const struct model_packet *m = p->at->packet;
    if (m->mqtt.type == MQTT_PUBACK)
        return m->mqtt.reason == 0x10;
    return m->mqtt.type == MQTT_PUBLISH && m->from == FROM_CLIENT &&
           m->topic.len && m->topic.ptr[0] == '$';
}

static bool
is_alias_only(const struct place *p)
{
    const struct model_packet *m = p->at->packet;
    return m->mqtt.type == MQTT_PUBLISH && m->mqtt.topic.len == 0 &&
           m->topic.len > 0;
}

/* The DISCONNECT that asks for the will, or the will itself. */
static bool
shows_will(const struct place *p)
{
    const struct model_packet *m = p->at->packet;
    if (m->mqtt.type == MQTT_DISCONNECT)
        return m->mqtt.reason == 4;
    return m->mqtt.type == MQTT_PUBLISH && m->from == FROM_SERVER &&
           p->talk == &p->wire->talks[WIRE_CONNECT];
}

static bool
is_ping(const struct place *p)
{
    return p->at->packet->mqtt.type == MQTT_PINGREQ ||
           p->at->packet->mqtt.type == MQTT_PINGRESP;
}

/* SUBACK to the one who subscribed to senser/#. */
static bool
grants_typo(const struct place *p)
{
    const struct model_packet *m = p->at->packet;
    return m->mqtt.type == MQTT_SUBACK && m->mqtt.codes.len == 3;
}

/* A copy with less QoS than the publication had. */
static bool
has_less_qos(const struct place *p)
{
    const struct model_packet *m = p->at->packet;
    if (m->mqtt.type != MQTT_PUBLISH || m->from != FROM_SERVER)
        return false;
    for (size_t i = 0; i < p->talk->count; i++) {
        const struct model_packet *o = p->talk->list[i].packet;
        if (o->mqtt.type == MQTT_PUBLISH && o->from == FROM_CLIENT &&
            slice_equal(o->topic, m->topic) &&
            slice_equal(o->mqtt.payload, m->mqtt.payload))
            return o->mqtt.qos > m->mqtt.qos;
    }
    return false;
}

static bool
is_accepted_without_name(const struct place *p)
{
    const struct model_packet *m = p->at->packet;
    if (m->mqtt.type == MQTT_CONNECT)
        return m->mqtt.client_id.len == 0 && m->mqtt.version == MQTT_50;
    return m->mqtt.type == MQTT_CONNACK && m->mqtt.reason == 0 && m->request &&
           talk_packet(p->talk, m->request) &&
           talk_packet(p->talk, m->request)->packet->mqtt.client_id.len == 0;
}

/* A resent PUBLISH, which comes behind a new CONNECT. */
static bool
is_resumed(const struct place *p)
{
    const struct model_packet *m = p->at->packet;
    return (m->mqtt.type == MQTT_PUBLISH && m->mqtt.dup) ||
           (m->mqtt.type == MQTT_CONNACK && m->mqtt.session_present);
}

static const struct {
    const char *key;
    bool is_true;
    proves_fn *proves; /* NULL: no packet can */
} claims[] = {
    /* clang-format off */
    {"claim-characters",  false, counts_bytes},
    {"claim-kilobyte",    false, is_beyond_a_kilobyte},
    {"claim-largest",     false, NULL},
    {"claim-hash",        false, escapes_hash},
    {"claim-alias",       false, is_alias_only},
    {"claim-websocket",   false, NULL},
    {"claim-will",        false, shows_will},
    {"claim-properties",  false, is_ping},
    {"claim-typo",        false, grants_typo},
    {"claim-less-qos",    true,  has_less_qos},
    {"claim-two-bytes",   true,  is_ping},
    {"claim-nameless",    true,  is_accepted_without_name},
    {"claim-kept",        true,  is_resumed},
    /* clang-format on */
};

enum {
    CLAIMS_ALL = sizeof claims / sizeof *claims,
    FIRST_NONE = 2, /* of those that no packet decides, one is asked */
    OTHER_NONE = 5,
    FIRST_TRUE = 9, /* and of the true ones two */
};

/* The six of this seed: one without proof, two true, three false, shuffled. */
static size_t
claim_of(const struct wire *w, size_t nth)
{
    static const size_t with_proof[] = {0, 1, 3, 4, 6, 7, 8};
    enum { FALSE_ONES = sizeof with_proof / sizeof *with_proof };
    size_t order[CLAIMS_ALL], places[WIRE_CLAIMS], chosen[WIRE_CLAIMS];
    chosen[0] = draw(w->seed, "claim-none", 2) ? FIRST_NONE : OTHER_NONE;
    draw_order(w->seed, "claim-true", order, CLAIMS_ALL - FIRST_TRUE);
    chosen[1] = FIRST_TRUE + order[0];
    chosen[2] = FIRST_TRUE + order[1];
    draw_order(w->seed, "claim-false", order, FALSE_ONES);
    for (size_t i = 0; i < 3; i++)
        chosen[3 + i] = with_proof[order[i]];
    draw_order(w->seed, "claim-places", places, WIRE_CLAIMS);
    return chosen[places[nth]];
}

const char *
wire_claim_key(const struct wire *w, size_t nth)
{
    return claims[claim_of(w, nth)].key;
}

static bool
proves(const struct wire *w, size_t claim, enum wire_capture c, size_t packet)
{
    struct place p = {w, &w->talks[c], &w->talks[c].list[packet]};
    return claims[claim].proves && claims[claim].proves(&p);
}

void
wire_claim_answer(struct buf *out, const struct wire *w, size_t nth)
{
    size_t claim = claim_of(w, nth);
    buf_printf(out, "%s\t", claims[claim].is_true ? "true" : "false");
    for (unsigned c = 0; c < WIRE_CAPTURES; c++)
        for (size_t i = 0; i < w->talks[c].count; i++)
            if (proves(w, claim, c, i)) {
                buf_printf(out, "%s:%zu", wire_capture_name(c), i + 1);
                return;
            }
    buf_add_str(out, "none");
}

/* --- judged ----------------------------------------------------------------
 */

/* "pubsub:12": 1 and where; "none": 0; anything else: -1. */
static int
parse_place(struct slice cell, const struct wire *w, enum wire_capture *c,
            size_t *packet)
{
    uint64_t number;
    if (table_is(cell, "none"))
        return 0;
    const uint8_t *colon = cell.len ? memchr(cell.ptr, ':', cell.len) : NULL;
    if (!colon)
        return -1;
    size_t len = (size_t)(colon - cell.ptr);
    for (unsigned i = 0; i < WIRE_CAPTURES; i++) {
        if (!table_is(slice_first(cell, len), wire_capture_name(i)))
            continue;
        *c = i;
        struct slice rest = slice_from(cell, len + 1);
        while (rest.len && (*rest.ptr == ' ' || *rest.ptr == '#'))
            rest = slice_from(rest, 1);
        if (!table_number(rest, &number) || number < 1 ||
            number > w->talks[i].count)
            return -1;
        *packet = (size_t)number - 1;
        return 1;
    }
    return -1;
}

static const char *
hint_of(const struct wire *w, size_t claim, const struct table_row *row)
{
    enum wire_capture c = WIRE_CONNECT;
    size_t packet = 0;
    int where = parse_place(row->cells[2], w, &c, &packet);
    bool said_true =
        table_is(row->cells[1], "true") || table_is(row->cells[1], "对");
    if (!said_true && !table_is(row->cells[1], "false") &&
        !table_is(row->cells[1], "错"))
        return "claim-true-or-false";
    if (where < 0)
        return "claim-where";
    if (said_true != claims[claim].is_true)
        return "claim-other-way";
    if (where == 0)
        return claims[claim].proves ? "claim-there-is-one" : NULL;
    if (!claims[claim].proves)
        return "claim-none";
    return proves(w, claim, c, packet) ? NULL : "claim-not-by-this";
}

void
wire_claims_judge(struct results *r, const struct wire *w,
                  const struct table *table)
{
    char test[32], number[16], key[64];
    struct buf more = {0};
    for (size_t i = 0; i < WIRE_CLAIMS; i++) {
        size_t claim = claim_of(w, i);
        snprintf(test, sizeof test, "claim-%zu", i + 1);
        snprintf(number, sizeof number, "%zu", i + 1);
        const struct table_row *row = table_find(table, number, NULL);
        buf_clear(&more);
        words_tell(&w->words, &more, claims[claim].key);
        enum result result = RESULT_BLANK;
        const char *hint = NULL;
        if (row && (row->cells[1].len || row->cells[2].len)) {
            hint = hint_of(w, claim, row);
            result = hint ? RESULT_WRONG : RESULT_RIGHT;
        }
        if (hint) {
            buf_add_byte(&more, '\n');
            words_tell(&w->words, &more, hint);
            /* Where to look: only for who has the verdict right. */
            snprintf(key, sizeof key, "%.40s-hint", claims[claim].key);
            if (words_have(&w->words, key)) {
                buf_add_byte(&more, '\n');
                words_tell(&w->words, &more, key);
            }
        }
        buf_add_byte(&more, '\n');
        results_add(r, test, result, buf_slice(&more));
    }
    buf_release(&more);
}
