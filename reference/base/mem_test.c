/* mem_test.c - allocation that does not fail, and aborts when it must.
 * SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"

START_TEST(an_array_doubles_and_keeps_its_items)
{
    int *a = NULL;
    size_t cap = 0, moves = 0;
    for (int i = 0; i < 1000; i++) {
        size_t before = cap;
        a = xgrow(a, &cap, (size_t)i + 1, sizeof *a);
        ck_assert_uint_gt(cap, (size_t)i);
        moves += cap != before;
        a[i] = i;
    }
    ck_assert_uint_eq(cap, 1024);
    ck_assert_uint_eq(moves, 8);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(a[i], i);
    ck_assert_ptr_eq(xgrow(a, &cap, 10, sizeof *a), a);
    ck_assert_uint_eq(cap, 1024);
    a = xgrow(a, &cap, 5000, sizeof *a);
    ck_assert_uint_eq(cap, 8192);
    free(a);
}
END_TEST

/* The signal that ends a process asking for `need` items of item_size. */
static int
signal_of_xgrow(size_t need, size_t item_size)
{
    pid_t child = fork();
    if (child == 0) {
        size_t cap = 0;
        signal(SIGALRM, SIG_DFL); /* Check has one of its own */
        alarm(10); /* a loop that never ends is not an abort */
        if (!freopen("/dev/null", "w", stderr))
            _exit(2);
        free(xgrow(NULL, &cap, need, item_size));
        _exit(0);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(sizes_that_do_not_fit_abort)
{
    ck_assert_int_eq(signal_of_xgrow(10, 8), 0);
    ck_assert_int_eq(signal_of_xgrow(SIZE_MAX / 4, 8), SIGABRT);
    ck_assert_int_eq(signal_of_xgrow(SIZE_MAX / 2 + 2, 8), SIGABRT);
    ck_assert_int_eq(signal_of_xgrow(SIZE_MAX, 1), SIGABRT);
}
END_TEST

START_TEST(fresh_memory_is_zero_and_never_null)
{
    static const uint8_t zero[64];
    uint8_t *p = xcalloc(8, 8);
    ck_assert_int_eq(memcmp(p, zero, 64), 0);
    free(p);
    p = xcalloc(0, 8);
    ck_assert_ptr_nonnull(p);
    free(p);
}
END_TEST

START_TEST(strings_of_any_length)
{
    char *copy = xstrdup("text");
    ck_assert_str_eq(copy, "text");
    free(copy);
    char *made = xasprintf("%s-%d-%5.2f", "a", 42, 1.5);
    ck_assert_str_eq(made, "a-42- 1.50");
    free(made);
    made = xasprintf("%s", "");
    ck_assert_str_eq(made, "");
    free(made);
    made = xasprintf("%*d", 5000, 7);
    ck_assert_uint_eq(strlen(made), 5000);
    ck_assert_int_eq(made[4999], '7');
    free(made);
}
END_TEST

TEST_MAIN(an_array_doubles_and_keeps_its_items, sizes_that_do_not_fit_abort,
          fresh_memory_is_zero_and_never_null, strings_of_any_length)
