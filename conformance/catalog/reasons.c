/* reasons.c - why no scenario can judge a statement.
 * SPDX-License-Identifier: MIT */
#include "conformance/catalog/reasons.h"

static const struct {
    const char *id;     /* of the statement */
    const char *reason; /* a sentence or two */
} rows[] = {
#define UNOBSERVABLE(id, reason) {id, reason},
#include "conformance/catalog/reasons.def"
#undef UNOBSERVABLE
};
enum { COUNT = sizeof rows / sizeof rows[0] };

const char *
reasons_at(size_t index)
{
    return index < COUNT ? rows[index].id : NULL;
}

const char *
reasons_find(struct slice statement_id)
{
    for (size_t i = 0; i < COUNT; i++)
        if (slice_is(statement_id, rows[i].id))
            return rows[i].reason;
    return NULL;
}
