/* held.c - QoS 2 messages that wait for PUBREL.
 * SPDX-License-Identifier: MIT */
#include "broker/held.h"

#include <stdlib.h>

#include "base/mem.h"

static struct message *
take(struct held *h)
{
    struct message *m = h->message;
    list_remove(&h->link);
    free(h);
    return m;
}

struct message *
held_add(struct list *held, uint16_t packet_id, struct message *m)
{
    struct held *h = xcalloc(1, sizeof *h);
    h->packet_id = packet_id;
    h->message = message_ref(m);
    list_push(held, &h->link);
    return h->message;
}

struct message *
held_take(struct list *held, uint16_t packet_id)
{
    LIST_EACH(link, held) {
        struct held *h = LIST_ITEM(link, struct held, link);
        if (h->packet_id == packet_id)
            return take(h);
    }
    return NULL;
}

void
held_release(struct list *held)
{
    LIST_EACH(link, held)
        message_unref(take(LIST_ITEM(link, struct held, link)));
}
