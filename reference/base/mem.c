/* mem.c - allocation that does not fail.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void
mem_bug(const char *file, int line, const char *text)
{
    fprintf(stderr, "%s:%d: bug: %s\n", file, line, text);
    abort();
}

void *
xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p)
        BUG("out of memory");
    return p;
}

void *
xrealloc(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);
    if (!p)
        BUG("out of memory");
    return p;
}

void *
xgrow(void *array, size_t *cap, size_t need, size_t item_size)
{
    if (need <= *cap)
        return array;
    if (need > SIZE_MAX / 2 / item_size) /* doubling stays below SIZE_MAX */
        BUG("array larger than the address space");
    size_t now = *cap ? *cap : 8;
    while (now < need)
        now *= 2;
    *cap = now;
    return xrealloc(array, now * item_size);
}

char *
xstrdup(const char *text)
{
    size_t n = strlen(text) + 1;
    return memcpy(xcalloc(1, n), text, n);
}

char *
xasprintf(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        BUG("bad format");
    char *text = xcalloc(1, (size_t)n + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    return text;
}

uint64_t
mem_in_use(void)
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}
