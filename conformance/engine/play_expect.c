/* play_expect.c - lines that wait for packets: <, may, collect, never, quiet.
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

/* --- telling --------------------------------------------------------------------- */

static void
tell_packet(struct buf *out, const struct got *g)
{
    mqtt_print_line(out, &g->packet, (struct mqtt_print){.max_text = GOT_MAX});
}

/* The DISCONNECT, or the CONNACK that refused, before the end; or NULL. */
static const struct got *
last_word(const struct peer *peer)
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
expect_tell_end(struct buf *out, struct play *p, struct peer *peer)
{
    const struct got *last = last_word(peer);
    (void)p;
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
        tell_packet(out, last);
    }
}

/* "nothing for 5.0 s", and what came instead if anything did. */
static void
tell_silence(struct buf *out, struct play *p, struct fiber *f,
             struct peer *peer)
{
    size_t at = 0, shown = 0;
    struct item *i;
    double s = (double)(p->now_us - f->since_us) / 1e6;
    buf_printf(out, "nothing like it for %.1f s", s);
    while (peer && (i = peer_next(peer, &at)) && shown++ < 3) {
        buf_add_str(out, shown == 1 ? ", only " : ", ");
        tell_packet(out, i->got);
    }
}

static enum step
unmet(struct play *p, struct fiber *f, const struct script_packet *want,
      struct buf *got, const struct got *guilty)
{
    struct buf expected = {0};
    match_print(&expected, play_eval(p, f), want);
    enum step step =
        verdict_unmet(p, f, buf_cstr(&expected), buf_cstr(got), guilty);
    buf_release(&expected);
    buf_release(got);
    return step;
}

/* --- looking ----------------------------------------------------------------------- */

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
static bool
is_allowed(struct play *p, struct lane *lane, const struct got *g)
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
static bool
would_fit(struct play *p, struct fiber *f, const struct script_packet *want,
          const struct got *g)
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
            if (would_fit(p, f, want, g))
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
        if (is_allowed(p, peer->lane, i->got))
            expect_take(p, peer, i, NULL, false);
        else if (decides(play_eval(p, f), &s->packet, i->got))
            return LOOK_NEVER;
    }
    *item = NULL;
    return peer_is_over(peer) ? LOOK_NEVER : LOOK_WAIT;
}

/* --- < ------------------------------------------------------------------------------ */

/* A refusal that the line asked for, or looked away from. */
static void
note_refusal(struct play *p, const struct script_packet *want,
             const struct got *g)
{
    const struct mqtt_packet *packet = &g->packet;
    bool is_failed = MQTT_HAS(packet, reason) && packet->type != MQTT_CONNACK &&
                     mqtt_reason_failed(got_reason(packet));
    for (size_t i = 0; i < got_codes(packet).len; i++)
        is_failed |= mqtt_reason_failed(got_codes(packet).ptr[i]);
    for (size_t i = 0; i < want->arg_count; i++) {
        const struct script_arg *a = &want->args[i];
        if (a->kind != ARG_FIELD ||
            (a->field != MQTT_F_reason && a->field != MQTT_F_codes))
            continue;
        if (p->refusal == g)
            p->refusal = NULL; /* it is what the line is about */
        return;
    }
    if (is_failed && !p->refusal && packet->type != MQTT_DISCONNECT)
        p->refusal = g;
}

static enum step
found(struct play *p, struct fiber *f, struct peer *peer, struct item *item)
{
    if (item) {
        note_refusal(p, &f->stmt->packet, item->got);
        expect_take(p, peer, item, f->stmt, false);
        if (item->got->packet.type == MQTT_DISCONNECT)
            peer->is_doomed = true;
    } else {
        peer->is_doomed = true; /* `< close` */
    }
    verdict_met(p, f->stmt);
    return STEP_DONE;
}

static enum step
not_found(struct play *p, struct fiber *f, struct peer *peer,
          struct item *item)
{
    struct buf got = {0};
    const struct got *guilty = NULL;
    if (item) {
        guilty = item->got;
        tell_packet(&got, item->got);
        if (item->got->packet.type == f->stmt->packet.type) {
            buf_add_str(&got, " (");
            match_packet(play_eval(p, f), &f->stmt->packet, item->got, &got);
            buf_add_str(&got, ")");
        }
        /* A `should` goes on, and the question has been answered. */
        if (item->got->packet.type == f->stmt->packet.type)
            expect_take(p, peer, item, f->stmt, false);
    } else if (peer_is_over(peer)) {
        guilty = last_word(peer);
        expect_tell_end(&got, p, peer);
    } else {
        tell_silence(&got, p, f, peer);
    }
    return unmet(p, f, &f->stmt->packet, &got, guilty);
}

