/* play_connect.c - lines that begin and end connections.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/play_state.h"
#include "mqtt/encode.h"
#include "mqtt/print.h"

enum { OPENING, AWAITING_CONNACK }; /* phases of `connects` */

/* --- opens, connects ------------------------------------------------------ */

/* "tcp", or "tcp@b" on a node; empty: as usual. */
static struct slice
way(struct play *p, const struct script_stmt *s)
{
    struct buf text = {0};
    if (s->node.len == 0)
        return s->transport;
    if (s->transport.len)
        buf_add(&text, s->transport);
    else
        buf_add_str(&text, p->setup->transport);
    buf_printf(&text, "@%.*s", SLICE_ARG(s->node));
    struct slice kept = arena_copy(p->arena, buf_slice(&text));
    buf_release(&text);
    return kept;
}

enum step
begin_opens(struct play *p, struct fiber *f)
{
    uint64_t us;
    if (!play_patience(p, f, PATIENCE_US, &us))
        return verdict_error(p, f->stmt);
    if (f->lane->peer)
        f->lane->peer->is_doomed = true; /* the script has left it */
    f->peer = peer_open(p, f->lane, way(p, f->stmt));
    f->deadline_us = p->now_us + us;
    return STEP_WAIT;
}

enum step
begin_connects(struct play *p, struct fiber *f)
{
    f->lane->mays = NULL;
    f->lane->may_count = 0;
    return begin_opens(p, f);
}

/* `b connects as a`: the same client id, and the same user. */
static const struct lane *
identity(struct play *p, struct fiber *f)
{
    return f->stmt->as_client.len ? play_lane_of(p, f, f->stmt->as_client)
                                  : f->lane;
}

static bool
send_connect(struct play *p, struct fiber *f)
{
    const struct lane *as = identity(p, f);
    struct mqtt_packet packet;
    struct build_sender from = {.client_id = as->client_id,
                                .suffix = p->suffix,
                                .user = as->user,
                                .password = as->password,
                                .keep_alive = p->setup->keep_alive,
                                .keeping = f->stmt->keeping,
                                .next_id = &f->lane->next_id};
    if (!build_packet(play_eval(p, f), &f->stmt->packet, &from, &packet))
        return false;
    struct buf id = {0};
    buf_add(&id, packet.client_id);
    result_set(&p->out->client_ids[f->lane->index], buf_cstr(&id));
    buf_release(&id);
    peer_send_packet(p, f->peer, &packet, f->stmt->at.line);
    return true;
}

/* Who may not come in has not been asked anything. */
static bool
is_kept_out(const struct got *g, enum mqtt_version v)
{
    uint8_t code = got_reason(&g->packet);
    if (v != MQTT_50)
        return code == 4 || code == 5;
    return code == MQTT_RC_BAD_USER_NAME_OR_PASSWORD ||
           code == MQTT_RC_NOT_AUTHORIZED || code == MQTT_RC_BANNED;
}

static enum step
not_connected(struct play *p, struct fiber *f, const struct got *g,
              const char *why)
{
    struct buf expected = {0}, got = {0};
    buf_add_str(&expected, "CONNACK");
    for (size_t i = 0; i < f->stmt->packet.arg_count; i++) {
        const struct script_arg *a = &f->stmt->packet.args[i];
        if (!a->expected ||
            (a->versions && !mqtt_version_in(f->lane->version, a->versions)))
            continue;
        struct script_packet one = {.args = &f->stmt->packet.args[i],
                                    .arg_count = 1,
                                    .type = MQTT_CONNACK};
        struct buf text = {0};
        match_print(&text, play_eval(p, f), &one);
        buf_add(&expected, slice_from(buf_slice(&text), strlen("CONNACK")));
        buf_release(&text);
    }
    if (g)
        mqtt_print_line(&got, &g->packet, (struct mqtt_print){.max_text = 120});
    if (why && *why)
        buf_printf(&got, g ? " (%s)" : "%s", why);
    enum step step =
        g && g->packet.type == MQTT_CONNACK &&
                is_kept_out(g, f->lane->version)
            ? verdict_inconclusive(p, f->stmt,
                                   "the broker does not let this client in "
                                   "(does it want a user name and password?): "
                                   "%s",
                                   buf_cstr(&got))
            : verdict_unmet(p, f, buf_cstr(&expected), buf_cstr(&got), g);
    buf_release(&expected);
    buf_release(&got);
    return step;
}

/* What CONNACK shall be, without what the broker is known to get wrong, where
 * the line does not judge that. */
static struct script_packet
wanted(struct play *p, const struct fiber *f)
{
    const struct script_stmt *s = f->stmt;
    struct script_packet want = s->packet;
    if (!p->setup->hides_sessions || f->lane->version != MQTT_311 ||
        verdict_is_judging(p, f->scope, s))
        return want;
    want.args = arena_alloc(p->arena, (want.arg_count + 1) * sizeof *want.args);
    want.arg_count = 0;
    for (size_t i = 0; i < s->packet.arg_count; i++) {
        const struct script_arg *a = &s->packet.args[i];
        if (!a->expected || a->kind != ARG_FIELD ||
            a->field != MQTT_F_session_present || a->value->kind == EXPR_BIND)
            want.args[want.arg_count++] = *a;
    }
    return want;
}

