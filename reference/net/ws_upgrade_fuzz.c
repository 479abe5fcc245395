/* ws_upgrade_fuzz.c - any bytes as an upgrade request and as an answer.
 * SPDX-License-Identifier: MIT
 *
 * Whatever comes in, the answer is decided, stays what it is when more bytes
 * follow, and is one that a client of ours understands.                      */
#include <assert.h>

#include "net/http_head.h"
#include "net/ws_upgrade.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
as_request(struct slice in)
{
    struct ws_request r, more;
    struct slice path = slice_str("/mqtt");
    struct buf out = {0};
    struct error err;
    size_t len;
    enum ws_upgrade_status status = ws_upgrade_read_request(in, path, &r);
    if (status == WS_UPGRADE_NEED_MORE) {
        assert(in.len < HTTP_HEAD_MAX);
        return;
    }
    assert(ws_upgrade_read_request(slice_first(in, r.len ? r.len : in.len),
                                   path, &more) == status);
    assert(more.refusal == r.refusal);
    ws_upgrade_write_response(&out, &r);
    char key[WS_UPGRADE_KEY_LEN + 1] = "AAAAAAAAAAAAAAAAAAAAAA==";
    if (status == WS_UPGRADE_DONE) {
        assert(r.key.len == WS_UPGRADE_KEY_LEN && r.len <= in.len);
        memcpy(key, r.key.ptr, WS_UPGRADE_KEY_LEN);
    }
    assert(ws_upgrade_read_response(buf_slice(&out), r.protocol ? r.protocol
                                                                : "mqtt",
                                    key, &len, &err) == status);
    buf_release(&out);
}

static void
as_response(struct slice in)
{
    struct error err = {""};
    size_t len;
    enum ws_upgrade_status status = ws_upgrade_read_response(
        in, "mqtt, mqttv3.1", "dGhlIHNhbXBsZSBub25jZQ==", &len, &err);
    assert((status >= WS_UPGRADE_BAD) == (err.text[0] != '\0'));
    assert(status != WS_UPGRADE_DONE || len <= in.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice in = slice_of(data, size);
    struct buf begun = {0};
    as_request(in);
    as_response(in);
    /* the same as the rest of what has begun well */
    buf_add_str(&begun, "GET /mqtt HTTP/1.1\r\nHost: h\r\n"
                        "Upgrade: websocket\r\nConnection: upgrade\r\n"
                        "Sec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    buf_add(&begun, in);
    as_request(buf_slice(&begun));
    buf_clear(&begun);
    buf_add_str(&begun, "HTTP/1.1 101 \r\nUpgrade: websocket\r\n"
                        "Connection: upgrade\r\nSec-WebSocket-Accept: "
                        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n");
    buf_add(&begun, in);
    as_response(buf_slice(&begun));
    buf_release(&begun);
    return 0;
}
