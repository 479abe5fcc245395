/* tree.c - a tree of topic levels.
 * SPDX-License-Identifier: MIT */
#include "broker/tree.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "mqtt/topic.h"

/* Where the parent points to that child, when it is a wildcard, so that
 * matching a name looks up its own levels only; else NULL. */
static struct tree_node **
wildcard_of(struct tree_node *parent, struct slice level)
{
    if (slice_is(level, "+"))
        return &parent->plus;
    return slice_is(level, "#") ? &parent->hash : NULL;
}

static struct tree_node *
node_new(struct tree *t, struct tree_node *parent, struct slice key)
{
    struct tree_node *node = xcalloc(1, sizeof *node);
    node->parent = parent;
    node->number = t->next_number++;
    list_init(&node->children);
    list_init(&node->subs);
    list_init(&node->shares);
    if (!parent)
        return node;
    uint8_t *copy = xcalloc(1, key.len);
    memcpy(copy, key.ptr, key.len);
    node->key = slice_of(copy, key.len);
    node->level = slice_from(node->key, sizeof node->number);
    struct tree_node **wildcard = wildcard_of(parent, node->level);
    if (wildcard)
        *wildcard = node;
    list_push(&parent->children, &node->sibling);
    map_put(&t->nodes, node->key, node);
    return node;
}

static void
node_free(struct tree *t, struct tree_node *node)
{
    if (node->parent) {
        struct tree_node **wildcard = wildcard_of(node->parent, node->level);
        if (wildcard)
            *wildcard = NULL;
        map_remove(&t->nodes, node->key);
        list_remove(&node->sibling);
    }
    free((void *)node->key.ptr);
    free(node);
}

void
tree_init(struct tree *t, uint64_t hash_key)
{
    *t = (struct tree){.nodes = {.hash_key = hash_key}};
    t->root = node_new(t, NULL, slice_of(NULL, 0));
}

void
tree_release(struct tree *t)
{
    size_t at = 0;
    struct tree_node *node;
    while ((node = map_next(&t->nodes, &at))) {
        free((void *)node->key.ptr);
        free(node);
    }
    map_release(&t->nodes);
    free(t->root);
    t->root = NULL;
}

size_t
tree_count(const struct tree *t)
{
    return t->nodes.count;
}

/* Parent's number and the level's text, one behind the other: short levels,
 * which is nearly all of them, without the heap. */
static struct slice
key_of(const struct tree_node *parent, struct slice level, uint8_t small[128],
       struct buf *large)
{
    uint8_t *at = small;
    size_t len = sizeof parent->number + level.len;
    if (len > 128)
        at = buf_room(large, len);
    memcpy(at, &parent->number, sizeof parent->number);
    if (level.len)
        memcpy(at + sizeof parent->number, level.ptr, level.len);
    return slice_of(at, len);
}

struct tree_node *
tree_child(const struct tree *t, const struct tree_node *parent,
           struct slice level)
{
    uint8_t small[128];
    struct buf large = {0};
    struct tree_node *child =
        map_get(&t->nodes, key_of(parent, level, small, &large));
    buf_release(&large);
    return child;
}

struct tree_node *
tree_keep(struct tree *t, struct slice topic)
{
    struct tree_node *node = t->root;
    struct slice level;
    while (mqtt_topic_next_level(&topic, &level)) {
        struct tree_node *child = tree_child(t, node, level);
        if (!child) {
            uint8_t small[128];
            struct buf large = {0};
            child = node_new(t, node, key_of(node, level, small, &large));
            buf_release(&large);
        }
        node = child;
    }
    node->kept++;
    return node;
}

void
tree_drop(struct tree *t, struct tree_node *node)
{
    node->kept--;
    while (node->parent && node->kept == 0 && list_empty(&node->children)) {
        struct tree_node *parent = node->parent;
        node_free(t, node);
        node = parent;
    }
}

struct tree_node *
tree_find(const struct tree *t, struct slice topic)
{
    struct tree_node *node = t->root;
    struct slice level;
    while (node && mqtt_topic_next_level(&topic, &level))
        node = tree_child(t, node, level);
    return node;
}

size_t
tree_levels(struct slice topic)
{
    size_t n = 1;
    for (size_t i = 0; i < topic.len; i++)
        n += topic.ptr[i] == '/';
    return n;
}

void
tree_topic(const struct tree_node *node, struct buf *out)
{
    if (node->parent && node->parent->parent) {
        tree_topic(node->parent, out);
        buf_add_byte(out, '/');
    }
    buf_add(out, node->level);
}

/* --- the two walks -------------------------------------------------------- */

struct walk {
    const struct tree *tree;
    tree_visit *visit;
    void *user;
};

/* `node` has matched everything before `rest` (a NULL ptr: nothing is left). */
static void
walk_name(const struct walk *w, struct tree_node *node, struct slice rest,
          bool wildcards)
{
    if (wildcards && node->hash)
        w->visit(w->user, node->hash); /* the parent level too: "a/#" matches "a" */
    struct slice level;
    if (!mqtt_topic_next_level(&rest, &level)) {
        w->visit(w->user, node);
        return;
    }
    struct tree_node *next = tree_child(w->tree, node, level);
    if (next)
        walk_name(w, next, rest, true);
    if (wildcards && node->plus)
        walk_name(w, node->plus, rest, true);
}

void
tree_match_name(const struct tree *t, struct slice name, tree_visit *visit,
                void *user)
{
    struct walk w = {t, visit, user};
    /* [MQTT-4.7.2-1]: a wildcard in first place does not see $-topics. */
    walk_name(&w, t->root, name, !slice_starts(name, "$"));
}

static void
walk_all(const struct walk *w, struct tree_node *node)
{
    w->visit(w->user, node);
    LIST_EACH(link, &node->children)
        walk_all(w, LIST_ITEM(link, struct tree_node, sibling));
}

static bool
hidden_from_wildcards(const struct tree_node *parent,
                      const struct tree_node *child)
{
    return !parent->parent && slice_starts(child->level, "$");
}

static void
walk_filter(const struct walk *w, struct tree_node *node, struct slice rest)
{
    struct slice level;
    if (!mqtt_topic_next_level(&rest, &level)) {
        w->visit(w->user, node);
        return;
    }
    bool is_hash = slice_is(level, "#");
    if (!is_hash && !slice_is(level, "+")) {
        struct tree_node *next = tree_child(w->tree, node, level);
        if (next)
            walk_filter(w, next, rest);
        return;
    }
    if (is_hash && node->parent)
        w->visit(w->user, node);
    LIST_EACH(link, &node->children) {
        struct tree_node *child = LIST_ITEM(link, struct tree_node, sibling);
        if (hidden_from_wildcards(node, child))
            continue;
        if (is_hash)
            walk_all(w, child);
        else
            walk_filter(w, child, rest);
    }
}

void
tree_match_filter(const struct tree *t, struct slice filter,
                  tree_visit *visit, void *user)
{
    struct walk w = {t, visit, user};
    walk_filter(&w, t->root, filter);
}
