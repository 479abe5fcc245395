/* acks.c - what the runner answers by itself.
 * SPDX-License-Identifier: MIT
 *
 * A script that is not about acknowledgements should not have to write them,
 * and one that is must have them to itself. So, per client:
 *
 *   acks hold    nothing is answered; every packet waits for a line;
 *   acks auto    everything is answered, what acknowledges is hidden;
 *   unsaid       what the script sends itself on that client (anywhere in the
 *                scenario) is not sent by us, and what it awaits itself is not
 *                hidden and not answered; all the rest is as with auto.
 *
 * A PUBLISH is answered when a line takes it, a PUBREC or PUBREL that no line
 * awaits when it arrives. What `collect` and `ignores` take is answered unless
 * `acks hold`, up to the PUBREL that follows.                                */
#include "conformance/engine/play_state.h"

#define ALL_ACKS (P(PUBACK) | P(PUBREC) | P(PUBREL) | P(PUBCOMP))

static void
answer(struct play *p, struct peer *peer, enum mqtt_type type, uint16_t id)
{
    struct mqtt_packet packet = mqtt_packet_make(type, p->setup->version);
    if (!peer_is_writable(peer))
        return;
    MQTT_SET(&packet, packet_id, id);
    peer_send_packet(p, peer, &packet, 0);
}

/* Do we send packets of that type on this lane? */
static bool
sends_by_itself(const struct lane *lane, enum mqtt_type type)
{
    return lane->acks == ACKS_AUTO ||
           (lane->acks == ACKS_UNSAID && !(lane->sends >> type & 1));
}

/* Do we hide packets of that type from this lane? */
static bool
hides(const struct lane *lane, enum mqtt_type type)
{
    return lane->acks == ACKS_AUTO ||
           (lane->acks == ACKS_UNSAID && !(lane->expects >> type & 1));
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
    uint16_t id = packet->packet_id;
    if (packet->type == MQTT_PINGRESP && peer->pings) {
        /* An answer that came after its line had given up. */
        peer->pings--;
        return true;
    }
    if (packet->type == MQTT_PUBREL && take_auto_released(peer, id)) {
        answer(p, peer, MQTT_PUBCOMP, id);
        return true;
    }
    if (!(ALL_ACKS >> packet->type & 1) || !hides(lane, packet->type) ||
        expect_is_wanted(p, NULL, peer, g))
        return false;
    /* No line will see that it was refused; what fails later fails by this. */
    if (mqtt_reason_failed(packet->reason) && !p->refusal)
        p->refusal = g;
    if (packet->type == MQTT_PUBREL && sends_by_itself(lane, MQTT_PUBCOMP))
        answer(p, peer, MQTT_PUBCOMP, id);
    if (packet->type == MQTT_PUBREC && !mqtt_reason_failed(packet->reason) &&
        sends_by_itself(lane, MQTT_PUBREL))
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
    if (!always && !sends_by_itself(lane, type))
        return;
    answer(p, peer, type, packet->packet_id);
    if (packet->qos != 2 || (!always && !hides(lane, MQTT_PUBREL)))
        return;
    peer->auto_released =
        arena_grow(p->arena, peer->auto_released, peer->auto_released_count,
                   sizeof *peer->auto_released);
    peer->auto_released[peer->auto_released_count++] = packet->packet_id;
}

/* --- reading the script ------------------------------------------------------------------ */

/* Names of clients by the parameters of the define that is being read. */
struct reading {
    const struct reading *outer;
    const struct script_define *define;
    const struct script_stmt *call;
    int depth;
};

static struct slice
client_named(const struct reading *r, struct slice name)
{
    for (; r && r->define; r = r->outer)
        for (size_t i = 0; i < r->define->param_count; i++)
            if (slice_equal(r->define->params[i], name) &&
                i < r->call->arg_count) {
                name = r->call->args[i]->text;
                break;
            }
    return name;
}

static void
note_expected(struct lane *lane, const struct script_packet *pattern)
{
    if (pattern->type)
        lane->expects |= 1u << pattern->type;
}

static void read_block(struct play *p, const struct script_block *block,
                       const struct reading *r);

static void
read_client_stmt(struct play *p, const struct script_stmt *s,
                 const struct reading *r)
{
    struct slice name = client_named(r, s->client);
    struct lane *lane = play_lane(p, name);
    switch (s->kind) {
    case STMT_SEND: lane->sends |= 1u << s->packet.type; break;
    case STMT_EXPECT:
    case STMT_MAY:
    case STMT_NEVER:
    case STMT_COLLECT: note_expected(lane, &s->packet); break;
    default: break;
    }
}

static void
read_stmt(struct play *p, const struct script_stmt *s, const struct reading *r)
{
    if (s->versions && !mqtt_version_in(p->setup->version, s->versions))
        return;
    if (s->client.len)
        read_client_stmt(p, s, r);
    for (size_t i = 0; i < s->client_count; i++)
        note_expected(play_lane(p, client_named(r, s->clients[i])), &s->packet);
    for (size_t i = 0; i < s->branch_count; i++)
        read_block(p, &s->branches[i].block, r);
    read_block(p, &s->block, r);
    if (s->kind == STMT_CALL && s->define && r->depth < 16) {
        struct reading inner = {r, s->define, s, r->depth + 1};
        read_block(p, &s->define->block, &inner);
    }
}

static void
read_block(struct play *p, const struct script_block *block,
           const struct reading *r)
{
    for (size_t i = 0; i < block->count; i++)
        read_stmt(p, &block->list[i], r);
}

void
acks_read_script(struct play *p)
{
    struct reading outermost = {0};
    read_block(p, &p->setup->scenario->body, &outermost);
}
