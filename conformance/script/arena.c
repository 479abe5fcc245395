/* arena.c - memory that is all freed at once.
 * SPDX-License-Identifier: MIT */
#include "conformance/script/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/mem.h"

enum { BLOCK_SIZE = 16 * 1024 };

struct arena_block {
    struct arena_block *next;         /* older */
    size_t size;                      /* bytes of data */
    alignas(max_align_t) char data[]; /* handed out from the front */
};

struct arena *
arena_new(void)
{
    return xcalloc(1, sizeof(struct arena));
}

void
arena_free(struct arena *a)
{
    while (a && a->blocks) {
        struct arena_block *block = a->blocks;
        a->blocks = block->next;
        free(block);
    }
    free(a);
}

static void
add_block(struct arena *a, size_t size)
{
    if (size < BLOCK_SIZE)
        size = BLOCK_SIZE;
    struct arena_block *block = xcalloc(1, sizeof *block + size);
    block->size = size;
    block->next = a->blocks;
    a->blocks = block;
    a->used = 0;
}

void *
arena_alloc(struct arena *a, size_t size)
{
    size_t unit = alignof(max_align_t);
    size = (size + unit - 1) / unit * unit;
    if (!a->blocks || size > a->blocks->size - a->used)
        add_block(a, size);
    void *memory = a->blocks->data + a->used;
    a->used += size;
    return memory;
}

struct slice
arena_copy(struct arena *a, struct slice bytes)
{
    if (bytes.len == 0)
        return (struct slice){NULL, 0};
    void *copy = arena_alloc(a, bytes.len);
    memcpy(copy, bytes.ptr, bytes.len);
    return slice_of(copy, bytes.len);
}

void *
arena_grow(struct arena *a, void *array, size_t count, size_t item_size)
{
    bool is_full = count == 0 || (count & (count - 1)) == 0;
    if (!is_full)
        return array;
    void *larger = arena_alloc(a, (count ? 2 * count : 1) * item_size);
    if (count)
        memcpy(larger, array, count * item_size);
    return larger;
}
