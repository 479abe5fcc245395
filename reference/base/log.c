/* log.c - what a running program says.
 * SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

enum log_level log_level = LOG_INFO;

void
log_line(enum log_level level, const char *format, ...)
{
    static const char *const names[] = {"error", "warn ", "info ", "debug"};
    if (level > log_level)
        return;
    char text[1024], when[16];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    time_t now = time(NULL);
    struct tm parts;
    strftime(when, sizeof when, "%H:%M:%S", localtime_r(&now, &parts));
    fprintf(stderr, "%s %s %s\n", when, names[level], text);
}
