/* proxy_fuzz.c - any bytes as a PROXY header: no crash, no length past the end.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "trace/unwrap/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf source = {0};
    size_t len = 0;
    if (proxy_parse(slice_of(data, size), &len, &source) == PROXY_DONE &&
        (len == 0 || len > size))
        abort();
    buf_release(&source);
    return 0;
}
