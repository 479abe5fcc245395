/* pool.c - pieces of one size, given back and taken again.
 * SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <stdlib.h>

#include "base/mem.h"

#ifdef __SANITIZE_ADDRESS__
#define KEEPS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEPS 0
#endif
#endif
#ifndef KEEPS
#define KEEPS 1
#endif

void
pool_release(struct pool *p)
{
    while (p->count > 0)
        free(p->spare[--p->count]);
    free(p->spare);
    p->spare = NULL;
    p->cap = 0;
}

void *
pool_take(struct pool *p)
{
    return p->count > 0 ? p->spare[--p->count] : xrealloc(NULL, p->size);
}

void
pool_give(struct pool *p, void *piece)
{
    if (!piece)
        return;
    if (!KEEPS || (p->count + 1) * p->size > POOL_SPARE) {
        free(piece);
        return;
    }
    if (p->count == p->cap)
        p->spare = xgrow(p->spare, &p->cap, p->count + 1, sizeof(void *));
    p->spare[p->count++] = piece;
}
