/* map.h - from bytes to pointers.
 * SPDX-License-Identifier: MIT
 *
 * Open addressing with linear probing; removal closes the gap, so there are no
 * tombstones. Keys are borrowed: they must live, unchanged, as long as the
 * entry does (usually they are a member of the value). Values are borrowed
 * too and never NULL. A zeroed struct is an empty map (with key 0).          */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/slice.h"

struct map_entry {
    struct slice key; /* borrowed */
    void *value;      /* borrowed; NULL: free slot */
    uint64_t hash;
};

struct map {
    struct map_entry *slots; /* owned, a power of two of them */
    size_t cap;              /* slots; 0 before the first put */
    size_t count;            /* entries */
    uint64_t hash_key;       /* secret of the hash; set before the first put */
};

void map_release(struct map *m);

/* The value, or NULL. */
void *map_get(const struct map *m, struct slice key);

/* Adds or replaces; on replacing the new key is borrowed from then on. */
void map_put(struct map *m, struct slice key, void *value);

/* Takes the entry out and returns its value, or NULL. */
void *map_remove(struct map *m, struct slice key);

/* Walks all entries in no useful order: size_t at = 0; while ((v =
 * map_next(m, &at))) ... The map must not change meanwhile. */
void *map_next(const struct map *m, size_t *at);

#endif
