/* ws.c - WebSocket taken off: HTTP heads first, then frames.
 * SPDX-License-Identifier: MIT
 *
 * Each direction goes HEAD -> FRAMES when its head asks for, or grants, the
 * upgrade. A request that is refused may be followed by another one on the
 * same connection. What is in binary messages is handed on; a text message is
 * no part of the stream [MQTT-6.0.0-1], so it is only counted and told.      */
#include <stdlib.h>

#include "base/hex.h"
#include "base/mem.h"
#include "trace/unwrap/layer.h"
#include "trace/unwrap/ws_head.h"
#include "trace/unwrap/ws_inflate.h"
#include "trace/unwrap/ws_unframe.h"

enum phase { HEAD, BODY, FRAMES, CLOSED };

#define SHOWN_MAX 120 /* bytes of a path or a protocol that are kept */

struct side {
    enum phase phase;
    struct buf head;            /* the HTTP head so far */
    uint64_t body;              /* of an HTTP body: bytes still to come */
    struct ws_unframe frames;
    struct ws_inflate *inflate; /* owned; NULL: not needed so far */
    bool is_stuck;              /* deflated, and cannot be inflated */
    bool has_close;
    uint16_t close_code;        /* 1005: none was given */
    uint64_t pings, wrong_masks, broken;
};

struct ws {
    struct layer base;          /* first */
    size_t *budget;             /* borrowed */
    struct side side[2];        /* by stream side */
    struct buf target, protocol;
    bool is_upgraded;           /* the server granted it */
    bool is_asked;              /* the client asked for it */
    bool is_headless;           /* the capture begins behind the heads */
    unsigned refusal;           /* status of the last response but 101 */
    bool is_deflate;            /* agreed on */
    bool forgets[2];            /* no context takeover: client, server */
};

/* For those who get what is inside. */
struct telling {
    struct ws *ws;
    enum stream_side from;
    const struct stream_mark *mark;
    bool is_text; /* nothing to hand on, only to inflate */
};

static void
tell(void *user, struct slice bytes)
{
    const struct telling *t = user;
    const struct layer_sink *sink = &t->ws->base.sink;
    if (!t->is_text)
        sink->data(sink->user, t->from, bytes, t->mark);
}

/* --- heads ---------------------------------------------------------------- */

static void
keep(struct buf *out, struct slice text)
{
    buf_clear(out);
    buf_add(out, slice_first(text, SHOWN_MAX));
}

static void
on_request(struct ws *w, enum stream_side from, const struct ws_head *h)
{
    w->base.is_client_known = true;
    w->base.client = from;
    keep(&w->target, h->target);
    w->is_asked = h->is_upgrade;
    if (h->protocol.len && !w->is_upgraded)
        keep(&w->protocol, h->protocol);
}

static void
on_response(struct ws *w, enum stream_side from, const struct ws_head *h)
{
    w->base.is_client_known = true;
    w->base.client = (enum stream_side)!from;
    if (h->status != 101) {
        w->refusal = h->status;
        w->is_asked = false;
        w->side[!from].phase = HEAD;
        return;
    }
    w->is_upgraded = true;
    w->is_deflate = h->is_deflate;
    memcpy(w->forgets, h->forgets, sizeof w->forgets);
    keep(&w->protocol, h->protocol);
    w->base.is_mqtt_announced = slice_starts(h->protocol, "mqtt");
}

/* Collects the head; returns what is behind it. */
static struct slice
take_head(struct ws *w, enum stream_side from, struct slice in)
{
    struct side *s = &w->side[from];
    struct ws_head h;
    size_t before = s->head.len;
    buf_add(&s->head, slice_first(in, WS_HEAD_MAX - before));
    enum ws_head_status status = ws_head_parse(buf_slice(&s->head), &h);
    if (status == WS_HEAD_MORE)
        return slice_of(NULL, 0);
    if (status == WS_HEAD_BAD) {
        s->phase = CLOSED;
        buf_release(&s->head);
        return slice_of(NULL, 0);
    }
    if (h.is_request)
        on_request(w, from, &h);
    else
        on_response(w, from, &h);
    bool is_frames = h.is_request ? h.is_upgrade : h.status == 101;
    s->phase = is_frames ? FRAMES : h.body ? BODY : HEAD;
    s->body = h.body;
    w->base.is_start[from] = is_frames;
    in = slice_from(in, h.len - before);
    buf_release(&s->head);
    return in;
}

