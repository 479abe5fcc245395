/* table_test.c
 * SPDX-License-Identifier: MIT                                               */
#include "labs/answers/table.h"

#include "base/test.h"

static struct table
table_of(const char *text, size_t cells)
{
    struct table t;
    table_parse(&t, slice_str(text), cells);
    return t;
}

#define ck_cell(t, row, cell, text)                                           \
    do {                                                                      \
        ck_assert_uint_gt((t).count, row);                                    \
        ck_assert_uint_gt((t).rows[row].count, cell);                         \
        ck_assert_msg(slice_is((t).rows[row].cells[cell], text), "got '%.*s'", \
                      SLICE_ARG((t).rows[row].cells[cell]));                  \
    } while (0)

START_TEST(tabs_or_spaces_part_cells)
{
    struct table t = table_of("1\ta b\n2  c  d e \n", 2);
    ck_cell(t, 0, 1, "a b");
    ck_cell(t, 1, 0, "2");
    ck_cell(t, 1, 1, "c  d e");
    table_release(&t);
}
END_TEST

START_TEST(an_empty_cell_between_tabs_is_a_cell)
{
    struct table t = table_of("1\t\tx\n", 3);
    ck_cell(t, 0, 1, "");
    ck_cell(t, 0, 2, "x");
    table_release(&t);
}
END_TEST

START_TEST(remarks_and_empty_lines_are_no_rows)
{
    struct table t = table_of("# 1\tx\n\n  \t \r\n  # no\n3\ty", 2);
    ck_assert_uint_eq(t.count, 1);
    ck_assert_uint_eq(t.rows[0].line, 5);
    ck_cell(t, 0, 1, "y");
    table_release(&t);
}
END_TEST

START_TEST(other_systems_ends_of_line_and_marks_are_taken)
{
    struct table t = table_of("\xef\xbb\xbf" "1\tx\r\n2\ty\r\n", 2);
    ck_cell(t, 0, 0, "1");
    ck_cell(t, 0, 1, "x");
    ck_cell(t, 1, 1, "y");
    ck_assert_str_eq(t.problem, "");
    table_release(&t);
}
END_TEST

START_TEST(what_an_input_method_writes_is_understood)
{
    /* Full-width digits and an ideographic space. */
    struct table t = table_of("\xef\xbc\x91\xe3\x80\x80\xef\xbc\x92\xef\xbc\x90\n", 2);
    uint64_t n;
    ck_cell(t, 0, 0, "1");
    ck_cell(t, 0, 1, "20");
    ck_assert(table_number(t.rows[0].cells[1], &n) && n == 20);
    table_release(&t);
}
END_TEST

START_TEST(the_last_row_with_a_name_counts)
{
    struct table t = table_of("1\ta\n1\tb\n", 2);
    ck_assert(slice_is(table_find(&t, "1", NULL)->cells[1], "b"));
    ck_assert_ptr_null(table_find(&t, "2", NULL));
    ck_assert_ptr_null(table_find(&t, "1", "c"));
    table_release(&t);
}
END_TEST

START_TEST(a_row_with_too_few_cells_is_not_found_by_two)
{
    struct table t = table_of("1\n", 2);
    ck_assert_ptr_null(table_find(&t, "1", "x"));
    ck_assert_ptr_nonnull(table_find(&t, "1", NULL));
    table_release(&t);
}
END_TEST

START_TEST(what_is_no_table_is_said_with_its_line)
{
    struct {
        const char *text, *problem;
    } rows[] = {
        {"1\tx\n2\t\xff\n", "line 2: not UTF-8"},
        {"\xff\xfe" "1", "line 1: this is UTF-16"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct table t = table_of(rows[i].text, 2);
        ck_assert_msg(strstr(t.problem, rows[i].problem), "row %zu: '%s'", i,
                      t.problem);
        ck_assert_uint_eq(t.count, 0);
        table_release(&t);
    }
}
END_TEST

START_TEST(a_line_without_end_is_too_long)
{
    struct buf text = {0};
    buf_add_str(&text, "1\tx\n2\t");
    for (int i = 0; i < 1000000; i++)
        buf_add_byte(&text, 'x');
    struct table t;
    table_parse(&t, buf_slice(&text), 2);
    ck_assert_msg(strstr(t.problem, "line 2: "), "%s", t.problem);
    ck_assert_uint_eq(t.count, 0);
    table_release(&t);
    buf_release(&text);
}
END_TEST

START_TEST(numbers)
{
    uint64_t n;
    ck_assert(table_number(slice_str("12"), &n) && n == 12);
    ck_assert(table_number(slice_str("0x1F"), &n) && n == 31);
    ck_assert(table_number(slice_str("\"7\""), &n) && n == 7);
    static const char *const none[] = {"", "x", "-1", "+1", "0x", "12a", "1 2",
                                       "0xg", "99999999999999999999",
                                       "123456789012345678901234567890"};
    for (size_t i = 0; i < TEST_COUNT(none); i++)
        ck_assert_msg(!table_number(slice_str(none[i]), &n), "'%s'", none[i]);
}
END_TEST

START_TEST(a_file_that_is_not_there_is_an_empty_table)
{
    struct table t;
    struct error err;
    ck_assert_int_eq(table_read(&t, "/nowhere/answers.tsv", 2, &err), 0);
    ck_assert_uint_eq(t.count, 0);
    table_release(&t);
}
END_TEST

TEST_MAIN(tabs_or_spaces_part_cells, an_empty_cell_between_tabs_is_a_cell,
          remarks_and_empty_lines_are_no_rows,
          other_systems_ends_of_line_and_marks_are_taken,
          what_an_input_method_writes_is_understood,
          the_last_row_with_a_name_counts,
          a_row_with_too_few_cells_is_not_found_by_two,
          what_is_no_table_is_said_with_its_line,
          a_line_without_end_is_too_long, numbers,
          a_file_that_is_not_there_is_an_empty_table)
