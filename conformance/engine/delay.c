/* delay.c - what is on its way between plays and the broker.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/delay.h"

#include <stdlib.h>

#include "base/mem.h"

void
delay_init(struct delay *d, uint64_t mean_us, uint64_t seed)
{
    d->mean_us = mean_us;
    random_seed(&d->random, seed);
    list_init(&d->list);
}

void
delay_add(struct delay *d, struct late what, struct slice bytes,
          uint64_t now_us, uint64_t *last_us)
{
    struct late *l = xcalloc(1, sizeof *l);
    struct list *after = d->list.prev;
    *l = what;
    l->due_us = now_us + d->mean_us / 2 +
                random_below(&d->random, d->mean_us + 1);
    if (l->due_us < *last_us)
        l->due_us = *last_us;
    *last_us = l->due_us;
    buf_add(&l->bytes, bytes);
    while (after != &d->list &&
           LIST_ITEM(after, struct late, place)->due_us > l->due_us)
        after = after->prev;
    list_push(after->next, &l->place);
}

struct late *
delay_next(struct delay *d, uint64_t now_us)
{
    if (delay_due_us(d) > now_us)
        return NULL;
    struct late *l = LIST_ITEM(d->list.next, struct late, place);
    list_remove(&l->place);
    return l;
}

void
delay_done(struct late *l)
{
    list_remove(&l->place);
    buf_release(&l->bytes);
    free(l);
}

uint64_t
delay_due_us(const struct delay *d)
{
    if (list_empty(&d->list))
        return UINT64_MAX;
    return LIST_ITEM(d->list.next, struct late, place)->due_us;
}

void
delay_forget(struct delay *d, const void *link)
{
    LIST_EACH(place, &d->list)
    {
        struct late *l = LIST_ITEM(place, struct late, place);
        if (l->link == link)
            delay_done(l);
    }
}
