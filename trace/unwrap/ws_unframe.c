/* ws_unframe.c - WebSocket frames of one direction, taken apart.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/ws_unframe.h"

#define LENGTH_MAX ((uint64_t)1 << 40) /* a longer frame is none */

enum { FIN = 0x80, RSV1 = 0x40, RSV23 = 0x30, OPCODE = 0x0f, MASK = 0x80 };

static bool
is_control(uint8_t opcode)
{
    return opcode >= WS_OP_CLOSE;
}

/* Bytes of the header, as far as the first two tell. */
static uint8_t
header_len(const struct ws_unframe *u)
{
    if (u->have < 2)
        return 2;
    uint8_t len = u->head[1] & 0x7f;
    return (uint8_t)(2 + (len == 126 ? 2 : len == 127 ? 8 : 0) +
                     (u->head[1] & MASK ? 4 : 0));
}

/* Could these two bytes begin a frame? */
static bool
fits(const uint8_t head[2])
{
    uint8_t op = head[0] & OPCODE;
    if ((head[0] & RSV23) || (op > WS_OP_BINARY && op < WS_OP_CLOSE) ||
        op > WS_OP_PONG)
        return false;
    return !is_control(op) ||
           ((head[0] & FIN) && (head[1] & 0x7f) <= WS_CONTROL_MAX);
}

static bool
read_header(struct ws_unframe *u)
{
    const uint8_t *p = u->head + 2;
    uint8_t len = u->head[1] & 0x7f;
    u->left = len;
    if (len >= 126) {
        u->left = 0;
        for (int i = 0; i < (len == 126 ? 2 : 8); i++)
            u->left = u->left << 8 | *p++;
    }
    u->is_masked = u->head[1] & MASK;
    if (u->is_masked)
        memcpy(u->mask, p, sizeof u->mask);
    u->is_final = u->head[0] & FIN;
    u->opcode = u->head[0] & OPCODE;
    if (!is_control(u->opcode) && u->opcode != WS_OP_CONTINUATION) {
        u->message = u->opcode;
        u->is_deflated = u->head[0] & RSV1;
    }
    u->at = 0;
    u->control_len = 0;
    u->is_within = true;
    return u->left <= LENGTH_MAX;
}

static enum ws_event
lose(struct ws_unframe *u)
{
    u->is_lost = u->is_bad = true;
    u->is_within = false;
    u->have = 0;
    return WS_BROKEN;
}

static void
unmask(struct ws_unframe *u, struct slice *bytes, uint8_t *room)
{
    for (size_t i = 0; u->is_masked && i < bytes->len; i++)
        room[i] = bytes->ptr[i] ^ u->mask[(u->at + i) & 3];
    if (u->is_masked)
        bytes->ptr = room;
    u->at += bytes->len;
    u->left -= bytes->len;
}

/* Some payload, or the end of the frame. */
static enum ws_event
payload(struct ws_unframe *u, struct slice *in, struct ws_told *out)
{
    bool is_data = !is_control(u->opcode);
    if (u->left) {
        size_t max = u->left < WS_PIECE_MAX ? (size_t)u->left : WS_PIECE_MAX;
        out->bytes = slice_first(*in, max);
        *in = slice_from(*in, out->bytes.len);
        unmask(u, &out->bytes, out->room);
        out->opcode = u->message;
        out->is_deflated = u->is_deflated;
        if (is_data)
            return WS_DATA;
        memcpy(u->control + u->control_len, out->bytes.ptr, out->bytes.len);
        u->control_len = (uint8_t)(u->control_len + out->bytes.len);
    }
    if (u->left)
        return WS_MORE;
    u->is_within = false;
    u->have = 0;
    out->opcode = is_data ? u->message : u->opcode;
    out->is_deflated = u->is_deflated;
    out->bytes = slice_of(u->control, u->control_len);
    return is_data ? WS_END : WS_CONTROL;
}

enum ws_event
ws_unframe_next(struct ws_unframe *u, struct slice *in, struct ws_told *out)
{
    for (;;) {
        if (u->is_within && (in->len || !u->left)) {
            enum ws_event e = payload(u, in, out);
            if (e == WS_MORE || (e == WS_END && !u->is_final))
                continue;
            return e;
        }
        if (!in->len)
            return WS_MORE;
        u->head[u->have++] = in->ptr[0];
        *in = slice_from(*in, 1);
        if (u->have == 2 && !fits(u->head)) {
            if (!u->is_lost)
                return lose(u);
            u->head[0] = u->head[1];
            u->have = 1;
        }
        if (u->have < 2 || u->have < header_len(u))
            continue;
        if (!read_header(u))
            return lose(u);
        u->is_lost = false;
    }
}

uint64_t
ws_unframe_gap(struct ws_unframe *u, uint64_t n, bool *is_lost)
{
    *is_lost = false;
    if (u->is_within && u->left >= n && !is_control(u->opcode)) {
        u->left -= n;
        u->at += n;
        return n;
    }
    *is_lost = u->is_lost = true;
    u->is_within = false;
    u->have = 0;
    return n;
}
