/* segment_fuzz.c - any frame of any link type: a result, never a crash.
 * SPDX-License-Identifier: MIT
 *
 * The first byte picks the link type, the second how much was cut off.       */
#include <stdlib.h>

#include "trace/capture/link.h"
#include "trace/capture/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint32_t links[] = {LINK_ETHERNET, LINK_NULL, LINK_SLL,
                                     LINK_SLL2,     LINK_RAW,  LINK_LOOP};
    if (size < 2)
        return 0;
    /* A copy of its own size, so that a read past its end is seen. */
    size_t len = size - 2;
    uint8_t *bytes = malloc(len + !len);
    if (!bytes)
        return 0;
    memcpy(bytes, data + 2, len);
    struct capture_frame frame = {
        .number = 1,
        .link_type = links[data[0] % (sizeof links / sizeof links[0])],
        .wire_len = (uint32_t)len + data[1],
        .bytes = slice_of(bytes, len)};
    struct segment seg;
    if (segment_parse(&frame, &seg) == SEGMENT_TCP) {
        size_t total = 0;
        for (size_t i = 0; i < seg.payload.len; i++)
            total += seg.payload.ptr[i];
        if (seg.payload.len > seg.payload_len || total > 255 * len)
            abort();
    }
    free(bytes);
    return 0;
}
