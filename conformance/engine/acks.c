/* acks.c - what the runner answers by itself.
 * SPDX-License-Identifier: MIT
 *
 * A script that is not about acknowledgements should not have to write them,
 * and one that is must have them to itself. So, per client:
 *
 *   acks hold    nothing is answered; every packet waits for a line;
 *   acks auto    everything is answered, what acknowledges is hidden;
 *   unsaid       an answer that the script is still going to send itself (a
 *                line to come has that packet and Packet Identifier) is left to
 *                it, and an acknowledgement that a line waits for, or is still
 *                going to, is neither hidden nor answered; the rest as auto.
 *
 * A PUBLISH is answered when a line takes it, a PUBREC or PUBREL that no line
 * awaits when it arrives. What `collect` and `ignores` take is answered unless
 * `acks hold`, up to the PUBREL that follows.                                */
#include "conformance/engine/play_state.h"

#define ALL_ACKS (P(PUBACK) | P(PUBREC) | P(PUBREL) | P(PUBCOMP))

static void
answer(struct play *p, struct peer *peer, enum mqtt_type type, uint16_t id)
{
    struct mqtt_packet packet = mqtt_packet_make(type, peer->version);
    if (!peer_is_writable(peer))
        return;
    MQTT_SET(&packet, packet_id, id);
    peer_send_packet(p, peer, &packet, 0);
}

/* --- what is still to come in the script ---------------------------------- */

/* A line like that: `c > PUBREL packet_id=7`, or `c < ...` when not sends. */
struct wish {
    struct play *play;
    const struct lane *lane;
    bool sends;
    enum mqtt_type type;
    uint16_t id;
};

/* How clients are called within the defines that are being read. */
struct reading {
    const struct reading *outer;
    const struct script_stmt *call; /* of a define; NULL for the outermost */
    struct scope *scope;            /* of the outermost */
    int depth;
    bool is_round;                  /* of a loop: $names may change until then */
    struct slice any;               /* a client's name in rounds to come, which
                                       may stand for anybody; or empty */
};

static struct slice
client_named(const struct reading *r, struct slice name)
{
    for (; r->call; r = r->outer)
        for (size_t i = 0; i < r->call->define->param_count; i++)
            if (slice_equal(r->call->define->params[i], name) &&
                i < r->call->arg_count) {
                name = r->call->args[i]->text;
                break;
            }
    for (struct scope *s = r->scope; s && s->outer; s = s->outer) {
        for (size_t i = 0; i < s->count; i++)
            if (slice_equal(s->names[i].name, name) &&
                s->names[i].value.kind == VALUE_BYTES)
                return s->names[i].value.text;
    }
    return name;
}

/* Could the line be about that identifier? What cannot be told yet, could. */
static bool
fits_id(const struct wish *w, const struct script_packet *packet,
        const struct reading *r)
{
    for (size_t i = 0; i < packet->arg_count; i++) {
        const struct script_arg *a = &packet->args[i];
        int64_t id = 0;
        if (a->kind != ARG_FIELD || a->field != MQTT_F_packet_id ||
            a->value->kind == EXPR_BIND || a->value->kind == EXPR_CHOICE ||
            ((r->call || r->is_round) && a->value->kind != EXPR_NUMBER))
            continue;
        struct eval e = w->play->eval;
        e.scope = r->scope;
        if (eval_number(&e, a->value, &id) && id != w->id)
            return false;
    }
    return true;
}

static bool
has_wish(const struct wish *w, const struct script_packet *packet,
         const struct reading *r)
{
    return packet->type == w->type && fits_id(w, packet, r);
}

static bool
is_such_a_line(const struct wish *w, const struct script_stmt *s,
               const struct reading *r)
{
    bool awaits = s->kind == STMT_EXPECT || s->kind == STMT_MAY ||
                  s->kind == STMT_NEVER || s->kind == STMT_COLLECT ||
                  s->kind == STMT_ANY_OF;
    if (w->sends ? s->kind != STMT_SEND : !awaits)
        return false;
    if (s->client.len && !slice_equal(s->client, r->any) &&
        !slice_equal(client_named(r, s->client), w->lane->name))
        return false;
    return has_wish(w, &s->packet, r) ||
           (s->kind == STMT_COLLECT && s->until == UNTIL_PATTERN &&
            has_wish(w, &s->until_packet, r));
}

static bool in_block(const struct wish *w, const struct script_block *block,
                     size_t from, const struct reading *r);

