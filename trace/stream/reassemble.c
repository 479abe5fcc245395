/* reassemble.c - SYN, ACK, data, FIN and RST of one connection.
 * SPDX-License-Identifier: MIT
 *
 * Places what a segment brings; release.c decides what may go out.           */
#include "trace/stream/reassemble.h"

#include "trace/stream/release.h"

/* Sequence numbers further ahead than this are not believed at once: no
 * window of a real connection with MQTT in it comes near. */
#define FAR_MAX (64 << 20)
#define FAR_BELIEVED 4     /* so many in a row are, though */
#define RST_BEHIND (1 << 16) /* an RST may be this much behind, */
#define RST_AHEAD (16 << 20) /* or ahead */
#define HINT_MAX (1 << 20) /* how far a first segment may be past the hint */

static enum stream_side
side_of(const struct reassembly *r, const struct segment *seg)
{
    const struct endpoint *e = &r->conn.side[STREAM_CLIENT].endpoint;
    return e->port == seg->src.port &&
                   memcmp(e->addr, seg->src.addr, sizeof e->addr) == 0
               ? STREAM_CLIENT
               : STREAM_SERVER;
}

/* Where a sequence number lies; below 0 before the first byte known. */
static int64_t
offset_of(const struct reassemble_side *d, uint32_t seq)
{
    return (int64_t)d->next + (int32_t)(seq - d->next_seq);
}

void
reassemble_init(struct reassembly *r, const struct segment *first,
                uint64_t number, const struct stream_events *events,
                struct reassemble_limits *limits)
{
    bool from_server = (first->flags & SEGMENT_SYN) &&
                       (first->flags & SEGMENT_ACK);
    *r = (struct reassembly){.events = events, .limits = limits};
    r->conn.number = number;
    r->conn.first_to_close = -1;
    r->conn.first_frame = r->conn.last_frame = first->frame;
    r->conn.first_time_ns = r->conn.last_time_ns = first->time_ns;
    r->conn.is_client_known = first->flags & SEGMENT_SYN;
    r->conn.side[from_server].endpoint = first->src;
    r->conn.side[!from_server].endpoint = first->dst;
    pieces_init(&r->side[0].waiting, &limits->memory_used);
    pieces_init(&r->side[1].waiting, &limits->memory_used);
    if (events->on_open)
        events->on_open(events->user, &r->conn);
}

void
reassemble_release(struct reassembly *r)
{
    for (int s = 0; s < 2; s++) {
        struct reassemble_side *d = &r->side[s];
        pieces_clear(&d->waiting);
        if (d->recent.ring)
            r->limits->memory_used -= HISTORY_LEN;
        history_release(&d->recent);
    }
}

bool
reassemble_is_other(const struct reassembly *r, const struct segment *seg)
{
    enum stream_side s = side_of(r, seg);
    const struct reassemble_side *d = &r->side[s], *e = &r->side[!s];
    bool is_answer = seg->flags & SEGMENT_ACK;

    if (!(seg->flags & SEGMENT_SYN))
        return false;
    if (d->is_started && r->conn.side[s].is_start_seen)
        return seg->seq + 1 != d->first_seq || (r->is_closed && !is_answer);
    if (r->is_closed)
        return true;
    if (d->is_started) /* in mid-stream: was this its SYN, out of order? */
        return seg->seq + 1 != d->first_seq;
    if (!e->is_started)
        return false;
    if (!is_answer) /* both sides open at once, or the roles changed */
        return e->highest > 0;
    int64_t answered = offset_of(e, seg->ack);
    return answered < 0 || answered > (int64_t)e->highest;
}

static void
start(struct reassemble_side *d, uint32_t first_seq)
{
    d->is_started = true;
    d->first_seq = d->next_seq = first_seq;
}

/* A direction whose SYN is not in the file begins where its first segment
 * does, unless the other side's acknowledgements tell better. */
static void
start_midstream(struct reassemble_side *d, const struct segment *seg)
{
    uint32_t first = seg->seq;
    if (d->has_hint) {
        int32_t behind = (int32_t)(d->hint_seq - seg->seq);
        bool is_probe = behind == 1 && seg->payload_len <= 1;
        bool is_ahead = behind < 0 && behind > -HINT_MAX;
        if (is_probe || is_ahead)
            first = d->hint_seq;
    }
    start(d, first);
}

