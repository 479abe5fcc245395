/* pool.h - pieces of one size, given back and taken again.
 * SPDX-License-Identifier: MIT
 *
 * A piece that is given back is kept for the next one who takes, so that what
 * comes and goes with every message costs no allocation. What it buys: two
 * calls of the allocator, some 200 instructions, for each piece. At most
 * POOL_SPARE bytes are kept; what is beyond that goes back to the heap. With
 * the address sanitizer nothing is kept, or it would not see a piece that is
 * used after it was given back.                                              */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

#define POOL_SPARE 4194304

struct pool {
    size_t size;  /* bytes of each piece */
    void **spare; /* owned: those kept; apart from them, since a list through
                     them would wait for memory that is not in the cache */
    size_t count; /* of spare in use */
    size_t cap;   /* of spare */
};

/* Frees what is kept. Pieces that are out may still be given back. */
void pool_release(struct pool *p);

/* A piece, not zeroed; never NULL. */
void *pool_take(struct pool *p);

/* Takes it back. NULL is allowed. */
void pool_give(struct pool *p, void *piece);

#endif
