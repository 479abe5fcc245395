/* conn_table_fuzz.c - any row of segments: no crash, no byte told twice.
 * SPDX-License-Identifier: MIT
 *
 * Each 8 bytes of input are a segment between two ports near the start of the
 * sequence space; small limits make evictions and gaps frequent.             */
#include <stdlib.h>

#include "trace/stream/conn_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct total {
    uint64_t next[2];
};

static void
on_open(void *user, struct stream_conn *conn)
{
    (void)user;
    conn->user = calloc(1, sizeof(struct total));
    if (!conn->user)
        abort();
}

static void
add(struct stream_conn *conn, enum stream_side from, uint64_t bytes,
    const struct stream_mark *mark)
{
    struct total *t = conn->user;
    if (mark->offset != t->next[from] || bytes == 0)
        abort();
    t->next[from] += bytes;
}

static void
on_data(void *user, struct stream_conn *conn, enum stream_side from,
        struct slice bytes, const struct stream_mark *mark)
{
    (void)user;
    add(conn, from, bytes.len, mark);
}

static void
on_gap(void *user, struct stream_conn *conn, enum stream_side from,
       uint64_t bytes, enum stream_gap cause, const struct stream_mark *mark)
{
    (void)user;
    (void)cause;
    add(conn, from, bytes, mark);
}

static void
on_close(void *user, struct stream_conn *conn, enum stream_close how,
         const struct stream_mark *mark)
{
    struct total *t = conn->user;
    (void)user;
    (void)how;
    (void)mark;
    for (int s = 0; s < 2; s++)
        if (conn->side[s].bytes + conn->side[s].gap_bytes != t->next[s])
            abort();
    free(t);
}

static void
feed(struct conn_table *table, const uint8_t *in, uint64_t frame)
{
    static const uint8_t text[256];
    struct segment seg = {.frame = frame, .time_ns = (int64_t)frame << 24};
    bool is_up = in[0] & 1;
    struct endpoint a = {.port = (uint16_t)(1 + (in[0] >> 1 & 3))};
    struct endpoint b = {.port = 1883};
    seg.src = is_up ? a : b;
    seg.dst = is_up ? b : a;
    seg.flags = in[1] & 0x17;
    seg.seq = (uint32_t)(in[2] << 8 | in[3]) - 0x800;
    seg.ack = (uint32_t)(in[4] << 8 | in[5]) - 0x800;
    seg.payload_len = in[6];
    seg.payload = slice_of(text, in[7] < in[6] ? in[7] : in[6]);
    if (in[1] & 0x20)
        seg.seq <<= 16;
    if (in[1] & 0x40)
        seg.time_ns = -seg.time_ns;
    conn_table_feed(table, &seg);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stream_events events = {NULL, on_open, on_data, on_gap, on_close};
    struct conn_limits limits = {.conns_max = 3,
                                 .side_max = 2000,
                                 .memory_max = 9000,
                                 .idle_ns = INT64_C(1) << 32};
    struct conn_table *table = conn_table_new(&events, &limits);
    for (size_t at = 0; at + 8 <= size; at += 8)
        feed(table, data + at, at / 8 + 1);
    conn_table_finish(table);
    conn_table_free(table);
    return 0;
}