/* The connection the line is about, or a verdict. */
static bool
find_peer(struct play *p, struct fiber *f)
{
    f->peer = f->lane ? f->lane->peer : NULL;
    if (f->peer)
        return true;
    eval_fail(&p->eval, f->stmt->at, "%.*s has not connected yet",
              SLICE_ARG(f->stmt->client));
    verdict_error(p, f->stmt);
    return false;
}

static enum step
begin_waiting(struct play *p, struct fiber *f)
{
    uint64_t us;
    if (!find_peer(p, f))
        return STEP_OVER;
    if (!play_patience(p, f, PATIENCE_US, &us))
        return verdict_error(p, f->stmt);
    f->deadline_us = p->now_us + us;
    return STEP_WAIT;
}

enum step
begin_expect(struct play *p, struct fiber *f)
{
    return begin_waiting(p, f);
}

enum step
poll_expect(struct play *p, struct fiber *f)
{
    struct item *item;
    switch (expect_look(p, f, f->stmt, f->peer, &item)) {
    case LOOK_FOUND: return found(p, f, f->peer, item);
    case LOOK_NEVER: return not_found(p, f, f->peer, item);
    case LOOK_ERROR: return verdict_error(p, f->stmt);
    case LOOK_WAIT: break;
    }
    return p->now_us < f->deadline_us ? STEP_WAIT
                                      : not_found(p, f, f->peer, NULL);
}

/* --- any of a b c as m < -------------------------------------------------------------- */

enum step
begin_any_of(struct play *p, struct fiber *f)
{
    uint64_t us;
    if (!play_patience(p, f, PATIENCE_US, &us))
        return verdict_error(p, f->stmt);
    f->deadline_us = p->now_us + us;
    return STEP_WAIT;
}

/* m is the packet, m.client who got it, $others the rest. */
static void
bind_finder(struct play *p, struct fiber *f, struct peer *peer,
            const struct got *g)
{
    const struct script_stmt *s = f->stmt;
    struct value *others =
        arena_alloc(p->arena, (s->client_count + 1) * sizeof *others);
    size_t n = 0;
    for (size_t i = 0; i < s->client_count; i++)
        if (play_lane_of(p, f, s->clients[i]) != peer->lane)
            others[n++] = value_bytes(s->clients[i]);
    scope_set(f->scope, s->name, value_packet(g));
    scope_set(f->scope, slice_str("others"), value_list(others, n));
}

enum step
poll_any_of(struct play *p, struct fiber *f)
{
    const struct script_stmt *s = f->stmt;
    struct peer *peer = NULL;
    struct item *item = NULL, *wrong = NULL;
    size_t never = 0;
    for (size_t i = 0; i < s->client_count; i++) {
        struct lane *lane = play_lane_of(p, f, s->clients[i]);
        if (!(peer = lane->peer)) {
            never++;
            continue;
        }
        switch (expect_look(p, f, s, peer, &item)) {
        case LOOK_ERROR: return verdict_error(p, s);
        case LOOK_WAIT: break;
        case LOOK_FOUND:
            if (item)
                bind_finder(p, f, peer, item->got);
            return found(p, f, peer, item);
        case LOOK_NEVER:
            never++;
            wrong = item ? item : wrong;
            break;
        }
    }
    if (p->now_us < f->deadline_us && never < s->client_count && !wrong)
        return STEP_WAIT;
    struct buf got = {0};
    if (wrong)
        tell_packet(&got, wrong->got);
    else
        tell_silence(&got, p, f, NULL);
    return unmet(p, f, &s->packet, &got, wrong ? wrong->got : NULL);
}

/* --- may ------------------------------------------------------------------------------- */

/* What `?k else 60` of a packet that may not come stands for until then. */
static bool
bind_defaults(struct play *p, struct fiber *f)
{
    const struct script_packet *want = &f->stmt->packet;
    for (size_t i = 0; i < want->arg_count; i++) {
        const struct script_expr *x = want->args[i].value;
        struct value v;
        if (x->kind != EXPR_BIND || !x->left)
            continue;
        if (!eval_expr(play_eval(p, f), x->left, &v))
            return false;
        scope_set(f->scope, x->text, v);
    }
    return true;
}

/* Without `within` it waits for nothing: the packet is accepted whenever it
 * comes. With it the line waits that long. */
