/* scope.c - the names of a scenario and what they stand for.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/scope.h"

struct scope *
scope_new(struct arena *arena, struct scope *outer)
{
    struct scope *s = arena_alloc(arena, sizeof *s);
    s->outer = outer;
    s->arena = arena;
    return s;
}

static struct scope_name *
find_here(const struct scope *s, struct slice name)
{
    for (size_t i = 0; i < s->count; i++)
        if (slice_equal(s->names[i].name, name))
            return &s->names[i];
    return NULL;
}

const struct value *
scope_find(const struct scope *s, struct slice name)
{
    for (; s; s = s->outer) {
        const struct scope_name *n = find_here(s, name);
        if (n)
            return &n->value;
    }
    return NULL;
}

void
scope_own(struct scope *s, struct slice name, struct value v)
{
    struct scope_name *n = find_here(s, name);
    if (!n) {
        s->names = arena_grow(s->arena, s->names, s->count, sizeof *s->names);
        n = &s->names[s->count++];
        n->name = name;
    }
    n->value = v;
}

void
scope_set(struct scope *s, struct slice name, struct value v)
{
    struct scope *at = s;
    while (at->outer && !find_here(at, name))
        at = at->outer;
    scope_own(at, name, v);
}
