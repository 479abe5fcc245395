/* hex.c - bytes as text.
 * SPDX-License-Identifier: MIT */
#include "base/hex.h"

#include "base/utf8.h"

static const char digits[] = "0123456789abcdef";

void
hex_print(struct buf *out, struct slice bytes, char sep)
{
    for (size_t i = 0; i < bytes.len; i++) {
        if (i && sep)
            buf_add_byte(out, (uint8_t)sep);
        buf_add_byte(out, (uint8_t)digits[bytes.ptr[i] >> 4]);
        buf_add_byte(out, (uint8_t)digits[bytes.ptr[i] & 15]);
    }
}

int
hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool
hex_parse(struct buf *out, struct slice text)
{
    size_t before = out->len;
    for (size_t i = 0; i < text.len;) {
        if (text.ptr[i] == ' ' || text.ptr[i] == '\n' || text.ptr[i] == '\t') {
            i++;
            continue;
        }
        int high = hex_digit(text.ptr[i]);
        int low = i + 1 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
        if (high < 0 || low < 0) {
            out->len = before;
            return false;
        }
        buf_add_byte(out, (uint8_t)(high << 4 | low));
        i += 2;
    }
    return true;
}

/* Appends one character of `rest` and returns how many bytes it took. */
static size_t
escape_one(struct buf *out, struct slice rest)
{
    static const char named[] = "\"\"\\\\\nn\tt\rr"; /* byte, letter, ... */
    uint8_t c = rest.ptr[0];
    for (const char *p = named; *p; p += 2) {
        if (c == (uint8_t)p[0]) {
            buf_add_byte(out, '\\');
            buf_add_byte(out, (uint8_t)p[1]);
            return 1;
        }
    }
    size_t n = utf8_char(rest, NULL);
    if (n > 0 && c >= 0x20 && c != 0x7f) {
        buf_add(out, slice_first(rest, n));
        return n;
    }
    buf_printf(out, "\\x%02x", c);
    return 1;
}

/* Bytes from the start of `text` that stand for themselves. */
static size_t
plain_len(struct slice text)
{
    size_t n = 0;
    while (n < text.len && text.ptr[n] >= 0x20 && text.ptr[n] < 0x7f &&
           text.ptr[n] != '"' && text.ptr[n] != '\\')
        n++;
    return n;
}

void
hex_escape(struct buf *out, struct slice text, size_t max)
{
    struct slice shown = max ? slice_first(text, max) : text;
    for (size_t at = 0; at < shown.len;) {
        size_t plain = plain_len(slice_from(shown, at));
        buf_add(out, slice_first(slice_from(shown, at), plain));
        at += plain;
        if (at < shown.len)
            at += escape_one(out, slice_from(text, at));
    }
    if (shown.len < text.len)
        buf_add_str(out, "...");
}

void
hex_quote(struct buf *out, struct slice text)
{
    buf_add_byte(out, '"');
    hex_escape(out, text, 0);
    buf_add_byte(out, '"');
}

/* The byte that "\x" + letter stands for, or -1. */
static int
named_escape(uint8_t letter)
{
    switch (letter) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case '0': return 0;
    case '"':
    case '\\': return letter;
    }
    return -1;
}

bool
hex_unescape(struct buf *out, struct slice inside, size_t *bad_at)
{
    for (size_t i = 0; i < inside.len;) {
        if (inside.ptr[i] != '\\') {
            buf_add_byte(out, inside.ptr[i++]);
            continue;
        }
        struct slice rest = slice_from(inside, i + 1);
        if (rest.len >= 3 && rest.ptr[0] == 'x' &&
            hex_digit(rest.ptr[1]) >= 0 && hex_digit(rest.ptr[2]) >= 0) {
            buf_add_byte(out, (uint8_t)(hex_digit(rest.ptr[1]) << 4 |
                                        hex_digit(rest.ptr[2])));
            i += 4;
            continue;
        }
        int byte = rest.len ? named_escape(rest.ptr[0]) : -1;
        if (byte < 0) {
            *bad_at = i;
            return false;
        }
        buf_add_byte(out, (uint8_t)byte);
        i += 2;
    }
    return true;
}

bool
hex_is_text(struct slice bytes)
{
    if (!utf8_valid(bytes))
        return false;
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t c = bytes.ptr[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}
