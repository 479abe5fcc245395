/* input.c - captures in, TCP streams out: everything below MQTT in one call.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/input.h"

#include "trace/capture/fragments.h"
#include "trace/stream/conn_table.h"

/* What a run of captures has in common. */
struct reading {
    const struct input *in;
    struct conn_table *table;
    struct fragments *fragments;
    struct input_counts *counts;
    bool (*on_frame)(void *user, const struct input_counts *counts);
    void *user;
};

static void
note_frame(struct input_counts *c, const struct capture_frame *frame)
{
    if (c->frames++ == 0)
        c->first_ns = c->last_ns = frame->time_ns;
    c->backwards += frame->time_ns < c->last_ns;
    c->last_ns = frame->time_ns;
    c->bytes += frame->bytes.len;
}

static void
take_frame(struct reading *r, const struct capture_frame *frame)
{
    struct segment seg;
    enum segment_result got = segment_parse(frame, &seg);
    if (got == SEGMENT_FRAGMENT)
        got = fragments_join(r->fragments, frame, &seg);
    r->counts->of[got]++;
    if (got != SEGMENT_TCP)
        return;
    r->counts->bad_checksums += seg.checksum == SEGMENT_CHECKSUM_BAD;
    conn_table_feed(r->table, &seg);
}

/* Secrets in the file come before the frames they are for. */
static void
take_secrets(const struct reading *r, const struct capture *c, size_t *known)
{
    struct slice all = capture_secrets(c);
    if (all.len > *known && r->in->keys)
        keylog_add(r->in->keys, slice_from(all, *known));
    *known = all.len;
}

/* 1: go on with the next file, 0: enough. */
static int
read_one(struct reading *r, struct capture *c, struct error *err)
{
    struct capture_frame frame;
    size_t secrets = 0;
    int got;
    while ((got = capture_next(c, &frame, err)) == 1) {
        frame.number = r->counts->frames + 1;
        note_frame(r->counts, &frame);
        take_secrets(r, c, &secrets);
        if (r->on_frame && !r->on_frame(r->user, r->counts))
            return 0;
        take_frame(r, &frame);
    }
    return got < 0 ? -1 : 1;
}

static struct capture *
open_one(const struct input *in, int i, struct error *err)
{
    if (in->open)
        return capture_open_file(in->open, "an open file", err);
    if (in->live.interface)
        return live_open(&in->live, in->filter, err);
    return capture_open_filtered(in->files[i], in->filter, err);
}

int
input_read(const struct input *in, const struct stream_events *events,
           bool (*on_frame)(void *user, const struct input_counts *counts),
           void *user, struct input_counts *counts, struct error *err)
{
    struct reading r = {in, conn_table_new(events, NULL), fragments_new(),
                        counts, on_frame, user};
    int count = in->live.interface || in->open ? 1 : in->file_count;
    int got = 1;
    for (int i = 0; i < count && got == 1; i++) {
        struct capture *c = open_one(in, i, err);
        got = c ? read_one(&r, c, err) : -1;
        capture_close(c);
    }
    conn_table_finish(r.table);
    counts->connections = conn_table_count(r.table);
    conn_table_free(r.table);
    fragments_free(r.fragments);
    return got < 0 ? -1 : 0;
}