static bool
in_stmt(const struct wish *w, const struct script_stmt *s,
        const struct reading *r)
{
    if (s->versions && !mqtt_version_in(s->client.len
                                            ? w->lane->version
                                            : w->play->setup->version,
                                        s->versions))
        return false;
    struct reading rounds = *r;
    rounds.is_round |= s->kind == STMT_FOR_EACH || s->kind == STMT_REPEAT;
    if (s->kind == STMT_FOR_EACH)
        rounds.any = s->name;
    if (is_such_a_line(w, s, r) || in_block(w, &s->block, 0, &rounds))
        return true;
    for (size_t i = 0; i < s->branch_count; i++)
        if (in_block(w, &s->branches[i].block, 0, r))
            return true;
    if (s->kind != STMT_CALL || !s->define || r->depth == 16)
        return false;
    struct reading inner = {.outer = r,
                            .call = s,
                            .scope = r->scope,
                            .depth = r->depth + 1,
                            .is_round = r->is_round};
    return in_block(w, &s->define->block, 0, &inner);
}

static bool
in_block(const struct wish *w, const struct script_block *block, size_t from,
         const struct reading *r)
{
    for (size_t i = from; i < block->count; i++)
        if (in_stmt(w, &block->list[i], r))
            return true;
    return false;
}

static bool
in_fiber(const struct wish *w, const struct fiber *f)
{
    struct reading r = {.scope = f->scope};
    if (f->is_waiting && in_stmt(w, f->stmt, &r))
        return true;
    for (size_t i = 0; i < f->depth; i++) {
        const struct frame *top = &f->frames[i];
        r.scope = top->scope;
        r.is_round = top->round + 1 < top->rounds;
        r.any = r.is_round && top->loop->kind == STMT_FOR_EACH
                    ? top->loop->name
                    : slice_str("");
        size_t from = r.is_round ? 0 : top->next;
        if (in_block(w, top->block, from, &r))
            return true;
    }
    return false;
}

static bool
is_to_come(const struct wish *w)
{
    for (size_t i = 0; i < w->play->fiber_count; i++)
        if (!w->play->fibers[i]->is_done && in_fiber(w, w->play->fibers[i]))
            return true;
    return false;
}

/* --- who answers ---------------------------------------------------------- */

/* Is it our part to send that packet on this lane? */
static bool
sends_by_itself(struct play *p, const struct lane *lane, enum mqtt_type type,
                uint16_t id)
{
    struct wish w = {p, lane, true, type, id};
    return lane->acks == ACKS_AUTO ||
           (lane->acks == ACKS_UNSAID && !is_to_come(&w));
}

/* Is it nothing that any line waits for, now or later? */
static bool
hides(struct play *p, const struct lane *lane, enum mqtt_type type,
      uint16_t id)
{
    struct wish w = {p, lane, false, type, id};
    return lane->acks == ACKS_AUTO ||
           (lane->acks == ACKS_UNSAID && !is_to_come(&w));
}

static bool
take_auto_released(struct peer *peer, uint16_t id)
{
    for (size_t i = 0; i < peer->auto_released_count; i++)
        if (peer->auto_released[i] == id) {
            peer->auto_released[i] =
                peer->auto_released[--peer->auto_released_count];
            return true;
        }
    return false;
}

bool
acks_arrived(struct play *p, struct peer *peer, const struct got *g)
{
    const struct mqtt_packet *packet = &g->packet;
    struct lane *lane = peer->lane;
    uint16_t id = got_packet_id(packet);
    if (packet->type == MQTT_PUBREL && take_auto_released(peer, id)) {
        answer(p, peer, MQTT_PUBCOMP, id);
        return true;
    }
    if (!(ALL_ACKS >> packet->type & 1) || !hides(p, lane, packet->type, id) ||
        expect_is_wanted(p, NULL, peer, g))
        return false;
    /* No line will see that it was refused; what fails later fails by this. */
    bool has_failed = mqtt_reason_failed(got_reason(packet));
    if (has_failed && !p->refusal)
        p->refusal = g;
    if (packet->type == MQTT_PUBREL &&
        sends_by_itself(p, lane, MQTT_PUBCOMP, id))
        answer(p, peer, MQTT_PUBCOMP, id);
    if (packet->type == MQTT_PUBREC && !has_failed &&
        sends_by_itself(p, lane, MQTT_PUBREL, id))
        answer(p, peer, MQTT_PUBREL, id);
    return true;
}

void
acks_taken(struct play *p, struct peer *peer, const struct got *g, bool always)
{
    const struct mqtt_packet *packet = &g->packet;
    struct lane *lane = peer->lane;
    if (packet->type != MQTT_PUBLISH || packet->qos == 0 ||
        lane->acks == ACKS_HOLD)
        return;
    enum mqtt_type type = packet->qos == 1 ? MQTT_PUBACK : MQTT_PUBREC;
    if (!always && !sends_by_itself(p, lane, type, packet->packet_id))
        return;
    answer(p, peer, type, packet->packet_id);
    if (packet->qos != 2 ||
        (!always && !hides(p, lane, MQTT_PUBREL, packet->packet_id)))
        return;
    peer->auto_released =
        arena_grow(p->arena, peer->auto_released, peer->auto_released_count,
                   sizeof *peer->auto_released);
    peer->auto_released[peer->auto_released_count++] = packet->packet_id;
}
