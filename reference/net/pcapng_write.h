/* pcapng_write.h - conversations as a capture file that any tool can open.
 * SPDX-License-Identifier: MIT
 *
 * We know which bytes were spoken, not which segments carried them, so the TCP
 * around them is made here: a handshake, segments with right sequence numbers
 * and checksums, an end. Both ends are 127.0.0.1.
 *
 *     struct buf file = {0};
 *     struct pcapng_stream s;
 *     pcapng_begin(&file, "run of 2026-01-31");
 *     pcapng_open(&s, &file, 40001, 1883, time_us);
 *     pcapng_data(&s, PCAPNG_CLIENT, connect_bytes, time_us, "CONNECT");
 *     pcapng_close(&s, PCAPNG_CLIENT, PCAPNG_FIN, time_us);
 *
 * Everything is appended to a buf; whoever wants a file writes it there, and
 * may do so (and clear the buf) at any time between calls. Streams may be
 * interleaved. Times are microseconds since 1970 and should not go back.     */
#ifndef NET_PCAPNG_WRITE_H
#define NET_PCAPNG_WRITE_H

#include "base/buf.h"

/* Most payload bytes in one segment. */
#define PCAPNG_SEGMENT_MAX 16384

enum pcapng_side { PCAPNG_CLIENT, PCAPNG_SERVER };
enum pcapng_end { PCAPNG_FIN, PCAPNG_RST };

struct pcapng_stream {
    struct buf *out;  /* borrowed until the stream ends */
    uint16_t port[2]; /* by side */
    uint32_t seq[2];  /* next sequence number to send, by side */
    bool ended[2];    /* this side has sent FIN, or a reset ended both */
    uint16_t next_id; /* IP identification */
};

/* The section and the one interface (raw IP, microseconds). A comment of ""
 * or NULL is left out, here and below. */
void pcapng_begin(struct buf *out, const char *comment);

/* SYN, SYN/ACK, ACK. The same pair of ports may be used again later. */
void pcapng_open(struct pcapng_stream *s, struct buf *out,
                 uint16_t client_port, uint16_t server_port, uint64_t time_us);

/* Bytes from one side, with a comment on their first segment. Empty bytes
 * write nothing. Ignored, as TCP would, when that side has ended. */
void pcapng_data(struct pcapng_stream *s, enum pcapng_side from,
                 struct slice bytes, uint64_t time_us, const char *comment);

/* One side ends its half (FIN, acknowledged by the other, which may go on) or
 * resets the whole. Ignored when that side has ended. */
void pcapng_close(struct pcapng_stream *s, enum pcapng_side from,
                  enum pcapng_end how, uint64_t time_us);

#endif
