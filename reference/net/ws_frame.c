/* ws_frame.c - WebSocket frames, on top of libwslay.
 * SPDX-License-Identifier: MIT
 *
 * The library reads and writes headers, lengths and masks. What a frame may be
 * in its place (opcode, mask, fragments, the insides of a close frame) is
 * decided here. It wants to call for bytes and to hand them out, so it gets
 * callbacks that know a slice and a buf.                                     */
#include "net/ws_frame.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/types.h>
#include <wslay/wslay.h>

#include "base/mem.h"
#include "base/random.h"
#include "base/utf8.h"

enum { CONTROL_MAX = 125 };

struct ws_frames {
    wslay_frame_context_ptr wslay; /* owned */
    enum ws_side from;
    struct slice *in;       /* where the library gets bytes, during a call */
    uint64_t given;         /* bytes that the library got */
    uint64_t used;          /* bytes of the frames that are complete */
    bool is_checked;        /* its header was looked at, payload follows */
    bool is_message;        /* a message has begun; continuations follow */
    bool is_closed;         /* a close frame came */
    uint16_t bad_code;      /* 0; once a rule was broken: what to close with */
    const char *bad_why;    /* and the rule */
    uint64_t left;          /* payload bytes of this frame yet to come */
    uint8_t control[CONTROL_MAX]; /* payload of a control frame so far */
    size_t control_len;
};

/* ---- what the library calls --------------------------------------------- */

static ssize_t
give_bytes(uint8_t *to, size_t len, int flags, void *data)
{
    struct ws_frames *f = data;
    size_t n = len < f->in->len ? len : f->in->len;
    (void)flags;
    if (n == 0)
        return -1; /* nothing now */
    memcpy(to, f->in->ptr, n);
    *f->in = slice_from(*f->in, n);
    f->given += n;
    return (ssize_t)n;
}

static ssize_t
take_bytes(const uint8_t *bytes, size_t len, int flags, void *data)
{
    (void)flags;
    buf_add(data, slice_of(bytes, len));
    return (ssize_t)len;
}

static int
make_mask(uint8_t *mask, size_t len, void *data)
{
    (void)data;
    random_secret(mask, len);
    return 0;
}

static const struct wslay_frame_callbacks callbacks = {
    .send_callback = take_bytes,
    .recv_callback = give_bytes,
    .genmask_callback = make_mask,
};

/* ---- life --------------------------------------------------------------- */

struct ws_frames *
ws_frame_new(enum ws_side from)
{
    struct ws_frames *f = xcalloc(1, sizeof *f);
    f->from = from;
    if (wslay_frame_context_init(&f->wslay, &callbacks, f))
        BUG("out of memory");
    return f;
}

void
ws_frame_free(struct ws_frames *f)
{
    if (!f)
        return;
    wslay_frame_context_free(f->wslay);
    free(f);
}

bool
ws_frame_is_within(const struct ws_frames *f)
{
    return f->given != f->used || f->is_message;
}

/* ---- reading ------------------------------------------------------------ */

static enum ws_frame_status
bad(struct ws_frames *f, struct ws_piece *out, uint16_t code, const char *why)
{
    f->bad_code = code;
    f->bad_why = why;
    *out = (struct ws_piece){.code = code, .why = why};
    return WS_FRAME_BAD;
}

/* What is wrong with this frame in this place? NULL for nothing. */
static const char *
fault_of(const struct ws_frames *f, const struct wslay_frame_iocb *frame)
{
    if (frame->rsv)
        return "a reserved bit is set and no extension was agreed on";
    if (f->from == WS_CLIENT && !frame->mask)
        return "a client's frame is not masked";
    if (f->from == WS_SERVER && frame->mask)
        return "a server's frame is masked";
    switch (frame->opcode) {
    case WS_CONTINUATION:
        return f->is_message ? NULL : "a continuation of nothing";
    case WS_TEXT:
    case WS_BINARY:
        return f->is_message ? "a message begins within another" : NULL;
    case WS_CLOSE:
    case WS_PING:
    case WS_PONG: return NULL;
    }
    return "an opcode that does not exist";
}

/* A code that may stand in a close frame (RFC 6455, 7.4). */
static bool
is_code(unsigned code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1011) ||
           (code >= 3000 && code <= 4999);
}

static enum ws_frame_status
end_close(struct ws_frames *f, struct ws_piece *out)
{
    struct slice reason = slice_from(out->bytes, 2);
    out->code = WS_CODE_NONE;
    if (f->control_len >= 2)
        out->code = (uint16_t)(f->control[0] << 8 | f->control[1]);
    if (f->control_len && (!is_code(out->code) || !utf8_valid(reason)))
        return bad(f, out, WS_CODE_PROTOCOL_ERROR,
                   "a close frame without a proper code and reason");
    f->is_closed = true;
    out->bytes = reason;
    return WS_FRAME_PIECE;
}