enum step
begin_may(struct play *p, struct fiber *f)
{
    struct lane *lane = f->lane;
    if (!bind_defaults(p, f))
        return verdict_error(p, f->stmt);
    if (f->stmt->within)
        return begin_waiting(p, f);
    lane->mays = arena_grow(p->arena, lane->mays, lane->may_count,
                            sizeof *lane->mays);
    lane->mays[lane->may_count++] = (struct noted){f->stmt, f->scope};
    return STEP_DONE;
}

enum step
poll_may(struct play *p, struct fiber *f)
{
    struct item *item;
    switch (expect_look(p, f, f->stmt, f->peer, &item)) {
    case LOOK_FOUND: return found(p, f, f->peer, item);
    case LOOK_ERROR: return verdict_error(p, f->stmt);
    case LOOK_NEVER: return STEP_DONE;
    case LOOK_WAIT: break;
    }
    return p->now_us < f->deadline_us ? STEP_WAIT : STEP_DONE;
}

/* --- collect ----------------------------------------------------------------------------- */

enum step
begin_collect(struct play *p, struct fiber *f)
{
    int64_t n;
    enum step step = begin_waiting(p, f);
    if (step != STEP_WAIT || f->stmt->until == UNTIL_PATTERN)
        return step;
    if (!eval_number(play_eval(p, f), f->stmt->value, &n))
        return verdict_error(p, f->stmt);
    if (f->stmt->until == UNTIL_TIME)
        f->deadline_us = p->now_us + (uint64_t)n;
    f->phase = f->stmt->until == UNTIL_COUNT ? (int)n : -1;
    return STEP_WAIT;
}

static enum step
collected(struct play *p, struct fiber *f)
{
    scope_set(f->scope, f->stmt->name, value_list(f->list, f->list_count));
    verdict_met(p, f->stmt);
    return STEP_DONE;
}

static enum step
not_collected(struct play *p, struct fiber *f)
{
    struct buf got = {0}, expected = {0};
    const struct script_stmt *s = f->stmt;
    if (s->until == UNTIL_PATTERN) {
        match_print(&expected, play_eval(p, f), &s->until_packet);
    } else {
        buf_printf(&expected, "%d of ", f->phase);
        match_print(&expected, play_eval(p, f), &s->packet);
    }
    buf_printf(&got, "%zu collected, then ", f->list_count);
    if (peer_is_over(f->peer))
        expect_tell_end(&got, p, f->peer);
    else
        tell_silence(&got, p, f, NULL);
    enum step step =
        verdict_unmet(p, f, buf_cstr(&expected), buf_cstr(&got), NULL);
    scope_set(f->scope, s->name, value_list(f->list, f->list_count));
    buf_release(&got);
    buf_release(&expected);
    return step;
}

/* Is the packet of a kind that this line is about, so that it passes it over? */
static bool
is_passed_over(const struct script_stmt *s, const struct got *g)
{
    enum mqtt_type type = g->packet.type;
    return s->packet.type == MQTT_NO_TYPE || type == s->packet.type ||
           (s->until == UNTIL_PATTERN && type == s->until_packet.type);
}

static void
gather(struct play *p, struct fiber *f, struct item *item)
{
    f->list = arena_grow(p->arena, f->list, f->list_count, sizeof *f->list);
    f->list[f->list_count++] = value_packet(item->got);
    expect_take(p, f->peer, item, f->stmt, true);
    if (f->stmt->until != UNTIL_TIME)
        f->deadline_us = p->now_us + (uint64_t)(PATIENCE_US *
                                                p->setup->patience);
}

enum step
poll_collect(struct play *p, struct fiber *f)
{
    const struct script_stmt *s = f->stmt;
    struct item *i;
    size_t at = 0;
    while ((i = peer_next(f->peer, &at))) {
        if (s->until == UNTIL_PATTERN &&
            would_fit(p, f, &s->until_packet, i->got)) {
            match_packet(play_eval(p, f), &s->until_packet, i->got, NULL);
            expect_take(p, f->peer, i, s, true);
            return collected(p, f);
        }
        enum match_result r =
            match_packet(play_eval(p, f), &s->packet, i->got, NULL);
        if (r == MATCH_ERROR)
            return verdict_error(p, s);
        if (r == MATCH_YES)
            gather(p, f, i);
        else if (is_passed_over(s, i->got) &&
                 !expect_is_wanted(p, f, f->peer, i->got))
            expect_take(p, f->peer, i, NULL, true);
        if (f->phase >= 0 && s->until == UNTIL_COUNT &&
            f->list_count >= (size_t)f->phase)
            return collected(p, f);
    }
    if (s->until == UNTIL_COUNT && f->phase == 0)
        return collected(p, f);
    if (p->now_us < f->deadline_us && !peer_is_over(f->peer))
        return STEP_WAIT;
    return s->until == UNTIL_TIME ? collected(p, f) : not_collected(p, f);
}

