/* reading.h - captures, as options name them, told to whoever wants events.
 * SPDX-License-Identifier: MIT */
#ifndef TRACE_READING_H
#define TRACE_READING_H

#include "trace/input.h"
#include "trace/options.h"

/* Reads `count` files, or the interface when it is 0, as one capture. `on_frame`
 * as in input.h. -1 with err. */
int reading_run(char **files, int count, const struct options *o,
                const struct model_events *events,
                bool (*on_frame)(void *user, const struct input_counts *counts),
                void *user, struct input_counts *counts, struct error *err);

/* Reads a capture for views that need all of it, into v->kept, and gives its
 * name without folders. v is released by the caller in any case. */
int reading_keep(char **files, int count, const struct options *o,
                 struct view *v, struct buf *out, const char **title,
                 struct error *err);

/* The numbers of the packets that break a statement, in order; owned by the
 * caller. NULL, and *n 0, when there are none or the files cannot be read. */
uint64_t *reading_broken(char **files, int count, const struct options *o,
                         size_t *n);

/* --redact: reads the files and writes them to o->redact_path. */
int reading_redact(char **files, int count, const struct options *o,
                   struct error *err);

#endif
