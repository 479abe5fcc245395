/* ws_fuzz.c - any bytes as HTTP heads and WebSocket frames: no crash.
 * SPDX-License-Identifier: MIT
 *
 * The first byte says whether the upgrade was granted before.                */
#include "trace/unwrap/layer_testkit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char request[] = "GET /mqtt HTTP/1.1\r\n"
                                  "Upgrade: websocket\r\n\r\n";
    static const char response[] =
        "HTTP/1.1 101 Yes\r\nSec-WebSocket-Extensions: "
        "permessage-deflate\r\n\r\n";
    struct stream_mark mark = {0};
    size_t budget = 100000;
    uint64_t sum = 0;
    struct layer *l = ws_new(&budget, size && data[0] & 4);
    l->sink = layer_testkit_sink(&sum);
    if (size && data[0] & 2) {
        l->kind->data(l, STREAM_CLIENT, slice_str(request), &mark);
        l->kind->data(l, STREAM_SERVER, slice_str(response), &mark);
    }
    layer_testkit_feed(l, slice_of(data, size));
    return 0;
}
