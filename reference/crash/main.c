/* main.c - crash-test: does the broker keep its word when it crashes?
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "crash/real.h"
#include "crash/virtual.h"

static int
usage(void)
{
    fputs("usage: crash-test virtual POINTS [SEED [sync|order]]\n"
          "       crash-test real ROUNDS SEED PROGRAM FOLDER\n"
          "`sync` and `order` break the promise: commits that do not wait for "
          "the disk, output\nbefore the commit. Exit status: 0 all was kept, 1 "
          "not, 2 usage.\n", stderr);
    return 2;
}

static int
run_virtual(unsigned points, uint64_t seed, const char *flaw)
{
    uint64_t began_ms = clock_ms();
    enum virtual_flaw what = strcmp(flaw, "sync") == 0    ? FLAW_SYNC
                             : strcmp(flaw, "order") == 0 ? FLAW_ORDER
                                                          : FLAW_NONE;
    if (*flaw && what == FLAW_NONE)
        return usage();
    struct virtual_result r = virtual_run(seed, points, what);
    printf("virtual%s%s: seed %llu, %u crash points, %u checks, %llu disk "
           "operations, %.1f s: %u broken promises\n",
           *flaw ? ", with a flaw: " : "", flaw, (unsigned long long)seed,
           r.points, r.checks, (unsigned long long)r.operations,
           (double)(clock_ms() - began_ms) / 1000, r.failures);
    return r.failures ? 1 : 0;
}

static int
run_real(unsigned rounds, uint64_t seed, const char *program,
         const char *folder)
{
    uint64_t began_ms = clock_ms();
    struct error err = {""};
    struct real_result r;
    int status = real_run(program, folder, seed, rounds, &r, &err);
    if (status < 0)
        printf("broken: %s\n", err.text);
    printf("real: seed %llu, killed %u times, %u messages, %.1f s: %u broken "
           "promises\n", (unsigned long long)seed, r.rounds, r.messages,
           (double)(clock_ms() - began_ms) / 1000, r.failures);
    return status < 0 || r.failures ? 1 : 0;
}

int
main(int argc, char **argv)
{
    if (argc < 3)
        return usage();
    unsigned count = (unsigned)strtoul(argv[2], NULL, 10);
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (strcmp(argv[1], "virtual") == 0 && argc <= 5)
        return run_virtual(count, seed, argc > 4 ? argv[4] : "");
    if (strcmp(argv[1], "real") == 0 && argc == 6)
        return run_real(count, seed, argv[4], argv[5]);
    return usage();
}
