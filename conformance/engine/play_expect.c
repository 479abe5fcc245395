/* play_expect.c - lines that wait for a packet: <, any of, may.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_state.h"

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

/* --- < -------------------------------------------------------------------- */

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
    verdict_met(p, f);
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
        expect_tell_packet(&got, item->got);
        if (item->got->packet.type == f->stmt->packet.type) {
            buf_add_str(&got, " (");
            match_packet(play_eval(p, f), &f->stmt->packet, item->got, &got);
            buf_add_str(&got, ")");
        }
        /* A `should` goes on, and the question has been answered. */
        if (item->got->packet.type == f->stmt->packet.type)
            expect_take(p, peer, item, f->stmt, false);
    } else if (peer_is_over(peer)) {
        guilty = expect_last_word(peer);
        expect_tell_end(&got, peer);
    } else {
        expect_tell_silence(&got, p, f, peer);
    }
    return unmet(p, f, &f->stmt->packet, &got, guilty);
}

/* The end of a connection that a judging line waits for: as for `rejects`. */
static bool
is_judged_end(const struct play *p, const struct fiber *f)
{
    const struct script_stmt *s = f->stmt;
    return s->packet.is_close && !s->should.len &&
           verdict_is_judging(p, f->scope, s);
}

enum step
begin_expect(struct play *p, struct fiber *f)
{
    enum step step = expect_begin(p, f);
    f->interval_us = f->deadline_us - p->now_us;
    return step;
}

enum step
poll_expect(struct play *p, struct fiber *f)
{
    struct item *item;
    if (reject_was_asked_for(f))
        return reject_await_end(p, f, NULL);
    switch (expect_look(p, f, f->stmt, f->peer, &item)) {
    case LOOK_FOUND: return found(p, f, f->peer, item);
    case LOOK_NEVER: return not_found(p, f, f->peer, item);
    case LOOK_ERROR: return verdict_error(p, f->stmt);
    case LOOK_WAIT: break;
    }
    if (is_judged_end(p, f))
        return reject_await_end(p, f, expect_last_word(f->peer));
    return p->now_us < f->deadline_us ? STEP_WAIT
                                      : not_found(p, f, f->peer, NULL);
}

/* --- any of a b c as m < -------------------------------------------------- */

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
        expect_tell_packet(&got, wrong->got);
    else
        expect_tell_silence(&got, p, f, NULL);
    return unmet(p, f, &s->packet, &got, wrong ? wrong->got : NULL);
}

/* --- may ------------------------------------------------------------------ */

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
        return expect_begin(p, f);
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
