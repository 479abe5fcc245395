/* peer.c - one connection of a scripted client.
 * SPDX-License-Identifier: MIT
 *
 * Cuts what arrives into packets, writes down every byte in both directions
 * (secrets as stars), resolves Topic Aliases, and keeps what has to be known
 * later: are we connected, did we break a rule ourselves.                    */
#include "conformance/engine/play_state.h"
#include "mqtt/decode.h"
#include "mqtt/encode.h"
#include "mqtt/print.h"

void
peer_act(struct play *p, enum play_act kind, struct peer *peer,
         struct slice bytes)
{
    p->actions =
        arena_grow(p->arena, p->actions, p->action_count, sizeof *p->actions);
    p->actions[p->action_count++] = (struct play_action){
        .kind = kind,
        .connection = peer ? peer->number : 0,
        .bytes = bytes,
        .transport = slice_str(p->setup->transport),
    };
}

/* --- the record ----------------------------------------------------------- */

static struct result_event *
record(struct play *p, struct peer *peer, enum result_event_kind kind,
       struct slice bytes)
{
    if (!peer->lane)
        return NULL; /* cleaning up is nobody's evidence */
    struct result_event *e = result_add_event(
        p->out, kind, p->now_us - p->start_us, peer->lane->index, bytes);
    e->connection = peer->number;
    e->version = peer->version;
    return e;
}

static void
star(struct buf *bytes, size_t at, size_t len)
{
    for (size_t i = at; i < at + len && i < bytes->len; i++)
        bytes->data[i] = '*';
}

/* Passwords and Authentication Data, also where a damaged packet hides them. */
static void
mask(struct play *p, struct peer *peer, size_t from)
{
    struct buf *all = &p->out->bytes;
    struct slice bytes = slice_of(all->data + from, all->len - from);
    struct slice secret = peer->lane->password;
    struct mqtt_notes notes = {0};
    struct mqtt_packet packet;
    struct mqtt_report report;
    if (p->setup->keep_secrets)
        return;
    mqtt_decode(bytes, peer->version, &packet, &report, &notes);
    for (size_t i = 0; i < notes.count; i++)
        if (mqtt_print_is_secret(&notes.list[i]))
            star(all, from + (size_t)(notes.list[i].text.ptr - bytes.ptr),
                 notes.list[i].text.len);
    mqtt_notes_release(&notes);
    for (size_t at = 0; secret.len && at + secret.len <= bytes.len; at++)
        if (memcmp(bytes.ptr + at, secret.ptr, secret.len) == 0 &&
            packet.type == MQTT_CONNECT)
            star(all, from + at, secret.len);
}

/* --- out ------------------------------------------------------------------ */

struct peer *
peer_open(struct play *p, struct lane *lane, struct slice transport)
{
    struct peer *peer = arena_alloc(p->arena, sizeof *peer);
    peer->number = (unsigned)p->peer_count;
    peer->lane = lane;
    peer->version = lane ? lane->version : p->setup->version;
    p->peers = arena_grow(p->arena, p->peers, p->peer_count, sizeof peer);
    p->peers[p->peer_count++] = peer;
    peer_act(p, PLAY_OPEN, peer, slice_str(""));
    if (transport.len)
        p->actions[p->action_count - 1].transport = transport;
    peer->is_websocket =
        slice_starts(p->actions[p->action_count - 1].transport, "ws");
    if (lane) {
        lane->peer = peer;
        peer->play = p;
        peer->watch = mqtt_watch_new(p->sessions, peer_on_watched, peer);
    }
    record(p, peer, EVENT_OPEN, slice_str(""));
    return peer;
}

static bool
find_alias(const struct alias *list, size_t count, uint16_t number,
           struct slice *topic)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].number == number) {
            *topic = list[i].topic;
            return true;
        }
    return false;
}

static void
set_alias(struct arena *arena, struct alias **list, size_t *count,
          uint16_t number, struct slice topic)
{
    for (size_t i = 0; i < *count; i++)
        if ((*list)[i].number == number) {
            (*list)[i].topic = topic;
            return;
        }
    *list = arena_grow(arena, *list, *count, sizeof **list);
    (*list)[(*count)++] = (struct alias){number, topic};
}

/* The topic of a PUBLISH by the aliases of that direction. */
static struct slice
resolve_topic(struct arena *arena, const struct mqtt_packet *packet,
              struct alias **list, size_t *count)
{
    if (packet->type != MQTT_PUBLISH || !MQTT_HAS(packet, topic))
        return slice_str("");
    struct slice topic = packet->topic;
    uint32_t alias = mqtt_property_number(got_properties(packet),
                                          MQTT_P_topic_alias, 0);
    if (!alias)
        return topic;
    if (topic.len)
        set_alias(arena, list, count, (uint16_t)alias, topic);
    else
        find_alias(*list, *count, (uint16_t)alias, &topic);
    return topic;
}

