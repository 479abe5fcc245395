/* map.c - from bytes to pointers.
 * SPDX-License-Identifier: MIT */
#include "base/map.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

void
map_release(struct map *m)
{
    free(m->slots);
    *m = (struct map){.hash_key = m->hash_key};
}

/* The slot that holds key, or the free one where it would go. */
static size_t
slot_of(const struct map *m, struct slice key, uint64_t hash)
{
    size_t at = hash & (m->cap - 1);
    while (m->slots[at].value && !(m->slots[at].hash == hash &&
                                   slice_equal(m->slots[at].key, key)))
        at = (at + 1) & (m->cap - 1);
    return at;
}

static void
grow(struct map *m)
{
    struct map_entry *old = m->slots;
    size_t old_cap = m->cap;
    m->cap = old_cap ? old_cap * 2 : 16;
    m->slots = xcalloc(m->cap, sizeof *m->slots);
    for (size_t i = 0; i < old_cap; i++)
        if (old[i].value)
            m->slots[slot_of(m, old[i].key, old[i].hash)] = old[i];
    free(old);
}

void *
map_get(const struct map *m, struct slice key)
{
    if (m->count == 0)
        return NULL;
    return m->slots[slot_of(m, key, hash_bytes(m->hash_key, key))].value;
}

void
map_put(struct map *m, struct slice key, void *value)
{
    assert(value);
    if (m->count * 4 >= m->cap * 3)
        grow(m);
    uint64_t hash = hash_bytes(m->hash_key, key);
    size_t at = slot_of(m, key, hash);
    if (!m->slots[at].value)
        m->count++;
    m->slots[at] = (struct map_entry){key, value, hash};
}

void *
map_remove(struct map *m, struct slice key)
{
    if (m->count == 0)
        return NULL;
    size_t gap = slot_of(m, key, hash_bytes(m->hash_key, key));
    void *value = m->slots[gap].value;
    if (!value)
        return NULL;
    /* Close the gap: pull back every follower that may stand there. */
    for (size_t at = (gap + 1) & (m->cap - 1); m->slots[at].value;
         at = (at + 1) & (m->cap - 1)) {
        size_t home = m->slots[at].hash & (m->cap - 1);
        bool may_move = gap <= at ? home <= gap || home > at
                                  : home <= gap && home > at;
        if (may_move) {
            m->slots[gap] = m->slots[at];
            gap = at;
        }
    }
    m->slots[gap] = (struct map_entry){0};
    m->count--;
    return value;
}

void *
map_next(const struct map *m, size_t *at)
{
    while (*at < m->cap) {
        void *value = m->slots[(*at)++].value;
        if (value)
            return value;
    }
    return NULL;
}
