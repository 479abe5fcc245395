/* play_frames.c - lines that say in which WebSocket frames something travels.
 * SPDX-License-Identifier: MIT
 *
 * MQTT is a stream of bytes in binary messages, wherever these and their frames
 * end [MQTT-6.0.0-1, MQTT-6.0.0-2]: so what is sent stays the packet that it is,
 * and its record too; only a remark tells of the frames.                     */
#include <stdio.h>

#include "conformance/engine/play_state.h"

static enum play_frame
control_of(enum script_frame_kind kind)
{
    switch (kind) {
    case FRAME_PING: return PLAY_FRAME_PING;
    case FRAME_PONG: return PLAY_FRAME_PONG;
    default: return PLAY_FRAME_CLOSE;
    }
}

static const char *
control_name(enum script_frame_kind kind)
{
    switch (kind) {
    case FRAME_PING: return "ping";
    case FRAME_PONG: return "pong";
    default: return "close";
    }
}

bool
frames_have_way(struct play *p, struct fiber *f)
{
    if (f->peer->is_websocket)
        return true;
    eval_fail(&p->eval, f->stmt->at, "%.*s has no WebSocket; `connects via ws`",
              SLICE_ARG(f->stmt->client));
    return false;
}

/* The bytes of this frame, which fit into what is left. */
static bool
frame_len(struct play *p, struct fiber *f, const struct script_frame *frame,
          size_t left, size_t *len)
{
    int64_t n = (int64_t)left;
    if (frame->kind == FRAME_BYTES) {
        if (!eval_number(play_eval(p, f), frame->count, &n))
            return false;
        if (n < 0 || n > (int64_t)left) {
            eval_fail(&p->eval, f->stmt->at,
                      "a frame of %lld bytes, and %zu are left", (long long)n,
                      left);
            return false;
        }
    }
    *len = (size_t)n;
    return true;
}

/* "in WebSocket frames of 1, 2, ping, 30 bytes" */
static bool
describe(struct play *p, struct fiber *f, size_t left, struct buf *out)
{
    const struct script_stmt *s = f->stmt;
    size_t len;
    buf_add_str(out, "in WebSocket frames of");
    for (size_t i = 0; i < s->frame_count; i++) {
        const struct script_frame *frame = &s->frames[i];
        buf_add_str(out, i ? ", " : " ");
        if (frame->kind != FRAME_BYTES && frame->kind != FRAME_REST) {
            buf_add_str(out, control_name(frame->kind));
            continue;
        }
        if (!frame_len(p, f, frame, left, &len))
            return false;
        buf_printf(out, "%zu", len);
        left -= len;
    }
    buf_add_str(out, " bytes");
    return true;
}

static bool
send_frames(struct play *p, struct fiber *f, struct slice bytes)
{
    const struct script_stmt *s = f->stmt;
    enum play_frame kind = PLAY_FRAME_BINARY;
    size_t len;
    for (size_t i = 0; i < s->frame_count; i++) {
        const struct script_frame *frame = &s->frames[i];
        if (frame->kind != FRAME_BYTES && frame->kind != FRAME_REST) {
            peer_send_frame(p, f->peer, slice_str(""), control_of(frame->kind),
                            true);
            continue;
        }
        if (!frame_len(p, f, frame, bytes.len, &len))
            return false;
        peer_send_frame(p, f->peer, slice_first(bytes, len), kind,
                        frame->kind == FRAME_REST);
        bytes = slice_from(bytes, len);
        kind = PLAY_FRAME_MORE;
    }
    return true;
}

bool
frames_deliver(struct play *p, struct fiber *f, struct slice bytes)
{
    const struct script_stmt *s = f->stmt;
    struct buf remark = {0};
    bool is_text = s->delivery == DELIVER_TEXT;
    bool good = frames_have_way(p, f);
    if (good && is_text)
        buf_add_str(&remark, "in a WebSocket text frame");
    else if (good)
        good = describe(p, f, bytes.len, &remark);
    if (good)
        peer_record_sent(p, f->peer, bytes, s->at.line, buf_cstr(&remark));
    buf_release(&remark);
    if (!good)
        return false;
    if (!is_text)
        return send_frames(p, f, bytes);
    f->peer->is_violated = true; /* [MQTT-6.0.0-1] */
    peer_send_frame(p, f->peer, bytes, PLAY_FRAME_TEXT, true);
    return true;
}

void
frames_send_control(struct play *p, struct peer *peer,
                    enum script_frame_kind kind, unsigned line)
{
    char remark[40];
    snprintf(remark, sizeof remark, "a WebSocket %s frame", control_name(kind));
    peer_note(p, peer, line, remark);
    peer_send_frame(p, peer, slice_str(""), control_of(kind), true);
    if (kind == FRAME_CLOSE)
        peer->is_doomed = true; /* there is nothing behind it */
}
