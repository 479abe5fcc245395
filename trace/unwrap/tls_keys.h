/* tls_keys.h - from a secret to the records it protects (RFC 8446, 5246).
 * SPDX-License-Identifier: MIT
 *
 * One key opens the records of one direction, by sequence number. Only AEAD
 * ciphers: with them a wrong key or number is noticed, so one can try.       */
#ifndef TRACE_UNWRAP_TLS_KEYS_H
#define TRACE_UNWRAP_TLS_KEYS_H

#include "base/buf.h"

enum tls_cipher { TLS_AES_128_GCM, TLS_AES_256_GCM, TLS_CHACHA20_POLY1305 };

struct tls_suite {
    uint16_t id;            /* in ServerHello */
    const char *name;       /* as registered, without "TLS_" */
    enum tls_cipher cipher;
    bool is_sha384;         /* hash of the key derivation; else SHA-256 */
    bool is_13;             /* of TLS 1.3 */
};

/* The suite; NULL: one that cannot be opened here. */
const struct tls_suite *tls_suite_of(uint16_t id);

struct tls_key; /* opaque */

/* NULL when the secret's length is not the suite's. */
struct tls_key *tls_key_new_13(const struct tls_suite *suite,
                               struct slice secret);
struct tls_key *tls_key_new_12(const struct tls_suite *suite,
                               struct slice master,
                               const uint8_t client_random[32],
                               const uint8_t server_random[32],
                               bool is_client);
void tls_key_free(struct tls_key *k); /* NULL is fine */

/* The next generation (KeyUpdate of TLS 1.3). */
bool tls_key_update(struct tls_key *k);

/* Opens a record: `header` are its 5 bytes. True: *out (cleared first) is what
 * was in it, in TLS 1.3 with type and padding. */
bool tls_key_open(struct tls_key *k, uint64_t sequence,
                  const uint8_t header[5], struct slice body,
                  struct buf *out);

#endif
