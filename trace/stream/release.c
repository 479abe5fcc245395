/* release.c - in which order, and when something is given up for lost.
 * SPDX-License-Identifier: MIT */
#include "trace/stream/release.h"

#include <stdlib.h>

#define PIECES_MAX 4096 /* waiting in one direction, whatever their size */

/* How long a missing byte may still turn up, in segments of the connection
 * and in time, whichever is over first. */
struct grace {
    unsigned segments;
    int64_t ns;
};
static const struct grace acknowledged = {16, 500000000};
static const struct grace one_sided = {64, 5000000000};

static struct stream_mark
mark_of(struct reassemble_side *d, uint64_t frame, int64_t time_ns)
{
    if (frame > d->mark.frame) {
        d->mark.frame = frame;
        d->mark.time_ns = time_ns;
    }
    d->mark.offset = d->next;
    return d->mark;
}

static void
advance(struct reassemble_side *d, uint64_t bytes)
{
    d->next += bytes;
    d->next_seq += (uint32_t)bytes;
    d->blocked = 0;
    if (d->highest < d->next)
        d->highest = d->next;
}

/* History is a comfort: it may use half of the memory, no more. */
static void
remember(struct reassembly *r, struct reassemble_side *d, struct slice bytes)
{
    struct reassemble_limits *l = r->limits;
    if (!d->recent.ring) {
        if (l->memory_used + HISTORY_LEN > l->memory_max / 2)
            return;
        l->memory_used += HISTORY_LEN;
    }
    history_add(&d->recent, d->next, bytes);
}

static void
tell_gap(struct reassembly *r, enum stream_side s, uint64_t bytes,
         enum stream_gap cause, uint64_t frame, int64_t time_ns)
{
    struct reassemble_side *d = &r->side[s];
    struct stream_mark mark = mark_of(d, frame, time_ns);

    r->conn.side[s].gap_bytes += bytes;
    if (cause == STREAM_GAP_LOST) {
        d->lost_at = d->next;
        d->lost_end = d->next + bytes;
    }
    advance(d, bytes);
    if (r->events->on_gap)
        r->events->on_gap(r->events->user, &r->conn, s, bytes, cause, &mark);
}

void
release_piece(struct reassembly *r, enum stream_side s, const struct piece *p,
              const uint8_t *data)
{
    struct reassemble_side *d = &r->side[s];
    if (p->is_cut) {
        tell_gap(r, s, p->len, STREAM_GAP_CUT, p->frame, p->time_ns);
        return;
    }
    struct slice bytes = slice_of(data, p->len);
    struct stream_mark mark = mark_of(d, p->frame, p->time_ns);
    r->conn.side[s].bytes += bytes.len;
    remember(r, d, bytes);
    advance(d, bytes.len);
    r->events->on_data(r->events->user, &r->conn, s, bytes, &mark);
}

/* Has d delivered everything before offset `at`? Past its FIN there is
 * nothing to wait for. */
static bool
has_reached(const struct reassemble_side *d, uint64_t at)
{
    return d->next >= at || (d->has_fin && d->next >= d->fin_at);
}

bool
release_may_pass(const struct reassembly *r, enum stream_side s,
                 const struct piece *p)
{
    const struct reassemble_side *d = &r->side[s];
    return p->at == d->next && d->waiting.count == 0 && !p->is_doubtful &&
           has_reached(&r->side[!s], p->needs);
}

static void
release_first(struct reassembly *r, enum stream_side s)
{
    struct piece *p = pieces_pop(&r->side[s].waiting);
    release_piece(r, s, p, p->data);
    free(p);
}

/* The end of the hole before the next thing known; d->next when none. */
static uint64_t
hole_end(const struct reassemble_side *d)
{
    const struct piece *p = pieces_first(&d->waiting);
    if (p)
        return p->at;
    return d->has_fin ? d->fin_at : d->next;
}

/* Asked again with each segment: has d been stuck for too long? */
static bool
is_over(struct reassembly *r, struct reassemble_side *d,
        const struct grace *grace)
{
    int64_t waited;
    if (!d->blocked) {
        d->blocked = 1;
        d->blocked_ns = r->conn.last_time_ns;
    }
    if (__builtin_sub_overflow(r->conn.last_time_ns, d->blocked_ns, &waited))
        waited = 0; /* a clock that jumps says nothing */
    return d->blocked > grace->segments || waited > grace->ns;
}

