/* view_fuzz.c - any two streams of bytes, with any holes, in every view.
 * SPDX-License-Identifier: MIT
 *
 * The first byte picks the view. Then records: a byte that says who speaks,
 * how many bytes follow, and whether they are there or missing.             */
#include "trace/render/view.h"

#include "trace/render/draw_dot.h"
#include "trace/render/draw_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
speak(const struct stream_events *events, struct stream_conn *conn,
      struct slice in)
{
    uint64_t at[2] = {0, 0};
    struct stream_mark mark = {0};
    while (in.len > 0) {
        uint8_t head = in.ptr[0];
        enum stream_side side = (enum stream_side)(head & 1);
        struct slice bytes = slice_first(slice_from(in, 1), (head >> 2) + 1u);
        mark.frame++;
        mark.time_ns += 1000000;
        mark.offset = at[side];
        if (!bytes.len)
            return;
        if (head & 2)
            events->on_data(events->user, conn, side, bytes, &mark);
        else
            events->on_gap(events->user, conn, side, bytes.len,
                           STREAM_GAP_LOST, &mark);
        at[side] += bytes.len;
        in = slice_from(in, 1 + bytes.len);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct view_options o = {0};
    struct view v;
    struct buf out = {0};
    struct stream_mark mark = {0};
    if (size < 2)
        return 0;
    o.kind = (enum view_kind)(data[0] % (VIEW_MACHINE + 1));
    struct stream_conn conn = {.is_client_known = data[0] & 0x80,
                               .first_to_close = -1};
    conn.side[0].endpoint.port = 40000;
    conn.side[1].endpoint.port = data[0] & 0x40 ? 2000 : 1883;
    conn.side[0].is_start_seen = conn.side[1].is_start_seen =
        conn.is_client_known;
    view_init(&v, &o, &out);
    struct model_events events = view_events(&v);
    struct model *m = model_new(&events, NULL);
    struct stream_events stream = model_stream_events(m);
    stream.on_open(stream.user, &conn);
    speak(&stream, &conn, slice_of(data + 1, size - 1));
    stream.on_close(stream.user, &conn, STREAM_CLOSE_END, &mark);
    view_finish(&v);
    if (v.drawing) {
        drawing_print(&out, v.drawing, false);
        drawing_dot(&out, v.drawing);
    }
    view_release(&v);
    model_free(m);
    buf_release(&out);
    return 0;
}
