/* pcapng_fuzz.c - any file: frames, then an end or an error, never a crash.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "trace/capture/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads every byte, so that the sanitizer checks the slice. */
static void
touch(struct slice s)
{
    size_t total = 0;
    for (size_t i = 0; i < s.len; i++)
        total += s.ptr[i];
    if (total > 255 * s.len)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err;
    struct capture_frame frame;
    struct segment seg;

    if (size == 0)
        return 0;
    FILE *file = fmemopen((void *)(uintptr_t)data, size, "rb");
    struct capture *c = capture_open_file(file, "fuzz", &err);
    if (!c)
        return 0;
    while (capture_next(c, &frame, &err) == 1) {
        touch(frame.bytes);
        touch(frame.comment);
        if (segment_parse(&frame, &seg) == SEGMENT_TCP)
            touch(seg.payload);
    }
    touch(capture_secrets(c));
    capture_close(c);
    return 0;
}
