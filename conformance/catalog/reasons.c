/* reasons.c - why no scenario can judge a statement, or no fault breaks it.
 * SPDX-License-Identifier: MIT */
#include "conformance/catalog/reasons.h"

struct reason {
    const char *id;   /* of the statement */
    const char *text; /* a sentence or two */
};

static const struct reason unobservable[] = {
#define UNOBSERVABLE(id, reason) {id, reason},
#include "conformance/catalog/reasons.def"
#undef UNOBSERVABLE
};

static const struct reason unbroken[] = {
#define UNBROKEN(id, reason) {id, reason},
#include "conformance/catalog/unbroken.def"
#undef UNBROKEN
};

enum {
    UNOBSERVABLE_COUNT = sizeof unobservable / sizeof unobservable[0],
    UNBROKEN_COUNT = sizeof unbroken / sizeof unbroken[0]
};

static const char *
find(const struct reason *rows, size_t count, struct slice id)
{
    for (size_t i = 0; i < count; i++)
        if (slice_is(id, rows[i].id))
            return rows[i].text;
    return NULL;
}

const char *
reasons_at(size_t index)
{
    return index < UNOBSERVABLE_COUNT ? unobservable[index].id : NULL;
}

const char *
reasons_find(struct slice statement_id)
{
    return find(unobservable, UNOBSERVABLE_COUNT, statement_id);
}

const char *
reasons_unbroken_at(size_t index)
{
    return index < UNBROKEN_COUNT ? unbroken[index].id : NULL;
}

const char *
reasons_find_unbroken(struct slice statement_id)
{
    return find(unbroken, UNBROKEN_COUNT, statement_id);
}
