/* play_look.c - looking through what arrived, and telling what did.
 * SPDX-License-Identifier: MIT
 *
 * What is promised about order in MQTT is promised within a kind of packet: a
 * PUBLISH may overtake a SUBACK, a PINGRESP orders nothing. So a line takes the
 * first packet that answers its question. One of another kind is left where it
 * is, for a later line; one that answers the question differently (the same
 * kind with other fields, a DISCONNECT, another acknowledgement under the same
 * Packet Identifier, anything in place of CONNACK), or the end of the
 * connection, decides against the line.                                      */
#include <inttypes.h>

#include "conformance/engine/play_state.h"
#include "mqtt/print.h"

#define ALL_ACKS \
    (P(PUBACK) | P(PUBREC) | P(PUBREL) | P(PUBCOMP) | P(SUBACK) | P(UNSUBACK))

enum { GOT_MAX = 120 }; /* bytes of a text that are shown */

/* --- telling -------------------------------------------------------------- */

void
expect_tell_packet(struct buf *out, const struct got *g)
{
    mqtt_print_line(out, &g->packet, (struct mqtt_print){.max_text = GOT_MAX});
}

/* The DISCONNECT, or the CONNACK that refused, before the end; or NULL. */
const struct got *
expect_last_word(const struct peer *peer)
{
    if (peer->item_count == 0)
        return NULL;
    const struct got *g = peer->items[peer->item_count - 1].got;
    return g->packet.type == MQTT_DISCONNECT ||
                   (g->packet.type == MQTT_CONNACK && got_reason(&g->packet))
               ? g
               : NULL;
}

void
expect_tell_end(struct buf *out, struct peer *peer)
{
    const struct got *last = expect_last_word(peer);
    if (peer->is_garbled) {
        buf_add_str(out, "bytes that are no packet");
        return;
    }
    uint64_t after = peer->closed_us > peer->sent_us && peer->sent_us
                         ? (peer->closed_us - peer->sent_us) / MS
                         : 0;
    buf_printf(out, "connection %s after %" PRIu64 " ms",
               peer->was_reset ? "reset" : "closed", after);
    if (!peer->broker_closed)
        buf_add_str(out, " by this scenario");
    if (last) {
        buf_add_str(out, ", ");
        expect_tell_packet(out, last);
    }
}

/* "nothing for 5.0 s", and what came instead if anything did. */
void
expect_tell_silence(struct buf *out, struct play *p, struct fiber *f,
             struct peer *peer)
{
    size_t at = 0, shown = 0;
    struct item *i;
    double s = (double)(p->now_us - f->since_us) / 1e6;
    buf_printf(out, "nothing like it for %.1f s", s);
    while (peer && (i = peer_next(peer, &at)) && shown++ < 3) {
        buf_add_str(out, shown == 1 ? ", only " : ", ");
        expect_tell_packet(out, i->got);
    }
}

/* --- looking -------------------------------------------------------------- */

static bool
says_id(const struct script_packet *want)
{
    for (size_t i = 0; i < want->arg_count; i++)
        if (want->args[i].kind == ARG_FIELD &&
            want->args[i].field == MQTT_F_packet_id &&
            want->args[i].value->kind != EXPR_BIND)
            return true;
    return false;
}

/* Has the packet the Packet Identifier that the pattern asks for? */
static bool
has_same_id(struct eval *e, const struct script_packet *want,
            const struct got *g)
{
    for (size_t i = 0; i < want->arg_count; i++)
        if (want->args[i].kind == ARG_FIELD &&
            want->args[i].field == MQTT_F_packet_id)
            return match_args(e, &want->args[i], 1, g, NULL) == MATCH_YES;
    return false;
}

/* Does it answer the question that the pattern asks, though in another way? */
static bool
decides(struct eval *e, const struct script_packet *want, const struct got *g)
{
    enum mqtt_type type = g->packet.type;
    if (want->is_close)
        return false;
    if (type == MQTT_DISCONNECT || want->type == MQTT_NO_TYPE)
        return true;
    if (want->type == MQTT_CONNACK)
        return type != MQTT_AUTH;
    if (type == want->type)
        return true;
    return (ALL_ACKS >> type & 1) && (ALL_ACKS >> want->type & 1) &&
           says_id(want) && has_same_id(e, want, g);
}

bool
expect_noted_fits(struct play *p, const struct noted *n, const struct got *g)
{
    struct eval *e = play_eval(p, NULL);
    e->scope = n->scope;
    return !n->stmt->packet.is_close &&
           match_packet(e, &n->stmt->packet, g, NULL) == MATCH_YES;
}

