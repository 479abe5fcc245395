/* alias_names.c - what the Topic Aliases of one direction stand for.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/alias_names.h"

#include <stdlib.h>

#include "base/mem.h"

struct alias_name {
    uint8_t key[2]; /* the alias, as the map wants it */
    unsigned gaps; /* of the direction when it was bound */
    size_t len;
    uint8_t topic[];
};

static void
set_key(uint8_t key[2], uint16_t alias)
{
    key[0] = (uint8_t)(alias >> 8);
    key[1] = (uint8_t)alias;
}

void
alias_names_release(struct alias_names *a)
{
    size_t at = 0;
    struct alias_name *n;
    while ((n = map_next(&a->by_alias, &at)))
        free(n);
    map_release(&a->by_alias);
    *a = (struct alias_names){0};
}

void
alias_names_bind(struct alias_names *a, uint16_t alias, struct slice topic)
{
    uint8_t key[2];
    set_key(key, alias);
    struct alias_name *old = map_remove(&a->by_alias, slice_of(key, 2));
    if (old)
        a->bytes -= old->len + sizeof *old;
    free(old);
    if (a->bytes + topic.len > ALIAS_NAMES_MAX)
        return;
    struct alias_name *n = xcalloc(1, sizeof *n + topic.len);
    set_key(n->key, alias);
    n->gaps = a->gaps;
    n->len = topic.len;
    if (topic.len)
        memcpy(n->topic, topic.ptr, topic.len);
    a->bytes += n->len + sizeof *n;
    map_put(&a->by_alias, slice_of(n->key, 2), n);
}

struct slice
alias_names_topic(const struct alias_names *a, uint16_t alias,
                  bool *is_doubtful)
{
    uint8_t key[2];
    set_key(key, alias);
    const struct alias_name *n = map_get(&a->by_alias, slice_of(key, 2));
    *is_doubtful = n && n->gaps != a->gaps;
    return n ? slice_of(n->topic, n->len) : slice_of(NULL, 0);
}
