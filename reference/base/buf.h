/* buf.h - owned bytes that grow.
 * SPDX-License-Identifier: MIT
 *
 * Invariants: data is NULL exactly when cap is 0; len <= cap. A zeroed struct
 * is an empty buf, so `struct buf b = {0};` needs no init. Whoever holds one
 * releases it. Slices of a buf die with the next call that may grow it.      */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/slice.h"

struct buf {
    uint8_t *data; /* owned */
    size_t len;    /* bytes in use */
    size_t cap;    /* bytes allocated */
};

/* Life cycle. clear keeps the memory, release gives it back. */
void buf_release(struct buf *b);
static inline void
buf_clear(struct buf *b)
{
    b->len = 0;
}

/* The bytes that are there, borrowed. */
static inline struct slice
buf_slice(const struct buf *b)
{
    return (struct slice){b->data, b->len};
}

/* Makes room for `more` further bytes and returns where they go; the caller
 * writes there and adds to len. NULL only when there is and need be none. */
uint8_t *buf_grow(struct buf *b, size_t more);
static inline bool
buf_has_room(const struct buf *b, size_t more)
{
    return b->cap - b->len >= more && b->data;
}

static inline uint8_t *
buf_room(struct buf *b, size_t more)
{
    if (!buf_has_room(b, more))
        return buf_grow(b, more);
    return b->data + b->len;
}

static inline void
buf_add(struct buf *b, struct slice s)
{
    if (s.len == 0)
        return;
    memcpy(buf_room(b, s.len), s.ptr, s.len);
    b->len += s.len;
}

void buf_add_str(struct buf *b, const char *text);
void buf_add_byte(struct buf *b, uint8_t byte);
void buf_add_fill(struct buf *b, uint8_t byte, size_t count);
void buf_printf(struct buf *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args);

/* Replaces `old_len` bytes at `at` by `with`. at + old_len <= len. */
void buf_splice(struct buf *b, size_t at, size_t old_len, struct slice with);

/* Drops the first n bytes. */
void buf_drop(struct buf *b, size_t n);

/* The text as a C string: adds a NUL behind it without counting it. Borrowed
 * until the next call on b. */
const char *buf_cstr(struct buf *b);

#endif