static void
on_syn(struct reassembly *r, enum stream_side s, const struct segment *seg)
{
    struct reassemble_side *d = &r->side[s];
    bool is_answer = seg->flags & SEGMENT_ACK;

    if (!d->is_started)
        start(d, seg->seq + 1);
    else if (seg->seq + 1 != d->first_seq)
        return;
    r->conn.side[s].is_start_seen = true;
    if (is_answer == (s == STREAM_SERVER))
        r->conn.is_client_known = true;
}

/* The sender of `ack` has everything of d before it. Returns the offset that
 * d must have reached when what comes with this ack is delivered. */
static uint64_t
on_ack(const struct stream_side_info *info, struct reassemble_side *d,
       uint32_t ack)
{
    if (!d->is_started) {
        if (!d->has_hint || (int32_t)(ack - d->hint_seq) > 0)
            d->hint_seq = ack;
        d->has_hint = true;
        return 0;
    }
    int64_t at = offset_of(d, ack);
    if (at > 0 && !info->is_start_seen && d->highest == 0) {
        /* Only empty segments so far, the first perhaps a keep-alive probe. */
        start(d, ack);
        return 0;
    }
    if (d->has_fin && at > (int64_t)d->fin_at)
        at = (int64_t)d->fin_at; /* the FIN counts one */
    if (at <= 0 ||
        (at > (int64_t)d->next + FAR_MAX && at > (int64_t)d->highest))
        return 0;
    if ((uint64_t)at > d->acked)
        d->acked = (uint64_t)at;
    return (uint64_t)at;
}

/* Bytes [at, at + len) lie before d->next. */
static void
seen_before(struct stream_side_info *info, const struct reassemble_side *d,
            int64_t at, uint64_t len, struct slice data, uint64_t frame)
{
    int64_t end = at + (int64_t)len;
    int64_t lost_at = (int64_t)d->lost_at, lost_end = (int64_t)d->lost_end;
    int64_t from = at > lost_at ? at : lost_at;
    int64_t to = end < lost_end ? end : lost_end;
    int64_t late = from < to ? to - from : 0;
    if (at < 0)
        late += end < 0 ? end - at : -at;

    info->late_bytes += (uint64_t)late;
    info->resent_bytes += len - (uint64_t)late;
    uint64_t conflicts = history_conflicts(&d->recent, (uint64_t)at,
                                           slice_first(data, len));
    info->conflict_bytes += conflicts;
    if (conflicts && !info->conflict_frame)
        info->conflict_frame = frame;
}

/* Bytes from d->next on: out with them, or to those who wait. */
static void
place(struct reassembly *r, enum stream_side s, const struct piece *like,
      struct slice data, uint32_t len)
{
    struct stream_side_info *info = &r->conn.side[s];
    struct reassemble_side *d = &r->side[s];
    struct piece captured = *like, cut = *like;
    struct pieces_seen seen = {0};

    captured.len = (uint32_t)data.len;
    cut.at += data.len;
    cut.len = len - captured.len;
    cut.is_cut = true;
    info->out_of_order += like->at != d->highest;
    if (like->at + len > d->highest)
        d->highest = like->at + len;

    if (release_may_pass(r, s, like)) {
        if (captured.len)
            release_piece(r, s, &captured, data.ptr);
        if (cut.len)
            release_piece(r, s, &cut, NULL);
        return;
    }
    if (captured.len)
        pieces_add(&d->waiting, &captured, data.ptr, &seen);
    if (cut.len)
        pieces_add(&d->waiting, &cut, NULL, &seen);
    info->resent_bytes += seen.resent;
    info->conflict_bytes += seen.conflict;
    if (seen.conflict && !info->conflict_frame)
        info->conflict_frame = like->frame;
}

/* A wrong checksum means something only where others are right. */
static bool
is_doubtful(struct reassemble_side *d, const struct segment *seg)
{
    d->good_sums += seg->checksum == SEGMENT_CHECKSUM_GOOD;
    d->bad_sums += seg->checksum == SEGMENT_CHECKSUM_BAD;
    return seg->checksum == SEGMENT_CHECKSUM_BAD &&
           d->good_sums > 2 * d->bad_sums;
}

static bool
is_keep_alive(const struct reassemble_side *d, const struct segment *seg,
              int64_t at)
{
    return (seg->flags & (SEGMENT_SYN | SEGMENT_FIN)) == 0 &&
           seg->payload_len <= 1 && at + 1 == (int64_t)d->highest;
}

