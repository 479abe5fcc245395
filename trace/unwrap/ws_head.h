/* ws_head.h - the HTTP heads that open a WebSocket, as an observer reads them.
 * SPDX-License-Identifier: MIT
 *
 * Any path, any subprotocol or none, with or without permessage-deflate; the
 * rules of the handshake are for endpoints (net/ws_upgrade.h).               */
#ifndef TRACE_UNWRAP_WS_HEAD_H
#define TRACE_UNWRAP_WS_HEAD_H

#include "base/slice.h"

#define WS_HEAD_MAX 16384

struct ws_head {
    size_t len;            /* bytes of the head, with its empty line */
    bool is_request;
    unsigned status;       /* of a response, 101 for the upgrade */
    struct slice target;   /* of a request: path and query */
    struct slice protocol; /* Sec-WebSocket-Protocol */
    bool is_upgrade;       /* says Upgrade: websocket */
    bool is_deflate;       /* Sec-WebSocket-Extensions: permessage-deflate */
    bool forgets[2];       /* no_context_takeover of client, server */
    uint64_t body;         /* Content-Length; 0: none */
};

enum ws_head_status { WS_HEAD_DONE, WS_HEAD_MORE, WS_HEAD_BAD };

/* Looks at the start of `in`; slices of *out borrow from it. */
enum ws_head_status ws_head_parse(struct slice in, struct ws_head *out);

#endif
