/* reader.h - a bounds-checked cursor over borrowed bytes.
 * SPDX-License-Identifier: MIT
 *
 * All numbers are big-endian, as MQTT and the internet want them. The reader
 * is sticky: after the first overrun `failed` stays set and every further
 * read yields zero or an empty slice, so a decoder reads straight down and
 * asks once. Test `failed` before trusting any length or count.              */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "base/slice.h"

struct reader {
    const uint8_t *start; /* first byte, for offsets */
    const uint8_t *pos;   /* next byte */
    const uint8_t *end;   /* one past the last byte */
    bool failed;          /* a read ran past the end */
};

static inline struct reader
reader_of(struct slice s)
{
    return (struct reader){s.ptr, s.ptr, s.len ? s.ptr + s.len : s.ptr, false};
}

static inline size_t
reader_left(const struct reader *r)
{
    return (size_t)(r->end - r->pos);
}

/* Bytes read so far. */
static inline size_t
reader_at(const struct reader *r)
{
    return (size_t)(r->pos - r->start);
}

/* n bytes, borrowed; empty and failed when there are fewer. */
static inline struct slice
reader_bytes(struct reader *r, size_t n)
{
    if (r->failed || n > reader_left(r)) {
        r->failed = true;
        return (struct slice){r->pos, 0};
    }
    struct slice s = {r->pos, n};
    if (n > 0) /* pos may be NULL, and C forbids even NULL + 0 */
        r->pos += n;
    return s;
}

static inline uint8_t
reader_u8(struct reader *r)
{
    struct slice s = reader_bytes(r, 1);
    return s.len ? s.ptr[0] : 0;
}

static inline uint16_t
reader_u16(struct reader *r)
{
    struct slice s = reader_bytes(r, 2);
    return s.len ? (uint16_t)(s.ptr[0] << 8 | s.ptr[1]) : 0;
}

static inline uint32_t
reader_u32(struct reader *r)
{
    struct slice s = reader_bytes(r, 4);
    return s.len ? (uint32_t)s.ptr[0] << 24 | (uint32_t)s.ptr[1] << 16 |
                       (uint32_t)s.ptr[2] << 8 | s.ptr[3]
                 : 0;
}

/* The same numbers, least significant byte first (capture files). */
static inline uint16_t
reader_u16_le(struct reader *r)
{
    uint16_t v = reader_u16(r);
    return (uint16_t)(v << 8 | v >> 8);
}

static inline uint32_t
reader_u32_le(struct reader *r)
{
    return __builtin_bswap32(reader_u32(r));
}

#endif
