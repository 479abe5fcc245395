/* error_test.c - one sentence for a person, however long its parts.
 * SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <errno.h>
#include <string.h>

#include "base/test.h"

START_TEST(each_form_returns_minus_one)
{
    struct error err;
    ck_assert_int_eq(error_set(&err, "%s: line %d", "file", 7), -1);
    ck_assert_str_eq(err.text, "file: line 7");
    ck_assert_int_eq(error_prefix(&err, "run %d", 2), -1);
    ck_assert_str_eq(err.text, "run 2: file: line 7");
    errno = ENOENT;
    ck_assert_int_eq(error_errno(&err, "open %s", "x"), -1);
    ck_assert_str_eq(err.text, "open x: No such file or directory");
}
END_TEST

START_TEST(long_texts_are_cut_and_terminated)
{
    char text[2000];
    struct error err;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    error_set(&err, "%s", text);
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
    error_errno(&err, "%s", text);
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
    error_prefix(&err, "begin");
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
    ck_assert_int_eq(strncmp(err.text, "begin: xxx", 10), 0);
    error_prefix(&err, "%s", text);
    ck_assert_uint_eq(strlen(err.text), sizeof err.text - 1);
}
END_TEST

TEST_MAIN(each_form_returns_minus_one, long_texts_are_cut_and_terminated)
