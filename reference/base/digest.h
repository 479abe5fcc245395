/* digest.h - message digests, from OpenSSL.
 * SPDX-License-Identifier: MIT */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/slice.h"

#define DIGEST_SHA1_LEN 20
#define DIGEST_SHA256_LEN 32

void digest_sha1(struct slice bytes, uint8_t out[DIGEST_SHA1_LEN]);
void digest_sha256(struct slice bytes, uint8_t out[DIGEST_SHA256_LEN]);

#endif
