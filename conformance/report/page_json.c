/* page_json.c - JSON that may stand inside a <script> of a page.
 * SPDX-License-Identifier: MIT */
#include "conformance/report/page_json.h"

#include <inttypes.h>

#include "base/utf8.h"

static void
add_escaped(struct buf *out, struct slice character)
{
    uint8_t c = character.ptr[0];

    if (c == '"' || c == '\\')
        buf_printf(out, "\\%c", c);
    else if (c == '\n')
        buf_add_str(out, "\\n");
    else if (c < ' ' || c == '<' || c == 0x7f)
        buf_printf(out, "\\u%04x", c);
    else
        buf_add(out, character);
}

void
page_text(struct buf *out, struct slice text)
{
    buf_add_byte(out, '"');
    while (text.len) {
        size_t n = utf8_char(text, NULL);
        if (n)
            add_escaped(out, slice_first(text, n));
        else
            buf_printf(out, "\\\\x%02x", text.ptr[0]);
        text = slice_from(text, n ? n : 1);
    }
    buf_add_byte(out, '"');
}

void
page_str(struct buf *out, const char *text)
{
    page_text(out, slice_str(text ? text : ""));
}

void
page_comma(struct buf *out)
{
    if (out->len && !strchr("[{:,", out->data[out->len - 1]))
        buf_add_byte(out, ',');
}

void
page_begin(struct buf *out, const char *key, const char *open)
{
    page_comma(out);
    buf_printf(out, "\"%s\":%s", key, open);
}

void
page_member(struct buf *out, const char *key, const char *text)
{
    if (!text)
        return;
    page_begin(out, key, "");
    page_str(out, text);
}

void
page_number(struct buf *out, const char *key, uint64_t number)
{
    page_begin(out, key, "");
    buf_printf(out, "%" PRIu64, number);
}
