/* ws_inflate.c - permessage-deflate taken off (RFC 7692), through zlib.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/ws_inflate.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

#define PIECE 8192
/* The largest MQTT packet, and something. */
#define MESSAGE_MAX ((uint64_t)300 * 1024 * 1024)

struct ws_inflate {
    z_stream z;
    uint64_t message; /* bytes that came out of this one */
    bool is_broken;
};

struct ws_inflate *
ws_inflate_new(void)
{
    struct ws_inflate *w = xcalloc(1, sizeof *w);
    /* Negative: no zlib header. 15 reads what any smaller window wrote. */
    if (inflateInit2(&w->z, -15) != Z_OK)
        BUG("zlib cannot inflate");
    return w;
}

void
ws_inflate_free(struct ws_inflate *w)
{
    if (!w)
        return;
    inflateEnd(&w->z);
    free(w);
}

bool
ws_inflate_data(struct ws_inflate *w, struct slice bytes,
                void (*sink)(void *user, struct slice out), void *user)
{
    uint8_t room[PIECE];
    w->z.next_in = (Bytef *)(uintptr_t)bytes.ptr;
    w->z.avail_in = (uInt)bytes.len;
    do {
        w->z.next_out = room;
        w->z.avail_out = sizeof room;
        int got = w->is_broken ? Z_DATA_ERROR
                               : inflate(&w->z, Z_SYNC_FLUSH);
        size_t n = sizeof room - w->z.avail_out;
        w->message += n;
        if ((got != Z_OK && got != Z_STREAM_END && got != Z_BUF_ERROR) ||
            w->message > MESSAGE_MAX) {
            w->is_broken = true;
            return false;
        }
        if (n)
            sink(user, slice_of(room, n));
        if (got == Z_STREAM_END) /* a final block: another may follow */
            inflateReset(&w->z);
        else if (got == Z_BUF_ERROR)
            break;
    } while (w->z.avail_in || w->z.avail_out == 0);
    return true;
}

bool
ws_inflate_end(struct ws_inflate *w, bool forget,
               void (*sink)(void *user, struct slice out), void *user)
{
    /* The four bytes that a sender takes off (RFC 7692, 7.2.1). */
    static const uint8_t tail[] = {0x00, 0x00, 0xff, 0xff};
    bool is_good = ws_inflate_data(w, slice_of(tail, sizeof tail), sink, user);
    w->message = 0;
    if (forget && is_good)
        inflateReset(&w->z);
    return is_good;
}
