/* digest.h - message digests and what is made of them, from OpenSSL.
 * SPDX-License-Identifier: MIT                                               */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/slice.h"

#define DIGEST_SHA1_LEN 20
#define DIGEST_SHA256_LEN 32
#define DIGEST_SHA512_LEN 64
#define DIGEST_MAX_LEN 64 /* of all kinds */

enum digest_kind { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA512 };

void digest(enum digest_kind kind, struct slice bytes, uint8_t *out);
void digest_sha1(struct slice bytes, uint8_t out[DIGEST_SHA1_LEN]);
void digest_sha256(struct slice bytes, uint8_t out[DIGEST_SHA256_LEN]);

/* HMAC (RFC 2104): a digest that only those can make who have the key. */
void digest_hmac(enum digest_kind kind, struct slice key, struct slice bytes,
                 uint8_t *out);

/* PBKDF2 (RFC 8018) of as many bytes as the digest has: a key from a password,
 * slow by the number of iterations, which is at least 1. */
void digest_pbkdf2(enum digest_kind kind, struct slice password,
                   struct slice salt, uint32_t iterations, uint8_t *out);

/* scrypt (RFC 7914): the same, and slow by memory too: 128 * r * 2^log_n bytes.
 * False when OpenSSL does not take these numbers. */
bool digest_scrypt(struct slice password, struct slice salt, unsigned log_n,
                   unsigned r, unsigned p, uint8_t *out, size_t len);

#endif
