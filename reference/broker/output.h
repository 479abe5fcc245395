/* output.h - what waits to be written to one connection.
 * SPDX-License-Identifier: MIT
 *
 * Small packets are copied into conn.out, one behind the other. A large payload
 * that many get is not copied for each: a reference says after how many bytes
 * of conn.out it comes, and the driver writes both with one system call.
 *
 *     conn.out   |header A|PUBACK|header B|
 *     refs                ^payload A      ^payload B
 *
 * What it buys: a fan-out of 16 KiB messages to 100 writes from 160 KiB that
 * stay in the cache, not from 16 MiB that do not: half the time.             */
#ifndef BROKER_OUTPUT_H
#define BROKER_OUTPUT_H

#include "base/buf.h"

struct broker;
struct conn;
struct message;

enum { OUTPUT_REFERS = 4096 }; /* payloads from that size on are not copied */

struct output_ref {
    size_t at;               /* in conn.out: the payload comes before it */
    struct message *message; /* a reference */
};

struct output_refs {
    struct output_ref *list; /* owned; in order */
    size_t first, count;     /* those of list that wait */
    size_t cap;
    size_t sent;             /* bytes of the first payload that were written */
    size_t bytes;            /* of all payloads, not yet written */
};

/* At this place comes the payload of m, of which a reference is kept. */
void output_refer(struct conn *c, struct message *m);

/* The pieces that come next, at most `most`, which is 2 or more; returns how
 * many; 0: nothing waits. */
size_t output_pieces(const struct conn *c, struct slice *pieces, size_t most);

/* Appends a copy of all that waits. */
void output_copy(const struct conn *c, struct buf *out);

/* The first n bytes were written. */
void output_sent(struct broker *b, struct conn *c, size_t n);

/* Nothing of it will be written. */
void output_discard(struct broker *b, struct conn *c);

#endif
