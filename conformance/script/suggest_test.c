/* suggest_test.c - the nearest of some names.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"
#include "conformance/script/suggest.h"

static const struct {
    const char *a, *b;
    unsigned distance;
} rows[] = {
    {"", "", 0},          {"", "abc", 3},           {"abc", "abc", 0},
    {"abc", "abd", 1},    {"abc", "ab", 1},         {"abc", "xabc", 1},
    {"abc", "acb", 1},    {"ABC", "abc", 0},        {"kitten", "sitting", 3},
    {"publsh", "PUBLISH", 1}, {"packet_ic", "packet_id", 1},
};

START_TEST(distance_counts_edits)
{
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct slice a = slice_str(rows[i].a), b = slice_str(rows[i].b);
        ck_assert_uint_eq(suggest_distance(a, b), rows[i].distance);
        ck_assert_uint_eq(suggest_distance(b, a), rows[i].distance);
    }
}
END_TEST

static const char *
hint_for(const char *word)
{
    static struct suggest_text hint;
    struct suggest s = suggest_for(slice_str(word));
    suggest_offer(&s, slice_str("payload"));
    suggest_offer(&s, slice_str("packet_id"));
    suggest_offer(&s, slice_str("qos"));
    hint = suggest_hint(&s);
    return hint.text;
}

START_TEST(only_what_is_near_is_suggested)
{
    ck_assert_str_eq(hint_for("packet_ic"), "; did you mean `packet_id`?");
    ck_assert_str_eq(hint_for("playload"), "; did you mean `payload`?");
    ck_assert_str_eq(hint_for("qo"), "; did you mean `qos`?");
    ck_assert_str_eq(hint_for("topic"), "");
    ck_assert_str_eq(hint_for("x"), "");
}
END_TEST

START_TEST(endless_words_do_no_harm)
{
    char word[500];
    memset(word, 'a', sizeof word);
    struct suggest s = suggest_for(slice_of(word, sizeof word));
    suggest_offer(&s, slice_of(word, 400));
    ck_assert_uint_eq(s.distance, 0);
    ck_assert_uint_lt(strlen(suggest_hint(&s).text), 96);
}
END_TEST

TEST_MAIN(distance_counts_edits, only_what_is_near_is_suggested,
          endless_words_do_no_harm)
