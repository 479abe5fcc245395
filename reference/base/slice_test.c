/* slice_test.c - borrowed bytes.
 * SPDX-License-Identifier: MIT */
#include "base/slice.h"
#include "base/test.h"

START_TEST(equal_means_same_bytes)
{
    ck_assert(slice_equal(slice_str("ab"), slice_of("abc", 2)));
    ck_assert(!slice_equal(slice_str("ab"), slice_str("abc")));
    ck_assert(slice_equal(slice_of(NULL, 0), slice_str("")));
    ck_assert(slice_is(slice_of("a\0b", 1), "a"));
}
END_TEST

START_TEST(from_and_first_stay_inside)
{
    struct slice s = slice_str("hello");
    ck_assert(slice_is(slice_from(s, 3), "lo"));
    ck_assert(slice_is(slice_from(s, 5), ""));
    ck_assert(slice_is(slice_from(s, 99), ""));
    ck_assert(slice_is(slice_first(s, 2), "he"));
    ck_assert(slice_is(slice_first(s, 99), "hello"));
}
END_TEST

START_TEST(order_is_by_bytes_then_length)
{
    ck_assert_int_lt(slice_compare(slice_str("a"), slice_str("b")), 0);
    ck_assert_int_lt(slice_compare(slice_str("a"), slice_str("ab")), 0);
    ck_assert_int_eq(slice_compare(slice_str("ab"), slice_str("ab")), 0);
    ck_assert_int_gt(slice_compare(slice_str("\xff"), slice_str("a")), 0);
}
END_TEST

TEST_MAIN(equal_means_same_bytes, from_and_first_stay_inside,
          order_is_by_bytes_then_length)
