/* option_value_test.c - words of the command line as values.
 * SPDX-License-Identifier: MIT */
#include "client/option_value.h"

#include "base/test.h"

START_TEST(numbers)
{
    static const struct {
        const char *text;
        bool is_good;
    } rows[] = {
        {"1", true}, {"10", true}, {"0", false}, {"11", false}, {"", false},
        {"-1", false}, {"2x", false}, {"99999999999999999999", false},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        uint64_t v = 0;
        struct error err;
        ck_assert_int_eq(value_number(rows[i].text, 1, 10, &v, &err) == 0,
                         rows[i].is_good);
    }
}
END_TEST

START_TEST(seconds)
{
    static const struct {
        const char *text;
        uint64_t ms; /* UINT64_MAX: no */
    } rows[] = {
        {"1", 1000}, {"0.25", 250}, {"0", 0}, {"-1", UINT64_MAX},
        {"nan", UINT64_MAX}, {"1e12", UINT64_MAX}, {"1s", UINT64_MAX},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        uint64_t ms = UINT64_MAX;
        struct error err;
        int failed = value_seconds(rows[i].text, &ms, &err);
        ck_assert_int_eq(failed, rows[i].ms == UINT64_MAX ? -1 : 0);
        if (!failed)
            ck_assert_uint_eq(ms, rows[i].ms);
    }
}
END_TEST

START_TEST(topics)
{
    static const struct {
        const char *text;
        bool is_filter, is_name;
    } rows[] = {
        {"a/b", true, true},          {"a/+", true, false},
        {"#", true, false},           {"a#", false, false},
        {"", false, false},           {"$share/g/a", true, true},
        {"$share/g", false, true},    {"\xff", false, false},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct error err;
        ck_assert_int_eq(value_check_filter(rows[i].text, &err) == 0,
                         rows[i].is_filter);
        ck_assert_int_eq(value_check_name(rows[i].text, &err) == 0,
                         rows[i].is_name);
    }
}
END_TEST

TEST_MAIN(numbers, seconds, topics)
