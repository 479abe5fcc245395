/* play_end.c - after the script: are they alive, and what did we leave behind?
 * SPDX-License-Identifier: MIT
 *
 * A broker that closes at once, or falls silent, must not pass: each connection
 * that should live answers PINGREQ, or the scenario is inconclusive. Then all
 * are closed, and sessions and retained messages that the scenario made are
 * removed over connections of their own, which are not recorded and cannot
 * change a verdict.                                                          */
#include "conformance/engine/play_state.h"
#include "mqtt/encode.h"

/* --- what we leave behind ------------------------------------------------- */

static bool
has_slice(const struct slice *list, size_t count, struct slice s)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(list[i], s))
            return true;
    return false;
}

static void
remember(struct play *p, struct slice **list, size_t *count, struct slice s)
{
    if (s.len == 0 || has_slice(*list, *count, s))
        return;
    *list = arena_grow(p->arena, *list, *count, sizeof s);
    (*list)[(*count)++] = s;
}

void
ending_note_sent(struct play *p, struct peer *peer,
                 const struct mqtt_packet *sent)
{
    struct remains *r = &p->remains;
    if (!peer->lane)
        return;
    if (sent->type == MQTT_PUBLISH && sent->retain &&
        MQTT_HAS(sent, payload) && sent->payload.len)
        remember(p, &r->topics, &r->topic_count, sent->topic);
    if (sent->type != MQTT_CONNECT || !MQTT_HAS(sent, client_id))
        return;
    uint32_t expiry = mqtt_property_number(
        got_properties(sent), MQTT_P_session_expiry_interval, 0);
    peer->is_persistent =
        peer->version == MQTT_50 ? expiry > 0 : !sent->clean_start;
    if (peer->is_persistent)
        remember(p, &r->sessions, &r->session_count, sent->client_id);
    if (MQTT_HAS(sent, will_topic) && sent->will_retain)
        remember(p, &r->topics, &r->topic_count, sent->will_topic);
}

/* --- alive ---------------------------------------------------------------- */

static bool
should_live(const struct peer *peer)
{
    return peer->lane && peer->is_connected && !peer->is_doomed &&
           !peer->is_violated;
}

static void
ask_all(struct play *p)
{
    for (size_t i = 0; i < p->peer_count; i++) {
        struct peer *peer = p->peers[i];
        struct mqtt_packet ping =
            mqtt_packet_make(MQTT_PINGREQ, peer->version);
        peer->first = peer->item_count;
        if (should_live(peer) && peer->state == PEER_OPEN)
            peer_send_packet(p, peer, &ping, 0);
    }
    p->ending_us = p->now_us + (uint64_t)(PATIENCE_US * p->setup->patience);
}

static bool
has_answered(struct peer *peer)
{
    struct item *i;
    size_t at = 0;
    while ((i = peer_next(peer, &at)))
        if (i->got->packet.type == MQTT_PINGRESP)
            return true;
    return false;
}

/* The first that should live and has not shown it yet. */
static struct peer *
first_silent(struct play *p)
{
    for (size_t i = 0; i < p->peer_count; i++)
        if (should_live(p->peers[i]) && !has_answered(p->peers[i]))
            return p->peers[i];
    return NULL;
}

static bool
step_alive(struct play *p)
{
    if (p->ending_us == 0)
        ask_all(p);
    struct peer *silent = first_silent(p);
    if (silent && !peer_is_over(silent) && p->now_us < p->ending_us)
        return false;
    if (silent && p->refusal) {
        verdict_inconclusive(p, NULL, "the broker refused and closed");
    } else if (silent) {
        struct buf how = {0};
        if (peer_is_over(silent))
            expect_tell_end(&how, silent);
        else
            buf_add_str(&how, "no PINGRESP");
        verdict_inconclusive(p, NULL,
                             "at the end the broker does not serve %.*s any "
                             "more: %s",
                             SLICE_ARG(silent->lane->name), buf_cstr(&how));
        buf_release(&how);
    }
    p->ending = ENDING_BYE;
    p->ending_us = 0;
    return true;
}

/* --- bye ------------------------------------------------------------------ */

static void
say_bye(struct play *p)
{
    for (size_t i = 0; i < p->peer_count; i++) {
        struct peer *peer = p->peers[i];
        struct mqtt_packet bye =
            mqtt_packet_make(MQTT_DISCONNECT, peer->version);
        if (peer->state == PEER_OPENING || peer->is_stalled)
            peer_forget(p, peer);
        if (peer->state != PEER_OPEN)
            continue;
        if (peer->is_connected && !peer->is_violated)
            peer_send_packet(p, peer, &bye, 0);
        peer_fin(p, peer, 0);
    }
    p->ending_us = p->now_us + FAREWELL_US;
}

