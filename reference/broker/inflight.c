/* inflight.c - deliveries that were sent and are not settled.
 * SPDX-License-Identifier: MIT */
#include "broker/inflight.h"

#include <stdlib.h>

#include "base/mem.h"
#include "broker/queue.h"
#include "mqtt/pktid.h"

enum { ID_MAX = MQTT_PKTID_MAX, SLOTS_FIRST = 16, SLOTS_MAX = ID_MAX + 1 };

void
inflight_init(struct inflight *f)
{
    *f = (struct inflight){0};
    list_init(&f->order);
}

void
inflight_release(struct inflight *f)
{
    free(f->slots);
    inflight_init(f);
}

static struct delivery **
slot_of(const struct inflight *f, uint16_t packet_id)
{
    return &f->slots[packet_id & (f->slot_count - 1)];
}

/* What is apart modulo n is apart modulo 2n. */
static void
grow(struct inflight *f)
{
    struct delivery **old = f->slots;
    uint32_t old_count = f->slot_count;
    f->slot_count = old_count ? old_count * 2 : SLOTS_FIRST;
    f->slots = xcalloc(f->slot_count, sizeof(struct delivery *));
    for (uint32_t i = 0; i < old_count; i++)
        if (old[i])
            *slot_of(f, old[i]->packet_id) = old[i];
    free(old);
}

static void
enter(struct inflight *f, struct delivery *d)
{
    *slot_of(f, d->packet_id) = d;
    list_push(&f->order, &d->link);
    f->count++;
}

bool
inflight_begin(struct inflight *f, struct delivery *d)
{
    uint16_t id = f->last_id;
    if (f->count == ID_MAX)
        return false;
    if (f->count * 2 >= f->slot_count && f->slot_count < SLOTS_MAX)
        grow(f);
    do
        id = id == ID_MAX ? 1 : (uint16_t)(id + 1);
    while (*slot_of(f, id));
    d->packet_id = f->last_id = id;
    enter(f, d);
    return true;
}

bool
inflight_put(struct inflight *f, struct delivery *d)
{
    if (d->packet_id == 0 || inflight_find(f, d->packet_id))
        return false;
    while (f->slot_count == 0 || *slot_of(f, d->packet_id))
        grow(f);
    enter(f, d);
    return true;
}

struct delivery *
inflight_find(const struct inflight *f, uint16_t packet_id)
{
    if (f->slot_count == 0)
        return NULL;
    struct delivery *d = *slot_of(f, packet_id);
    return d && d->packet_id == packet_id ? d : NULL;
}

void
inflight_remove(struct inflight *f, struct delivery *d)
{
    *slot_of(f, d->packet_id) = NULL;
    list_remove(&d->link);
    f->count--;
}
