/* alias_names.h - what the Topic Aliases of one direction stand for.
 * SPDX-License-Identifier: MIT
 *
 * Each direction of a connection has a mapping of its own (3.3.2.3.4), and a
 * later PUBLISH may bind an alias anew. Bounded: past ALIAS_NAMES_MAX bytes
 * of topics new ones are not remembered.                                     */
#ifndef TRACE_MODEL_ALIAS_NAMES_H
#define TRACE_MODEL_ALIAS_NAMES_H

#include "base/map.h"

#define ALIAS_NAMES_MAX (256 * 1024)

struct alias_names {
    struct map by_alias; /* two bytes -> struct alias_name, owned */
    size_t bytes;        /* of topics */
    unsigned gaps;       /* gaps of this direction so far */
};

void alias_names_release(struct alias_names *a);

/* From now on `alias` stands for topic, which is copied. */
void alias_names_bind(struct alias_names *a, uint16_t alias,
                      struct slice topic);

/* The topic, borrowed until the next bind; a NULL pointer when unknown.
 * *is_doubtful: bound before a gap, in which it may have been bound anew. */
struct slice alias_names_topic(const struct alias_names *a, uint16_t alias,
                               bool *is_doubtful);

#endif
