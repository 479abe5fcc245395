/* bench_options.h - the command line of `plumb-client bench`, as one table.
 * SPDX-License-Identifier: MIT                                               */
#ifndef CLIENT_BENCH_OPTIONS_H
#define CLIENT_BENCH_OPTIONS_H

#include "base/buf.h"
#include "base/error.h"
#include "client/bench_shape.h"

/* Texts are borrowed from argv. */
struct bench_options {
    const char *host;
    uint64_t port;
    const struct bench_shape *shape; /* NULL: all of them */
    uint64_t qos;                    /* 3: all that the shape has */
    uint64_t seconds_ms;             /* of each measurement */
    uint64_t messages;               /* instead; 0: go by time */
    uint64_t pid;                    /* of the broker; 0: unknown */
    bool keeps;                      /* sessions outlive connections */
    bool json;
    bool wants_list;
    bool wants_help;
};

/* argv is what follows the command. After -1 err says what is wrong. */
int bench_options_parse(struct bench_options *o, int argc, char **argv,
                        struct error *err);

/* Appends the help, or the list of shapes. */
void bench_options_help(struct buf *out);
void bench_options_list(struct buf *out);

#endif
