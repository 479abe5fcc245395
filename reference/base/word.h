/* word.h - eight bytes at a time.
 * SPDX-License-Identifier: MIT
 *
 * To look for a byte in a short text costs less in words of eight than in a
 * loop or in a call of memchr: two words, 20 instructions, for a topic of 16
 * bytes. Words are little-endian on every machine: byte n is bits 8n to 8n+7. */
#ifndef BASE_WORD_H
#define BASE_WORD_H

#include "base/slice.h"

#define WORD_ONES ((uint64_t)0x0101010101010101u)
#define WORD_TOPS ((uint64_t)0x8080808080808080u)

static inline uint32_t
word_half(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

/* Eight bytes. */
static inline uint64_t
word_at(const uint8_t *p)
{
    return word_half(p) | (uint64_t)word_half(p + 4) << 32;
}

/* n bytes, 0 to 7, and zeroes behind them; without a loop, from reads that
 * overlap. */
static inline uint64_t
word_part(const uint8_t *p, size_t n)
{
    if (n >= 4)
        return word_half(p) | (uint64_t)word_half(p + n - 4) << 8 * (n - 4);
    if (n == 0)
        return 0;
    size_t middle = n / 2, last = n - 1;
    return p[0] | (uint64_t)p[middle] << 8 * middle |
           (uint64_t)p[last] << 8 * last;
}

/* Is one of the eight bytes zero? */
static inline bool
word_has_zero(uint64_t word)
{
    return ((word - WORD_ONES) & ~word & WORD_TOPS) != 0;
}

/* How many of the eight bytes are zero? */
static inline size_t
word_zeroes(uint64_t word)
{
    uint64_t others = (((word & ~WORD_TOPS) + ~WORD_TOPS) | word) & WORD_TOPS;
    return 8 - ((others >> 7) * WORD_ONES >> 56);
}

/* Is one of the eight bytes 0x80 or above? */
static inline bool
word_has_top(uint64_t word)
{
    return (word & WORD_TOPS) != 0;
}

#endif