/* Do we break a rule with this one? Then nothing that follows on this
 * connection can be held against the broker. */
static bool
is_violation(struct peer *peer, const struct mqtt_packet *packet,
             struct mqtt_report *report)
{
    bool is_connect = packet->type == MQTT_CONNECT;
    if (report->count || is_connect == peer->sent_connect)
        return true;
    if (!(mqtt_packet_row(packet->type)->sent_by & FROM_CLIENT))
        return true;
    return !mqtt_check(packet, FROM_CLIENT, report);
}

static void
note_sent(struct play *p, struct peer *peer, struct slice bytes)
{
    struct mqtt_packet packet;
    struct mqtt_report report;
    struct mqtt_frame frame;
    if (mqtt_frame_next(bytes, &frame) != MQTT_FRAME_COMPLETE ||
        frame.len != bytes.len) {
        peer->is_violated = true;
        if (peer->watch)
            mqtt_watch_gap(peer->watch, FROM_CLIENT);
        return;
    }
    mqtt_decode(bytes, peer->version, &packet, &report, NULL);
    peer->is_violated |= is_violation(peer, &packet, &report);
    peer_watch_packet(p, peer, FROM_CLIENT, &packet, bytes.len, report.count,
                 p->out->event_count ? p->out->event_count - 1 : 0);
    if (packet.type == MQTT_CONNECT)
        peer->sent_connect = true;
    if (packet.type == MQTT_DISCONNECT)
        peer->is_doomed = true;
    if (packet.type == MQTT_PUBLISH)
        packet.topic = resolve_topic(p->arena, &packet, &peer->out_aliases,
                                     &peer->out_alias_count);
    limits_sent(&peer->limits, &packet, bytes.len);
    ending_note_sent(p, peer, &packet);
}

void
peer_record_sent(struct play *p, struct peer *peer, struct slice bytes,
                 unsigned line, const char *remark)
{
    struct result_event *e = record(p, peer, EVENT_SENT, bytes);
    note_sent(p, peer, bytes);
    if (!e)
        return;
    e->line = line;
    if (remark)
        result_set(&e->text, remark);
    mask(p, peer, e->at);
}

void
peer_note(struct play *p, struct peer *peer, unsigned line, const char *text)
{
    struct result_event *e = record(p, peer, EVENT_NOTE, slice_str(""));
    if (!e)
        return;
    e->line = line;
    result_set(&e->text, text);
}

/* Bytes as they are, as one event. */
static void
send_bytes(struct play *p, struct peer *peer, struct slice bytes, unsigned line)
{
    struct slice kept = arena_copy(p->arena, bytes);
    peer_record_sent(p, peer, kept, line, NULL);
    peer_send_part(p, peer, kept);
}

void
peer_send_packet(struct play *p, struct peer *peer,
                 const struct mqtt_packet *packet, unsigned line)
{
    struct buf out = {0};
    mqtt_encode(&out, packet);
    send_bytes(p, peer, buf_slice(&out), line);
    buf_release(&out);
}

/* We end it ourselves. */
static void
leave(struct play *p, struct peer *peer)
{
    if (!peer->watch || !p->out->event_count)
        return;
    peer->watched = p->out->event_count - 1;
    mqtt_watch_close(peer->watch, FROM_CLIENT, (int64_t)p->now_us);
}

void
peer_fin(struct play *p, struct peer *peer, unsigned line)
{
    if (peer->state != PEER_OPEN)
        return;
    leave(p, peer);
    struct result_event *e = record(p, peer, EVENT_CUT, slice_str(""));
    if (e)
        e->line = line;
    peer->state = PEER_LEFT;
    peer->is_doomed = true;
    peer_act(p, PLAY_FIN, peer, slice_str(""));
}

void
peer_reset(struct play *p, struct peer *peer, unsigned line)
{
    if (peer->state == PEER_CLOSED)
        return;
    leave(p, peer);
    struct result_event *e = record(p, peer, EVENT_ABORTED, slice_str(""));
    if (e)
        e->line = line;
    peer->state = PEER_CLOSED;
    peer->is_doomed = true;
    peer_act(p, PLAY_RESET, peer, slice_str(""));
}

void
peer_forget(struct play *p, struct peer *peer)
{
    peer->state = PEER_CLOSED;
    peer->is_doomed = true;
    peer_act(p, PLAY_FORGET, peer, slice_str(""));
}

/* --- in ------------------------------------------------------------------- */

