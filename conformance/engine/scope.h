/* scope.h - the names of a scenario and what they stand for.
 * SPDX-License-Identifier: MIT
 *
 * One outermost scope per scenario; inside it one for every `for each` and
 * every call of a define, for its own names. What a packet binds, what is let,
 * marked or collected belongs to the scenario, unless an inner scope has that
 * name already. Everything lives in the scenario's arena.                    */
#ifndef ENGINE_SCOPE_H
#define ENGINE_SCOPE_H

#include "conformance/engine/value.h"

struct scope_name {
    struct slice name;  /* borrowed from the script */
    struct value value;
};

struct scope {
    struct scope *outer; /* NULL for the scenario's own */
    struct arena *arena; /* borrowed */
    struct scope_name *names;
    size_t count;
};

/* A new one inside `outer` (NULL: the outermost). */
struct scope *scope_new(struct arena *arena, struct scope *outer);

/* NULL when nobody has that name. Borrowed until the next set or own. */
const struct value *scope_find(const struct scope *s, struct slice name);

/* Gives the name its value where it stands already, else in the outermost. */
void scope_set(struct scope *s, struct slice name, struct value v);

/* A name of this very scope. */
void scope_own(struct scope *s, struct slice name, struct value v);

#endif
