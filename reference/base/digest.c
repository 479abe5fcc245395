/* digest.c - message digests, from OpenSSL.
 * SPDX-License-Identifier: MIT */
#include "base/digest.h"

#include <openssl/evp.h>

#include "base/mem.h"

static void
digest(const EVP_MD *kind, struct slice bytes, uint8_t *out)
{
    if (!EVP_Digest(bytes.ptr, bytes.len, out, NULL, kind, NULL))
        BUG("the digest library refused to work");
}

void
digest_sha1(struct slice bytes, uint8_t out[DIGEST_SHA1_LEN])
{
    digest(EVP_sha1(), bytes, out);
}

void
digest_sha256(struct slice bytes, uint8_t out[DIGEST_SHA256_LEN])
{
    digest(EVP_sha256(), bytes, out);
}
