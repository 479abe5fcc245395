/* tls_fuzz.c - any bytes as TLS, with keys for everything: no crash.
 * SPDX-License-Identifier: MIT
 *
 * Secrets are known for the random that is all zeroes.                       */
#include <stdio.h>

#include "trace/unwrap/keylog.h"
#include "trace/unwrap/layer_testkit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    uint64_t sum = 0;
    struct layer *l = tls_new(keys, &budget);
    l->sink = layer_testkit_sink(&sum);
    layer_testkit_feed(l, slice_of(data, size));
    keylog_add(keys, slice_of(data, size));
    keylog_free(keys);
    return 0;
}
