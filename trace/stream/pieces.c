/* pieces.c - the list behind the reordering of TCP segments.
 * SPDX-License-Identifier: MIT */
#include "trace/stream/pieces.h"

#include <stdlib.h>

#include "base/mem.h"

static struct piece *
item(struct list *link)
{
    return LIST_ITEM(link, struct piece, link);
}

static size_t
memory_of(const struct piece *p)
{
    return sizeof *p + (p->is_cut ? 0 : p->len);
}

void
pieces_init(struct pieces *ps, size_t *total)
{
    list_init(&ps->list);
    ps->count = ps->memory = 0;
    ps->total = total;
}

void
pieces_clear(struct pieces *ps)
{
    struct piece *p;
    while ((p = pieces_pop(ps)))
        free(p);
}

struct piece *
pieces_first(const struct pieces *ps)
{
    return list_empty(&ps->list) ? NULL : item(ps->list.next);
}

struct piece *
pieces_pop(struct pieces *ps)
{
    struct piece *p = pieces_first(ps);
    if (!p)
        return NULL;
    list_remove(&p->link);
    ps->count--;
    ps->memory -= memory_of(p);
    *ps->total -= memory_of(p);
    return p;
}

/* Puts a copy of `like`, reduced to [at, at + len), in front of `next`. */
static void
insert(struct pieces *ps, struct list *next, const struct piece *like,
       const uint8_t *data, uint64_t at, uint32_t len)
{
    struct piece *p = xcalloc(1, sizeof *p + (like->is_cut ? 0 : len));
    *p = *like;
    p->at = at;
    p->len = len;
    if (!like->is_cut)
        memcpy(p->data, data + (at - like->at), len);
    p->link = (struct list){NULL, NULL};
    list_push(next, &p->link); /* the end of a list that begins at next */
    ps->count++;
    ps->memory += memory_of(p);
    *ps->total += memory_of(p);
}

/* Both cover [at, at + len): do they agree? Cut bytes agree with all. Good ones
 * replace doubtful ones. */
static void
compare(struct piece *old, const struct piece *like,
        const uint8_t *data, uint64_t at, uint64_t len,
        struct pieces_seen *seen)
{
    seen->resent += len;
    if (old->is_cut || like->is_cut)
        return;
    uint8_t *a = old->data + (at - old->at);
    const uint8_t *b = data + (at - like->at);
    for (uint64_t i = 0; i < len; i++)
        seen->conflict += a[i] != b[i];
    if (!old->is_doubtful || like->is_doubtful)
        return;
    memcpy(a, b, len);
    old->frame = like->frame;
    old->time_ns = like->time_ns;
    old->is_doubtful = len < old->len;
}

void
pieces_add(struct pieces *ps, const struct piece *like, const uint8_t *data,
           struct pieces_seen *seen)
{
    uint64_t at = like->at, end = like->at + like->len;

    /* From the back, as most segments that must wait come last. */
    struct list *next = &ps->list;
    while (next->prev != &ps->list &&
           item(next->prev)->at + item(next->prev)->len > at)
        next = next->prev;

    for (; at < end; next = next->next) {
        struct piece *old = next == &ps->list ? NULL : item(next);
        uint64_t open_end = old && old->at < end ? old->at : end;
        if (at < open_end) {
            insert(ps, next, like, data, at, (uint32_t)(open_end - at));
            at = open_end;
        }
        if (!old || at == end)
            return;
        uint64_t old_end = old->at + old->len;
        uint64_t both_end = old_end < end ? old_end : end;
        compare(old, like, data, at, both_end - at, seen);
        at = both_end;
    }
}