/* Does a `may` of that client stand for it? Then it is used up. */
bool
expect_is_allowed(struct play *p, struct lane *lane, const struct got *g)
{
    for (size_t i = 0; lane && i < lane->may_count; i++) {
        if (!expect_noted_fits(p, &lane->mays[i], g))
            continue;
        lane->mays[i] = lane->mays[--lane->may_count];
        return true;
    }
    return false;
}

static const struct script_packet *
pattern_of(const struct script_stmt *s, int index)
{
    switch (s->kind) {
    case STMT_EXPECT:
    case STMT_ANY_OF: return index == 0 ? &s->packet : NULL;
    case STMT_COLLECT:
        return index == 0 ? &s->packet
               : index == 1 && s->until == UNTIL_PATTERN ? &s->until_packet
                                                         : NULL;
    default: return NULL;
    }
}

static bool
waits_on(struct play *p, struct fiber *f, const struct peer *peer)
{
    if (f->stmt->kind != STMT_ANY_OF)
        return f->lane == peer->lane;
    for (size_t i = 0; i < f->stmt->client_count; i++)
        if (play_lane_of(p, f, f->stmt->clients[i]) == peer->lane)
            return true;
    return false;
}

/* Fits without binding anything. */
bool
expect_would_fit(struct play *p, struct fiber *f,
                 const struct script_packet *want, const struct got *g)
{
    struct eval *e = play_eval(p, f);
    struct eval trial = *e;
    trial.scope = scope_new(p->arena, e->scope);
    /* Bindings go where the name stands already, or outermost: give each a
     * place here first. */
    for (size_t i = 0; i < want->arg_count; i++)
        if (want->args[i].value->kind == EXPR_BIND)
            scope_own(trial.scope, want->args[i].value->text,
                      (struct value){.kind = VALUE_ABSENT});
    return !want->is_close &&
           match_packet(&trial, want, g, NULL) == MATCH_YES;
}

bool
expect_is_wanted(struct play *p, struct fiber *except, struct peer *peer,
                 const struct got *g)
{
    const struct script_packet *want;
    for (size_t i = 0; i < p->fiber_count; i++) {
        struct fiber *f = p->fibers[i];
        if (f == except || !f->is_waiting || !waits_on(p, f, peer))
            continue;
        for (int k = 0; (want = pattern_of(f->stmt, k)); k++)
            if (expect_would_fit(p, f, want, g))
                return true;
    }
    return false;
}

void
expect_take(struct play *p, struct peer *peer, struct item *item,
            const struct script_stmt *s, bool always_ack)
{
    item->taken = true;
    if (s)
        p->out->events[item->got->event].line = s->at.line;
    acks_taken(p, peer, item->got, always_ack);
}

enum look
expect_look(struct play *p, struct fiber *f, const struct script_stmt *s,
            struct peer *peer, struct item **item)
{
    struct item *i;
    size_t at = 0;
    *item = NULL;
    if (s->packet.is_close)
        return peer_is_over(peer) ? LOOK_FOUND : LOOK_WAIT;
    while ((i = peer_next(peer, &at))) {
        struct eval *e = play_eval(p, f);
        *item = i;
        switch (match_packet(e, &s->packet, i->got, NULL)) {
        case MATCH_YES: return LOOK_FOUND;
        case MATCH_ERROR: return LOOK_ERROR;
        case MATCH_NO: break;
        }
        if (expect_is_wanted(p, f, peer, i->got))
            continue;
        if (expect_is_allowed(p, peer->lane, i->got))
            expect_take(p, peer, i, NULL, false);
        else if (decides(play_eval(p, f), &s->packet, i->got))
            return LOOK_NEVER;
    }
    *item = NULL;
    return peer_is_over(peer) ? LOOK_NEVER : LOOK_WAIT;
}

/* --- waiting -------------------------------------------------------------- */

/* The connection the line is about, or a verdict. */
bool
expect_find_peer(struct play *p, struct fiber *f)
{
    f->peer = f->lane ? f->lane->peer : NULL;
    if (f->peer)
        return true;
    eval_fail(&p->eval, f->stmt->at, "%.*s has not connected yet",
              SLICE_ARG(f->stmt->client));
    verdict_error(p, f->stmt);
    return false;
}

enum step
expect_begin(struct play *p, struct fiber *f)
{
    uint64_t us;
    if (!expect_find_peer(p, f))
        return STEP_OVER;
    if (!play_patience(p, f, PATIENCE_US, &us))
        return verdict_error(p, f->stmt);
    f->deadline_us = p->now_us + us;
    return STEP_WAIT;
}
