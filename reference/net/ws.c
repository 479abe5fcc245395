/* ws.c - the transport that puts bytes into WebSocket frames.
 * SPDX-License-Identifier: MIT
 *
 *     UPGRADING --head is good--> OPEN --close frame came--> ENDED
 *         |                         |
 *         +----head is bad----------+--rule broken, below failed--> FAILED
 *
 * Nothing read is ever kept back: never more is taken from below than fits
 * into what the caller offers, and payload is shorter than its frames. The one
 * exception is what came right behind the head of the upgrade.               */
#include "net/ws.h"

#include <stdlib.h>

#include "base/mem.h"
#include "net/http_head.h"
#include "net/ws_frame.h"
#include "net/ws_upgrade.h"

enum {
    FRAME_MAX = 65536,      /* payload of one frame that we write */
    READ_AT_ONCE = 16384,
    READS_MAX = 16,         /* from below in one read, if all is empty frames */
    OUT_MAX = 2 * FRAME_MAX, /* bytes in `out` before pongs are left out, which
                                RFC 6455, 5.5.3 allows */
};

enum state { UPGRADING, OPEN, ENDED, FAILED };

struct ws {
    struct transport base;
    struct transport *below; /* owned */
    enum ws_side side;       /* ours */
    enum state state;
    bool has_said_close;     /* a close frame is in `out` or gone */
    struct buf in;           /* the head, and what came right behind it */
    struct buf out;          /* head or frames that below has not taken yet */
    size_t owed;             /* payload in `out` that the caller offers again */
    ws_unit_fn *unit;        /* frames end where it says; NULL: anywhere */
    size_t unit_left;        /* of the unit that the last frame began */
    struct ws_frames *frames; /* owned; the peer's; NULL while UPGRADING */
    struct slice path;       /* server: what is served, borrowed */
    const char *protocols;   /* client: what it offers, borrowed */
    bool got_text;           /* FAILED because of that */
    bool is_unselected;      /* client: the server took none of these */
    char key[WS_UPGRADE_KEY_LEN + 1]; /* client: of the request */
    struct error why;        /* FAILED */
};

static struct ws *
ws_of(struct transport *t)
{
    return (struct ws *)t;
}

static ptrdiff_t
failed(const struct ws *w, struct error *err)
{
    *err = w->why;
    return TRANSPORT_ERROR;
}

static void
drop(struct buf *b, size_t n)
{
    buf_drop(b, n);
    if (b->len == 0) /* most connections are idle most of the time */
        buf_release(b);
}

/* Writes what is in `out`; an empty write lets the layers below do the same.
 * 0: all is gone; TRANSPORT_AGAIN; TRANSPORT_ERROR. */
static ptrdiff_t
flush(struct ws *w, struct error *err)
{
    while (w->out.len > 0) {
        ptrdiff_t n = transport_write(w->below, buf_slice(&w->out), err);
        if (n < 0)
            return n;
        drop(&w->out, (size_t)n);
    }
    return transport_write(w->below, slice_of(NULL, 0), err);
}

static void
say_close(struct ws *w, uint16_t code)
{
    if (w->has_said_close)
        return;
    ws_frame_write_close(&w->out, w->side, code);
    w->has_said_close = true;
}

/* ---- the upgrade --------------------------------------------------------- */

static void
open_up(struct ws *w, size_t head_len)
{
    drop(&w->in, head_len);
    w->frames = ws_frame_new(w->side == WS_SERVER ? WS_CLIENT : WS_SERVER);
    w->state = OPEN;
}

static void
take_request(struct ws *w)
{
    struct ws_request r;
    enum ws_upgrade_status status =
        ws_upgrade_read_request(buf_slice(&w->in), w->path, &r);
    if (status == WS_UPGRADE_NEED_MORE)
        return;
    ws_upgrade_write_response(&w->out, &r);
    if (status == WS_UPGRADE_DONE) {
        open_up(w, r.len);
        return;
    }
    error_set(&w->why, "no WebSocket: %s (HTTP status %u)", r.why, r.refusal);
    w->state = FAILED;
}

static void
take_response(struct ws *w)
{
    size_t len;
    switch (ws_upgrade_read_response(buf_slice(&w->in), w->protocols, w->key,
                                     &len, &w->why)) {
    case WS_UPGRADE_NEED_MORE: return;
    case WS_UPGRADE_DONE: open_up(w, len); return;
    case WS_UPGRADE_UNSELECTED: w->is_unselected = true; /* fall through */
    case WS_UPGRADE_BAD: w->state = FAILED; return;
    }
}

