/* bench_shape_test.c - the loads: each is found by its name and makes sense.
 * SPDX-License-Identifier: MIT */
#include "client/bench_shape.h"

#include "base/test.h"

START_TEST(each_has_its_own_name)
{
    ck_assert_uint_gt(bench_shape_count, 0);
    for (size_t i = 0; i < bench_shape_count; i++)
        ck_assert_ptr_eq(bench_shape_find(bench_shapes[i].name),
                         &bench_shapes[i]);
    ck_assert_ptr_null(bench_shape_find("no-such-load"));
}
END_TEST

START_TEST(each_can_be_measured)
{
    for (size_t i = 0; i < bench_shape_count; i++) {
        const struct bench_shape *s = &bench_shapes[i];
        ck_assert_msg(s->publishers > 0 && s->subscribers > 0, "%s", s->name);
        ck_assert_msg(s->qos_set > 0 && s->qos_set < 8, "%s", s->name);
    }
}
END_TEST

TEST_MAIN(each_has_its_own_name, each_can_be_measured)
