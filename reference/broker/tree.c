/* tree.c - a tree of topic levels.
 * SPDX-License-Identifier: MIT */
#include "broker/tree.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/word.h"
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

/* --- the table: every node, found by its parent and its level ------------- */

static uint32_t
hash_of(const struct tree *t, const struct tree_node *parent,
        struct slice level)
{
    return (uint32_t)hash_bytes(t->hash_key + parent->number, level);
}

static struct tree_node **
slot_of(const struct tree *t, uint32_t hash)
{
    return &t->slots[hash & (t->slot_count - 1)];
}

static void
grow(struct tree *t)
{
    struct tree_node **old = t->slots, *node, *next;
    size_t old_count = t->slot_count;
    t->slot_count = old_count ? old_count * 2 : 16;
    t->slots = xcalloc(t->slot_count, sizeof *t->slots);
    for (size_t i = 0; i < old_count; i++)
        for (node = old[i]; node; node = next) {
            struct tree_node **slot = slot_of(t, node->key);
            next = node->next;
            node->next = *slot;
            *slot = node;
        }
    free(old);
}

static void
enter(struct tree *t, struct tree_node *node)
{
    if (t->count == t->slot_count)
        grow(t);
    struct tree_node **slot = slot_of(t, node->key);
    node->next = *slot;
    *slot = node;
    t->count++;
}

static void
strike_out(struct tree *t, struct tree_node *node)
{
    struct tree_node **place = slot_of(t, node->key);
    while (*place != node)
        place = &(*place)->next;
    *place = node->next;
    t->count--;
}

struct tree_node *
tree_child(const struct tree *t, const struct tree_node *parent,
           struct slice level)
{
    if (t->count == 0)
        return NULL;
    uint32_t hash = hash_of(t, parent, level);
    struct tree_node *node = *slot_of(t, hash);
    while (node && !(node->key == hash && node->parent == parent &&
                     slice_equal(tree_level(node), level)))
        node = node->next;
    return node;
}

struct tree_node *
tree_next(const struct tree *t, const struct tree_node *node)
{
    size_t slot = node ? (node->key & (t->slot_count - 1)) + 1 : 0;
    if (node && node->next)
        return node->next;
    while (slot < t->slot_count && !t->slots[slot])
        slot++;
    return slot < t->slot_count ? t->slots[slot] : NULL;
}

size_t
tree_count(const struct tree *t)
{
    return t->count;
}

/* --- nodes ---------------------------------------------------------------- */

static struct tree_node *
node_new(struct tree *t, struct tree_node *parent, struct slice level)
{
    struct tree_node *node = xcalloc(1, sizeof *node + level.len);
    node->parent = parent;
    node->number = t->last_number++;
    node->level_len = (uint32_t)level.len;
    list_init(&node->children);
    list_init(&node->subs);
    list_init(&node->shares);
    if (!parent)
        return node;
    if (level.len)
        memcpy(node + 1, level.ptr, level.len);
    struct tree_node **wildcard = wildcard_of(parent, level);
    if (wildcard)
        *wildcard = node;
    list_push(&parent->children, &node->sibling);
    node->key = hash_of(t, parent, level);
    enter(t, node);
    return node;
}

static void
node_free(struct tree *t, struct tree_node *node)
{
    struct tree_node **wildcard =
        wildcard_of(node->parent, tree_level(node));
    if (wildcard)
        *wildcard = NULL;
    strike_out(t, node);
    list_remove(&node->sibling);
    free(node);
}

void
tree_init(struct tree *t, uint64_t hash_key)
{
    *t = (struct tree){.hash_key = hash_key, .changes = 1};
    t->root = node_new(t, NULL, slice_of(NULL, 0));
}

void
tree_release(struct tree *t)
{
    for (size_t i = 0; i < t->slot_count; i++)
        for (struct tree_node *node = t->slots[i], *next; node; node = next) {
            next = node->next;
            free(node);
        }
    free(t->slots);
    free(t->root);
    *t = (struct tree){0};
}

struct tree_node *
tree_keep(struct tree *t, struct slice topic)
{
    struct tree_node *node = t->root;
    struct slice level;
    while (mqtt_topic_next_level(&topic, &level)) {
        struct tree_node *child = tree_child(t, node, level);
        node = child ? child : node_new(t, node, level);
    }
    node->kept++;
    t->changes++;
    return node;
}

void
tree_drop(struct tree *t, struct tree_node *node)
{
    node->kept--;
    t->changes++;
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
    size_t at = 0, n = 1;
    for (; at + 8 <= topic.len; at += 8)
        n += word_zeroes(word_at(topic.ptr + at) ^ '/' * WORD_ONES);
    if (at < topic.len)
        n += word_zeroes(word_part(topic.ptr + at, topic.len - at) ^
                         '/' * WORD_ONES);
    return n;
}

void
tree_topic(const struct tree_node *node, struct buf *out)
{
    if (node->parent && node->parent->parent) {
        tree_topic(node->parent, out);
        buf_add_byte(out, '/');
    }
    buf_add(out, tree_level(node));
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
    return !parent->parent && slice_starts(tree_level(child), "$");
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