/* --- frames --------------------------------------------------------------- */

static void
on_payload(struct telling *t, const struct ws_told *told)
{
    struct ws *w = t->ws;
    struct side *s = &w->side[t->from];
    t->is_text = told->opcode == WS_OP_TEXT;
    if (!told->is_deflated) {
        tell(t, told->bytes);
        return;
    }
    if (!s->inflate)
        s->inflate = ws_inflate_new(w->budget);
    if (!s->is_stuck && ws_inflate_data(s->inflate, told->bytes, tell, t))
        return;
    s->is_stuck = true;
    w->base.sink.gap(w->base.sink.user, t->from, told->bytes.len,
                     STREAM_GAP_LOST, t->mark);
}

static void
on_message_end(struct telling *t, const struct ws_told *told)
{
    struct ws *w = t->ws;
    struct side *s = &w->side[t->from];
    bool is_server = w->base.is_client_known && t->from != w->base.client;
    w->base.texts[t->from] += told->opcode == WS_OP_TEXT;
    if (told->is_deflated && s->inflate && !s->is_stuck &&
        !ws_inflate_end(s->inflate, w->forgets[is_server], tell, t))
        s->is_stuck = true;
}

static void
on_control(struct side *s, const struct ws_told *told)
{
    const uint8_t *p = told->bytes.ptr;
    s->pings += told->opcode == WS_OP_PING;
    if (told->opcode != WS_OP_CLOSE)
        return;
    s->has_close = true;
    s->close_code = told->bytes.len >= 2 ? (uint16_t)(p[0] << 8 | p[1]) : 1005;
    s->phase = CLOSED; /* nothing may follow */
}

static void
take_frames(struct ws *w, enum stream_side from, struct slice in,
            const struct stream_mark *mark)
{
    struct side *s = &w->side[from];
    struct telling t = {w, from, mark, false};
    struct ws_told told;
    bool is_client = w->base.is_client_known && from == w->base.client;
    while (s->phase == FRAMES) {
        enum ws_event e = ws_unframe_next(&s->frames, &in, &told);
        if (e == WS_MORE)
            return;
        if (e != WS_BROKEN && !w->base.is_client_known) {
            w->base.is_client_known = true; /* who masks is the client */
            w->base.client = s->frames.is_masked ? from
                                                 : (enum stream_side)!from;
            is_client = s->frames.is_masked;
        }
        if (e != WS_BROKEN && s->frames.is_masked != is_client)
            s->wrong_masks++;
        switch (e) {
        case WS_DATA: on_payload(&t, &told); break;
        case WS_END: on_message_end(&t, &told); break;
        case WS_CONTROL: on_control(s, &told); break;
        default: s->broken++; break;
        }
    }
}

/* --- the layer ------------------------------------------------------------ */

static void
ws_data(struct layer *l, enum stream_side from, struct slice bytes,
        const struct stream_mark *mark)
{
    struct ws *w = (struct ws *)l;
    struct side *s = &w->side[from];
    while (bytes.len && (s->phase == HEAD || s->phase == BODY)) {
        if (s->phase == HEAD) {
            bytes = take_head(w, from, bytes);
            continue;
        }
        size_t n = s->body < bytes.len ? (size_t)s->body : bytes.len;
        s->body -= n;
        bytes = slice_from(bytes, n);
        if (!s->body)
            s->phase = HEAD;
    }
    if (bytes.len && s->phase == FRAMES)
        take_frames(w, from, bytes, mark);
}

