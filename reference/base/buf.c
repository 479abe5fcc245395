/* buf.c - owned bytes that grow.
 * SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

void
buf_release(struct buf *b)
{
    free(b->data);
    *b = (struct buf){0};
}

uint8_t *
buf_grow(struct buf *b, size_t more)
{
    if (b->cap - b->len < more) {
        assert(more < SIZE_MAX / 4 && b->len < SIZE_MAX / 4);
        b->data = xgrow(b->data, &b->cap, b->len + more, 1);
    }
    return b->data ? b->data + b->len : NULL; /* more may be 0 */
}

void
buf_add_str(struct buf *b, const char *text)
{
    buf_add(b, slice_str(text));
}

void
buf_add_byte(struct buf *b, uint8_t byte)
{
    *buf_room(b, 1) = byte;
    b->len++;
}

void
buf_add_fill(struct buf *b, uint8_t byte, size_t count)
{
    if (count == 0)
        return;
    memset(buf_room(b, count), byte, count);
    b->len += count;
}

void
buf_vprintf(struct buf *b, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    assert(n >= 0);
    vsnprintf((char *)buf_room(b, (size_t)n + 1), (size_t)n + 1, format, again);
    va_end(again);
    b->len += (size_t)n;
}

void
buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

void
buf_splice(struct buf *b, size_t at, size_t old_len, struct slice with)
{
    assert(at + old_len <= b->len);
    if (with.len > old_len)
        buf_room(b, with.len - old_len);
    if (b->data)
        memmove(b->data + at + with.len, b->data + at + old_len,
                b->len - at - old_len);
    if (with.len)
        memcpy(b->data + at, with.ptr, with.len);
    b->len += with.len - old_len;
}

void
buf_drop(struct buf *b, size_t n)
{
    assert(n <= b->len);
    if (n == 0)
        return;
    b->len -= n;
    memmove(b->data, b->data + n, b->len);
}

const char *
buf_cstr(struct buf *b)
{
    *buf_room(b, 1) = 0;
    return (const char *)b->data;
}
