/* arena.h - memory that is all freed at once.
 * SPDX-License-Identifier: MIT
 *
 * A tree of a scenario file has thousands of small parts that live and die
 * together: they are cut from large blocks, and only the blocks are freed.   */
#ifndef SCRIPT_ARENA_H
#define SCRIPT_ARENA_H

#include "base/slice.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* owned; the newest first */
    size_t used;                /* bytes taken from the newest */
};

struct arena *arena_new(void);
void arena_free(struct arena *a);

/* Zeroed memory, aligned for anything; lives as long as the arena. */
void *arena_alloc(struct arena *a, size_t size);

/* A copy of the bytes. */
struct slice arena_copy(struct arena *a, struct slice bytes);

/* Room for one more item behind `count`: returns the array, moved when it was
 * full (capacities are the powers of two, so none needs to be kept). */
void *arena_grow(struct arena *a, void *array, size_t count, size_t item_size);

#endif
