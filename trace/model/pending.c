/* pending.c - requests of one side that wait for their answer.
 * SPDX-License-Identifier: MIT
 *
 * Open addressing with linear probing; a removal moves the ones behind it up,
 * so that there are no tombstones.                                           */
#include "trace/model/pending.h"

#include <stdlib.h>

#include "base/mem.h"

static size_t
home(const struct pending_table *t, uint16_t id)
{
    return id & (t->cap - 1);
}

static size_t
slot_of(const struct pending_table *t, uint16_t id)
{
    size_t at = home(t, id);
    while (t->slots[at].packet_id && t->slots[at].packet_id != id)
        at = (at + 1) & (t->cap - 1);
    return at;
}

void
pending_release(struct pending_table *t)
{
    free(t->slots);
    *t = (struct pending_table){0};
}

struct pending *
pending_find(const struct pending_table *t, uint16_t id)
{
    if (!t->cap || !id)
        return NULL;
    struct pending *p = &t->slots[slot_of(t, id)];
    return p->packet_id ? p : NULL;
}

static void
grow(struct pending_table *t)
{
    struct pending_table old = *t;
    t->cap = old.cap ? 2 * old.cap : 8;
    t->slots = xcalloc(t->cap, sizeof *t->slots);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].packet_id)
            t->slots[slot_of(t, old.slots[i].packet_id)] = old.slots[i];
    free(old.slots);
}

struct pending *
pending_put(struct pending_table *t, uint16_t id)
{
    struct pending *p = pending_find(t, id);
    if (p)
        return p;
    if (t->count == PENDING_MAX)
        pending_release(t);
    if (2 * (t->count + 1) > t->cap)
        grow(t);
    p = &t->slots[slot_of(t, id)];
    *p = (struct pending){.packet_id = id};
    t->count++;
    return p;
}

void
pending_remove(struct pending_table *t, uint16_t id)
{
    if (!pending_find(t, id))
        return;
    size_t mask = t->cap - 1, hole = slot_of(t, id), at = hole;
    t->slots[hole].packet_id = 0;
    t->count--;
    for (;;) {
        at = (at + 1) & mask;
        if (!t->slots[at].packet_id)
            return;
        size_t want = home(t, t->slots[at].packet_id);
        if (((at - want) & mask) < ((at - hole) & mask))
            continue; /* it stands between its home and the hole */
        t->slots[hole] = t->slots[at];
        t->slots[at].packet_id = 0;
        hole = at;
    }
}
