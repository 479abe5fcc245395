/* json_test.c - JSON values, printed and read.
 * SPDX-License-Identifier: MIT */
#include "base/json.h"

#include "base/test.h"

static struct buf out;

/* The text of v, which is freed. */
static const char *
printed(struct json *v)
{
    buf_clear(&out);
    json_print(&out, v, false);
    json_free(v);
    return buf_cstr(&out);
}

START_TEST(every_kind_of_value_prints)
{
    ck_assert_str_eq(printed(json_new_bool(true)), "true");
    ck_assert_str_eq(printed(json_new_bool(false)), "false");
    ck_assert_str_eq(printed(json_new_int(INT64_MIN)), "-9223372036854775808");
    ck_assert_str_eq(printed(json_new_real(0.5)), "0.5");
    ck_assert_str_eq(printed(json_new_array()), "[]");
    ck_assert_str_eq(printed(json_new_object()), "{}");
    ck_assert_str_eq(printed(json_new_text(slice_str("a\"b\n"))),
                     "\"a\\\"b\\n\"");
    buf_release(&out);
}
END_TEST

START_TEST(text_may_be_any_bytes)
{
    ck_assert_str_eq(printed(json_new_text(slice_of(NULL, 0))), "\"\"");
    ck_assert_str_eq(printed(json_new_text(slice_str(""))), "\"\"");
    ck_assert_str_eq(printed(json_new_text(slice_of("a\0b", 3))),
                     "\"a\\u0000b\"");
    ck_assert_str_eq(printed(json_new_text(slice_str("\xc3\xa4\xff" "b\xc3"))),
                     "\"\xc3\xa4\\\\xffb\\\\xc3\"");
    ck_assert_str_eq(printed(json_new_text(slice_str("\xed\xa0\x80"))),
                     "\"\\\\xed\\\\xa0\\\\x80\"");
    ck_assert_str_eq(printed(json_new_text(slice_str("\xef\xbf\xbf"))),
                     "\"\xef\xbf\xbf\"");
    buf_release(&out);
}
END_TEST

START_TEST(members_keep_their_order)
{
    struct json *o = json_new_object(), *list = json_new_array();
    json_set_str(o, "z", "last letter");
    json_set_int(o, "a", 1);
    json_set_bool(o, "m", true);
    json_set_slice(o, "s", slice_of("xyz", 2));
    json_set_slice(o, "empty", slice_of(NULL, 0));
    json_push(list, json_new_int(1));
    json_push(list, json_new_object());
    json_set(o, "list", list);
    json_set_int(o, "a", 2); /* replaced where it stands */
    ck_assert_str_eq(printed(o), "{\"z\":\"last letter\",\"a\":2,\"m\":true,"
                                 "\"s\":\"xy\",\"empty\":\"\","
                                 "\"list\":[1,{}]}");
    buf_release(&out);
}
END_TEST

START_TEST(indented_by_two)
{
    struct json *o = json_new_object();
    json_set_int(o, "a", 1);
    json_print(&out, o, true);
    ck_assert_str_eq(buf_cstr(&out), "{\n  \"a\": 1\n}");
    json_free(o);
    buf_release(&out);
}
END_TEST

START_TEST(reading_gives_the_values)
{
    struct error err;
    struct json *o = json_parse(
        slice_str("{\"n\":7,\"t\":\"x\",\"b\":true,\"l\":[1,\"two\"]}"), &err);
    ck_assert_ptr_nonnull(o);
    ck_assert_int_eq(json_number(json_get(o, "n")), 7);
    ck_assert_str_eq(json_str(json_get(o, "t")), "x");
    const struct json *list = json_get(o, "l");
    ck_assert_uint_eq(json_count(list), 2);
    ck_assert_int_eq(json_number(json_at(list, 0)), 1);
    ck_assert_str_eq(json_str(json_at(list, 1)), "two");
    json_free(o);
}
END_TEST

START_TEST(what_is_not_there_reads_as_nothing)
{
    struct error err;
    struct json *o = json_parse(slice_str("{\"n\":7,\"t\":\"x\"}"), &err);
    ck_assert_ptr_null(json_get(o, "missing"));
    ck_assert_str_eq(json_str(json_get(o, "missing")), "");
    ck_assert_str_eq(json_str(json_get(o, "n")), "");
    ck_assert_int_eq(json_number(json_get(o, "t")), 0);
    ck_assert_uint_eq(json_count(json_get(o, "n")), 0);
    ck_assert_ptr_null(json_at(o, 0));
    ck_assert_ptr_null(json_get(json_get(o, "n"), "deeper"));
    json_free(o);
}
END_TEST

START_TEST(what_is_not_json_says_where)
{
    static const char *const bad[] = {"", "{", "{\"a\":}", "[1,]", "nonsense",
                                      "{} x", "[\"\xff\"]"};
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct error err = {0};
        ck_assert_msg(!json_parse(slice_str(bad[i]), &err), "%s", bad[i]);
        ck_assert(slice_starts(slice_str(err.text), "not JSON: line "));
    }
    struct error err = {0};
    ck_assert_ptr_null(json_parse(slice_str("{\n \"a\": ?\n}"), &err));
    ck_assert(slice_starts(slice_str(err.text), "not JSON: line 2, column "));
    ck_assert_ptr_null(json_parse(slice_of(NULL, 0), &err));
}
END_TEST

START_TEST(what_is_printed_can_be_read)
{
    struct error err = {0};
    struct json *o = json_new_object();
    json_set_slice(o, "nul", slice_of("a\0b", 3));
    json_set_slice(o, "bad", slice_str("\xff"));
    json_print(&out, o, false);
    struct json *again = json_parse(buf_slice(&out), &err);
    ck_assert_msg(again, "%s", err.text);
    ck_assert_str_eq(json_str(json_get(again, "bad")), "\\xff");
    json_free(o);
    json_free(again);
    buf_release(&out);
}
END_TEST

TEST_MAIN(every_kind_of_value_prints, text_may_be_any_bytes,
          members_keep_their_order, indented_by_two, reading_gives_the_values,
          what_is_not_there_reads_as_nothing, what_is_not_json_says_where,
          what_is_printed_can_be_read)
