/* json_put.h - JSON written straight into a buf, with no tree of values.
 * SPDX-License-Identifier: MIT
 *
 * For much of it: a capture has millions of packets, a report ten thousand,
 * and a tree for them (base/json.h) would be many times the text. Braces and
 * brackets are the caller's; commas come by themselves, since the byte before
 * tells whether a list or object has just begun.
 *
 *     buf_add_byte(out, '{');
 *     json_put_member(out, "name", "x");     {"name":"x"
 *     json_put_begin(out, "list", "[");      {"name":"x","list":[
 *     buf_add_str(out, "]}");                {"name":"x","list":[]}
 *
 * Keys are words of ours and need no escaping.                               */
#ifndef BASE_JSON_PUT_H
#define BASE_JSON_PUT_H

#include "base/buf.h"

/* Appends a JSON string. '<' is escaped too, so that no </script> can occur
 * in a page; what is not UTF-8 becomes \xNN in the text. */
void json_put_text(struct buf *out, struct slice text);

/* The same of a C string; NULL becomes "". */
void json_put_str(struct buf *out, const char *text);

/* Appends a number in decimal. */
void json_put_int(struct buf *out, int64_t number);

/* Appends `,` unless at the beginning of a list or object. */
void json_put_comma(struct buf *out);

/* Appends `,"key":` and `open`, for a list, an object or a value to follow. */
void json_put_begin(struct buf *out, const char *key, const char *open);

/* Appends `,"key":"text"`, the comma as above; nothing when text is NULL. */
void json_put_member(struct buf *out, const char *key, const char *text);

/* The same for a number. */
void json_put_number(struct buf *out, const char *key, int64_t number);

#endif
