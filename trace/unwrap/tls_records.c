/* tls_records.c - one direction of TLS, cut into records.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/tls_records.h"

void
tls_records_release(struct tls_records *r)
{
    buf_release(&r->kept);
}

static size_t
body_len(const uint8_t *header)
{
    return (size_t)header[3] << 8 | header[4];
}

static bool
is_header(const uint8_t *h)
{
    return h[0] >= TLS_CHANGE_CIPHER && h[0] <= TLS_DATA + 1 && h[1] == 3 &&
           h[2] <= 4 && body_len(h) <= TLS_RECORD_MAX;
}

/* Drops bytes until what could be the header of application data. */
static void
find_start(struct tls_records *r)
{
    size_t at = 0;
    const uint8_t *p = r->kept.data;
    for (; at + TLS_HEADER_LEN <= r->kept.len; at++)
        if (p[at] == TLS_DATA && p[at + 1] == 3 && p[at + 2] == 3 &&
            body_len(p + at) > 16 && body_len(p + at) <= TLS_RECORD_MAX) {
            r->is_lost = false;
            r->is_after_gap = true;
            break;
        }
    buf_drop(&r->kept, at);
}

/* Bytes that are still missing to the header, or to the record. */
static size_t
wanted(const struct tls_records *r)
{
    if (r->kept.len < TLS_HEADER_LEN)
        return TLS_HEADER_LEN - r->kept.len;
    return TLS_HEADER_LEN + body_len(r->kept.data) - r->kept.len;
}

static void
note_size(struct tls_records *r, size_t len)
{
    r->count++;
    if (r->count == 1 || len < r->smallest)
        r->smallest = len;
    if (len > r->largest)
        r->largest = len;
}

bool
tls_records_next(struct tls_records *r, struct slice *in,
                 struct tls_record *out)
{
    if (r->kept.len && !r->is_lost && r->kept.len >= TLS_HEADER_LEN &&
        wanted(r) == 0)
        buf_clear(&r->kept); /* the one that was told before */
    while (in->len) {
        size_t n = r->skip;
        if (!n)
            n = r->is_lost ? in->len : wanted(r);
        struct slice mine = slice_first(*in, n < 4096 || !r->is_lost ? n : 4096);
        *in = slice_from(*in, mine.len);
        if (r->skip) {
            r->skip -= mine.len;
            continue;
        }
        buf_add(&r->kept, mine);
        if (r->is_lost || (r->kept.len == TLS_HEADER_LEN &&
                           !is_header(r->kept.data))) {
            r->is_lost = true;
            find_start(r);
        }
        if (r->is_lost || r->kept.len < TLS_HEADER_LEN)
            continue;
        size_t total = TLS_HEADER_LEN + body_len(r->kept.data);
        if (r->kept.len < total)
            continue;
        if (r->kept.len > total) { /* found in a search: the rest is next */
            size_t over = r->kept.len - total;
            in->ptr -= over;
            in->len += over;
            r->kept.len = total;
        }
        out->type = r->kept.data[0];
        out->bytes = buf_slice(&r->kept);
        if (out->type == TLS_DATA)
            note_size(r, total - TLS_HEADER_LEN);
        return true;
    }
    if (!r->kept.len && r->kept.cap > 1024)
        buf_release(&r->kept); /* many connections are silent most of the time */
    return false;
}

size_t
tls_records_drop(struct tls_records *r)
{
    if (r->is_lost || r->kept.len < TLS_HEADER_LEN)
        return 0;
    size_t len = body_len(r->kept.data);
    r->skip = wanted(r);
    buf_release(&r->kept);
    return len;
}

uint64_t
tls_records_gap(struct tls_records *r, uint64_t n, bool *damaged)
{
    size_t left = r->skip;
    if (!left && !r->is_lost && r->kept.len >= TLS_HEADER_LEN)
        left = wanted(r);
    *damaged = !r->skip && left > 0;
    if (left >= n && left > 0) {
        r->skip = left - (size_t)n;
        buf_clear(&r->kept);
        return *damaged ? n : 0;
    }
    r->skip = 0;
    r->is_lost = true;
    *damaged = false;
    buf_clear(&r->kept);
    return n;
}
