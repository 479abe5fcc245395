/* digest.c - message digests and what is made of them, from OpenSSL.
 * SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/mem.h"

static const EVP_MD *
method(enum digest_kind kind)
{
    switch (kind) {
    case DIGEST_SHA1: return EVP_sha1();
    case DIGEST_SHA256: return EVP_sha256();
    case DIGEST_SHA512: return EVP_sha512();
    }
    BUG("no such digest");
}

static size_t
len_of(enum digest_kind kind)
{
    static const size_t lens[] = {DIGEST_SHA1_LEN, DIGEST_SHA256_LEN,
                                  DIGEST_SHA512_LEN};
    return lens[kind];
}

void
digest(enum digest_kind kind, struct slice bytes, uint8_t *out)
{
    if (!EVP_Digest(bytes.ptr, bytes.len, out, NULL, method(kind), NULL))
        BUG("the digest library refused to work");
}

void
digest_sha1(struct slice bytes, uint8_t out[DIGEST_SHA1_LEN])
{
    digest(DIGEST_SHA1, bytes, out);
}

void
digest_sha256(struct slice bytes, uint8_t out[DIGEST_SHA256_LEN])
{
    digest(DIGEST_SHA256, bytes, out);
}

/* OpenSSL takes a NULL pointer for something else than no bytes. */
static const void *
some(struct slice s)
{
    return s.ptr ? (const void *)s.ptr : "";
}

void
digest_hmac(enum digest_kind kind, struct slice key, struct slice bytes,
            uint8_t *out)
{
    if (!HMAC(method(kind), some(key), (int)key.len, some(bytes), bytes.len,
              out, NULL))
        BUG("the digest library refused to work");
}

void
digest_pbkdf2(enum digest_kind kind, struct slice password, struct slice salt,
              uint32_t iterations, uint8_t *out)
{
    if (!PKCS5_PBKDF2_HMAC(some(password), (int)password.len, some(salt),
                           (int)salt.len, (int)iterations, method(kind),
                           (int)len_of(kind), out))
        BUG("the digest library refused to work");
}

bool
digest_scrypt(struct slice password, struct slice salt, unsigned log_n,
              unsigned r, unsigned p, uint8_t *out, size_t len)
{
    enum { MEMORY_MAX = 1 << 30 };
    return EVP_PBE_scrypt(some(password), password.len, some(salt), salt.len,
                          (uint64_t)1 << log_n, r, p, MEMORY_MAX, out,
                          len) == 1;
}
