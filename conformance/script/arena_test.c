/* arena_test.c - memory that is all freed at once.
 * SPDX-License-Identifier: MIT */
#include "base/test.h"
#include "conformance/script/arena.h"

START_TEST(memory_is_zeroed_and_apart)
{
    struct arena *a = arena_new();
    char *first = arena_alloc(a, 100), *second = arena_alloc(a, 50000);
    for (int i = 0; i < 50000; i++)
        ck_assert_int_eq(second[i], 0);
    memset(second, 1, 50000);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(first[i], 0);
    ck_assert_uint_eq((uintptr_t)arena_alloc(a, 1) % sizeof(long), 0);
    arena_free(a);
}
END_TEST

START_TEST(copies_stay)
{
    struct arena *a = arena_new();
    char text[] = "hello";
    struct slice copy = arena_copy(a, slice_str(text));
    text[0] = 'x';
    ck_assert(slice_is(copy, "hello"));
    ck_assert_ptr_null(arena_copy(a, slice_str("")).ptr);
    arena_free(a);
}
END_TEST

START_TEST(arrays_grow_and_keep_what_they_have)
{
    struct arena *a = arena_new();
    int *list = NULL;
    for (int i = 0; i < 1000; i++) {
        list = arena_grow(a, list, (size_t)i, sizeof *list);
        list[i] = i;
    }
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(list[i], i);
    arena_free(a);
}
END_TEST

TEST_MAIN(memory_is_zeroed_and_apart, copies_stay,
          arrays_grow_and_keep_what_they_have)
