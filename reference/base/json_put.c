/* json_put.c - JSON written straight into a buf.
 * SPDX-License-Identifier: MIT */
#include "base/json_put.h"

#include "base/utf8.h"

/* Neither escaped nor in need of a look at what follows. */
static bool
is_plain(uint8_t c)
{
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '<';
}

static void
put_escaped(struct buf *out, struct slice character)
{
    uint8_t c = character.ptr[0];
    if (c == '"' || c == '\\')
        buf_printf(out, "\\%c", c);
    else if (c == '\n')
        buf_add_str(out, "\\n");
    else if (c < 0x80)
        buf_printf(out, "\\u%04x", c);
    else
        buf_add(out, character);
}

void
json_put_text(struct buf *out, struct slice text)
{
    buf_add_byte(out, '"');
    while (text.len) {
        size_t n = 0;
        while (n < text.len && is_plain(text.ptr[n]))
            n++;
        if (n) {
            buf_add(out, slice_first(text, n));
        } else if ((n = utf8_char(text, NULL)) != 0) {
            put_escaped(out, slice_first(text, n));
        } else {
            buf_printf(out, "\\\\x%02x", text.ptr[0]);
            n = 1;
        }
        text = slice_from(text, n);
    }
    buf_add_byte(out, '"');
}

void
json_put_str(struct buf *out, const char *text)
{
    json_put_text(out, slice_str(text ? text : ""));
}

/* By hand: most of a packet is numbers, and printf is slow at them. */
void
json_put_int(struct buf *out, int64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (number < 0)
        digits[--at] = '-';
    buf_add(out, slice_of(digits + at, sizeof digits - at));
}

void
json_put_comma(struct buf *out)
{
    uint8_t last = out->len ? out->data[out->len - 1] : 0;
    if (last && !strchr("[{:,\n", last))
        buf_add_byte(out, ',');
}

void
json_put_begin(struct buf *out, const char *key, const char *open)
{
    json_put_comma(out);
    buf_add_byte(out, '"');
    buf_add_str(out, key);
    buf_add_str(out, "\":");
    buf_add_str(out, open);
}

void
json_put_member(struct buf *out, const char *key, const char *text)
{
    if (!text)
        return;
    json_put_begin(out, key, "");
    json_put_str(out, text);
}

void
json_put_number(struct buf *out, const char *key, int64_t number)
{
    json_put_begin(out, key, "");
    json_put_int(out, number);
}
