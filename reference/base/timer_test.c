/* timer_test.c - deadlines come out in order.
 * SPDX-License-Identifier: MIT */
#include "base/timer.h"

#include <string.h>

#include "base/random.h"
#include "base/test.h"

START_TEST(nothing_is_due_in_an_empty_heap)
{
    struct timers ts = {0};
    struct timer t = {0};
    ck_assert_ptr_null(timers_pop(&ts, TIMER_NEVER));
    ck_assert_uint_eq(timers_next_ms(&ts), TIMER_NEVER);
    timer_cancel(&ts, &t);
    ck_assert(!timer_is_set(&t));
    timers_release(&ts);
}
END_TEST

START_TEST(due_means_now_or_past)
{
    struct timers ts = {0};
    struct timer t = {0};
    timer_set(&ts, &t, 100);
    ck_assert(timer_is_set(&t));
    ck_assert_uint_eq(timers_next_ms(&ts), 100);
    ck_assert_ptr_null(timers_pop(&ts, 99));
    ck_assert_ptr_eq(timers_pop(&ts, 100), &t);
    ck_assert(!timer_is_set(&t));
    ck_assert_ptr_null(timers_pop(&ts, 1000));
    timer_set(&ts, &t, 0);
    ck_assert_ptr_eq(timers_pop(&ts, 5), &t);
    timers_release(&ts);
}
END_TEST

START_TEST(never_cancels)
{
    struct timers ts = {0};
    struct timer t = {0};
    timer_set(&ts, &t, 100);
    timer_set(&ts, &t, TIMER_NEVER);
    ck_assert(!timer_is_set(&t));
    ck_assert_ptr_null(timers_pop(&ts, TIMER_NEVER));
    timers_release(&ts);
}
END_TEST

START_TEST(equal_deadlines_keep_the_order_of_setting)
{
    enum { COUNT = 100 };
    struct timers ts = {0};
    struct timer t[COUNT] = {0};
    for (int i = 0; i < COUNT; i++)
        timer_set(&ts, &t[i], 7);
    timer_set(&ts, &t[0], 7); /* set again: now the last */
    for (int i = 1; i < COUNT; i++)
        ck_assert_ptr_eq(timers_pop(&ts, 7), &t[i]);
    ck_assert_ptr_eq(timers_pop(&ts, 7), &t[0]);
    timers_release(&ts);
}
END_TEST

START_TEST(a_timer_can_be_moved_both_ways)
{
    struct timers ts = {0};
    struct timer a = {0}, b = {0}, c = {0};
    timer_set(&ts, &a, 10);
    timer_set(&ts, &b, 20);
    timer_set(&ts, &c, 30);
    timer_set(&ts, &c, 5);
    timer_set(&ts, &a, 40);
    ck_assert_uint_eq(ts.count, 3);
    ck_assert_ptr_eq(timers_pop(&ts, 99), &c);
    ck_assert_ptr_eq(timers_pop(&ts, 99), &b);
    ck_assert_ptr_eq(timers_pop(&ts, 99), &a);
    timers_release(&ts);
}
END_TEST

static int
by_deadline(const void *a, const void *b)
{
    const struct timer *x = *(struct timer *const *)a;
    const struct timer *y = *(struct timer *const *)b;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Sets, moves and cancels at random; then popping gives what qsort gives. */
START_TEST(random_use_agrees_with_sorting)
{
    enum { COUNT = 500 };
    static struct timer t[COUNT];
    struct random r;
    random_seed(&r, 9);
    for (int round = 0; round < 100; round++) {
        struct timers ts = {0};
        struct timer *sorted[COUNT];
        size_t left = 0;
        memset(t, 0, sizeof t);
        for (int step = 0; step < 2000; step++) {
            struct timer *one = &t[random_below(&r, COUNT)];
            if (random_below(&r, 3) == 0)
                timer_cancel(&ts, one);
            else
                timer_set(&ts, one, random_below(&r, 300));
        }
        for (int i = 0; i < COUNT; i++)
            if (timer_is_set(&t[i]))
                sorted[left++] = &t[i];
        ck_assert_uint_eq(ts.count, left);
        qsort(sorted, left, sizeof sorted[0], by_deadline);
        for (size_t i = 0; i < left; i++) {
            uint64_t at_ms = sorted[i]->at_ms;
            ck_assert_uint_eq(timers_next_ms(&ts), at_ms);
            if (at_ms > 0)
                ck_assert_ptr_null(timers_pop(&ts, at_ms - 1));
            ck_assert_ptr_eq(timers_pop(&ts, at_ms), sorted[i]);
        }
        ck_assert_ptr_null(timers_pop(&ts, TIMER_NEVER));
        timers_release(&ts);
    }
}
END_TEST

TEST_MAIN(nothing_is_due_in_an_empty_heap, due_means_now_or_past, never_cancels,
          equal_deadlines_keep_the_order_of_setting,
          a_timer_can_be_moved_both_ways, random_use_agrees_with_sorting)
