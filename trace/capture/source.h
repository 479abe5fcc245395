/* source.h - what a file format offers to capture.c.
 * SPDX-License-Identifier: MIT
 *
 * capture.c looks at the first bytes and picks one of the two; after that it
 * only knows this table. A format embeds `struct source` as first member.
 * Errors do not name the file: capture.c puts the name in front.             */
#ifndef TRACE_CAPTURE_SOURCE_H
#define TRACE_CAPTURE_SOURCE_H

#include <stdio.h>

#include "trace/capture/capture.h"

struct source {
    /* As capture_next; number comes in filled. */
    int (*next)(struct source *s, struct capture_frame *out,
                struct error *err);
    /* As capture_secrets; NULL: such files hold none. */
    struct slice (*secrets)(const struct source *s);
    void (*close)(struct source *s); /* frees s and closes its file */
};

/* pcap.c and pcapng.c. Both take the file, which stands at its first byte;
 * on failure (NULL) the file still belongs to the caller. */
struct source *source_open_pcap(FILE *file, struct error *err);
struct source *source_open_pcapng(FILE *file, struct error *err);

/* A capture of a source, which it takes, also on failure (NULL: the filter is
 * wrong). `filter` may be NULL. */
struct capture *capture_of(struct source *source, const char *name,
                           const char *filter, struct error *err);

#endif
