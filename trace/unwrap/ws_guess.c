/* ws_guess.c - could this be WebSocket with MQTT inside, its HTTP head missed?
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/ws_guess.h"

#include "base/buf.h"
#include "trace/unwrap/plausible.h"
#include "trace/unwrap/ws_unframe.h"

#define ENOUGH 4096 /* bytes of payload that are looked at */
#define FRAMES_MIN 2
#define PACKETS_MIN 2

/* Collects what binary frames carry. False: these are no such frames. */
static bool
collect(struct slice head, struct buf *payload, unsigned *frames)
{
    struct ws_unframe u = {0};
    struct ws_told told;
    bool is_masked = head.len > 1 && head.ptr[1] & 0x80;
    for (;;) {
        enum ws_event e = ws_unframe_next(&u, &head, &told);
        if (e == WS_MORE || payload->len >= ENOUGH)
            return true;
        if (e == WS_BROKEN || u.is_masked != is_masked)
            return false;
        *frames += e != WS_DATA;
        if (e != WS_DATA)
            continue;
        if (told.is_deflated || told.opcode == WS_OP_TEXT)
            return false;
        buf_add(payload, told.bytes);
    }
}

bool
ws_guess(struct slice head)
{
    struct buf payload = {0};
    unsigned frames = 0;
    size_t at;
    bool is_good = collect(head, &payload, &frames) && frames >= FRAMES_MIN;
    if (is_good) {
        struct plausible_run run = plausible_run(buf_slice(&payload));
        is_good = (run.packets >= PACKETS_MIN && run.end != PLAUSIBLE_NO) ||
                  plausible_find(buf_slice(&payload), false, &at);
    }
    buf_release(&payload);
    return is_good;
}