/* May the hole before the first piece of s be declared lost? */
static bool
may_give_up(struct reassembly *r, enum stream_side s)
{
    struct reassemble_side *d = &r->side[s];
    if (d->acked > d->next)
        return is_over(r, d, &acknowledged);
    if (!r->conn.side[!s].is_seen)
        return is_over(r, d, &one_sided); /* nobody there to acknowledge */
    return false;
}

/* Brings direction s to offset `to`, over holes, for a piece `why` of the
 * other direction that proves they were on the wire. */
static void
catch_up(struct reassembly *r, enum stream_side s, uint64_t to,
         const struct piece *why)
{
    struct reassemble_side *d = &r->side[s];
    while (!has_reached(d, to)) {
        uint64_t end = hole_end(d);
        const struct piece *p = pieces_first(&d->waiting);
        if (p && p->at == d->next) {
            release_first(r, s);
            continue;
        }
        if (end == d->next || end > to)
            end = to;
        tell_gap(r, s, end - d->next, STREAM_GAP_LOST, why->frame,
                 why->time_ns);
    }
}

/* One step of direction s: a piece or a gap goes out. False when it has
 * nothing, or, unless forced, must wait. */
static bool
step(struct reassembly *r, enum stream_side s, bool is_forced)
{
    struct reassemble_side *d = &r->side[s], *e = &r->side[!s];
    struct piece *p = pieces_first(&d->waiting);
    uint64_t end = hole_end(d);

    if (end > d->next) {
        if (!is_forced && !may_give_up(r, s))
            return false;
        if (!is_forced && d->acked > d->next && d->acked < end)
            end = d->acked; /* the rest may be sent again */
        tell_gap(r, s, end - d->next, STREAM_GAP_LOST,
                 p ? p->frame : r->conn.last_frame,
                 p ? p->time_ns : r->conn.last_time_ns);
        return true;
    }
    if (!p)
        return false;
    if (p->is_doubtful && !is_forced && !is_over(r, d, &acknowledged))
        return false;
    if (!has_reached(e, p->needs)) {
        if (!is_forced && !is_over(r, d, &acknowledged))
            return false;
        catch_up(r, !s, p->needs, p);
    }
    release_first(r, s);
    return true;
}

void
release_ready(struct reassembly *r)
{
    while (step(r, STREAM_CLIENT, false) || step(r, STREAM_SERVER, false))
        ;
}

static bool
is_excessive(const struct reassembly *r, const struct reassemble_side *d)
{
    return d->waiting.count &&
           (d->waiting.count > PIECES_MAX ||
            d->waiting.memory > r->limits->side_max ||
            r->limits->memory_used > r->limits->memory_max);
}

void
release_excess(struct reassembly *r, enum stream_side s)
{
    while (is_excessive(r, &r->side[s])) {
        step(r, s, true);
        release_ready(r);
    }
}

/* The side whose first waiting piece came first; -1 when none waits. */
static int
earliest(const struct reassembly *r)
{
    int best = -1;
    uint64_t best_frame = UINT64_MAX;
    for (int s = 0; s < 2; s++) {
        const struct reassemble_side *d = &r->side[s];
        const struct piece *p = pieces_first(&d->waiting);
        uint64_t frame = p ? p->frame : UINT64_MAX - 1;
        if ((p || hole_end(d) > d->next) && frame < best_frame) {
            best = s;
            best_frame = frame;
        }
    }
    return best;
}

void
release_all(struct reassembly *r)
{
    int s;
    release_ready(r);
    while ((s = earliest(r)) >= 0) {
        step(r, (enum stream_side)s, true);
        release_ready(r);
    }
    for (s = 0; s < 2; s++) {
        struct reassemble_side *d = &r->side[s];
        /* One byte is the FIN, which was acknowledged but not captured. */
        if (d->acked > d->next + 1 && !has_reached(d, d->acked))
            tell_gap(r, (enum stream_side)s, d->acked - d->next,
                     STREAM_GAP_LOST, r->conn.last_frame,
                     r->conn.last_time_ns);
    }
}

bool
release_is_finished(const struct reassembly *r)
{
    for (int s = 0; s < 2; s++) {
        const struct reassemble_side *d = &r->side[s];
        if (!d->has_fin || d->next != d->fin_at || d->waiting.count)
            return false;
    }
    return true;
}
