/* history.c - a ring over the end of a stream.
 * SPDX-License-Identifier: MIT */
#include "trace/stream/history.h"

#include <stdlib.h>

#include "base/mem.h"

void
history_release(struct history *h)
{
    free(h->ring);
    *h = (struct history){0};
}

void
history_add(struct history *h, uint64_t at, struct slice bytes)
{
    if (at != h->end)
        h->start = at;
    if (bytes.len > HISTORY_LEN) {
        at += bytes.len - HISTORY_LEN;
        bytes = slice_from(bytes, bytes.len - HISTORY_LEN);
    }
    if (!h->ring)
        h->ring = xcalloc(1, HISTORY_LEN);
    size_t place = at % HISTORY_LEN;
    size_t before_wrap = HISTORY_LEN - place;
    struct slice first = slice_first(bytes, before_wrap);
    struct slice rest = slice_from(bytes, before_wrap);
    if (first.len)
        memcpy(h->ring + place, first.ptr, first.len);
    if (rest.len)
        memcpy(h->ring, rest.ptr, rest.len);
    h->end = at + bytes.len;
    if (h->end - h->start > HISTORY_LEN)
        h->start = h->end - HISTORY_LEN;
}

uint64_t
history_conflicts(const struct history *h, uint64_t at, struct slice bytes)
{
    uint64_t differ = 0;
    if (!h->ring)
        return 0;
    for (size_t i = 0; i < bytes.len; i++)
        if (at + i >= h->start && at + i < h->end)
            differ += h->ring[(at + i) % HISTORY_LEN] != bytes.ptr[i];
    return differ;
}
