/* slice.h - borrowed bytes: a pointer and a length.
 * SPDX-License-Identifier: MIT
 *
 * MQTT data is bytes with a length, never NUL-terminated text, and most of it
 * is looked at in place. A slice borrows: it is valid as long as the bytes it
 * points into, and whoever wants to keep them copies them (buf.h).
 * A slice of length 0 may have a NULL pointer; both mean "empty".            */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const uint8_t *ptr; /* borrowed; may be NULL when len is 0 */
    size_t len;         /* bytes */
};

/* "%.*s" of a slice: printf("%.*s", SLICE_ARG(s)). Only for text. */
#define SLICE_ARG(s) (int)(s).len, (const char *)(s).ptr

static inline struct slice
slice_of(const void *ptr, size_t len)
{
    return (struct slice){ptr, len};
}

/* The bytes of a C string, without its NUL. */
static inline struct slice
slice_str(const char *text)
{
    return (struct slice){(const uint8_t *)text, text ? strlen(text) : 0};
}

static inline bool
slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Is s exactly this C string? */
static inline bool
slice_is(struct slice s, const char *text)
{
    return slice_equal(s, slice_str(text));
}

static inline bool
slice_starts(struct slice s, const char *text)
{
    size_t n = strlen(text);
    return s.len >= n && (n == 0 || memcmp(s.ptr, text, n) == 0);
}

/* Everything from byte `at` on; empty when `at` is past the end. */
static inline struct slice
slice_from(struct slice s, size_t at)
{
    if (at >= s.len)
        return (struct slice){s.ptr ? s.ptr + s.len : NULL, 0};
    return (struct slice){s.ptr + at, s.len - at};
}

/* The first n bytes, or all of them when there are fewer. */
static inline struct slice
slice_first(struct slice s, size_t n)
{
    return (struct slice){s.ptr, n < s.len ? n : s.len};
}

/* Order as memcmp does, the shorter one first when one begins the other. */
static inline int
slice_compare(struct slice a, struct slice b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
    if (order)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

#endif