static void
on_data(struct reassembly *r, enum stream_side s, const struct segment *seg,
        int64_t at, uint64_t needs)
{
    struct stream_side_info *info = &r->conn.side[s];
    struct reassemble_side *d = &r->side[s];
    int64_t next = (int64_t)d->next;
    uint64_t len = seg->payload_len, old = 0;
    struct slice data = seg->payload;

    if (is_keep_alive(d, seg, at)) {
        info->keep_alives++;
        return;
    }
    if (at > next + FAR_MAX && at > (int64_t)d->acked) {
        if (len && ++d->far < FAR_BELIEVED) {
            info->late_bytes += len;
            return;
        }
    } else {
        d->far = 0;
    }
    if (d->has_fin && at + (int64_t)len > (int64_t)d->fin_at) {
        uint64_t fits = at < (int64_t)d->fin_at
                            ? (uint64_t)((int64_t)d->fin_at - at) : 0;
        info->late_bytes += len - fits;
        len = fits;
        data = slice_first(data, len);
    }
    if (len && at < next) {
        old = (uint64_t)(next - at) < len ? (uint64_t)(next - at) : len;
        seen_before(info, d, at, old, data, seg->frame);
    }
    if (old < len) {
        struct piece like = {.at = (uint64_t)(at + (int64_t)old),
                             .is_doubtful = is_doubtful(d, seg),
                             .needs = needs,
                             .frame = seg->frame,
                             .time_ns = seg->time_ns};
        place(r, s, &like, slice_from(data, old), (uint32_t)(len - old));
    }
}

static void
on_fin(struct reassembly *r, enum stream_side s, int64_t at)
{
    struct reassemble_side *d = &r->side[s];
    /* One that contradicts data that was seen is not believed. */
    if (d->has_fin || at < (int64_t)d->highest ||
        at > (int64_t)d->next + FAR_MAX)
        return;
    d->has_fin = true;
    d->fin_at = (uint64_t)at;
    r->conn.side[s].is_fin_seen = true;
    if (r->conn.first_to_close < 0)
        r->conn.first_to_close = (int)s;
}

static void
on_rst(struct reassembly *r, enum stream_side s, const struct segment *seg)
{
    struct reassemble_side *d = &r->side[s];
    if (d->is_started) {
        int64_t at = offset_of(d, seg->seq), next = (int64_t)d->next;
        if (at < next - RST_BEHIND || at > next + RST_AHEAD)
            return;
        /* It stands behind the last byte sent, so those before it exist. */
        if (at > (int64_t)d->acked)
            d->acked = (uint64_t)at;
    }
    if (r->conn.first_to_close < 0)
        r->conn.first_to_close = (int)s;
    reassemble_close(r, STREAM_CLOSE_RST);
}

static void
note_segment(struct reassembly *r, enum stream_side s,
             const struct segment *seg)
{
    r->conn.last_frame = seg->frame;
    r->conn.last_time_ns = seg->time_ns;
    r->conn.side[s].segments++;
    r->conn.side[s].is_seen = true;
    for (int i = 0; i < 2; i++)
        if (r->side[i].blocked)
            r->side[i].blocked++;
}

void
reassemble_feed(struct reassembly *r, const struct segment *seg)
{
    enum stream_side s = side_of(r, seg);
    struct reassemble_side *d = &r->side[s], *e = &r->side[!s];
    uint64_t needs = 0;

    note_segment(r, s, seg);
    if (r->is_closed)
        return;
    if (seg->flags & SEGMENT_SYN)
        on_syn(r, s, seg);
    else if (!d->is_started && !(seg->flags & SEGMENT_RST))
        start_midstream(d, seg);
    if (seg->flags & SEGMENT_ACK)
        needs = on_ack(&r->conn.side[!s], e, seg->ack);
    if (seg->flags & SEGMENT_RST) {
        on_rst(r, s, seg);
        return;
    }
    int64_t at = offset_of(d, seg->seq + !!(seg->flags & SEGMENT_SYN));
    on_data(r, s, seg, at, needs);
    if (seg->flags & SEGMENT_FIN)
        on_fin(r, s, at + (int64_t)seg->payload_len);
    release_ready(r);
    release_excess(r, s);
    if (release_is_finished(r))
        reassemble_close(r, STREAM_CLOSE_FIN);
}

void
reassemble_close(struct reassembly *r, enum stream_close how)
{
    const struct stream_events *ev = r->events;
    struct stream_mark mark = {.frame = r->conn.last_frame,
                               .time_ns = r->conn.last_time_ns};
    if (r->is_closed)
        return;
    release_all(r);
    r->is_closed = true;
    if (ev->on_close)
        ev->on_close(ev->user, &r->conn, how, &mark);
    reassemble_release(r);
}
