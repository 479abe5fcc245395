/* suite_clients.c - how many clients a scenario has, before it is played.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/suite.h"

enum { CLIENTS_MAX = 64, DEPTH_MAX = 16 };

struct names {
    struct slice list[CLIENTS_MAX];
    size_t count;
};

static void
note(struct names *n, struct slice name)
{
    for (size_t i = 0; i < n->count; i++)
        if (slice_equal(n->list[i], name))
            return;
    if (name.len && n->count < CLIENTS_MAX)
        n->list[n->count++] = name;
}

/* A parameter of a define is counted as a client of its own: one too many is
 * better than one too few. */
static void
walk(struct names *n, const struct script_block *b, int depth)
{
    for (size_t i = 0; i < b->count && depth < DEPTH_MAX; i++) {
        const struct script_stmt *s = &b->list[i];
        note(n, s->client);
        walk(n, &s->block, depth + 1);
        for (size_t k = 0; k < s->branch_count; k++)
            walk(n, &s->branches[k].block, depth + 1);
        if (s->define)
            walk(n, &s->define->block, depth + 1);
        for (size_t k = 0; k < s->arg_count; k++)
            if (s->define && s->args[k]->is_bare)
                note(n, s->args[k]->text);
    }
}

size_t
suite_clients(const struct script_scenario *s)
{
    struct names n = {.count = 0};
    walk(&n, &s->body, 0);
    return n.count + 1;
}
