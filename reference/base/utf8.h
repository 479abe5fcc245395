/* utf8.h - UTF-8, strictly: well-formed, no surrogates, no overlong forms.
 * SPDX-License-Identifier: MIT
 *
 * Follows the table of well-formed byte sequences of the Unicode standard.
 * U+0000 is well-formed here; that MQTT forbids it is MQTT's business.       */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/slice.h"

/* Bytes of the well-formed character at the start of s (1 to 4), or 0 when
 * there is none. *code gets its code point when code is not NULL. */
size_t utf8_char(struct slice s, uint32_t *code);

/* Offset of the first byte that does not begin a well-formed character;
 * s.len when there is none, which is to say: s is UTF-8. */
size_t utf8_bad_at(struct slice s);

static inline bool
utf8_valid(struct slice s)
{
    return utf8_bad_at(s) == s.len;
}

/* Is it UTF-8 without U+0000, as most text on the wire has to be? One pass,
 * eight bytes at a time while they are ASCII. */
bool utf8_is_text(struct slice s);

/* Columns on a terminal: 2 for wide East Asian characters, 0 for combining
 * marks, else 1. Ill-formed bytes count 1. */
size_t utf8_width(struct slice s);

#endif
