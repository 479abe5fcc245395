/* random_test.c - repeatable numbers, and secret ones.
 * SPDX-License-Identifier: MIT */
#include "base/random.h"

#include <string.h>

#include "base/test.h"

/* Seeds end up in reports and must give the same run for ever. The numbers
 * were computed by a second implementation, in Python. */
START_TEST(a_seed_gives_the_same_numbers_for_ever)
{
    static const uint64_t of_0[] = {0x99ec5f36cb75f2b4, 0xbf6e1f784956452a,
                                    0x1a5f849d4933e6e0, 0x6aa594f1262d2d2c};
    static const uint64_t of_42[] = {0x15780b2e0c2ec716, 0x6104d9866d113a7e,
                                     0xae17533239e499a1, 0xecb8ad4703b360a1};
    struct random a, b;
    random_seed(&a, 0);
    random_seed(&b, 42);
    for (int i = 0; i < 4; i++) {
        ck_assert_uint_eq(random_u64(&a), of_0[i]);
        ck_assert_uint_eq(random_u64(&b), of_42[i]);
    }
}
END_TEST

START_TEST(below_stays_below_and_reaches_everything)
{
    struct random r;
    int seen[10] = {0};
    random_seed(&r, 1);
    for (int i = 0; i < 10000; i++) {
        uint64_t v = random_below(&r, 10);
        ck_assert_uint_lt(v, 10);
        seen[v]++;
    }
    for (int i = 0; i < 10; i++)
        ck_assert_int_gt(seen[i], 800);
    ck_assert_uint_eq(random_below(&r, 1), 0);
}
END_TEST

START_TEST(secrets_fill_everything_and_differ)
{
    static uint8_t a[1000], b[1000];
    size_t changed = 0;
    a[999] = b[999] = 0xaa;
    random_secret(a, 999);
    random_secret(b, 999);
    ck_assert_int_ne(memcmp(a, b, 999), 0);
    ck_assert_uint_eq(a[999], 0xaa);
    for (size_t i = 0; i < 999; i++)
        changed += a[i] != 0 || b[i] != 0;
    ck_assert_uint_gt(changed, 990);
    random_secret(a, 0);
}
END_TEST

TEST_MAIN(a_seed_gives_the_same_numbers_for_ever,
          below_stays_below_and_reaches_everything,
          secrets_fill_everything_and_differ)
