/* outbox.c - memory for output that waits.
 * SPDX-License-Identifier: MIT */
#include "broker/outbox.h"

void
outbox_release(struct outbox *o)
{
    while (o->count > 0)
        buf_release(&o->spare[--o->count]);
    o->bytes = 0;
}

void
outbox_lend(struct outbox *o, struct buf *out)
{
    if (out->data || o->count == 0)
        return;
    *out = o->spare[--o->count]; /* the one used last: still in the cache */
    o->bytes -= out->cap;
}

void
outbox_return(struct outbox *o, struct buf *out)
{
    if (!out->data)
        return;
    if (o->count == OUTBOX_SPARES || out->cap > OUTBOX_SPARE_MAX ||
        o->bytes + out->cap > OUTBOX_SPARE_SUM) {
        buf_release(out);
        return;
    }
    buf_clear(out);
    o->bytes += out->cap;
    o->spare[o->count++] = *out;
    *out = (struct buf){0};
}
