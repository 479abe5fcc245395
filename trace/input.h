/* input.h - captures in, TCP streams out: everything below MQTT in one call.
 * SPDX-License-Identifier: MIT
 *
 *     capture -> fragments joined -> segments -> connections -> events
 *
 * Several files are read in order as one capture, as a tool that rotates its
 * files writes them. Counts what was left out, so that it can be told.       */
#ifndef TRACE_INPUT_H
#define TRACE_INPUT_H

#include <stdio.h>

#include "trace/capture/live.h"
#include "trace/capture/segment.h"
#include "trace/stream/stream.h"
#include "trace/unwrap/keylog.h"

struct input_counts {
    uint64_t frames;
    uint64_t bytes;               /* captured, link headers included */
    uint64_t of[SEGMENT_RESULTS]; /* frames by what they were */
    uint64_t bad_checksums;       /* TCP segments that have one */
    uint64_t connections;         /* TCP connections */
    int64_t first_ns, last_ns;    /* times, in order of the file */
    uint64_t backwards;           /* frames older than the one before */
};

struct input {
    char **files;             /* borrowed; "-" is standard input */
    int file_count;
    FILE *open;               /* an open capture to take instead; NULL: none */
    struct live_options live; /* used when live.interface is set */
    const char *filter;       /* capture filter; NULL: none */
    struct keylog *keys;      /* learns the secrets inside captures */
};

/* Reads all there is. `on_frame`, which may be NULL, is called with the count
 * so far before each frame is used; when it returns false the reading ends.
 * -1: err tells what is wrong; what came before was told all the same. */
int input_read(const struct input *in, const struct stream_events *events,
               bool (*on_frame)(void *user, const struct input_counts *counts),
               void *user, struct input_counts *counts, struct error *err);

#endif
