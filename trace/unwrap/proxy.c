/* proxy.c - the PROXY protocol header that a load balancer puts first.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/unwrap/proxy.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/hex.h"
#include "base/reader.h"
#include "trace/capture/segment.h"
#include "trace/unwrap/layer.h"

#define V1_MAX 107 /* bytes of a line of version 1 */
#define V2_FIXED 16
#define V2_MAX (V2_FIXED + 4096) /* addresses and a few extensions */

/* "PROXY TCP4 SRC DST SPORT DPORT": words 2 and 4 from 0. */
static void
source_of_line(struct slice line, struct buf *out)
{
    struct slice word[6] = {{NULL, 0}};
    size_t at = 0;
    for (size_t i = 0; i < 6 && at < line.len; i++) {
        size_t end = at;
        while (end < line.len && line.ptr[end] != ' ')
            end++;
        word[i] = slice_of(line.ptr + at, end - at);
        at = end + 1;
    }
    if (!word[5].len)
        return;
    hex_escape(out, word[2], 0);
    buf_add_byte(out, ':');
    hex_escape(out, word[4], 0);
}

static enum proxy_status
parse_line(struct slice in, size_t *len, struct buf *source)
{
    for (size_t i = 1; i < in.len && i < V1_MAX; i++)
        if (in.ptr[i] == '\n' && in.ptr[i - 1] == '\r') {
            *len = i + 1;
            source_of_line(slice_first(in, i - 1), source);
            return PROXY_DONE;
        }
    return in.len < V1_MAX ? PROXY_NEED_MORE : PROXY_BAD;
}

enum { COMMAND_PROXY = 0x21, FAMILY_TCP4 = 0x11, FAMILY_TCP6 = 0x21 };

static enum proxy_status
parse_binary(struct slice in, size_t *len, struct buf *source)
{
    struct reader r = reader_of(slice_from(in, 12));
    uint8_t command = reader_u8(&r), family = reader_u8(&r);
    *len = V2_FIXED + (size_t)reader_u16(&r);
    if (r.failed || (in.len < *len && *len <= V2_MAX))
        return PROXY_NEED_MORE;
    if (*len > V2_MAX || (command & 0xf0) != 0x20)
        return PROXY_BAD;
    bool is_v6 = family == FAMILY_TCP6;
    if (command != COMMAND_PROXY || (!is_v6 && family != FAMILY_TCP4))
        return PROXY_DONE;
    size_t size = is_v6 ? 16 : 4;
    struct reader a = reader_of(slice_from(slice_first(in, *len), V2_FIXED));
    struct slice addr = reader_bytes(&a, size);
    reader_bytes(&a, size);
    struct endpoint e = {.is_v6 = is_v6, .port = reader_u16(&a)};
    if (a.failed)
        return PROXY_BAD;
    memcpy(e.addr, addr.ptr, size);
    endpoint_print(source, &e);
    return PROXY_DONE;
}

enum proxy_status
proxy_parse(struct slice in, size_t *len, struct buf *source)
{
    if (in.len == 0)
        return PROXY_NEED_MORE;
    return in.ptr[0] == 'P' ? parse_line(in, len, source)
                            : parse_binary(in, len, source);
}

/* --- the layer ------------------------------------------------------------ */

struct proxy {
    struct layer base;    /* first */
    struct buf head;      /* the header so far */
    struct buf source;    /* whom it speaks for */
    bool is_done[2];      /* by side: what comes now is inside */
    bool is_bad;          /* the header is not one */
};

static void
proxy_data(struct layer *l, enum stream_side from, struct slice bytes,
           const struct stream_mark *mark)
{
    struct proxy *p = (struct proxy *)l;
    size_t len;
    bool is_head = !l->is_client_known &&
                   (bytes.ptr[0] == 'P' || bytes.ptr[0] == '\r');
    if (p->is_bad)
        return;
    if (is_head) { /* only the client's side has one */
        l->is_client_known = true;
        l->client = from;
        p->is_done[!from] = true;
    }
    if (p->is_done[from] || from != l->client) {
        l->sink.data(l->sink.user, from, bytes, mark);
        return;
    }
    buf_add(&p->head, bytes);
    enum proxy_status s = proxy_parse(buf_slice(&p->head), &len, &p->source);
    p->is_bad = s == PROXY_BAD;
    if (s != PROXY_DONE)
        return;
    p->is_done[from] = true;
    l->sink.data(l->sink.user, from,
                 slice_from(buf_slice(&p->head), len), mark);
    buf_release(&p->head);
}

static void
proxy_gap(struct layer *l, enum stream_side from, uint64_t bytes,
          enum stream_gap cause, const struct stream_mark *mark)
{
    struct proxy *p = (struct proxy *)l;
    if (!p->is_done[from] && l->is_client_known && from == l->client)
        p->is_bad = true;
    if (!p->is_bad)
        l->sink.gap(l->sink.user, from, bytes, cause, mark);
}

static void
proxy_describe(const struct layer *l, struct buf *out)
{
    const struct proxy *p = (const struct proxy *)l;
    buf_add_str(out, "PROXY");
    if (p->source.len) {
        buf_add_str(out, " for ");
        buf_add(out, buf_slice(&p->source));
    }
    if (p->is_bad)
        buf_add_str(out, " (a broken header)");
}

static void
proxy_free(struct layer *l)
{
    struct proxy *p = (struct proxy *)l;
    buf_release(&p->head);
    buf_release(&p->source);
    free(p);
}

struct layer *
proxy_new(void)
{
    static const struct layer_kind kind = {proxy_data, proxy_gap,
                                           proxy_describe, proxy_free};
    struct proxy *p = xcalloc(1, sizeof *p);
    p->base.kind = &kind;
    p->base.is_start[0] = p->base.is_start[1] = true;
    return &p->base;
}
