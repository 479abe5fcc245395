/* main.c - crash-test: does the broker keep its word when it crashes?
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "crash/virtual.h"

static int
usage(void)
{
    fputs("usage: crash-test virtual POINTS [SEED [sync|order]]\n", stderr);
    return 2;
}

int
main(int argc, char **argv)
{
    if (argc < 3)
        return usage();
    unsigned count = (unsigned)strtoul(argv[2], NULL, 10);
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    const char *flaw = argc > 4 ? argv[4] : "";
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (strcmp(argv[1], "virtual") == 0) {
        uint64_t began_ms = clock_ms();
        struct virtual_result r = virtual_run(
            seed, count, strcmp(flaw, "sync") == 0    ? FLAW_SYNC
                         : strcmp(flaw, "order") == 0 ? FLAW_ORDER
                                                      : FLAW_NONE);
        printf("virtual: seed %llu, %u crash points, %u checks, %llu disk "
               "operations, %.1f s: %u broken promises\n",
               (unsigned long long)seed, r.points, r.checks,
               (unsigned long long)r.operations,
               (double)(clock_ms() - began_ms) / 1000, r.failures);
        return r.failures ? 1 : 0;
    }
    return usage();
}