static ptrdiff_t
read_head(struct ws *w)
{
    size_t room = HTTP_HEAD_MAX - w->in.len; /* never 0: that is too long */
    return transport_read(w->below, buf_room(&w->in, room), room, &w->why);
}

/* As far as it goes now. 0: the upgrade is over, well or not. */
static ptrdiff_t
upgrade(struct ws *w)
{
    struct error ignored;
    while (w->state == UPGRADING) {
        ptrdiff_t n = flush(w, &w->why);
        if (n == 0 || n == TRANSPORT_AGAIN)
            n = read_head(w);
        if (n == TRANSPORT_AGAIN)
            return n;
        if (n <= 0) {
            if (n == 0)
                error_set(&w->why, "no WebSocket: the peer closed the "
                                   "connection during the upgrade");
            w->state = FAILED;
            return 0;
        }
        w->in.len += (size_t)n;
        if (w->side == WS_SERVER)
            take_request(w);
        else
            take_response(w);
        flush(w, &ignored); /* the next read or write finds out */
    }
    return 0;
}

/* ---- reading ------------------------------------------------------------- */

static void
take_control(struct ws *w, const struct ws_piece *p)
{
    switch (p->opcode) {
    case WS_PING:
        if (w->out.len < OUT_MAX)
            ws_frame_write(&w->out, w->side, WS_PONG, p->bytes);
        return;
    case WS_CLOSE: /* answered with its own code (RFC 6455, 5.5.1) */
        say_close(w, p->code == WS_CODE_NONE ? WS_CODE_NORMAL : p->code);
        w->state = ENDED;
        return;
    default: return; /* a pong that nobody asked for */
    }
}

/* Payload of these bytes goes to `to`, which has room for as many. */
static size_t
take_frames(struct ws *w, struct slice in, uint8_t *to)
{
    struct ws_piece p;
    size_t got = 0;
    enum ws_frame_status status = WS_FRAME_PIECE;
    while (w->state == OPEN &&
           (status = ws_frame_next(w->frames, &in, &p)) == WS_FRAME_PIECE) {
        if (p.opcode == WS_BINARY) {
            memcpy(to + got, p.bytes.ptr, p.bytes.len);
            got += p.bytes.len;
        } else {
            take_control(w, &p);
        }
    }
    if (status == WS_FRAME_BAD) {
        say_close(w, p.code);
        w->got_text = p.code == WS_CODE_UNSUPPORTED;
        error_set(&w->why, "WebSocket: %s", p.why);
        w->state = FAILED;
    }
    return got;
}

/* The stream below has ended, or failed, without a close frame. */
static void
end_below(struct ws *w, ptrdiff_t n)
{
    w->state = n == 0 && !ws_frame_is_within(w->frames) ? ENDED : FAILED;
    if (n == 0)
        error_set(&w->why, "the connection ended within a WebSocket message");
}

/* Payload that is there, up to cap bytes; 0 when there is none now or ever. */
static size_t
read_frames(struct ws *w, uint8_t *to, size_t cap)
{
    uint8_t bytes[READ_AT_ONCE];
    size_t got = 0;
    for (int i = 0; i < READS_MAX && got < cap && w->state == OPEN; i++) {
        size_t n = cap - got < sizeof bytes ? cap - got : sizeof bytes;
        if (w->in.len > 0) { /* what came with the head of the upgrade */
            struct slice early = slice_first(buf_slice(&w->in), n);
            got += take_frames(w, early, to + got);
            drop(&w->in, early.len);
            continue;
        }
        ptrdiff_t came = transport_read(w->below, bytes, n, &w->why);
        if (came == TRANSPORT_AGAIN)
            break;
        if (came <= 0)
            end_below(w, came);
        else
            got += take_frames(w, slice_of(bytes, (size_t)came), to + got);
    }
    return got;
}

static ptrdiff_t
ws_read(struct transport *t, void *out, size_t cap, struct error *err)
{
    struct ws *w = ws_of(t);
    struct error ignored;
    if (upgrade(w) == TRANSPORT_AGAIN)
        return TRANSPORT_AGAIN;
    size_t got = read_frames(w, out, cap);
    if (w->out.len > 0)
        flush(w, &ignored); /* pongs and the close; a write finds out */
    if (got > 0)
        return (ptrdiff_t)got;
    if (w->state == FAILED)
        return failed(w, err);
    return w->state == ENDED ? 0 : TRANSPORT_AGAIN;
}

/* ---- writing ------------------------------------------------------------- */

