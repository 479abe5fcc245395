/* framing.c - the packets in one direction of a connection, gaps or not.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/framing.h"

#include "mqtt/frame.h"
#include "trace/unwrap/plausible.h"

/* Searching keeps so much at most, and forgets the first half when it is full:
 * a lost way in is rarely longer than a packet or two. */
#define SEARCH_MAX (64 * 1024)

void
framing_init(struct framing *f, bool is_start, size_t *budget)
{
    *f = (struct framing){.budget = budget};
    f->state = is_start ? FRAMING_IN_STEP : FRAMING_SEARCHING;
}

static void
forget_kept(struct framing *f)
{
    *f->budget += f->kept.cap;
    buf_release(&f->kept);
}

void
framing_release(struct framing *f)
{
    forget_kept(f);
}

/* Keeps what the limits allow; false when some of it was not. */
static bool
keep(struct framing *f, struct slice bytes)
{
    size_t cap = f->kept.cap;
    size_t room = f->kept.len < FRAMING_KEEP ? FRAMING_KEEP - f->kept.len : 0;
    struct slice kept = slice_first(bytes, room);
    if (f->kept.len + kept.len > cap && f->kept.len + kept.len > *f->budget)
        kept.len = 0;
    buf_add(&f->kept, kept);
    size_t grown = f->kept.cap - cap;
    *f->budget -= grown < *f->budget ? grown : *f->budget;
    return kept.len == bytes.len;
}

/* Tells the packet that begins at f->begin, of which `bytes` are here. */
static void
tell(struct framing *f, struct slice bytes, size_t wire_len,
     const struct framing_events *events)
{
    struct framing_packet p = {
        .bytes = bytes,
        .wire_len = wire_len,
        .offset = f->begin,
        .frame = f->mark.frame,
        .time_ns = f->mark.time_ns,
        .is_cut = bytes.len < wire_len,
        .is_after_gap = f->is_after_gap,
    };
    events->on_packet(events->user, &p);
    f->is_after_gap = false;
    f->begin += wire_len;
    f->need = 0;
    f->has_hole = false;
}

/* The packet begun is over: tells it and starts anew. */
static void
tell_kept(struct framing *f, const struct framing_events *events)
{
    size_t need = f->need;
    tell(f, slice_first(buf_slice(&f->kept), need), need, events);
    if (f->kept.cap > 4096)
        forget_kept(f);
    buf_clear(&f->kept);
}

/* From here on nothing can be framed: one packet with what is there (its
 * report says why), then silence. */
static void
lose_step(struct framing *f, struct slice bytes,
          const struct framing_events *events)
{
    struct slice head = slice_first(bytes, 5);
    tell(f, head, head.len, events);
    f->state = FRAMING_LOST;
    f->skipped += bytes.len - head.len;
    forget_kept(f);
}

/* Whole packets at the start of `in` are told in place. Returns the rest, which
 * begins a packet. */
static struct slice
tell_whole(struct framing *f, struct slice in,
           const struct framing_events *events)
{
    struct mqtt_frame frame;
    while (in.len > 0) {
        enum mqtt_frame_status status = mqtt_frame_next(in, &frame);
        if (status == MQTT_FRAME_BAD) {
            lose_step(f, in, events);
            return slice_of(NULL, 0);
        }
        f->need = frame.len;
        if (status == MQTT_FRAME_NEED_MORE)
            break;
        tell(f, slice_first(in, frame.len), frame.len, events);
        in = slice_from(in, frame.len);
    }
    return in;
}

/* Adds to the packet begun, byte by byte until its length is known, then as
 * much as it needs. Returns the rest. */
static struct slice
fill_kept(struct framing *f, struct slice in,
          const struct framing_events *events)
{
    while (in.len > 0 && f->need == 0) {
        struct mqtt_frame frame;
        keep(f, slice_first(in, 1));
        in = slice_from(in, 1);
        if (mqtt_frame_next(buf_slice(&f->kept), &frame) == MQTT_FRAME_BAD) {
            lose_step(f, buf_slice(&f->kept), events);
            f->skipped += in.len;
            return slice_of(NULL, 0);
        }
        f->need = frame.len;
    }
    if (f->need == 0)
        return in;
    size_t have = (size_t)(f->at - in.len - f->begin);
    struct slice mine = slice_first(in, f->need - have);
    if (!f->has_hole)
        f->has_hole = !keep(f, mine);
    in = slice_from(in, mine.len);
    if (have + mine.len == f->need)
        tell_kept(f, events);
    return in;
}

