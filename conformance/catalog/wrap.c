/* wrap.c - sentences broken into lines for a terminal.
 * SPDX-License-Identifier: MIT */
#include "conformance/catalog/wrap.h"

#include "base/utf8.h"

/* Takes the next word off *rest; empty when there is none. */
static struct slice
next_word(struct slice *rest)
{
    size_t from = 0;
    while (from < rest->len && rest->ptr[from] == ' ')
        from++;
    size_t to = from;
    while (to < rest->len && rest->ptr[to] != ' ')
        to++;
    struct slice word = slice_first(slice_from(*rest, from), to - from);
    *rest = slice_from(*rest, to);
    return word;
}

void
wrap_text(struct buf *out, struct slice text, size_t indent, size_t width)
{
    size_t column = indent;
    struct slice word;

    while ((word = next_word(&text)).len) {
        size_t columns = utf8_width(word);
        if (column > indent && column + 1 + columns > width) {
            buf_add_byte(out, '\n');
            buf_add_fill(out, ' ', indent);
            column = indent;
        } else if (column > indent) {
            buf_add_byte(out, ' ');
            column++;
        }
        buf_add(out, word);
        column += columns;
    }
}