/* What a CONNACK tells about the connection. */
static void
note_connack(struct play *p, struct peer *peer, const struct got *g)
{
    const struct mqtt_packet *packet = &g->packet;
    if (packet->type != MQTT_CONNACK || got_reason(packet) != 0)
        return;
    peer->is_connected = peer->sent_connect;
    struct slice id = mqtt_property_text(got_properties(packet),
                                         MQTT_P_assigned_client_identifier);
    if (!id.ptr || !peer->is_persistent)
        return;
    struct remains *r = &p->remains;
    r->sessions = arena_grow(p->arena, r->sessions, r->session_count,
                             sizeof id);
    r->sessions[r->session_count++] = id;
}

/* The broker ends the connection: was the script within what it announced? */
static void
note_excess(struct play *p, const struct peer *peer)
{
    if (!p->excess && !peer->is_doomed)
        p->excess = limits_excess(&peer->limits, p->now_us - peer->sent_us);
}

static bool
is_ignored(struct play *p, struct peer *peer, const struct got *g)
{
    for (size_t i = 0; i < peer->lane->ignore_count; i++)
        if (expect_noted_fits(p, &peer->lane->ignores[i], g))
            return true;
    return false;
}

static void
queue(struct play *p, struct peer *peer, struct got *g)
{
    peer->items = arena_grow(p->arena, peer->items, peer->item_count,
                             sizeof *peer->items);
    peer->items[peer->item_count++] = (struct item){.got = g};
}

static void
arrived(struct play *p, struct peer *peer, struct slice bytes)
{
    struct got *g = arena_alloc(p->arena, sizeof *g);
    struct mqtt_report report;
    g->bytes = arena_copy(p->arena, bytes);
    mqtt_decode(g->bytes, peer->version, &g->packet, &report, NULL);
    g->time_us = p->now_us - p->start_us;
    g->client = peer->lane ? peer->lane->name : slice_str("");
    g->topic = resolve_topic(p->arena, &g->packet, &peer->in_aliases,
                             &peer->in_alias_count);
    struct result_event *e = record(p, peer, EVENT_GOT, bytes);
    if (e) {
        g->event = (size_t)(e - p->out->events);
        mask(p, peer, e->at);
        peer_lint(p, peer, &g->packet, &report, bytes.len, g->event);
    }
    note_connack(p, peer, g);
    limits_got(&peer->limits, &g->packet);
    if (!peer->lane || p->ending != ENDING_NOT) {
        queue(p, peer, g);
        return;
    }
    if (g->packet.type == MQTT_DISCONNECT)
        note_excess(p, peer);
    if (!p->refusal && (verdict_is_refusal(g, peer->version) ||
                        limits_is_answer(&peer->limits, &g->packet)))
        p->refusal = g;
    if (is_ignored(p, peer, g))
        acks_taken(p, peer, g, true);
    else if (!acks_arrived(p, peer, g))
        queue(p, peer, g);
}

void
peer_input(struct play *p, struct peer *peer, struct slice bytes)
{
    struct mqtt_frame frame;
    if (peer->is_garbled || peer->state == PEER_CLOSED)
        return;
    buf_add(&peer->in, bytes);
    for (;;) {
        switch (mqtt_frame_next(buf_slice(&peer->in), &frame)) {
        case MQTT_FRAME_NEED_MORE: return;
        case MQTT_FRAME_BAD:
            record(p, peer, EVENT_GOT, buf_slice(&peer->in));
            peer->is_garbled = true;
            peer->closed_us = p->now_us;
            buf_clear(&peer->in);
            return;
        case MQTT_FRAME_COMPLETE: break;
        }
        arrived(p, peer, slice_first(buf_slice(&peer->in), frame.len));
        buf_drop(&peer->in, frame.len);
    }
}

void
peer_closed(struct play *p, struct peer *peer, bool was_reset)
{
    if (peer->state == PEER_CLOSED)
        return;
    if (peer->in.len)
        record(p, peer, EVENT_GOT, buf_slice(&peer->in));
    buf_clear(&peer->in);
    record(p, peer, was_reset ? EVENT_RESET : EVENT_CLOSED, slice_str(""));
    if (peer->watch && p->out->event_count) {
        peer->watched = p->out->event_count - 1;
        mqtt_watch_close(peer->watch, FROM_SERVER, (int64_t)p->now_us);
    }
    note_excess(p, peer);
    peer->broker_closed = true;
    peer->was_reset = was_reset;
    peer->closed_us = p->now_us;
    peer->state = PEER_CLOSED;
    peer_act(p, PLAY_FORGET, peer, slice_str(""));
}

struct item *
peer_next(struct peer *peer, size_t *at)
{
    while (peer->first < peer->item_count && peer->items[peer->first].taken)
        peer->first++;
    if (*at < peer->first)
        *at = peer->first;
    while (*at < peer->item_count && peer->items[*at].taken)
        ++*at;
    return *at < peer->item_count ? &peer->items[(*at)++] : NULL;
}
