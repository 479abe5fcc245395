/* secret.h - bytes that nobody else may learn: compared and forgotten.
 * SPDX-License-Identifier: MIT
 *
 * memset on memory that is not read again may be left out by a compiler, and
 * memcmp tells by its time how much was right. These two do neither.         */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/buf.h"

static inline void
secret_wipe(void *bytes, size_t len)
{
    if (len > 0)
        explicit_bzero(bytes, len);
}

/* Wipes all that was ever allocated for it, and releases it. A secret has to be
 * put there with room enough for all of it: what growing left behind is out of
 * reach. */
static inline void
secret_release(struct buf *b)
{
    secret_wipe(b->data, b->cap);
    buf_release(b);
}

/* Are they equal? Takes as long whatever the bytes are. */
static inline bool
secret_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
    uint8_t differs = 0;
    for (size_t i = 0; i < len; i++)
        differs |= a[i] ^ ((const volatile uint8_t *)b)[i];
    return differs == 0;
}

#endif
