/* json_put_test.c - JSON written straight into a buf.
 * SPDX-License-Identifier: MIT */
#include "base/json_put.h"

#include "base/json.h"
#include "base/test.h"

static struct buf out; /* each test is a process of its own */

/* --- strings -------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *text;
    size_t len;
    const char *json;
} strings[] = {
    /* text          len  as JSON */
    {"",             0,   "\"\""},
    {"plain text",   10,  "\"plain text\""},
    {"a\"b\\c",      5,   "\"a\\\"b\\\\c\""},
    {"1\n2\t3",      5,   "\"1\\n2\\u00093\""},
    {"\0",           1,   "\"\\u0000\""},
    {"\x7f",         1,   "\"\\u007f\""},
    {"</script>",    9,   "\"\\u003c/script>\""},
    {"gr\xc3\xbc\xc3\x9f", 6, "\"gr\xc3\xbc\xc3\x9f\""},
    {"a\xff" "b",    3,   "\"a\\\\xffb\""},
    {"cut \xc3",     5,   "\"cut \\\\xc3\""},
};
/* clang-format on */

START_TEST(strings_are_escaped)
{
    for (size_t i = 0; i < TEST_COUNT(strings); i++) {
        buf_clear(&out);
        json_put_text(&out, slice_of(strings[i].text, strings[i].len));
        ck_assert_str_eq(buf_cstr(&out), strings[i].json);
    }
}
END_TEST

/* What is written means the same to a parser. */
START_TEST(every_character_survives)
{
    struct error err;
    char text[128];
    for (size_t i = 1; i < sizeof text; i++)
        text[i - 1] = (char)i;
    text[127] = '\0';
    json_put_begin(&out, "t", "");
    json_put_str(&out, text);
    struct buf whole = {0};
    buf_printf(&whole, "{%s}", buf_cstr(&out));
    struct json *v = json_parse(buf_slice(&whole), &err);
    ck_assert_msg(v, "%s", err.text);
    ck_assert_str_eq(json_str(json_get(v, "t")), text);
    json_free(v);
    buf_release(&whole);
}
END_TEST

START_TEST(no_string_is_an_empty_one)
{
    json_put_str(&out, NULL);
    ck_assert_str_eq(buf_cstr(&out), "\"\"");
}
END_TEST

/* --- numbers -------------------------------------------------------------- */

START_TEST(numbers_at_their_ends)
{
    json_put_int(&out, 0);
    buf_add_byte(&out, ' ');
    json_put_int(&out, INT64_MAX);
    buf_add_byte(&out, ' ');
    json_put_int(&out, INT64_MIN);
    ck_assert_str_eq(buf_cstr(&out),
                     "0 9223372036854775807 -9223372036854775808");
}
END_TEST

/* --- commas --------------------------------------------------------------- */

START_TEST(commas_stand_between_only)
{
    buf_add_byte(&out, '{');
    json_put_member(&out, "a", "x");
    json_put_member(&out, "left out", NULL);
    json_put_begin(&out, "list", "[");
    for (int i = 1; i <= 3; i++) {
        json_put_comma(&out);
        json_put_int(&out, i);
    }
    buf_add_str(&out, "]");
    json_put_begin(&out, "o", "{");
    json_put_number(&out, "n", -1);
    buf_add_str(&out, "}}");
    ck_assert_str_eq(buf_cstr(&out),
                     "{\"a\":\"x\",\"list\":[1,2,3],\"o\":{\"n\":-1}}");
}
END_TEST

/* A string may end in what begins a list; its quote is what counts. */
START_TEST(a_brace_in_a_string_begins_nothing)
{
    buf_add_byte(&out, '[');
    json_put_str(&out, "{");
    json_put_comma(&out);
    json_put_str(&out, "[");
    buf_add_byte(&out, ']');
    ck_assert_str_eq(buf_cstr(&out), "[\"{\",\"[\"]");
}
END_TEST

START_TEST(lines_begin_anew)
{
    buf_add_str(&out, "{}\n");
    json_put_comma(&out);
    ck_assert_str_eq(buf_cstr(&out), "{}\n");
}
END_TEST

TEST_MAIN(strings_are_escaped, every_character_survives,
          no_string_is_an_empty_one, numbers_at_their_ends,
          commas_stand_between_only, a_brace_in_a_string_begins_nothing,
          lines_begin_anew)
