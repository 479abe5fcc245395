/* utf8.c - UTF-8, strictly.
 * SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include "base/word.h"

/* Unicode, table 3-7: what the second byte may be depends on the first; the
 * third and fourth are always 80..bf. Shorter ranges keep out overlong forms
 * (e0, f0), surrogates (ed) and code points past U+10FFFF (f4). */
/* clang-format off */
static const struct lead {
    uint8_t first, last;     /* range of the first byte */
    uint8_t low, high;       /* range of the second byte */
    uint8_t len;             /* bytes in all */
    uint8_t bits;            /* payload bits of the first byte */
} leads[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2, 0x1f},
    {0xe0, 0xe0, 0xa0, 0xbf, 3, 0x0f},
    {0xe1, 0xec, 0x80, 0xbf, 3, 0x0f},
    {0xed, 0xed, 0x80, 0x9f, 3, 0x0f},
    {0xee, 0xef, 0x80, 0xbf, 3, 0x0f},
    {0xf0, 0xf0, 0x90, 0xbf, 4, 0x07},
    {0xf1, 0xf3, 0x80, 0xbf, 4, 0x07},
    {0xf4, 0xf4, 0x80, 0x8f, 4, 0x07},
};
/* clang-format on */

static const struct lead *
lead_of(uint8_t byte)
{
    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++)
        if (byte >= leads[i].first && byte <= leads[i].last)
            return &leads[i];
    return NULL;
}

size_t
utf8_char(struct slice s, uint32_t *code)
{
    if (s.len == 0)
        return 0;
    if (s.ptr[0] < 0x80) {
        if (code)
            *code = s.ptr[0];
        return 1;
    }
    const struct lead *lead = lead_of(s.ptr[0]);
    if (!lead || s.len < lead->len)
        return 0;
    if (s.ptr[1] < lead->low || s.ptr[1] > lead->high)
        return 0;
    uint32_t value = s.ptr[0] & lead->bits;
    for (size_t i = 1; i < lead->len; i++) {
        if ((s.ptr[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (s.ptr[i] & 0x3f);
    }
    if (code)
        *code = value;
    return lead->len;
}

size_t
utf8_bad_at(struct slice s)
{
    size_t at = 0;
    while (at < s.len) {
        if (s.ptr[at] < 0x80) { /* nearly every byte of nearly every topic */
            bool eight = s.len - at >= 8 && !word_has_top(word_at(s.ptr + at));
            at += eight ? 8 : 1;
            continue;
        }
        size_t n = utf8_char(slice_from(s, at), NULL);
        if (n == 0)
            return at;
        at += n;
    }
    return at;
}

bool
utf8_is_text(struct slice s)
{
    if (s.len == 0)
        return true;
    size_t at = 0;
    bool good = true;
    for (; at + 8 <= s.len; at += 8) {
        uint64_t word = word_at(s.ptr + at);
        good = good && !word_has_zero(word) && !word_has_top(word);
    }
    /* Behind the last bytes ones, so that only a zero of the text is found. */
    uint64_t last = word_part(s.ptr + at, s.len - at) |
                    WORD_ONES << 8 * (s.len - at);
    good = good && !word_has_zero(last) && !word_has_top(last);
    return good || (utf8_valid(s) && !memchr(s.ptr, 0, s.len));
}

static size_t
width_of(uint32_t c)
{
    if ((c >= 0x300 && c <= 0x36f) || c == 0x200b || c == 0xfeff)
        return 0;
    if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
        (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
        (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
        (c >= 0xffe0 && c <= 0xffe6) || (c >= 0x1f300 && c <= 0x1faff) ||
        (c >= 0x20000 && c <= 0x3fffd))
        return 2;
    return 1;
}

size_t
utf8_width(struct slice s)
{
    size_t at = 0, columns = 0;
    while (at < s.len) {
        uint32_t code = 0;
        size_t n = utf8_char(slice_from(s, at), &code);
        columns += n ? width_of(code) : 1;
        at += n ? n : 1;
    }
    return columns;
}
