/* ws_fuzz.c - any bytes as HTTP heads and WebSocket frames: no crash.
 * SPDX-License-Identifier: MIT
 *
 * Records: a byte that says who speaks, whether bytes are there or missing, and
 * how many. The first byte says whether the upgrade was granted before.       */
#include "trace/unwrap/layer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
take_data(void *user, enum stream_side from, struct slice bytes,
          const struct stream_mark *mark)
{
    (void)from;
    (void)mark;
    for (size_t i = 0; i < bytes.len; i++)
        *(uint64_t *)user += bytes.ptr[i];
}

static void
take_gap(void *user, enum stream_side from, uint64_t bytes,
         enum stream_gap cause, const struct stream_mark *mark)
{
    (void)user;
    (void)from;
    (void)bytes;
    (void)cause;
    (void)mark;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char request[] = "GET /mqtt HTTP/1.1\r\n"
                                  "Upgrade: websocket\r\n\r\n";
    static const char response[] =
        "HTTP/1.1 101 Yes\r\nSec-WebSocket-Extensions: "
        "permessage-deflate\r\n\r\n";
    size_t budget = 100000;
    struct layer *l = ws_new(&budget, size && data[0] & 4);
    struct slice in = slice_of(data, size);
    struct stream_mark mark = {0};
    struct buf text = {0};
    uint64_t sum = 0;
    l->sink = (struct layer_sink){&sum, take_data, take_gap};
    if (size && data[0] & 2) {
        l->kind->data(l, STREAM_CLIENT, slice_str(request), &mark);
        l->kind->data(l, STREAM_SERVER, slice_str(response), &mark);
    }
    while (in.len > 1) {
        uint8_t head = in.ptr[0];
        enum stream_side from = (enum stream_side)(head & 1);
        struct slice bytes = slice_first(slice_from(in, 1), (head >> 1) + 1u);
        if (head >= 0xf0)
            l->kind->gap(l, from, bytes.len, STREAM_GAP_LOST, &mark);
        else
            l->kind->data(l, from, bytes, &mark);
        in = slice_from(in, 1 + bytes.len);
    }
    l->kind->describe(l, &text);
    l->kind->free(l);
    buf_release(&text);
    return 0;
}
