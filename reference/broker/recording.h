/* recording.h - what the broker speaks, as a capture file (--capture).
 * SPDX-License-Identifier: MIT
 *
 * Whole packets go into the file, each direction in its order, secrets masked
 * (mqtt/secret.h). Any tool that reads pcapng opens it; plumb-trace does. */
#ifndef BROKER_RECORDING_H
#define BROKER_RECORDING_H

#include <stdio.h>

#include "base/error.h"
#include "mqtt/version.h"
#include "net/pcapng_write.h"

struct recording {
    FILE *file;          /* owned */
    const char *path;    /* borrowed, for messages */
    uint16_t port;       /* the broker's */
    uint16_t next_port;  /* invented for the next client */
    struct buf out;      /* not yet written */
    bool failed;         /* told once; nothing is written any more */
};

/* One recorded connection; a member of whoever owns the connection. */
struct recorded {
    struct pcapng_stream stream;
    struct buf in;             /* start of a packet from the client */
    size_t noted;              /* bytes of the broker's output that are in the
                                  file already and not yet sent */
    enum mqtt_version version; /* once CONNECT came */
};

/* -1 and err when the file cannot be made. */
int recording_open(struct recording *r, const char *path, uint16_t port,
                   struct error *err);
void recording_close(struct recording *r);

void recording_accept(struct recording *r, struct recorded *c,
                      uint64_t wall_us);
void recording_input(struct recording *r, struct recorded *c,
                     struct slice bytes, uint64_t wall_us);

/* `pending` is all of the output that waits; what is new in it is noted. */
void recording_output(struct recording *r, struct recorded *c,
                      struct slice pending, uint64_t wall_us);

/* n bytes of it were sent. */
void recording_sent(struct recorded *c, size_t n);

/* The connection ended, by which side. */
void recording_end(struct recording *r, struct recorded *c,
                   enum pcapng_side who, uint64_t wall_us);

#endif