static enum step
check_connack(struct play *p, struct fiber *f, struct item *item)
{
    const struct got *g = item->got;
    struct buf difference = {0};
    bool asks_reason = false;
    if (g->packet.type != MQTT_CONNACK)
        return not_connected(p, f, g, NULL);
    expect_take(p, f->peer, item, f->stmt, false);
    struct script_packet want = wanted(p, f);
    enum match_result r = match_connack(play_eval(p, f), &want, g,
                                        &asks_reason, &difference);
    enum step step = STEP_DONE;
    if (r == MATCH_ERROR)
        step = verdict_error(p, f->stmt);
    else if (!asks_reason && got_reason(&g->packet) != 0)
        step = not_connected(p, f, g, NULL);
    else if (r == MATCH_NO)
        step = not_connected(p, f, g, buf_cstr(&difference));
    else
        verdict_met(p, f);
    if (asks_reason && p->refusal == g)
        p->refusal = NULL;
    if (got_reason(&g->packet) != 0)
        f->peer->is_doomed = true;
    buf_release(&difference);
    return step;
}

static enum step
await_connack(struct play *p, struct fiber *f)
{
    size_t at = 0;
    struct item *item = peer_next(f->peer, &at);
    struct buf why = {0};
    if (item)
        return check_connack(p, f, item);
    if (p->now_us < f->deadline_us && !peer_is_over(f->peer))
        return STEP_WAIT;
    if (peer_is_over(f->peer))
        expect_tell_end(&why, f->peer);
    else
        buf_printf(&why, "nothing for %.1f s",
                   (double)(p->now_us - f->since_us) / 1e6);
    enum step step = not_connected(p, f, NULL, buf_cstr(&why));
    buf_release(&why);
    return step;
}

enum step
poll_connects(struct play *p, struct fiber *f)
{
    if (f->phase == AWAITING_CONNACK)
        return await_connack(p, f);
    if (f->peer->state == PEER_OPENING)
        return p->now_us < f->deadline_us
                   ? STEP_WAIT
                   : verdict_inconclusive(p, f->stmt,
                                          "the broker accepts no connection");
    if (f->stmt->kind == STMT_OPENS)
        return STEP_DONE;
    if (f->peer->state != PEER_OPEN)
        return await_connack(p, f);
    if (!send_connect(p, f))
        return verdict_error(p, f->stmt);
    f->phase = AWAITING_CONNACK;
    return await_connack(p, f);
}

/* --- disconnects, cuts, resets, stalls ------------------------------------ */

/* Waits a moment for the broker's own end: then it has noticed ours, and what
 * the script does next meets a broker that knows. */
enum step
poll_farewell(struct play *p, struct fiber *f)
{
    return f->peer->state == PEER_CLOSED || p->now_us >= f->deadline_us
               ? STEP_DONE
               : STEP_WAIT;
}

static enum step
leave(struct play *p, struct fiber *f)
{
    peer_fin(p, f->peer, f->stmt->at.line);
    f->deadline_us = p->now_us + FAREWELL_US;
    return f->peer->state == PEER_CLOSED ? STEP_DONE : STEP_WAIT;
}

static bool
has_peer(struct play *p, struct fiber *f)
{
    f->peer = f->lane->peer;
    if (f->peer)
        return true;
    eval_fail(&p->eval, f->stmt->at, "%.*s has not connected yet",
              SLICE_ARG(f->stmt->client));
    verdict_error(p, f->stmt);
    return false;
}

enum step
begin_cuts(struct play *p, struct fiber *f)
{
    return has_peer(p, f) ? leave(p, f) : STEP_OVER;
}

enum step
begin_disconnects(struct play *p, struct fiber *f)
{
    struct build_sender from = {.next_id = &f->lane->next_id};
    struct mqtt_packet packet;
    if (!has_peer(p, f))
        return STEP_OVER;
    if (!build_packet(play_eval(p, f), &f->stmt->packet, &from, &packet))
        return verdict_error(p, f->stmt);
    if (peer_is_writable(f->peer))
        peer_send_packet(p, f->peer, &packet, f->stmt->at.line);
    return leave(p, f);
}

enum step
begin_resets(struct play *p, struct fiber *f)
{
    if (!has_peer(p, f))
        return STEP_OVER;
    peer_reset(p, f->peer, f->stmt->at.line);
    f->deadline_us = p->now_us + RESET_US;
    return STEP_WAIT;
}

enum step
begin_stalls(struct play *p, struct fiber *f)
{
    if (!has_peer(p, f))
        return STEP_OVER;
    f->peer->is_stalled = true;
    f->peer->is_doomed = true;
    peer_act(p, PLAY_STALL, f->peer, slice_str(""));
    return STEP_DONE;
}

/* --- alive ---------------------------------------------------------------- */

enum step
begin_alive(struct play *p, struct fiber *f)
{
    struct mqtt_packet ping = mqtt_packet_make(MQTT_PINGREQ, f->lane->version);
    uint64_t us;
    if (!has_peer(p, f))
        return STEP_OVER;
    if (!play_patience(p, f, PATIENCE_US, &us))
        return verdict_error(p, f->stmt);
    if (peer_is_writable(f->peer))
        peer_send_packet(p, f->peer, &ping, f->stmt->at.line);
    f->deadline_us = p->now_us + us;
    return STEP_WAIT;
}

/* PINGRESP orders nothing: it may stand anywhere in what arrived. */
enum step
poll_alive(struct play *p, struct fiber *f)
{
    struct item *i;
    size_t at = 0;
    struct buf got = {0};
    while ((i = peer_next(f->peer, &at)))
        if (i->got->packet.type == MQTT_PINGRESP) {
            expect_take(p, f->peer, i, f->stmt, false);
            verdict_met(p, f);
            return STEP_DONE;
        }
    if (p->now_us < f->deadline_us && !peer_is_over(f->peer))
        return STEP_WAIT;
    if (peer_is_over(f->peer))
        expect_tell_end(&got, f->peer);
    else
        buf_add_str(&got, "no PINGRESP");
    enum step step = verdict_unmet(p, f, "PINGRESP", buf_cstr(&got), NULL);
    buf_release(&got);
    return step;
}
