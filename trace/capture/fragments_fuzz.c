/* fragments_fuzz.c - any row of IP fragments: no crash, bounded memory.
 * SPDX-License-Identifier: MIT
 *
 * Each record is a length byte and a raw IP packet.                          */
#include "trace/capture/fragments.h"

#include "trace/capture/link.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fragments *f = fragments_new();
    struct slice in = slice_of(data, size);
    struct segment seg;
    uint64_t sum = 0;
    while (in.len > 1) {
        struct capture_frame frame = {
            .number = 1,
            .link_type = LINK_RAW,
            .bytes = slice_first(slice_from(in, 1), in.ptr[0])};
        frame.wire_len = (uint32_t)frame.bytes.len;
        if (segment_parse(&frame, &seg) == SEGMENT_FRAGMENT &&
            fragments_join(f, &frame, &seg) == SEGMENT_TCP)
            for (size_t i = 0; i < seg.payload.len; i++)
                sum += seg.payload.ptr[i];
        in = slice_from(in, 1 + frame.bytes.len);
    }
    fragments_free(f);
    return sum == UINT64_MAX;
}