static void
in_step(struct framing *f, struct slice in, const struct framing_events *events)
{
    if (f->begin < f->at - in.len)
        in = fill_kept(f, in, events);
    if (f->state != FRAMING_IN_STEP || in.len == 0)
        return;
    in = tell_whole(f, in, events);
    if (in.len > 0)
        f->has_hole = !keep(f, in);
}

/* Looks for the way in; from there on all goes as usual. */
static void
search(struct framing *f, bool is_all, const struct framing_events *events)
{
    size_t at;
    struct slice all = buf_slice(&f->kept);
    if (!plausible_find(all, is_all, &at)) {
        size_t half = all.len > SEARCH_MAX ? all.len / 2 : 0;
        buf_drop(&f->kept, half);
        f->begin += half;
        f->skipped += half;
        f->search_at = f->kept.len < 512 ? 0 : f->kept.len + f->kept.len / 8;
        return;
    }
    f->skipped += at;
    f->begin += at;
    f->state = FRAMING_IN_STEP;
    f->need = 0;
    struct buf kept = f->kept;
    *f->budget += kept.cap;
    f->kept = (struct buf){0};
    in_step(f, slice_from(buf_slice(&kept), at), events);
    buf_release(&kept);
}

static void
start_search(struct framing *f, uint64_t at)
{
    f->state = FRAMING_SEARCHING;
    f->begin = at;
    f->search_at = 0;
    f->need = 0;
    f->has_hole = false;
    buf_clear(&f->kept);
}

void
framing_data(struct framing *f, struct slice bytes,
             const struct stream_mark *mark,
             const struct framing_events *events)
{
    if (f->at == 0 && mark->offset > 0)
        f->at = f->begin = mark->offset;
    f->at += bytes.len;
    f->mark = *mark;
    if (f->state == FRAMING_LOST) {
        f->skipped += bytes.len;
    } else if (f->state == FRAMING_IN_STEP) {
        in_step(f, bytes, events);
    } else if (!keep(f, bytes)) {
        f->skipped += f->at - f->begin;
        start_search(f, f->at);
    } else if (f->kept.len >= f->search_at) {
        search(f, false, events);
    }
}

/* The gap goes past the packet begun, or nobody knows how long that is. */
static void
break_step(struct framing *f, const struct framing_events *events)
{
    if (f->need)
        tell_kept(f, events);
    else
        f->skipped += f->kept.len;
    f->is_after_gap = true;
    start_search(f, f->at);
}

/* Searching, and then a gap: is what was kept the begin of a packet that ends
 * just where the gap ends? So it looks when the snapshot length cut it. */
static bool
gap_completes(struct framing *f, uint64_t bytes)
{
    size_t len;
    struct slice kept = buf_slice(&f->kept);
    if (kept.len < 2 || plausible_packet(kept, &len) != PLAUSIBLE_MORE ||
        f->begin + len != f->at + bytes)
        return false;
    f->state = FRAMING_IN_STEP;
    f->need = len;
    return true;
}

void
framing_gap(struct framing *f, uint64_t bytes, const struct stream_mark *mark,
            const struct framing_events *events)
{
    if (f->state == FRAMING_SEARCHING && !gap_completes(f, bytes)) {
        search(f, true, events);
        if (f->state == FRAMING_SEARCHING)
            f->skipped += f->kept.len;
    }
    uint64_t end = f->begin + f->need;
    f->mark = *mark;
    f->at += bytes;
    if (f->state == FRAMING_LOST)
        return;
    if (f->state == FRAMING_IN_STEP && f->need && f->at <= end) {
        f->has_hole = true; /* its length is known: only its content suffers */
        if (f->at == end)
            tell_kept(f, events);
        return;
    }
    if (f->state == FRAMING_IN_STEP)
        break_step(f, events);
    f->is_after_gap = true;
    start_search(f, f->at);
}

size_t
framing_end(struct framing *f, size_t *need,
            const struct framing_events *events)
{
    if (f->state == FRAMING_SEARCHING)
        search(f, true, events);
    *need = f->need;
    size_t have = 0;
    if (f->state == FRAMING_SEARCHING)
        f->skipped += f->kept.len;
    else if (f->state == FRAMING_IN_STEP)
        have = (size_t)(f->at - f->begin);
    forget_kept(f);
    return have;
}
