/* cost.c - runs a command; prints its processor time and peak memory.
 * SPDX-License-Identifier: MIT
 *
 *     build/bin/cost COMMAND... prints "1.234 5678": seconds, KiB           */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double
seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int
main(int argc, char **argv)
{
    int status;
    struct rusage use;
    if (argc < 2) {
        fputs("usage: cost COMMAND...\n", stderr);
        return EXIT_FAILURE;
    }
    pid_t pid = fork();
    if (pid == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(127);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &use) != pid)
        return EXIT_FAILURE;
    fprintf(stderr, "%.3f %ld\n",
            seconds_of(use.ru_utime) + seconds_of(use.ru_stime),
            use.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
