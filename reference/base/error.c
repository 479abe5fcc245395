/* error.c - one sentence for a person.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
error_set(struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return -1;
}

int
error_errno(struct error *err, const char *format, ...)
{
    const char *why = strerror(errno);
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    size_t n = strlen(err->text);
    snprintf(err->text + n, sizeof err->text - n, ": %s", why);
    return -1;
}

int
error_prefix(struct error *err, const char *format, ...)
{
    char before[sizeof err->text], after[sizeof err->text];
    va_list args;
    va_start(args, format);
    vsnprintf(before, sizeof before, format, args);
    va_end(args);
    memcpy(after, err->text, sizeof after);
    size_t n = strlen(before);
    memcpy(err->text, before, n + 1);
    snprintf(err->text + n, sizeof err->text - n, ": %s", after);
    return -1;
}
