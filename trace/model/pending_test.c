/* pending_test.c - the table of requests, against a plain array.
 * SPDX-License-Identifier: MIT                                               */
#include "trace/model/pending.h"

#include "base/random.h"
#include "base/test.h"

START_TEST(it_behaves_as_an_array_would)
{
    struct pending_table t = {0};
    static uint64_t model[65536]; /* by identifier; 0: not there */
    struct random r;
    size_t count = 0;
    random_seed(&r, 7);
    for (uint64_t step = 1; step < 200000; step++) {
        uint16_t id = (uint16_t)(1 + random_below(&r, 900));
        if (random_below(&r, 2)) {
            count += model[id] == 0;
            model[id] = step;
            pending_put(&t, id)->begin = step;
        } else {
            count -= model[id] != 0;
            model[id] = 0;
            pending_remove(&t, id);
        }
        id = (uint16_t)(1 + random_below(&r, 900));
        const struct pending *p = pending_find(&t, id);
        ck_assert_uint_eq(p ? p->begin : 0, model[id]);
        ck_assert_uint_eq(t.count, count);
    }
    pending_release(&t);
}
END_TEST

START_TEST(it_never_holds_more_than_its_limit)
{
    struct pending_table t = {0};
    for (unsigned id = 1; id < 65536; id++) {
        pending_put(&t, (uint16_t)id)->begin = id;
        ck_assert_uint_le(t.count, PENDING_MAX);
        ck_assert_uint_eq(pending_find(&t, (uint16_t)id)->begin, id);
    }
    ck_assert_uint_le(t.cap, 4 * PENDING_MAX);
    ck_assert_ptr_null(pending_find(&t, 0));
    pending_release(&t);
}
END_TEST

TEST_MAIN(it_behaves_as_an_array_would, it_never_holds_more_than_its_limit)
