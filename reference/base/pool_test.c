/* pool_test.c - pieces of one size, given back and taken again.
 * SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <string.h>

#include "base/test.h"

START_TEST(pieces_are_apart)
{
    struct pool p = {.size = 64};
    char *a = pool_take(&p), *b = pool_take(&p);
    memset(a, 1, 64);
    memset(b, 2, 64);
    ck_assert_int_eq(a[63], 1);
    pool_give(&p, a);
    pool_give(&p, b);
    pool_give(&p, NULL);
    pool_release(&p);
    ck_assert_uint_eq(p.count, 0);
}
END_TEST

START_TEST(what_is_given_back_is_taken_again)
{
    struct pool p = {.size = 64};
    void *a = pool_take(&p), *b = pool_take(&p);
    pool_give(&p, a);
    pool_give(&p, b);
    if (p.count > 0) { /* not with the address sanitizer */
        ck_assert_uint_eq(p.count, 2);
        ck_assert_ptr_eq(pool_take(&p), b);
        ck_assert_ptr_eq(pool_take(&p), a);
        ck_assert_uint_eq(p.count, 0);
        pool_give(&p, a);
        pool_give(&p, b);
    }
    pool_release(&p);
}
END_TEST

START_TEST(not_more_is_kept_than_the_limit)
{
    enum { SIZE = POOL_SPARE / 4 };
    struct pool p = {.size = SIZE};
    void *pieces[8];
    for (int i = 0; i < 8; i++)
        pieces[i] = pool_take(&p);
    for (int i = 0; i < 8; i++)
        pool_give(&p, pieces[i]);
    ck_assert_uint_le(p.count, 4);
    pool_release(&p);
}
END_TEST

TEST_MAIN(pieces_are_apart, what_is_given_back_is_taken_again,
          not_more_is_kept_than_the_limit)
