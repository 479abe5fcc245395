/* ends_test.c - the overview of how connections ended.
 * SPDX-License-Identifier: MIT */
#include "trace/render/ends.h"

#include "base/test.h"

static void
times(struct ends *e, unsigned n, const char *cause, const char *client)
{
    for (unsigned i = 0; i < n; i++)
        ends_add(e, cause, slice_str(client));
}

START_TEST(the_most_frequent_comes_first_with_whose_it_is)
{
    struct ends e = {0};
    struct buf out = {0};
    times(&e, 1, "a", "x");
    times(&e, 1, "longer", "x");
    times(&e, 2, "longer", "y");
    times(&e, 1, "longer", "z");
    times(&e, 1, "longer", "w");
    ends_print(&out, &e);
    ck_assert_str_eq(buf_cstr(&out), "how 6 MQTT connections ended\n"
                                     "       5  longer  y (2), x, z and 1 more\n"
                                     "       1  a       x\n\n");
    ends_release(&e);
    buf_release(&out);
}
END_TEST

START_TEST(a_few_need_no_overview_and_a_name_may_be_missing)
{
    struct ends e = {0};
    struct buf out = {0};
    times(&e, ENDS_TOLD_FROM - 1, "a", "");
    ends_print(&out, &e);
    ck_assert_uint_eq(out.len, 0);
    times(&e, 1, "a", "");
    ends_print(&out, &e);
    ck_assert_str_eq(buf_cstr(&out), "how 5 MQTT connections ended\n"
                                     "       5  a\n\n");
    ends_release(&e);
    buf_release(&out);
}
END_TEST

START_TEST(a_long_name_is_cut_between_characters)
{
    struct ends e = {0};
    struct buf out = {0};
    times(&e, 1, "a", "\xe6\xb3\xb5 7 of the hall in the north of the city");
    ends_names(&out, &e.rows[0]);
    ck_assert_str_eq(buf_cstr(&out),
                     "\xe6\xb3\xb5 7 of the hall in the north");
    buf_clear(&out);
    times(&e, 1, "b", "hall in the north of the city\xe6\xb3\xb5");
    ends_names(&out, &e.rows[1]);
    ck_assert_str_eq(buf_cstr(&out), "hall in the north of the city");
    ends_release(&e);
    buf_release(&out);
}
END_TEST

START_TEST(more_causes_than_rows_are_counted_all_the_same)
{
    static const char letters[ENDS_CAUSES + 1][2] = {
        "a", "b", "c", "d", "e", "f", "g", "h", "i",
        "j", "k", "l", "m", "n", "o", "p", "q",
    };
    struct ends e = {0};
    for (size_t i = 0; i < TEST_COUNT(letters); i++)
        times(&e, 1, letters[i], "x");
    ck_assert_uint_eq(e.connections, ENDS_CAUSES + 1);
    ck_assert_uint_eq(e.row_count, ENDS_CAUSES);
    ends_release(&e);
}
END_TEST

TEST_MAIN(the_most_frequent_comes_first_with_whose_it_is,
          a_few_need_no_overview_and_a_name_may_be_missing,
          a_long_name_is_cut_between_characters,
          more_causes_than_rows_are_counted_all_the_same)