static bool
step_bye(struct play *p)
{
    bool all_gone = true;
    if (p->ending_us == 0)
        say_bye(p);
    for (size_t i = 0; i < p->peer_count; i++)
        all_gone &= p->peers[i]->state == PEER_CLOSED;
    if (!all_gone && p->now_us < p->ending_us)
        return false;
    for (size_t i = 0; i < p->peer_count; i++)
        if (p->peers[i]->state != PEER_CLOSED)
            peer_forget(p, p->peers[i]);
    p->out->took_us = p->now_us - p->start_us;
    p->ending = ENDING_CLEANUP;
    p->ending_us = 0;
    return true;
}

/* --- cleaning up ---------------------------------------------------------- */

/* One connection per session; the first also removes the retained messages. */
static void
open_cleaners(struct play *p)
{
    struct remains *r = &p->remains;
    if (r->topic_count && !r->session_count) {
        struct buf id = {0};
        names_client_id(&id, slice_str("broom"), p->suffix);
        remember(p, &r->sessions, &r->session_count,
                 arena_copy(p->arena, buf_slice(&id)));
        buf_release(&id);
    }
    for (size_t i = 0; i < r->session_count; i++)
        peer_open(p, NULL, slice_str(""));
    p->ending_us = p->now_us + CLEANUP_US;
}

static size_t
first_cleaner(const struct play *p)
{
    return p->peer_count - p->remains.session_count;
}

static void
clean_connect(struct play *p, struct peer *peer, struct slice client_id)
{
    const struct lane *lane = p->lane_count ? p->lanes[0] : NULL;
    for (size_t i = 0; i < p->lane_count; i++)
        if (slice_equal(p->lanes[i]->client_id, client_id))
            lane = p->lanes[i];
    if (lane)
        peer->version = lane->version;
    struct mqtt_packet c = mqtt_packet_make(MQTT_CONNECT, peer->version);
    MQTT_SET(&c, client_id, client_id);
    MQTT_SET(&c, clean_start, 1);
    MQTT_SET(&c, keep_alive, p->setup->keep_alive);
    if (lane && lane->user.ptr)
        MQTT_SET(&c, user_name, lane->user);
    if (lane && lane->password.ptr)
        MQTT_SET(&c, password, lane->password);
    peer_send_packet(p, peer, &c, 0);
}

static void
clean_retained(struct play *p, struct peer *peer)
{
    for (size_t i = 0; i < p->remains.topic_count; i++) {
        struct mqtt_packet m = mqtt_packet_make(MQTT_PUBLISH, peer->version);
        MQTT_SET(&m, topic, p->remains.topics[i]);
        MQTT_SET(&m, retain, 1);
        peer_send_packet(p, peer, &m, 0);
    }
}

static void
step_cleaner(struct play *p, size_t index)
{
    struct peer *peer = p->peers[first_cleaner(p) + index];
    struct mqtt_packet bye =
        mqtt_packet_make(MQTT_DISCONNECT, peer->version);
    if (peer->state != PEER_OPEN)
        return;
    if (!peer->sent_connect) {
        clean_connect(p, peer, p->remains.sessions[index]);
        return;
    }
    if (peer->item_count == 0)
        return;
    if (peer->is_connected && index == 0)
        clean_retained(p, peer);
    if (peer->is_connected)
        peer_send_packet(p, peer, &bye, 0);
    peer_fin(p, peer, 0);
}

static bool
step_cleanup(struct play *p)
{
    bool all_gone = true;
    if (p->ending_us == 0)
        open_cleaners(p);
    for (size_t i = 0; i < p->remains.session_count; i++) {
        step_cleaner(p, i);
        all_gone &= p->peers[first_cleaner(p) + i]->state == PEER_CLOSED;
    }
    if (!all_gone && p->now_us < p->ending_us)
        return false;
    for (size_t i = first_cleaner(p); i < p->peer_count; i++)
        if (p->peers[i]->state != PEER_CLOSED)
            peer_forget(p, p->peers[i]);
    p->ending = ENDING_OVER;
    return true;
}

void
ending_step(struct play *p)
{
    bool moved = true;
    while (moved && p->ending != ENDING_OVER) {
        switch (p->ending) {
        case ENDING_ALIVE: moved = step_alive(p); break;
        case ENDING_BYE: moved = step_bye(p); break;
        case ENDING_CLEANUP: moved = step_cleanup(p); break;
        default: return;
        }
    }
}
