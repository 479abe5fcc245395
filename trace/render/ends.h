/* ends.h - how the connections of a capture ended, counted.
 * SPDX-License-Identifier: MIT
 *
 * In a night's capture thousands of connections end, most of them for one of five
 * reasons. For each reason: how many, and whose most often. The sentences are
 * those of trace/model/why.h.                                                */
#ifndef TRACE_RENDER_ENDS_H
#define TRACE_RENDER_ENDS_H

#include "base/buf.h"
#include "base/map.h"

enum {
    ENDS_CAUSES = 16,       /* different reasons */
    ENDS_NAMES_MAX = 20000, /* clients remembered for each */
    ENDS_TOLD_FROM = 5      /* fewer connections need no overview */
};

/* Connections that ended for one reason. */
struct ends_row {
    const char *cause;   /* static */
    uint64_t count;
    struct map clients;  /* name -> struct ends_client, owned */
};

struct ends {
    struct ends_row rows[ENDS_CAUSES];
    size_t row_count;
    uint64_t connections;
};

/* A zeroed struct is a fresh one. */
void ends_release(struct ends *e);

/* A connection of that client ended. */
void ends_add(struct ends *e, const char *cause, struct slice client);

/* The nth most frequent reason, from 0; NULL: there are not so many, or so few
 * connections that nobody needs an overview. */
const struct ends_row *ends_nth(const struct ends *e, size_t n);

/* Appends whose they were most often: "pump-7 (3), valve-2 and 4 more". */
void ends_names(struct buf *out, const struct ends_row *row);

/* The overview as text; nothing when nobody needs one. */
void ends_print(struct buf *out, const struct ends *e);

#endif
