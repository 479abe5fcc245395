/* pktid_test.c - Packet Identifiers in use.
 * SPDX-License-Identifier: MIT */
#include "mqtt/pktid.h"

#include "base/random.h"
#include "base/test.h"

START_TEST(handed_out_in_turn_and_never_zero)
{
    struct mqtt_pktids ids = {0};
    ck_assert_uint_eq(mqtt_pktid_next(&ids), 1);
    ck_assert_uint_eq(mqtt_pktid_next(&ids), 2);
    ck_assert(mqtt_pktid_unmark(&ids, 1));
    ck_assert_uint_eq(mqtt_pktid_next(&ids), 3);
    ck_assert(!mqtt_pktid_in_use(&ids, 0));
    ck_assert(!mqtt_pktid_mark(&ids, 0));
    ck_assert(!mqtt_pktid_unmark(&ids, 0));
    ck_assert_uint_eq(ids.count, 2);
    mqtt_pktid_release(&ids);
}
END_TEST

START_TEST(wraps_around_past_those_in_use)
{
    struct mqtt_pktids ids = {.last = 65533};
    mqtt_pktid_mark(&ids, 65535);
    mqtt_pktid_mark(&ids, 1);
    mqtt_pktid_mark(&ids, 2);
    ck_assert_uint_eq(mqtt_pktid_next(&ids), 65534);
    ck_assert_uint_eq(mqtt_pktid_next(&ids), 3);
    ck_assert_uint_eq(ids.count, 5);
    mqtt_pktid_release(&ids);
}
END_TEST

START_TEST(all_in_use_gives_none_and_one_back_gives_that)
{
    struct mqtt_pktids ids = {0};
    for (unsigned i = 1; i <= 65535; i++)
        ck_assert_uint_eq(mqtt_pktid_next(&ids), i);
    ck_assert_uint_eq(mqtt_pktid_next(&ids), 0);
    ck_assert_uint_eq(ids.run_count, 1);
    ck_assert(mqtt_pktid_unmark(&ids, 40000));
    ck_assert_uint_eq(mqtt_pktid_next(&ids), 40000);
    ck_assert_uint_eq(mqtt_pktid_next(&ids), 0);
    mqtt_pktid_release(&ids);
    ck_assert_uint_eq(mqtt_pktid_next(&ids), 1);
    mqtt_pktid_release(&ids);
}
END_TEST

START_TEST(runs_join_and_split)
{
    struct mqtt_pktids ids = {0};
    ck_assert(mqtt_pktid_mark(&ids, 10));
    ck_assert(mqtt_pktid_mark(&ids, 12));
    ck_assert_uint_eq(ids.run_count, 2);
    ck_assert(mqtt_pktid_mark(&ids, 11));
    ck_assert_uint_eq(ids.run_count, 1);
    ck_assert(!mqtt_pktid_mark(&ids, 11));
    ck_assert(mqtt_pktid_unmark(&ids, 11));
    ck_assert(!mqtt_pktid_unmark(&ids, 11));
    ck_assert_uint_eq(ids.run_count, 2);
    ck_assert(mqtt_pktid_in_use(&ids, 10) && mqtt_pktid_in_use(&ids, 12));
    ck_assert(!mqtt_pktid_in_use(&ids, 11));
    mqtt_pktid_release(&ids);
}
END_TEST

/* Many random marks and unmarks, compared with a plain table. */
START_TEST(agrees_with_a_table)
{
    static bool used[65536];
    struct mqtt_pktids ids = {0};
    struct random r;
    size_t count = 0;
    random_seed(&r, 1);
    for (int i = 0; i < 200000; i++) {
        uint16_t id = (uint16_t)(1 + random_below(&r, i % 2 ? 300 : 65535));
        if (random_below(&r, 2)) {
            ck_assert_int_eq(mqtt_pktid_mark(&ids, id), !used[id]);
            count += !used[id];
            used[id] = true;
        } else {
            ck_assert_int_eq(mqtt_pktid_unmark(&ids, id), used[id]);
            count -= used[id];
            used[id] = false;
        }
        ck_assert_uint_eq(ids.count, count);
    }
    for (unsigned i = 1; i <= 65535; i++)
        ck_assert_int_eq(mqtt_pktid_in_use(&ids, (uint16_t)i), used[i]);
    for (size_t i = 1; i < ids.run_count; i++)
        ck_assert_uint_gt(ids.runs[i].first, ids.runs[i - 1].last + 1u);
    mqtt_pktid_release(&ids);
}
END_TEST

TEST_MAIN(handed_out_in_turn_and_never_zero, wraps_around_past_those_in_use,
          all_in_use_gives_none_and_one_back_gives_that, runs_join_and_split,
          agrees_with_a_table)
