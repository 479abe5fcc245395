/* stream_testkit.h - for tests: segments in a row each, events as text.
 * SPDX-License-Identifier: MIT
 *
 * A row {'c', "PA", seq, ack, "text"} is a segment of the client; 's' one of
 * the server. Frame numbers count from 1, a frame takes a millisecond. Events
 * come out as one word each, so that a whole run is compared in one line:
 *
 *     +0 c"abc"2 gap:c3 s"OK"4 FIN    opened, bytes of frame 2, 3 lost, ...
 */
#ifndef TRACE_STREAM_STREAM_TESTKIT_H
#define TRACE_STREAM_STREAM_TESTKIT_H

#include "base/hex.h"
#include "base/test.h"
#include "trace/stream/conn_table.h"

/* Rows stop at the last member that matters. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct row {
    char from;         /* 'c' or 's'; 0 ends a table */
    const char *flags; /* letters of S A F R, or "" */
    uint32_t seq, ack;
    const char *text;  /* payload; NULL: none */
    uint32_t wire_len; /* payload on the wire; 0: as long as text */
    uint16_t port;     /* of the client; 0: 40000 */
    uint32_t wait_ms;  /* before this one, beyond the usual 1 */
    enum segment_checksum checksum; /* usually unknown */
};

struct heard {
    struct buf text;                 /* owned */
    struct stream_side_info info[2]; /* of the last connection closed */
    bool is_client_known;            /* likewise */
    int first_to_close;              /* likewise */
    uint64_t next[8][2];             /* by connection and side: where the
                                        next event must begin */
    uint64_t frame;                  /* fed so far */
    int64_t time_ns;
    struct conn_table *table;        /* owned */
};

static inline void
hear_open(void *user, struct stream_conn *conn)
{
    struct heard *h = user;
    buf_printf(&h->text, "%s+%d", h->text.len ? " " : "", (int)conn->number);
}

/* Offsets must add up. */
static inline void
hear_offset(struct heard *h, const struct stream_conn *conn,
            enum stream_side from, uint64_t bytes,
            const struct stream_mark *mark)
{
    uint64_t *next = &h->next[conn->number % 8][from];
    if (mark->offset != *next)
        buf_printf(&h->text, " offset!");
    *next = mark->offset + bytes;
}

static inline void
hear_data(void *user, struct stream_conn *conn, enum stream_side from,
          struct slice bytes, const struct stream_mark *mark)
{
    struct heard *h = user;
    hear_offset(h, conn, from, bytes.len, mark);
    buf_printf(&h->text, " %c", "cs"[from]);
    hex_quote(&h->text, bytes);
    buf_printf(&h->text, "%d", (int)mark->frame);
}

static inline void
hear_gap(void *user, struct stream_conn *conn, enum stream_side from,
         uint64_t bytes, enum stream_gap cause,
         const struct stream_mark *mark)
{
    struct heard *h = user;
    hear_offset(h, conn, from, bytes, mark);
    buf_printf(&h->text, " %s:%c%d",
               cause == STREAM_GAP_CUT ? "cut" : "gap", "cs"[from],
               (int)bytes);
}

static inline void
hear_close(void *user, struct stream_conn *conn, enum stream_close how,
           const struct stream_mark *mark)
{
    struct heard *h = user;
    (void)mark;
    memcpy(h->info, conn->side, sizeof h->info);
    h->is_client_known = conn->is_client_known;
    h->first_to_close = conn->first_to_close;
    buf_printf(&h->text, " %s", stream_close_text(how));
}

static inline void
hear_begin(struct heard *h, const struct conn_limits *limits)
{
    *h = (struct heard){0};
    struct stream_events events = {h, hear_open, hear_data, hear_gap,
                                   hear_close};
    h->table = conn_table_new(&events, limits);
}

static inline void
hear_row(struct heard *h, const struct row *row)
{
    static const struct endpoint server = {.addr = {10, 0, 0, 1},
                                           .port = 1883};
    struct endpoint client = {.addr = {10, 0, 0, 2}, .port = row->port};
    if (!client.port)
        client.port = 40000;
    h->time_ns += (1 + (int64_t)row->wait_ms) * 1000000;
    struct segment seg = {.src = row->from == 'c' ? client : server,
                          .dst = row->from == 'c' ? server : client,
                          .seq = row->seq,
                          .ack = row->ack,
                          .payload = slice_str(row->text),
                          .payload_len = row->wire_len,
                          .checksum = row->checksum,
                          .frame = ++h->frame,
                          .time_ns = h->time_ns};
    if (!seg.payload_len)
        seg.payload_len = (uint32_t)seg.payload.len;
    for (const char *f = row->flags; *f; f++)
        seg.flags |= *f == 'S'   ? SEGMENT_SYN
                     : *f == 'A' ? SEGMENT_ACK
                     : *f == 'F' ? SEGMENT_FIN
                                 : SEGMENT_RST;
    conn_table_feed(h->table, &seg);
}

static inline const char *
hear_end(struct heard *h)
{
    conn_table_finish(h->table);
    conn_table_free(h->table);
    h->table = NULL;
    return buf_cstr(&h->text);
}

/* What a run of segments is called, and what has to be heard of it. */
struct hear_case {
    const char *name;
    struct row rows[16];
    const char *heard;
};

static inline void
hear_cases(const struct hear_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct heard h;
        hear_begin(&h, NULL);
        for (const struct row *row = cases[i].rows; row->from; row++)
            hear_row(&h, row);
        ck_assert_msg(strcmp(hear_end(&h), cases[i].heard) == 0,
                      "%s:\n  heard    %s\n  expected %s", cases[i].name,
                      buf_cstr(&h.text), cases[i].heard);
        buf_release(&h.text);
    }
}

#endif
