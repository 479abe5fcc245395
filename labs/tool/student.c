/* student.c - linked into every test of a student's code.
 * SPDX-License-Identifier: MIT
 *
 * A test has three outcomes: right, wrong, and "not written", which is told by the
 * status NOT_WRITTEN of its process and a line on standard error. A process that
 * computes for longer than LAB_SECONDS says where it was: an endless loop is a result
 * like any other, and the grader never hangs.                                  */
#include "labs/tool/student.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NOT_WRITTEN = 77, TOO_LONG = 78 };

/* Of the sanitizers, which the tests are built with. */
__attribute__((weak)) void __sanitizer_print_stack_trace(void);

void
not_written(const char *hole)
{
    fprintf(stderr, "not written: %s\n", hole);
    const char *path = getenv("LAB_HOLES");
    FILE *out = path ? fopen(path, "a") : NULL;
    if (out) {
        fprintf(out, "%s\n", hole);
        fclose(out);
    }
    _exit(NOT_WRITTEN);
}

/* Not safe in a signal handler in general; the process is lost anyway, and a
 * watchdog (RLIMIT_CPU's hard limit) ends it if this should hang. */
static void
took_too_long(int signal_number)
{
    (void)signal_number;
    fprintf(stderr, "ERROR: endless loop\n");
    if (__sanitizer_print_stack_trace)
        __sanitizer_print_stack_trace();
    _exit(TOO_LONG);
}

__attribute__((constructor)) static void
limit_time(void)
{
    const char *text = getenv("LAB_SECONDS");
    if (!text)
        return;
    unsigned long seconds = strtoul(text, NULL, 10);
    struct rlimit limit = {seconds, seconds + 2};
    signal(SIGXCPU, took_too_long);
    setrlimit(RLIMIT_CPU, &limit);
}
