/* matches.c - which nodes of a tree match a Topic Name, remembered.
 * SPDX-License-Identifier: MIT */
#include "broker/matches.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/word.h"

void
matches_release(struct matches *m)
{
    free(m->rows);
    m->rows = NULL;
}

static size_t
row_number(struct slice name)
{
    uint64_t hash = name.len;
    size_t at = 0;
    for (; at + 8 <= name.len; at += 8)
        hash = (hash ^ word_at(name.ptr + at)) * 0x9e3779b97f4a7c15u;
    if (at < name.len)
        hash = (hash ^ word_part(name.ptr + at, name.len - at)) *
               0x9e3779b97f4a7c15u;
    return (hash ^ hash >> 32) % MATCHES_ROWS;
}

static bool
is_for(const struct matches_row *row, const struct tree *t, struct slice name)
{
    return row->changes == t->changes && row->topic_len == name.len &&
           memcmp(row->topic, name.ptr, name.len) == 0;
}

/* What a walk finds. */
struct found {
    struct matches_row *row; /* to be filled in; NULL: is not remembered */
    tree_visit *visit;
    void *user;
};

static void
note_node(void *user, struct tree_node *node)
{
    struct found *f = user;
    if (node->kept == 0)
        return;
    if (f->row && f->row->count == MATCHES_NODES) {
        f->row->changes = 0; /* more than the row can hold */
        f->row = NULL;
    }
    if (f->row)
        f->row->nodes[f->row->count++] = node;
    f->visit(f->user, node);
}

static void
walk(struct matches_row *row, const struct tree *t, struct slice name,
     tree_visit *visit, void *user)
{
    struct found f = {row, visit, user};
    if (row) {
        row->changes = t->changes;
        row->count = 0;
        row->topic_len = (uint8_t)name.len;
        memcpy(row->topic, name.ptr, name.len);
    }
    tree_match_name(t, name, note_node, &f);
}

void
matches_visit(struct matches *m, const struct tree *t, struct slice name,
              tree_visit *visit, void *user)
{
    if (name.len == 0 || name.len > MATCHES_TOPIC) {
        walk(NULL, t, name, visit, user);
        return;
    }
    if (!m->rows)
        m->rows = xcalloc(MATCHES_ROWS, sizeof *m->rows);
    struct matches_row *row = &m->rows[row_number(name)];
    if (!is_for(row, t, name)) {
        walk(row, t, name, visit, user);
        return;
    }
    for (size_t i = 0; i < row->count; i++)
        visit(user, row->nodes[i]);
}
