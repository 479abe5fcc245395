/* ws_inflate.c - permessage-deflate taken off (RFC 7692), through zlib.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/ws_inflate.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

#define PIECE 8192
/* The largest MQTT packet, and something. */
#define MESSAGE_MAX ((uint64_t)300 * 1024 * 1024)
#define WINDOW_STEP 2048
#define AWAKE_COST ((size_t)44 * 1024) /* zlib's state and window */

struct ws_inflate {
    size_t *budget;    /* borrowed */
    z_stream z;        /* valid while is_awake */
    bool is_awake;     /* in a message */
    uint8_t *window;   /* what came out last, owned; NULL: nothing */
    size_t window_len, window_cap;
    uint64_t message;  /* bytes that came out of this one */
    bool is_broken;    /* nothing more will come */
    bool is_starved;   /* for want of memory */
};

struct ws_inflate *
ws_inflate_new(size_t *budget)
{
    struct ws_inflate *w = xcalloc(1, sizeof *w);
    w->budget = budget;
    return w;
}

static bool
take(struct ws_inflate *w, size_t bytes)
{
    if (*w->budget < bytes) {
        w->is_starved = w->is_broken = true;
        return false;
    }
    *w->budget -= bytes;
    return true;
}

static void
drop_window(struct ws_inflate *w)
{
    *w->budget += w->window_cap;
    free(w->window);
    w->window = NULL;
    w->window_len = w->window_cap = 0;
}

static void
sleep_now(struct ws_inflate *w)
{
    if (!w->is_awake)
        return;
    inflateEnd(&w->z);
    w->is_awake = false;
    *w->budget += AWAKE_COST;
}

void
ws_inflate_free(struct ws_inflate *w)
{
    if (!w)
        return;
    sleep_now(w);
    drop_window(w);
    free(w);
}

bool
ws_inflate_is_starved(const struct ws_inflate *w)
{
    return w->is_starved;
}

static bool
give_up(struct ws_inflate *w)
{
    w->is_broken = true;
    sleep_now(w);
    drop_window(w);
    return false;
}

void
ws_inflate_forget(struct ws_inflate *w)
{
    give_up(w);
}

static bool
wake(struct ws_inflate *w)
{
    if (w->is_awake)
        return true;
    if (!take(w, AWAKE_COST))
        return false;
    w->is_awake = true;
    w->z = (z_stream){0};
    /* Negative: no zlib header. 15 reads what any smaller window wrote. */
    if (inflateInit2(&w->z, -15) != Z_OK)
        BUG("zlib cannot inflate");
    if (w->window_len)
        inflateSetDictionary(&w->z, w->window, (uInt)w->window_len);
    return true;
}

/* Keeps what the next message may refer to. */
static bool
keep_window(struct ws_inflate *w)
{
    uInt len = 0;
    inflateGetDictionary(&w->z, NULL, &len);
    size_t cap = (len + WINDOW_STEP - 1) / WINDOW_STEP * WINDOW_STEP;
    if (cap > w->window_cap) {
        drop_window(w);
        if (!take(w, cap))
            return false;
        w->window = xcalloc(1, cap);
        w->window_cap = cap;
    }
    inflateGetDictionary(&w->z, w->window, &len);
    w->window_len = len;
    return true;
}

bool
ws_inflate_data(struct ws_inflate *w, struct slice bytes,
                void (*sink)(void *user, struct slice out), void *user)
{
    uint8_t room[PIECE];
    if (w->is_broken || !wake(w))
        return give_up(w);
    w->z.next_in = (Bytef *)(uintptr_t)bytes.ptr;
    w->z.avail_in = (uInt)bytes.len;
    do {
        w->z.next_out = room;
        w->z.avail_out = sizeof room;
        int got = inflate(&w->z, Z_SYNC_FLUSH);
        size_t n = sizeof room - w->z.avail_out;
        w->message += n;
        if ((got != Z_OK && got != Z_STREAM_END && got != Z_BUF_ERROR) ||
            w->message > MESSAGE_MAX)
            return give_up(w);
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
    if (!ws_inflate_data(w, slice_of(tail, sizeof tail), sink, user))
        return false;
    w->message = 0;
    if (forget)
        drop_window(w);
    else if (!keep_window(w))
        return give_up(w);
    sleep_now(w);
    return true;
}
