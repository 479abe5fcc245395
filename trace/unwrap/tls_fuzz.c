/* tls_fuzz.c - any bytes as TLS, with keys for everything: no crash.
 * SPDX-License-Identifier: MIT
 *
 * Records: a byte that says who speaks, whether bytes are there or missing, and
 * how many. Secrets are known for the random that is all zeroes.             */
#include <stdio.h>

#include "trace/unwrap/keylog.h"
#include "trace/unwrap/layer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
take_data(void *user, enum stream_side from, struct slice bytes,
          const struct stream_mark *mark)
{
    (void)from;
    (void)mark;
    for (size_t i = 0; i < bytes.len; i++)
        *(uint64_t *)user += bytes.ptr[i];
}

static void
take_gap(void *user, enum stream_side from, uint64_t bytes,
         enum stream_gap cause, const struct stream_mark *mark)
{
    (void)user;
    (void)from;
    (void)bytes;
    (void)cause;
    (void)mark;
}

static struct keylog *
zero_keys(void)
{
    static const char *const labels[] = {
        "CLIENT_RANDOM", "CLIENT_EARLY_TRAFFIC_SECRET",
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"};
    struct keylog *k = keylog_new();
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        char line[300];
        snprintf(line, sizeof line, "%s %064d %0*d\n", labels[i], 0,
                 i ? 64 : 96, 0);
        keylog_add(k, slice_str(line));
    }
    return k;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct keylog *keys = zero_keys();
    size_t budget = 20000;
    struct layer *l = tls_new(keys, &budget);
    struct slice in = slice_of(data, size);
    struct stream_mark mark = {0};
    struct buf text = {0};
    uint64_t sum = 0;
    l->sink = (struct layer_sink){&sum, take_data, take_gap};
    while (in.len > 1) {
        uint8_t head = in.ptr[0];
        enum stream_side from = (enum stream_side)(head & 1);
        struct slice bytes = slice_first(slice_from(in, 1), (head >> 1) + 1u);
        if (head >= 0xf0)
            l->kind->gap(l, from, bytes.len, STREAM_GAP_LOST, &mark);
        else
            l->kind->data(l, from, bytes, &mark);
        in = slice_from(in, 1 + bytes.len);
    }
    l->kind->describe(l, &text);
    l->kind->free(l);
    keylog_add(keys, slice_of(data, size));
    keylog_free(keys);
    buf_release(&text);
    return 0;
}