static void
ws_gap(struct layer *l, enum stream_side from, uint64_t bytes,
       enum stream_gap cause, const struct stream_mark *mark)
{
    struct ws *w = (struct ws *)l;
    struct side *s = &w->side[from];
    bool is_lost;
    if (s->phase == HEAD || s->phase == BODY) {
        buf_clear(&s->head);
        /* The head was lost, but frames come if the other side has its own. */
        s->phase = w->is_upgraded || w->is_asked ? FRAMES : CLOSED;
        s->frames.is_lost = true;
        return;
    }
    uint64_t lost = ws_unframe_gap(&s->frames, bytes, &is_lost);
    if (s->inflate && !w->forgets[w->base.client != from]) {
        /* Later messages refer to what is missing. */
        s->is_stuck = true;
        ws_inflate_forget(s->inflate);
    }
    l->sink.gap(l->sink.user, from, lost, cause, mark);
}

static void
add_side(const struct ws *w, enum stream_side from, const char *who,
         struct buf *out)
{
    const struct side *s = &w->side[from];
    uint64_t texts = w->base.texts[from];
    if (texts)
        buf_printf(out, ", %llu text message%s from the %s (MQTT-6.0.0-1)",
                   (unsigned long long)texts, texts > 1 ? "s" : "", who);
    if (s->wrong_masks)
        buf_printf(out, ", %s masked by the %s",
                   who[0] == 'c' ? "frames not" : "frames", who);
    if (s->broken)
        buf_printf(out, ", broken frames from the %s", who);
    if (s->is_stuck)
        buf_printf(out, ", compressed frames of the %s not inflated%s", who,
                   ws_inflate_is_starved(s->inflate) ? ": memory limit" : "");
    if (s->has_close)
        buf_printf(out, ", %s closed with %u", who, s->close_code);
}

static void
ws_describe(const struct layer *l, struct buf *out)
{
    const struct ws *w = (const struct ws *)l;
    bool is_ws = w->is_upgraded || (w->is_asked && !w->refusal);
    if (w->is_headless) {
        buf_add_str(out, "WebSocket (inferred from its frames: the capture "
                         "begins behind the HTTP request)");
        add_side(w, l->client, "client", out);
        add_side(w, !l->client, "server", out);
        return;
    }
    buf_add_str(out, is_ws ? "WebSocket" : "HTTP");
    if (w->target.len) {
        buf_add_byte(out, ' ');
        hex_escape(out, buf_slice(&w->target), 0);
    }
    if (!is_ws) {
        if (w->refusal)
            buf_printf(out, ", answered with %u", w->refusal);
        return;
    }
    if (w->protocol.len) {
        buf_add_str(out, ", subprotocol ");
        hex_escape(out, buf_slice(&w->protocol), 0);
    } else {
        buf_add_str(out, ", no subprotocol");
    }
    if (w->is_deflate)
        buf_add_str(out, ", permessage-deflate");
    add_side(w, l->client, "client", out);
    add_side(w, !l->client, "server", out);
}

static void
ws_free(struct layer *l)
{
    struct ws *w = (struct ws *)l;
    for (int i = 0; i < 2; i++) {
        buf_release(&w->side[i].head);
        ws_inflate_free(w->side[i].inflate);
    }
    buf_release(&w->target);
    buf_release(&w->protocol);
    free(w);
}

struct layer *
ws_new(size_t *budget, bool is_headless)
{
    static const struct layer_kind kind = {ws_data, ws_gap, ws_describe,
                                           ws_free};
    struct ws *w = xcalloc(1, sizeof *w);
    w->base.kind = &kind;
    w->budget = budget;
    w->base.is_websocket = true;
    w->is_headless = is_headless;
    for (int i = 0; is_headless && i < 2; i++)
        w->side[i].phase = FRAMES;
    return &w->base;
}
