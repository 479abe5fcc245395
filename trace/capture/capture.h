/* capture.h - one door to capture files: frame by frame, whatever the format.
 * SPDX-License-Identifier: MIT
 *
 * Reads pcap (through libpcap), gzip-compressed too, and pcapng (a block reader of our own, because
 * libpcap stops at mixed link types and hides comments and TLS secrets). The
 * file may be a pipe: nothing seeks. One frame is in memory at a time.
 *
 *     struct capture *c = capture_open("x.pcap", &err);
 *     while ((got = capture_next(c, &frame, &err)) == 1) ...
 *
 * A file cut in the middle of a record yields every frame before the cut, and
 * then -1 with the number of the frame and the offset in err.                */
#ifndef TRACE_CAPTURE_CAPTURE_H
#define TRACE_CAPTURE_CAPTURE_H

#include <stdio.h>

#include "base/error.h"
#include "base/slice.h"

struct capture; /* opaque */

struct capture_frame {
    uint64_t number;      /* 1, 2, ... as Wireshark counts them */
    int64_t time_ns;      /* since 1970; may run backwards. A frame without
                             time (Simple Packet Block) has its predecessor's */
    uint32_t link_type;   /* number of the LINKTYPE_ registry (link.h) */
    uint32_t wire_len;    /* bytes the frame had; more than bytes.len when the
                             snapshot length cut it */
    struct slice bytes;   /* what was captured, borrowed until the next call */
    struct slice comment; /* UTF-8 said to be, borrowed likewise; empty: none */
};

/* Opens a file, or standard input for "-". NULL, with err filled, when it
 * cannot be read or is not a capture. The caller closes. */
struct capture *capture_open(const char *path, struct error *err);

/* With a capture filter (pcap-filter(7)), or NULL. Frames that do not pass
 * count in the frame numbers, but are not told. */
struct capture *capture_open_filtered(const char *path, const char *filter,
                                      struct error *err);

/* The same for an open file, which it takes (closed even on failure). `name`
 * is what errors call it. */
struct capture *capture_open_file(FILE *file, const char *name,
                                  struct error *err);

/* 1: *out is the next frame. 0: the file ended well. -1: err says what is
 * wrong; further calls say it again. */
int capture_next(struct capture *c, struct capture_frame *out,
                 struct error *err);

/* TLS key log lines of all Decryption Secrets Blocks read so far, in the
 * format of SSLKEYLOGFILE; borrowed until the next capture_next. They precede
 * the frames they are for. Empty for pcap. */
struct slice capture_secrets(const struct capture *c);

void capture_close(struct capture *c); /* NULL is fine */

#endif
