/* ws_frame_fuzz.c - any bytes as frames, cut in two ways.
 * SPDX-License-Identifier: MIT
 *
 * The first byte says whose frames they are, the second where to cut. Whole or
 * in two, the same must come out; and what came out, written again, is read as
 * the same.                                                                  */
#include <assert.h>

#include "net/ws_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
    struct buf payload;  /* of the binary messages */
    unsigned controls;   /* control frames */
    uint16_t code;       /* of the close frame, or of the breach */
};

static void
feed(struct ws_frames *f, struct slice in, struct told *t)
{
    struct ws_piece p;
    enum ws_frame_status status;
    while ((status = ws_frame_next(f, &in, &p)) == WS_FRAME_PIECE) {
        if (p.opcode == WS_BINARY)
            buf_add(&t->payload, p.bytes);
        else
            t->controls++;
        assert(p.opcode == WS_BINARY || p.bytes.len <= 125);
        if (p.opcode == WS_CLOSE)
            t->code = p.code;
    }
    if (status == WS_FRAME_BAD)
        t->code = p.code;
    else
        assert(in.len == 0);
}

static struct told
read_cut(enum ws_side from, struct slice in, size_t cut)
{
    struct told t = {{0}, 0, 0};
    struct ws_frames *f = ws_frame_new(from);
    feed(f, slice_first(in, cut), &t);
    feed(f, slice_from(in, cut), &t);
    ws_frame_free(f);
    return t;
}

static void
same(const struct told *a, const struct told *b)
{
    assert(slice_equal(buf_slice(&a->payload), buf_slice(&b->payload)));
    assert(a->controls == b->controls && a->code == b->code);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    enum ws_side from = data[0] & 1 ? WS_CLIENT : WS_SERVER;
    struct slice in = slice_of(data + 2, size - 2);
    struct told whole = read_cut(from, in, in.len);
    struct told cut = read_cut(from, in, data[1]);
    same(&whole, &cut);

    struct buf written = {0};
    ws_frame_write(&written, from, WS_BINARY, buf_slice(&whole.payload));
    struct told again = read_cut(from, buf_slice(&written), data[1]);
    whole.controls = whole.code = 0;
    same(&whole, &again);
    buf_release(&whole.payload);
    buf_release(&cut.payload);
    buf_release(&again.payload);
    buf_release(&written);
    return 0;
}
