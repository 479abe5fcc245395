/* latency_test.c - quantiles of answers' times.
 * SPDX-License-Identifier: MIT */
#include "trace/render/latency.h"

#include "base/test.h"

START_TEST(quantiles_are_right_to_three_percent)
{
    struct latency l = {0};
    for (int64_t i = 1; i <= 10000; i++)
        latency_add(&l, i * 1000);
    ck_assert_int_eq(l.least_ns, 1000);
    ck_assert_int_eq(l.most_ns, 10000000);
    int64_t median = latency_quantile(&l, 50), p99 = latency_quantile(&l, 99);
    ck_assert_int_gt(median, 4850000);
    ck_assert_int_lt(median, 5150000);
    ck_assert_int_gt(p99, 9600000);
    ck_assert_int_lt(p99, 10000001);
}
END_TEST

START_TEST(few_answers_are_exact)
{
    struct latency l = {0};
    ck_assert_int_eq(latency_quantile(&l, 50), 0);
    latency_add(&l, 123456789);
    ck_assert_int_eq(latency_quantile(&l, 50), 123456789);
    latency_add(&l, -5);
    ck_assert_int_eq(latency_quantile(&l, 50), 0);
    ck_assert_int_eq(latency_quantile(&l, 99), 123456789);
    latency_add(&l, INT64_MAX);
    ck_assert_int_eq(l.most_ns, INT64_MAX);
}
END_TEST

TEST_MAIN(quantiles_are_right_to_three_percent, few_answers_are_exact)
