/* outbox.h - memory for output that waits, lent to who has some.
 * SPDX-License-Identifier: MIT
 *
 * A connection that says nothing has no buffer. When it gets output it takes
 * one that another connection has given back, with the room that has already
 * grown in it; when all is written it gives it back. What it buys: 10,000 quiet
 * connections take no memory for output, a busy one allocates nothing, and the
 * few buffers that go round stay in the processor's cache.
 *
 * What is kept in spare is bounded in number and in bytes.                   */
#ifndef BROKER_OUTBOX_H
#define BROKER_OUTBOX_H

#include "base/buf.h"

enum {
    OUTBOX_SPARES = 1024,       /* buffers kept */
    OUTBOX_SPARE_MAX = 1048576, /* bytes of the largest one kept */
    OUTBOX_SPARE_SUM = 8388608  /* bytes of all of them */
};

struct outbox {
    struct buf spare[OUTBOX_SPARES]; /* owned, empty, with room */
    size_t count;                    /* of spare in use */
    size_t bytes;                    /* that they have room for */
};

void outbox_release(struct outbox *o);

/* Gives `out` memory if it has none. */
void outbox_lend(struct outbox *o, struct buf *out);

/* Takes back the memory of `out`, whose content is not needed any more. */
void outbox_return(struct outbox *o, struct buf *out);

#endif
