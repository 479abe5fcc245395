/* base64.h - bytes as text of 64 characters (RFC 4648, section 4).
 * SPDX-License-Identifier: MIT
 *
 * Three bytes become four characters; '=' fills up the last four. Strict both
 * ways: one text for some bytes, one meaning for a text.                     */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"

/* Characters that n bytes become. */
#define BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* Appends the text of these bytes. */
void base64_encode(struct buf *out, struct slice bytes);

/* Appends the bytes of a text. Returns false, having appended nothing, when
 * its length is no multiple of four, or for any other character, misplaced
 * padding, or padding bits that are not zero. */
bool base64_decode(struct buf *out, struct slice text);

#endif
