/* map_test.c - the hash table against a plain array.
 * SPDX-License-Identifier: MIT */
#include "base/map.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/random.h"
#include "base/test.h"

START_TEST(an_empty_map_finds_nothing)
{
    struct map m = {0};
    size_t at = 0;
    ck_assert_ptr_null(map_get(&m, slice_str("a")));
    ck_assert_ptr_null(map_remove(&m, slice_str("a")));
    ck_assert_ptr_null(map_next(&m, &at));
    map_release(&m);
}
END_TEST

START_TEST(keys_are_bytes_of_any_kind)
{
    struct map m = {0};
    int a, b, c;
    map_put(&m, slice_of(NULL, 0), &a);
    map_put(&m, slice_of("x\0y", 3), &b);
    map_put(&m, slice_of("x\0z", 3), &c);
    ck_assert_ptr_eq(map_get(&m, slice_str("")), &a);
    ck_assert_ptr_eq(map_get(&m, slice_of("x\0y", 3)), &b);
    ck_assert_ptr_eq(map_get(&m, slice_of("x\0z", 3)), &c);
    ck_assert_ptr_null(map_get(&m, slice_str("x")));
    map_release(&m);
}
END_TEST

START_TEST(putting_again_replaces_value_and_key)
{
    struct map m = {0};
    char first[] = "key", second[] = "key";
    int a, b;
    map_put(&m, slice_str(first), &a);
    map_put(&m, slice_str(second), &b);
    first[0] = '?'; /* no longer borrowed */
    ck_assert_uint_eq(m.count, 1);
    ck_assert_ptr_eq(map_get(&m, slice_str("key")), &b);
    ck_assert_ptr_eq(map_remove(&m, slice_str("key")), &b);
    ck_assert_ptr_null(map_get(&m, slice_str("key")));
    ck_assert_uint_eq(m.count, 0);
    map_release(&m);
}
END_TEST

START_TEST(release_keeps_the_secret)
{
    struct map m = {.hash_key = 77};
    int a;
    map_put(&m, slice_str("k"), &a);
    map_release(&m);
    ck_assert_uint_eq(m.hash_key, 77);
    ck_assert_uint_eq(m.count, 0);
    map_put(&m, slice_str("k"), &a);
    ck_assert_ptr_eq(map_get(&m, slice_str("k")), &a);
    map_release(&m);
}
END_TEST

/* What must hold of every entry: no free slot between home and place. */
static void
verify(const struct map *m)
{
    size_t count = 0;
    for (size_t at = 0; at < m->cap; at++) {
        if (!m->slots[at].value)
            continue;
        count++;
        ck_assert_uint_eq(m->slots[at].hash,
                          hash_bytes(m->hash_key, m->slots[at].key));
        for (size_t i = m->slots[at].hash & (m->cap - 1); i != at;
             i = (i + 1) & (m->cap - 1))
            ck_assert_ptr_nonnull(m->slots[i].value);
    }
    ck_assert_uint_eq(count, m->count);
}

/* Keys that collide, at the end of the table so that they wrap around: taking
 * any one of them out must leave the others to be found. */
START_TEST(removal_closes_the_gap_across_the_end)
{
    enum { NEED = 6, CAP = 16 };
    static char names[NEED][16];
    int found = 0, value;
    for (int i = 0; found < NEED; i++) {
        snprintf(names[found], sizeof names[found], "%d", i);
        size_t home = hash_bytes(0, slice_str(names[found])) & (CAP - 1);
        /* three at home in the last slot but one, three in the last one */
        if (home == (found < 3 ? CAP - 2 : CAP - 1))
            found++;
    }
    for (int gone = 0; gone < NEED; gone++) {
        struct map m = {0};
        for (int i = 0; i < NEED; i++)
            map_put(&m, slice_str(names[i]), &value);
        ck_assert_uint_eq(m.cap, CAP);
        ck_assert_ptr_eq(map_remove(&m, slice_str(names[gone])), &value);
        verify(&m);
        for (int i = 0; i < NEED; i++)
            ck_assert(!map_get(&m, slice_str(names[i])) == (i == gone));
        map_release(&m);
    }
}
END_TEST

/* The oracle: value[i] is what key i should map to, NULL when absent. */
enum { KEYS = 400 };
static char keys[KEYS][8];
static int values[2];
static void *oracle[KEYS];

static void
compare(const struct map *m)
{
    size_t count = 0, walked = 0, at = 0;
    for (int i = 0; i < KEYS; i++) {
        ck_assert_ptr_eq(map_get(m, slice_str(keys[i])), oracle[i]);
        count += oracle[i] != NULL;
    }
    ck_assert_uint_eq(m->count, count);
    while (map_next(m, &at))
        walked++;
    ck_assert_uint_eq(walked, count);
    verify(m);
}

START_TEST(random_use_agrees_with_an_array)
{
    struct random r;
    random_seed(&r, 5);
    for (int i = 0; i < KEYS; i++)
        snprintf(keys[i], sizeof keys[i], "k%d", i);
    for (uint64_t secret = 0; secret < 8; secret++) {
        struct map m = {.hash_key = secret};
        memset(oracle, 0, sizeof oracle);
        for (int step = 0; step < 20000; step++) {
            size_t k = random_below(&r, KEYS);
            /* Phases of mostly putting and of mostly removing. */
            if (random_below(&r, 100) < (step / 2000 % 2 ? 30 : 70)) {
                oracle[k] = &values[random_below(&r, 2)];
                map_put(&m, slice_str(keys[k]), oracle[k]);
            } else {
                ck_assert_ptr_eq(map_remove(&m, slice_str(keys[k])), oracle[k]);
                oracle[k] = NULL;
            }
            if (step % 100 == 0)
                compare(&m);
        }
        map_release(&m);
    }
}
END_TEST

TEST_MAIN(an_empty_map_finds_nothing, keys_are_bytes_of_any_kind,
          putting_again_replaces_value_and_key, release_keeps_the_secret,
          removal_closes_the_gap_across_the_end,
          random_use_agrees_with_an_array)