/* --- never, quiet ---------------------------------------------------------------------------- */

enum step
begin_never(struct play *p, struct fiber *f)
{
    int64_t us;
    if (!find_peer(p, f))
        return STEP_OVER;
    if (!eval_number(play_eval(p, f), f->stmt->value, &us))
        return verdict_error(p, f->stmt);
    f->deadline_us = p->now_us + (uint64_t)us;
    return STEP_WAIT;
}

static enum step
came_anyway(struct play *p, struct fiber *f, const struct got *g)
{
    struct buf expected = {0}, got = {0};
    buf_add_str(&expected, "never ");
    match_print(&expected, play_eval(p, f), &f->stmt->packet);
    if (g)
        tell_packet(&got, g);
    else
        expect_tell_end(&got, p, f->peer);
    enum step step = verdict_unmet(p, f, buf_cstr(&expected), buf_cstr(&got),
                                   g);
    buf_release(&expected);
    buf_release(&got);
    return step;
}

enum step
poll_never(struct play *p, struct fiber *f)
{
    const struct script_packet *not_wanted = &f->stmt->packet;
    struct item *i;
    size_t at = 0;
    if (not_wanted->is_close && peer_is_over(f->peer))
        return came_anyway(p, f, NULL);
    while ((i = peer_next(f->peer, &at))) {
        if (not_wanted->is_close || expect_is_wanted(p, f, f->peer, i->got))
            continue;
        switch (match_packet(play_eval(p, f), not_wanted, i->got, NULL)) {
        case MATCH_YES:
            expect_take(p, f->peer, i, f->stmt, false);
            return came_anyway(p, f, i->got);
        case MATCH_ERROR: return verdict_error(p, f->stmt);
        case MATCH_NO: break;
        }
    }
    if (peer_is_over(f->peer) && !f->peer->is_doomed &&
        !f->peer->is_violated) {
        struct buf got = {0};
        expect_tell_end(&got, p, f->peer);
        verdict_inconclusive(p, f->stmt, "its silence proves nothing: %s",
                             buf_cstr(&got));
        buf_release(&got);
        return STEP_OVER;
    }
    if (p->now_us < f->deadline_us)
        return STEP_WAIT;
    verdict_met(p, f->stmt);
    return STEP_DONE;
}

enum step
begin_quiet(struct play *p, struct fiber *f)
{
    int64_t us = QUIET_US;
    if (!find_peer(p, f))
        return STEP_OVER;
    if (f->stmt->value && !eval_number(play_eval(p, f), f->stmt->value, &us))
        return verdict_error(p, f->stmt);
    f->deadline_us = p->now_us + (uint64_t)us;
    return STEP_WAIT;
}

enum step
poll_quiet(struct play *p, struct fiber *f)
{
    struct item *i;
    size_t at = 0;
    while ((i = peer_next(f->peer, &at))) {
        if (expect_is_wanted(p, f, f->peer, i->got))
            continue;
        if (is_allowed(p, f->lane, i->got)) {
            expect_take(p, f->peer, i, f->stmt, false);
            continue;
        }
        struct buf got = {0};
        tell_packet(&got, i->got);
        enum step step =
            verdict_unmet(p, f, "quiet", buf_cstr(&got), i->got);
        buf_release(&got);
        return step;
    }
    return p->now_us < f->deadline_us ? STEP_WAIT : STEP_DONE;
}

/* --- ignores, acks ---------------------------------------------------------------------------- */

enum step
begin_ignores(struct play *p, struct fiber *f)
{
    struct lane *lane = f->lane;
    struct peer *peer = lane->peer;
    struct item *i;
    size_t at = 0;
    struct noted noted = {f->stmt, f->scope};
    lane->ignores = arena_grow(p->arena, lane->ignores, lane->ignore_count,
                               sizeof *lane->ignores);
    lane->ignores[lane->ignore_count++] = noted;
    while (peer && (i = peer_next(peer, &at)))
        if (expect_noted_fits(p, &noted, i->got))
            expect_take(p, peer, i, f->stmt, true);
    return STEP_DONE;
}

enum step
begin_acks(struct play *p, struct fiber *f)
{
    (void)p;
    f->lane->acks = f->stmt->acks_hold ? ACKS_HOLD : ACKS_AUTO;
    return STEP_DONE;
}
