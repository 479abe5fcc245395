/* test.h - a unit test program in three lines, on top of Check.
 * SPDX-License-Identifier: MIT
 *
 *     START_TEST(an_empty_slice_is_empty) { ck_assert(...); } END_TEST
 *     TEST_MAIN(an_empty_slice_is_empty)
 *
 * Only x_test.c files include this. Each test runs in a process of its own,
 * so a crash is one failed test. CK_FORK=no keeps it in one, for a debugger. */
#ifndef BASE_TEST_H
#define BASE_TEST_H

#include <check.h>
#include <stdlib.h>

static inline int
test_run(const char *file, const TTest **tests, size_t count)
{
    Suite *suite = suite_create(file);
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 120);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(all, tests[i]);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define TEST_MAIN(...)                                                    \
    int main(void)                                                        \
    {                                                                     \
        const TTest *tests[] = {__VA_ARGS__};                             \
        return test_run(__FILE__, tests, sizeof tests / sizeof tests[0]); \
    }

#define TEST_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
