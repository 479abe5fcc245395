/* base64.c - bytes as text of 64 characters (RFC 4648, section 4).
 * SPDX-License-Identifier: MIT */
#include "base/base64.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "abcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_encode(struct buf *out, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t v = (uint32_t)bytes.ptr[i] << 16;
        if (n > 1)
            v |= (uint32_t)bytes.ptr[i + 1] << 8;
        if (n > 2)
            v |= bytes.ptr[i + 2];
        for (size_t k = 0; k < 4; k++)
            buf_add_byte(out, k <= n ? (uint8_t)letters[v >> (18 - 6 * k) & 63]
                                     : '=');
    }
}

/* Value of a character, or -1. */
static int
value_of(uint8_t c)
{
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? (int)(at - letters) : -1;
}

/* Four characters; `pad` of them, at the end, are '='. */
static bool
decode_four(struct buf *out, const uint8_t *text, size_t pad)
{
    uint32_t v = 0;
    for (size_t k = 0; k < 4; k++) {
        int digit = k < 4 - pad ? value_of(text[k]) : 0;
        if (digit < 0)
            return false;
        v = v << 6 | (uint32_t)digit;
    }
    if (v & ((1u << (8 * pad)) - 1)) /* bits that mean nothing */
        return false;
    for (size_t k = 0; k < 3 - pad; k++)
        buf_add_byte(out, (uint8_t)(v >> (16 - 8 * k)));
    return true;
}

bool
base64_decode(struct buf *out, struct slice text)
{
    size_t before = out->len, pad = 0;
    if (text.len % 4)
        return false;
    while (pad < 2 && pad < text.len && text.ptr[text.len - 1 - pad] == '=')
        pad++;
    for (size_t i = 0; i < text.len; i += 4) {
        if (!decode_four(out, text.ptr + i, i + 4 == text.len ? pad : 0)) {
            out->len = before;
            return false;
        }
    }
    return true;
}
