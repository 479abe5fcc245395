/* tree_test.c - the two walks against mqtt_topic_matches, and pruning.
 * SPDX-License-Identifier: MIT */
#include "broker/tree.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/random.h"
#include "base/test.h"
#include "mqtt/topic.h"

enum { ROUNDS = 50, TOPICS = 100, TOPIC_MAX = 64 };

/* What a walk visited. */
struct visited {
    size_t count;
    struct tree_node *nodes[4096];
};

static bool
was_visited(const struct visited *v, const struct tree_node *node)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->nodes[i] == node)
            return true;
    return false;
}

static void
note(void *user, struct tree_node *node)
{
    struct visited *v = user;
    if (was_visited(v, node) || v->count == 4096)
        ck_abort_msg("a node is visited twice");
    v->nodes[v->count++] = node;
}

/* One to four levels out of a few, so that many match. */
static struct slice
random_topic(struct random *r, bool filter, char out[TOPIC_MAX])
{
    static const char *const levels[] = {"a", "b", "", "$x", "long level", "c"};
    size_t n = 1 + random_below(r, 4), len = 0;
    for (size_t i = 0; i < n; i++) {
        const char *level = levels[random_below(r, TEST_COUNT(levels))];
        if (filter && random_below(r, 3) == 0)
            level = i + 1 == n && random_below(r, 2) ? "#" : "+";
        len += (size_t)snprintf(out + len, TOPIC_MAX - len, "%s%s",
                                i ? "/" : "", level);
    }
    if (len == 0)
        len = (size_t)snprintf(out, TOPIC_MAX, "a");
    return slice_of(out, len);
}

/* A tree of `stored` topics is asked for `asked`; 100 times 100 pairs a round,
 * each compared with what mqtt_topic_matches says. */
static size_t
check_round(struct random *r, bool filters_stored)
{
    static char stored[TOPICS][TOPIC_MAX];
    struct slice topics[TOPICS];
    struct tree_node *nodes[TOPICS];
    struct tree t;
    size_t matches = 0;
    tree_init(&t, random_u64(r));
    for (size_t i = 0; i < TOPICS; i++) {
        topics[i] = random_topic(r, filters_stored, stored[i]);
        nodes[i] = tree_keep(&t, topics[i]);
        ck_assert_ptr_eq(tree_find(&t, topics[i]), nodes[i]);
    }
    for (size_t n = 0; n < TOPICS; n++) {
        char text[TOPIC_MAX];
        struct visited v = {0};
        struct slice asked = random_topic(r, !filters_stored, text);
        if (filters_stored)
            tree_match_name(&t, asked, note, &v);
        else
            tree_match_filter(&t, asked, note, &v);
        for (size_t i = 0; i < TOPICS; i++) {
            bool want = filters_stored ? mqtt_topic_matches(topics[i], asked)
                                       : mqtt_topic_matches(asked, topics[i]);
            if (was_visited(&v, nodes[i]) != want)
                ck_abort_msg("%.*s and %.*s", SLICE_ARG(topics[i]),
                             SLICE_ARG(asked));
            matches += want;
        }
    }
    for (size_t i = 0; i < TOPICS; i++)
        tree_drop(&t, nodes[i]);
    ck_assert_uint_eq(tree_count(&t), 0);
    tree_release(&t);
    return matches;
}

START_TEST(names_find_the_filters_that_match)
{
    struct random r;
    size_t matches = 0;
    random_seed(&r, 1);
    for (int i = 0; i < ROUNDS / 2; i++)
        matches += check_round(&r, true);
    ck_assert_uint_gt(matches, 5000); /* the test is not about nothing */
}
END_TEST

START_TEST(filters_find_the_names_that_match)
{
    struct random r;
    size_t matches = 0;
    random_seed(&r, 2);
    for (int i = 0; i < ROUNDS / 2; i++)
        matches += check_round(&r, false);
    ck_assert_uint_gt(matches, 5000);
}
END_TEST

/* --- nodes ---------------------------------------------------------------- */

static bool
has(const struct tree *t, const char *topic)
{
    return tree_find(t, slice_str(topic)) != NULL;
}

START_TEST(branches_that_nobody_needs_are_pruned)
{
    struct tree t;
    tree_init(&t, 1);
    struct tree_node *abc = tree_keep(&t, slice_str("a/b/c"));
    struct tree_node *ab = tree_keep(&t, slice_str("a/b"));
    struct tree_node *ad = tree_keep(&t, slice_str("a/d"));
    ck_assert_uint_eq(tree_count(&t), 4);
    tree_drop(&t, ab);
    ck_assert(has(&t, "a/b")); /* c needs it */
    tree_drop(&t, abc);
    ck_assert(!has(&t, "a/b/c") && !has(&t, "a/b") && has(&t, "a"));
    tree_drop(&t, ad);
    ck_assert_uint_eq(tree_count(&t), 0);
    tree_release(&t);
}
END_TEST

START_TEST(a_node_is_kept_as_often_as_dropped)
{
    struct tree t;
    tree_init(&t, 1);
    struct tree_node *a = tree_keep(&t, slice_str("a"));
    ck_assert_ptr_eq(tree_keep(&t, slice_str("a")), a);
    tree_drop(&t, a);
    ck_assert(has(&t, "a"));
    tree_drop(&t, a);
    ck_assert(!has(&t, "a"));
    tree_release(&t);
}
END_TEST

START_TEST(only_whole_levels_are_found)
{
    struct tree t;
    tree_init(&t, 1);
    tree_keep(&t, slice_str("a/b"));
    static const char *const others[] = {"ab", "a/", "/a/b", "a/b/", "b",
                                         "a//b", "A/b"};
    for (size_t i = 0; i < TEST_COUNT(others); i++)
        ck_assert_msg(!has(&t, others[i]), "%s", others[i]);
    tree_release(&t);
}
END_TEST

START_TEST(a_level_may_be_long)
{
    struct tree t;
    char *level = malloc(65535);
    memset(level, 'x', 65535);
    tree_init(&t, 1);
    struct tree_node *node = tree_keep(&t, slice_of(level, 65535));
    ck_assert_ptr_eq(tree_find(&t, slice_of(level, 65535)), node);
    ck_assert_ptr_null(tree_find(&t, slice_of(level, 65534)));
    free(level);
    tree_release(&t);
}
END_TEST

START_TEST(a_node_knows_its_topic_and_levels)
{
    static const struct {
        const char *topic;
        size_t levels;
    } rows[] = {{"a", 1}, {"/", 2}, {"a/b/c", 3}, {"a//c/", 4}, {"/a", 2}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct tree t;
        struct buf topic = {0};
        tree_init(&t, 1);
        tree_topic(tree_keep(&t, slice_str(rows[i].topic)), &topic);
        ck_assert_str_eq(buf_cstr(&topic), rows[i].topic);
        ck_assert_uint_eq(tree_count(&t), rows[i].levels);
        ck_assert_uint_eq(tree_levels(slice_str(rows[i].topic)),
                          rows[i].levels);
        buf_release(&topic);
        tree_release(&t);
    }
}
END_TEST

TEST_MAIN(names_find_the_filters_that_match, filters_find_the_names_that_match,
          branches_that_nobody_needs_are_pruned,
          a_node_is_kept_as_often_as_dropped, only_whole_levels_are_found,
          a_level_may_be_long, a_node_knows_its_topic_and_levels)
