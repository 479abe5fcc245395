/* tape.h - who sent which bytes when: captures taken apart and made anew.
 * SPDX-License-Identifier: MIT
 *
 * The captures of the labs are played by plumb-check in virtual time, which
 * keeps evidence: packets with the clock of that run and remarks that tell too
 * much. A tape has only the bytes, and makes a capture of them that depends on
 * nothing but the seed. As text it is one event per line (lab 11 keeps its
 * recordings so, and people can read them):
 *
 *     # microseconds  connection  event  bytes
 *     0 0 c 101000044d5154540402003c000461626364
 *     200 0 s! 20020000
 *     200 0 retransmit
 *     90000 0 c-fin
 *
 * c and s: bytes of client and server; `!` marks the first wrong packet;
 * `c-fin` and the like end a connection; `retransmit` sends its last segment
 * again.  */
#ifndef LABS_ANSWERS_TAPE_H
#define LABS_ANSWERS_TAPE_H

#include "base/buf.h"
#include "base/error.h"
#include "mqtt/packet.h"

enum tape_what { TAPE_DATA, TAPE_FIN, TAPE_RST, TAPE_RETRANSMIT };

struct tape_event {
    uint64_t time_us;    /* since the start */
    unsigned connection; /* counted from 0 */
    enum tape_what what; /* happens */
    enum mqtt_side from; /* of data and ends */
    bool is_wrong;       /* the first wrong packet of them all */
    size_t nth;          /* order in which they were added */
    struct buf bytes;    /* of data: one packet; owned */
};

struct tape {
    struct tape_event *list; /* owned, sorted by time */
    size_t count, cap;       /* of events */
};

void tape_release(struct tape *t);

/* Adds what a capture has, its connections counted from `first`. Returns how
 * many it had, or -1. Times are those of the capture until all is sorted. */
int tape_add_capture(struct tape *t, const char *path, unsigned first,
                     struct error *err);

/* An event of one's own; bytes are copied. Sort when all are there: then times
 * begin with 0. */
struct tape_event *tape_add(struct tape *t, uint64_t time_us,
                            unsigned connection, enum mqtt_side from,
                            struct slice bytes);
void tape_sort(struct tape *t);

/* The broker chooses a name for who has none at random: from the seed instead.
 */
void tape_rename_nameless(struct tape *t, uint64_t seed);

/* As text, and back. */
void tape_print(struct buf *out, const struct tape *t);
int tape_parse(struct tape *t, struct slice text, struct error *err);

/* Appends a capture: what one side says at one time is one segment, but with
 * `tears`, of three packets and more the last is torn in two. */
void tape_write(struct buf *out, const struct tape *t, uint64_t seed,
                bool tears);

#endif