/* Bytes of a control frame; a piece when it is complete. */
static enum ws_frame_status
add_control(struct ws_frames *f, enum ws_opcode opcode, struct slice bytes,
            struct ws_piece *out)
{
    assert(f->control_len + bytes.len <= CONTROL_MAX); /* the library's check */
    if (bytes.len)
        memcpy(f->control + f->control_len, bytes.ptr, bytes.len);
    f->control_len += bytes.len;
    if (f->left > 0)
        return WS_FRAME_NEED_MORE;
    *out = (struct ws_piece){.opcode = opcode,
                             .bytes = slice_of(f->control, f->control_len)};
    return opcode == WS_CLOSE ? end_close(f, out) : WS_FRAME_PIECE;
}

/* Bytes of the whole frame: its header tells. */
static uint64_t
frame_len(const struct wslay_frame_iocb *frame)
{
    uint64_t n = frame->payload_length;
    return n + 2 + (n > 65535 ? 8 : n > CONTROL_MAX ? 2 : 0) +
           (frame->mask ? 4 : 0);
}

static enum ws_frame_status
add_bytes(struct ws_frames *f, const struct wslay_frame_iocb *frame,
          struct ws_piece *out)
{
    struct slice bytes = slice_of(frame->data, frame->data_length);
    if (!f->is_checked) {
        const char *why = fault_of(f, frame);
        if (why)
            return bad(f, out, WS_CODE_PROTOCOL_ERROR, why);
        if (frame->opcode == WS_TEXT) /* [MQTT-6.0.0-1, MQTT311-6.0.0-1] */
            return bad(f, out, WS_CODE_UNSUPPORTED,
                       "a text frame; MQTT travels in binary frames");
        f->left = frame->payload_length;
        f->control_len = 0;
        f->is_checked = true;
    }
    f->left -= bytes.len;
    if (f->left == 0) {
        f->is_checked = false;
        f->used += frame_len(frame);
    }
    if (wslay_is_ctrl_frame(frame->opcode))
        return add_control(f, frame->opcode, bytes, out);
    f->is_message = f->left > 0 || !frame->fin;
    *out = (struct ws_piece){.opcode = WS_BINARY, .bytes = bytes};
    return bytes.len ? WS_FRAME_PIECE : WS_FRAME_NEED_MORE;
}

enum ws_frame_status
ws_frame_next(struct ws_frames *f, struct slice *in, struct ws_piece *out)
{
    enum ws_frame_status status = WS_FRAME_NEED_MORE;
    f->in = in;
    if (f->bad_code)
        return bad(f, out, f->bad_code, f->bad_why);
    if (f->is_closed) /* what follows means nothing (RFC 6455, 5.5.1) */
        *in = slice_from(*in, in->len);
    while (!f->is_closed && status == WS_FRAME_NEED_MORE) {
        struct wslay_frame_iocb frame = {0};
        ssize_t n = wslay_frame_recv(f->wslay, &frame);
        if (n == WSLAY_ERR_WANT_READ)
            return WS_FRAME_NEED_MORE;
        if (n < 0)
            return bad(f, out, WS_CODE_PROTOCOL_ERROR,
                       "a length that is not as short as can be, or a control "
                       "frame that is too long or in fragments");
        status = add_bytes(f, &frame, out);
    }
    return status;
}

/* ---- writing ------------------------------------------------------------ */

void
ws_frame_write_part(struct buf *out, enum ws_side from, enum ws_opcode opcode,
                    bool is_last, struct slice payload)
{
    wslay_frame_context_ptr wslay;
    struct wslay_frame_iocb frame = {
        .fin = is_last,
        .opcode = (uint8_t)opcode,
        .mask = from == WS_CLIENT,
        .payload_length = payload.len,
        .data = payload.ptr,
        .data_length = payload.len,
    };
    if (wslay_frame_context_init(&wslay, &callbacks, out))
        BUG("out of memory");
    ssize_t n = wslay_frame_send(wslay, &frame);
    if (n != (ssize_t)payload.len)
        BUG("a frame that cannot be written");
    wslay_frame_context_free(wslay);
}

void
ws_frame_write(struct buf *out, enum ws_side from, enum ws_opcode opcode,
               struct slice payload)
{
    ws_frame_write_part(out, from, opcode, true, payload);
}

void
ws_frame_write_close(struct buf *out, enum ws_side from, uint16_t code)
{
    uint8_t payload[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    ws_frame_write(out, from, WS_CLOSE, slice_of(payload, sizeof payload));
}
