/* play_collect.c - lines about many packets or none: collect, never, quiet,
 *                  ignores, acks.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_state.h"

/* --- collect -------------------------------------------------------------- */

enum step
begin_collect(struct play *p, struct fiber *f)
{
    int64_t n;
    enum step step = expect_begin(p, f);
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
    verdict_met(p, f);
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
        expect_tell_end(&got, f->peer);
    else
        expect_tell_silence(&got, p, f, NULL);
    enum step step =
        verdict_unmet(p, f, buf_cstr(&expected), buf_cstr(&got), NULL);
    scope_set(f->scope, s->name, value_list(f->list, f->list_count));
    buf_release(&got);
    buf_release(&expected);
    return step;
}

/* Is it of a kind that this line is about, so that it is passed over? */
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
            expect_would_fit(p, f, &s->until_packet, i->got)) {
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

/* --- never, quiet --------------------------------------------------------- */

enum step
begin_never(struct play *p, struct fiber *f)
{
    int64_t us;
    if (!expect_find_peer(p, f))
        return STEP_OVER;
    if (!eval_number(play_eval(p, f), f->stmt->value, &us))
        return verdict_error(p, f->stmt);
    /* A time that is over already: then only what is here is looked at. */
    f->deadline_us = us >= 0 || (uint64_t)-us <= p->now_us
                         ? p->now_us + (uint64_t)us
                         : 0;
    return STEP_WAIT;
}

/* A runner that was kept waiting reads late. What it reads after the time is not
 * what came before it, as far as anybody can tell. */
static bool
came_in_time(const struct fiber *f, uint64_t us)
{
    return us <= f->deadline_us;
}

static enum step
came_anyway(struct play *p, struct fiber *f, const struct got *g)
{
    struct buf expected = {0}, got = {0};
    buf_add_str(&expected, "never ");
    match_print(&expected, play_eval(p, f), &f->stmt->packet);
    if (g)
        expect_tell_packet(&got, g);
    else
        expect_tell_end(&got, f->peer);
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
    bool is_over =
        peer_is_over(f->peer) && came_in_time(f, f->peer->closed_us);
    if (not_wanted->is_close && is_over)
        return came_anyway(p, f, NULL);
    while ((i = peer_next(f->peer, &at))) {
        if (not_wanted->is_close ||
            !came_in_time(f, p->start_us + i->got->time_us) ||
            expect_is_wanted(p, f, f->peer, i->got))
            continue;
        switch (match_packet(play_eval(p, f), not_wanted, i->got, NULL)) {
        case MATCH_YES:
            expect_take(p, f->peer, i, f->stmt, false);
            return came_anyway(p, f, i->got);
        case MATCH_ERROR: return verdict_error(p, f->stmt);
        case MATCH_NO: break;
        }
    }
    if (is_over && !f->peer->is_doomed && !f->peer->is_violated) {
        struct buf got = {0};
        expect_tell_end(&got, f->peer);
        verdict_inconclusive(p, f->stmt, "its silence proves nothing: %s",
                             buf_cstr(&got));
        buf_release(&got);
        return STEP_OVER;
    }
    if (p->now_us < f->deadline_us)
        return STEP_WAIT;
    verdict_met(p, f);
    return STEP_DONE;
}

enum step
begin_quiet(struct play *p, struct fiber *f)
{
    int64_t us = QUIET_US;
    if (!expect_find_peer(p, f))
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
        if (expect_is_allowed(p, f->lane, i->got)) {
            expect_take(p, f->peer, i, f->stmt, false);
            continue;
        }
        struct buf got = {0};
        expect_tell_packet(&got, i->got);
        enum step step =
            verdict_unmet(p, f, "quiet", buf_cstr(&got), i->got);
        buf_release(&got);
        return step;
    }
    return p->now_us < f->deadline_us ? STEP_WAIT : STEP_DONE;
}

/* --- ignores, acks -------------------------------------------------------- */

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
