/* peer_cut.c - how the stream of bytes is cut into writes.
 * SPDX-License-Identifier: MIT
 *
 * TCP promises bytes, not pieces: a right broker cannot tell the ways apart.  */
#include "conformance/engine/play_state.h"
#include "mqtt/frame.h"

enum {
    CHOP_HEAD = 2048, /* bytes of a packet that are sent one by one */
    CHOP_TAIL = 64,   /* and those at its end */
    CHOP_STEP = 4096  /* between them */
};

/* Puts bytes behind those that still wait to be sent on that connection. */
static bool
glue(struct play *p, struct peer *peer, struct slice bytes)
{
    struct buf both = {0};
    if (p->action_count == p->action_at)
        return false;
    struct play_action *last = &p->actions[p->action_count - 1];
    if (last->kind != PLAY_SEND || last->connection != peer->number ||
        last->frame != PLAY_FRAME_USUAL)
        return false;
    buf_add(&both, last->bytes);
    buf_add(&both, bytes);
    last->bytes = arena_copy(p->arena, buf_slice(&both));
    buf_release(&both);
    return true;
}

/* Bytes of the next piece, when the stream is cut at the edges of headers. */
static size_t
up_to_edge(struct slice bytes, size_t at)
{
    struct mqtt_frame f;
    size_t header = mqtt_frame_next(bytes, &f) == MQTT_FRAME_COMPLETE
                        ? f.header_len
                        : bytes.len;
    if (at == 0)
        return 1;
    return at < header ? header - at : bytes.len - at;
}

/* Byte by byte where headers and properties are and at the end; the middle of
 * a large payload would only keep everybody else waiting. */
static size_t
chop(struct slice bytes, size_t at)
{
    size_t left = bytes.len - at;
    if (at < CHOP_HEAD || left <= CHOP_TAIL)
        return 1;
    return left - CHOP_TAIL < CHOP_STEP ? left - CHOP_TAIL : CHOP_STEP;
}

void
peer_send_part(struct play *p, struct peer *peer, struct slice bytes)
{
    enum play_cut cut = p->setup->cut;
    size_t step;
    peer->sent_us = p->now_us;
    if (peer->is_gathering) {
        buf_add(&peer->gathered, bytes);
        return;
    }
    if (cut == PLAY_CUT_GLUED && glue(p, peer, bytes))
        return;
    for (size_t at = 0; at < bytes.len; at += step) {
        step = cut == PLAY_CUT_BYTES   ? chop(bytes, at)
               : cut == PLAY_CUT_EDGES ? up_to_edge(bytes, at)
                                       : bytes.len;
        peer_act(p, PLAY_SEND, peer, slice_first(slice_from(bytes, at), step));
    }
}

void
peer_send_frame(struct play *p, struct peer *peer, struct slice bytes,
                enum play_frame frame, bool is_last)
{
    peer->sent_us = p->now_us;
    peer_act(p, PLAY_SEND, peer, bytes);
    p->actions[p->action_count - 1].frame = frame;
    p->actions[p->action_count - 1].is_last = is_last;
}

void
peer_write_gathered(struct play *p, struct peer *peer)
{
    struct slice all = arena_copy(p->arena, buf_slice(&peer->gathered));
    peer->is_gathering = false;
    buf_clear(&peer->gathered);
    if (all.len)
        peer_send_part(p, peer, all);
}
