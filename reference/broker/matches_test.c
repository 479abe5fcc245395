/* matches_test.c - what is remembered is what the walk would find.
 * SPDX-License-Identifier: MIT */
#include "broker/matches.h"

#include <stdio.h>

#include "base/random.h"
#include "base/test.h"

enum { KEPT = 12, ROUNDS = 20000 };

struct seen {
    size_t count;
    struct tree_node *nodes[64];
};

static void
note(void *user, struct tree_node *node)
{
    struct seen *s = user;
    ck_assert_uint_lt(s->count, 64);
    s->nodes[s->count++] = node;
}

static void
note_kept(void *user, struct tree_node *node)
{
    if (node->kept > 0)
        note(user, node);
}

static struct slice
random_topic(struct random *r, bool filter, char out[64])
{
    static const char *const levels[] = {"a", "b", "", "$x", "long level"};
    size_t n = 1 + random_below(r, 4), len = 0;
    for (size_t i = 0; i < n; i++) {
        const char *level = levels[random_below(r, TEST_COUNT(levels))];
        if (filter && random_below(r, 2) == 0)
            level = i + 1 == n && random_below(r, 2) ? "#" : "+";
        len += (size_t)snprintf(out + len, 64 - len, "%s%s", i ? "/" : "",
                                level);
    }
    return slice_of(out, len);
}

static void
compare(struct matches *m, const struct tree *t, struct slice name)
{
    struct seen want = {0}, have = {0};
    tree_match_name(t, name, note_kept, &want);
    matches_visit(m, t, name, note, &have);
    ck_assert_uint_eq(have.count, want.count);
    for (size_t i = 0; i < want.count; i++)
        ck_assert_ptr_eq(have.nodes[i], want.nodes[i]);
}

START_TEST(the_outcome_is_that_of_the_walk_whatever_changed)
{
    struct matches m = {0};
    struct tree t;
    struct random r;
    struct tree_node *kept[KEPT] = {0};
    char text[64];
    random_seed(&r, 1);
    tree_init(&t, 7);
    for (int i = 0; i < ROUNDS; i++) {
        size_t n = random_below(&r, KEPT);
        if (random_below(&r, 20) == 0) { /* mostly the same tree again */
            if (kept[n])
                tree_drop(&t, kept[n]);
            kept[n] = random_below(&r, 2)
                          ? tree_keep(&t, random_topic(&r, true, text))
                          : NULL;
        }
        compare(&m, &t, random_topic(&r, false, text));
    }
    for (int n = 0; n < KEPT; n++)
        if (kept[n])
            tree_drop(&t, kept[n]);
    matches_release(&m);
    tree_release(&t);
}
END_TEST

START_TEST(a_row_is_used_and_has_its_limits)
{
    static const char *const filters[] = {"#",     "a/#",   "a/b/#", "a/b/c/#",
                                          "+/#",   "a/+/#", "+/+/#", "+/b/#",
                                          "a/b/+", "a/b/c"};
    struct matches m = {0};
    struct tree t;
    char longest[MATCHES_TOPIC + 1];
    tree_init(&t, 7);
    for (size_t i = 0; i < TEST_COUNT(filters); i++) {
        tree_keep(&t, slice_str(filters[i]));
        for (int twice = 0; twice < 2; twice++)
            compare(&m, &t, slice_str("a/b/c")); /* at last more than fit */
    }
    memset(longest, 'x', sizeof longest);
    for (int twice = 0; twice < 2; twice++) {
        compare(&m, &t, slice_of(longest, MATCHES_TOPIC));
        compare(&m, &t, slice_of(longest, MATCHES_TOPIC + 1));
    }
    /* A row is believed: this one says that nothing matches. */
    for (size_t i = 0; i < MATCHES_ROWS; i++)
        m.rows[i].count = 0;
    struct seen seen = {0};
    matches_visit(&m, &t, slice_of(longest, MATCHES_TOPIC), note, &seen);
    ck_assert_uint_eq(seen.count, 0);
    matches_release(&m);
    tree_release(&t);
}
END_TEST

TEST_MAIN(the_outcome_is_that_of_the_walk_whatever_changed,
          a_row_is_used_and_has_its_limits)
