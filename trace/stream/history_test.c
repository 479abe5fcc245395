/* history_test.c - the last bytes of a direction, compared with repeats.
 * SPDX-License-Identifier: MIT */
#include "trace/stream/history.h"

#include "base/test.h"

START_TEST(a_repeat_is_compared_where_it_is_known)
{
    struct history h = {0};
    ck_assert_uint_eq(history_conflicts(&h, 0, slice_str("abc")), 0);
    history_add(&h, 0, slice_str("abcdef"));
    ck_assert_uint_eq(history_conflicts(&h, 0, slice_str("abcdef")), 0);
    ck_assert_uint_eq(history_conflicts(&h, 2, slice_str("cXeY")), 2);
    ck_assert_uint_eq(history_conflicts(&h, 4, slice_str("efgh")), 0);
    ck_assert_uint_eq(history_conflicts(&h, UINT64_MAX, slice_str("?X")), 1);
    history_release(&h);
}
END_TEST

START_TEST(a_gap_forgets)
{
    struct history h = {0};
    history_add(&h, 0, slice_str("abc"));
    history_add(&h, 10, slice_str("xyz"));
    ck_assert_uint_eq(history_conflicts(&h, 0, slice_str("XXX")), 0);
    ck_assert_uint_eq(history_conflicts(&h, 9, slice_str("?xyZ")), 1);
    history_release(&h);
}
END_TEST

START_TEST(the_ring_wraps)
{
    uint8_t all[3 * HISTORY_LEN];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t)(i * 7 + i / 256);
    for (size_t step = 1; step < 2 * HISTORY_LEN; step += 501) {
        struct history h = {0};
        for (size_t at = 0; at + step <= sizeof all; at += step)
            history_add(&h, at, slice_of(all + at, step));
        ck_assert_uint_eq(h.end - h.start, HISTORY_LEN);
        struct slice kept = slice_of(all + h.start, HISTORY_LEN);
        ck_assert_uint_eq(history_conflicts(&h, h.start, kept), 0);
        all[h.start] ^= 1;
        ck_assert_uint_eq(history_conflicts(&h, h.start, kept), 1);
        all[h.start] ^= 1;
        history_release(&h);
    }
}
END_TEST

TEST_MAIN(a_repeat_is_compared_where_it_is_known, a_gap_forgets,
          the_ring_wraps)