/* How many of the bytes, which are some, the next frame takes. */
static size_t
next_len(struct ws *w, struct slice bytes)
{
    size_t most = bytes.len < FRAME_MAX ? bytes.len : FRAME_MAX;
    if (!w->unit)
        return most;
    if (w->unit_left == 0)
        w->unit_left = w->unit(bytes);
    if (w->unit_left == 0) { /* no telling where the next one begins either */
        w->unit = NULL;
        return most;
    }
    size_t n = w->unit_left < most ? w->unit_left : most;
    w->unit_left -= n;
    return n;
}

/* Reports what was owed, or makes frames of the bytes: no more than one write
 * below takes well. */
static ptrdiff_t
write_frames(struct ws *w, struct slice bytes, struct error *err)
{
    size_t n = w->owed < bytes.len ? w->owed : bytes.len;
    if (n == 0) {
        while (n < bytes.len && n < FRAME_MAX) {
            struct slice rest = slice_from(bytes, n);
            struct slice payload = slice_first(rest, next_len(w, rest));
            ws_frame_write(&w->out, w->side, WS_BINARY, payload);
            n += payload.len;
        }
        w->owed = n;
    }
    ptrdiff_t result = flush(w, err);
    if (result < 0)
        return result;
    w->owed = 0;
    return (ptrdiff_t)n;
}

static ptrdiff_t
ws_write(struct transport *t, struct slice bytes, struct error *err)
{
    struct ws *w = ws_of(t);
    if (upgrade(w) == TRANSPORT_AGAIN)
        return TRANSPORT_AGAIN;
    if (w->state == FAILED)
        return failed(w, err);
    ptrdiff_t result = flush(w, err);
    if (result < 0 || bytes.len == 0)
        return result;
    if (w->state == ENDED) {
        error_set(err, "the peer has closed the WebSocket");
        return TRANSPORT_ERROR;
    }
    return write_frames(w, bytes, err);
}

/* ---- the rest ------------------------------------------------------------ */

static unsigned
ws_want(const struct transport *t, unsigned wish)
{
    const struct ws *w = (const struct ws *)t;
    unsigned mine = wish;
    if (w->state == UPGRADING) /* reading drives it, whatever is wished */
        mine = LOOP_READ;
    if (w->out.len > 0)
        mine |= LOOP_WRITE;
    unsigned want = transport_want(w->below, mine);
    bool is_told = w->state == FAILED || (w->state == OPEN && w->in.len > 0);
    if (is_told && (wish & LOOP_READ))
        want |= TRANSPORT_NOW;
    return want;
}

static void
ws_close(struct transport *t, enum transport_end how)
{
    struct ws *w = ws_of(t);
    struct error ignored;
    if (how == TRANSPORT_CLOSE && w->frames)
        say_close(w, WS_CODE_NORMAL);
    if (how == TRANSPORT_CLOSE)
        flush(w, &ignored);
    transport_close(w->below, how);
    ws_frame_free(w->frames);
    buf_release(&w->in);
    buf_release(&w->out);
    free(w);
}

static const struct transport_ops ws_ops = {
    .read = ws_read,
    .write = ws_write,
    .want = ws_want,
    .close = ws_close,
};

static struct ws *
ws_new(struct transport *below, enum ws_side side)
{
    struct ws *w = xcalloc(1, sizeof *w);
    w->base = (struct transport){.ops = &ws_ops, .fd = below->fd};
    w->below = below;
    w->side = side;
    return w;
}

struct transport *
ws_server(struct transport *below, struct slice path)
{
    struct ws *w = ws_new(below, WS_SERVER);
    w->path = path;
    return &w->base;
}

struct transport *
ws_client(struct transport *below, const char *authority, struct slice path,
          const char *protocols)
{
    struct ws *w = ws_new(below, WS_CLIENT);
    w->protocols = protocols;
    ws_upgrade_make_key(w->key);
    ws_upgrade_write_request(&w->out, authority, path, protocols, w->key);
    return &w->base;
}

void
ws_set_unit(struct transport *t, ws_unit_fn *unit)
{
    ws_of(t)->unit = unit;
}

void
ws_send_frame(struct transport *t, enum ws_opcode opcode, bool is_last,
              struct slice payload)
{
    struct ws *w = ws_of(t);
    struct error ignored;
    if (w->state != OPEN || w->has_said_close)
        return;
    ws_frame_write_part(&w->out, w->side, opcode, is_last, payload);
    w->has_said_close = opcode == WS_CLOSE;
    flush(w, &ignored);
}

bool
ws_is_unselected(const struct transport *t)
{
    return ((const struct ws *)t)->is_unselected;
}

bool
ws_got_text(const struct transport *t)
{
    return ((const struct ws *)t)->got_text;
}

const struct transport *
ws_below(const struct transport *t)
{
    return ((const struct ws *)t)->below;
}
