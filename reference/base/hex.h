/* hex.h - bytes as text: hexadecimal both ways, and quoted strings both ways.
 * SPDX-License-Identifier: MIT
 *
 * The quoted form is the one of the scenario language and of every printed
 * packet: "a/b", with \" \\ \n \t \r and \xNN for what is not printable or not
 * UTF-8, so that any bytes survive print and parse.                          */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include "base/buf.h"

/* Appends "0a ff" (sep = ' ') or "0aff" (sep = 0). */
void hex_print(struct buf *out, struct slice bytes, char sep);

/* Appends the bytes of "0a ff", "0aff" or a mix; white space separates.
 * Returns false, having appended nothing, on anything else. */
bool hex_parse(struct buf *out, struct slice text);

/* Value of one hexadecimal digit, or -1. */
int hex_digit(uint8_t c);

/* Appends text with quotes around it and escapes inside. */
void hex_quote(struct buf *out, struct slice text);

/* Appends the escaped text without quotes, at most `max` source bytes and
 * then "..." (max = 0: all). */
void hex_escape(struct buf *out, struct slice text, size_t max);

/* Appends what the inside of a quoted string means. On a bad escape returns
 * false and sets *bad_at to its offset. */
bool hex_unescape(struct buf *out, struct slice inside, size_t *bad_at);

/* Would a person rather see these bytes as text? True for UTF-8 without
 * control characters other than tab and newline. */
bool hex_is_text(struct slice bytes);

#endif
