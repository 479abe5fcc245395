/* output.c - what waits to be written to one connection.
 * SPDX-License-Identifier: MIT */
#include "broker/output.h"

#include <stdlib.h>

#include "base/mem.h"
#include "broker/conn.h"
#include "broker/message.h"

void
output_refer(struct conn *c, struct message *m)
{
    if (!c->refs)
        c->refs = xcalloc(1, sizeof *c->refs);
    struct output_refs *r = c->refs;
    size_t end = r->first + r->count;
    r->list = xgrow(r->list, &r->cap, end + 1, sizeof *r->list);
    r->list[end] = (struct output_ref){c->out.len, message_ref(m)};
    r->count++;
    r->bytes += m->payload.len;
}

static size_t
add_piece(struct slice *pieces, size_t count, struct slice piece)
{
    if (piece.len == 0)
        return count;
    pieces[count] = piece;
    return count + 1;
}

size_t
output_pieces(const struct conn *c, struct slice *pieces, size_t most)
{
    const struct output_refs *r = c->refs;
    struct slice out = buf_slice(&c->out);
    size_t count = 0, at = c->out_sent, sent = r ? r->sent : 0;
    for (size_t i = 0; r && i < r->count; i++) {
        const struct output_ref *ref = &r->list[r->first + i];
        if (count + 2 > most)
            return count;
        count = add_piece(pieces, count,
                          slice_from(slice_first(out, ref->at), at));
        count = add_piece(pieces, count,
                          slice_from(ref->message->payload, sent));
        at = ref->at;
        sent = 0;
    }
    return count < most ? add_piece(pieces, count, slice_from(out, at))
                        : count;
}

void
output_copy(const struct conn *c, struct buf *out)
{
    const struct output_refs *r = c->refs;
    struct slice bytes = buf_slice(&c->out);
    size_t at = c->out_sent, sent = r ? r->sent : 0;
    for (size_t i = 0; r && i < r->count; i++) {
        const struct output_ref *ref = &r->list[r->first + i];
        buf_add(out, slice_from(slice_first(bytes, ref->at), at));
        buf_add(out, slice_from(ref->message->payload, sent));
        at = ref->at;
        sent = 0;
    }
    buf_add(out, slice_from(bytes, at));
}

/* The first payload, or a part of it, comes next: n bytes were written. Returns
 * how many of them were the payload's. */
static size_t
sent_payload(struct output_refs *r, size_t n)
{
    struct message *m = r->list[r->first].message;
    size_t left = m->payload.len - r->sent;
    size_t taken = n < left ? n : left;
    r->sent += taken;
    r->bytes -= taken;
    if (taken == left) {
        message_unref(m);
        r->sent = 0;
        r->first++;
        r->count--;
    }
    return taken;
}

static void
free_refs(struct conn *c)
{
    struct output_refs *r = c->refs;
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++)
        message_unref(r->list[r->first + i].message);
    free(r->list);
    free(r);
    c->refs = NULL;
}

/* Moved only when more was sent than has to move, or every small write of a
 * client that reads slowly would move all that waits. */
static void
compact(struct conn *c)
{
    struct output_refs *r = c->refs;
    if (c->out_sent < c->out.len / 2)
        return;
    buf_drop(&c->out, c->out_sent);
    for (size_t i = 0; r && i < r->count; i++) {
        r->list[i] = r->list[r->first + i];
        r->list[i].at -= c->out_sent;
    }
    if (r)
        r->first = 0;
    c->out_sent = 0;
}

void
output_sent(struct broker *b, struct conn *c, size_t n)
{
    struct output_refs *r = c->refs;
    while (r && r->count > 0 && n > 0) {
        size_t before = r->list[r->first].at - c->out_sent;
        size_t own = n < before ? n : before;
        c->out_sent += own;
        n -= own;
        if (own == before)
            n -= sent_payload(r, n);
    }
    c->out_sent += n;
    if (conn_waiting(c) == 0)
        output_discard(b, c);
    else
        compact(c);
}

void
output_discard(struct broker *b, struct conn *c)
{
    free_refs(c);
    outbox_return(&b->outbox, &c->out);
    c->out_sent = 0;
}
