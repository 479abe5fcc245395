/* hex_test.c - bytes as hexadecimal and as quoted text.
 * SPDX-License-Identifier: MIT */
#include "base/hex.h"

#include "base/random.h"
#include "base/test.h"

static struct buf out;

static const char *
quoted(struct slice s)
{
    buf_clear(&out);
    hex_quote(&out, s);
    return buf_cstr(&out);
}

START_TEST(printed_with_and_without_separator)
{
    struct slice s = slice_of("\x00\x1f\xa0\xff", 4);
    hex_print(&out, s, ' ');
    ck_assert_str_eq(buf_cstr(&out), "00 1f a0 ff");
    buf_clear(&out);
    hex_print(&out, s, 0);
    ck_assert_str_eq(buf_cstr(&out), "001fa0ff");
    buf_clear(&out);
    hex_print(&out, slice_of(NULL, 0), ' ');
    ck_assert_uint_eq(out.len, 0);
    buf_release(&out);
}
END_TEST

START_TEST(parsed_in_every_spelling)
{
    static const char *const spellings[] = {"00 1f a0 ff", "001fa0ff",
                                            "001F A0\nfF\t", "  001fa0 ff"};
    for (size_t i = 0; i < TEST_COUNT(spellings); i++) {
        buf_clear(&out);
        ck_assert(hex_parse(&out, slice_str(spellings[i])));
        ck_assert(slice_equal(buf_slice(&out),
                              slice_of("\x00\x1f\xa0\xff", 4)));
    }
    ck_assert(hex_parse(&out, slice_str("")));
    buf_release(&out);
}
END_TEST

START_TEST(bad_hexadecimal_appends_nothing)
{
    static const char *const bad[] = {"0", "001", "0 0", "0g", "g0", "00,11",
                                      "0x00", "00 1", "/0", ":0", "@0", "`0"};
    buf_add_str(&out, "kept");
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        ck_assert_msg(!hex_parse(&out, slice_str(bad[i])), "%s", bad[i]);
        ck_assert(slice_is(buf_slice(&out), "kept"));
    }
    buf_release(&out);
}
END_TEST

START_TEST(digits_have_values)
{
    static const char digits[] = "0123456789abcdef", upper[] = "ABCDEF";
    int known = 0;
    for (int i = 0; i < 16; i++)
        ck_assert_int_eq(hex_digit((uint8_t)digits[i]), i);
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(hex_digit((uint8_t)upper[i]), 10 + i);
    for (int c = 0; c < 256; c++)
        known += hex_digit((uint8_t)c) >= 0;
    ck_assert_int_eq(known, 22);
}
END_TEST

START_TEST(quoting_escapes_what_must_be)
{
    ck_assert_str_eq(quoted(slice_str("a/b")), "\"a/b\"");
    ck_assert_str_eq(quoted(slice_of(NULL, 0)), "\"\"");
    ck_assert_str_eq(quoted(slice_str("q\" s\\ n\n t\t r\r")),
                     "\"q\\\" s\\\\ n\\n t\\t r\\r\"");
    ck_assert_str_eq(quoted(slice_of("\0\x1f\x7f", 3)), "\"\\x00\\x1f\\x7f\"");
    ck_assert_str_eq(quoted(slice_str("gr\xc3\xbc\xc3\x9f")),
                     "\"gr\xc3\xbc\xc3\x9f\"");
    ck_assert_str_eq(quoted(slice_str("\xc3(\xff")), "\"\\xc3(\\xff\"");
    buf_release(&out);
}
END_TEST

START_TEST(escaping_can_be_cut_short)
{
    hex_escape(&out, slice_str("abcdef"), 3);
    ck_assert_str_eq(buf_cstr(&out), "abc...");
    buf_clear(&out);
    hex_escape(&out, slice_str("abc"), 3);
    ck_assert_str_eq(buf_cstr(&out), "abc");
    buf_clear(&out);
    hex_escape(&out, slice_str("ab\xc3\xa4z"), 3); /* no half characters */
    ck_assert_str_eq(buf_cstr(&out), "ab\xc3\xa4...");
    buf_release(&out);
}
END_TEST

START_TEST(every_escape_has_a_meaning)
{
    size_t bad_at = 99;
    ck_assert(hex_unescape(&out, slice_str("a\\n\\t\\r\\0\\\"\\\\\\x41\\xfF"),
                           &bad_at));
    ck_assert(slice_equal(buf_slice(&out),
                          slice_of("a\n\t\r\0\"\\A\xff", 9)));
    buf_release(&out);
}
END_TEST

START_TEST(a_bad_escape_says_where)
{
    static const struct {
        const char *inside;
        size_t at;
    } rows[] = {{"\\", 0},     {"ab\\", 2},  {"\\q", 0},     {"a\\x4", 1},
                {"\\xg0", 0},  {"\\x0g", 0}, {"\\n\\x", 2},  {"\\\\\\u", 2}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        size_t bad_at = 99;
        ck_assert(!hex_unescape(&out, slice_str(rows[i].inside), &bad_at));
        ck_assert_uint_eq(bad_at, rows[i].at);
    }
    buf_release(&out);
}
END_TEST

START_TEST(any_bytes_survive_both_forms)
{
    struct random r;
    struct buf text = {0};
    random_seed(&r, 11);
    for (int i = 0; i < 20000; i++) {
        uint8_t bytes[40];
        size_t n = random_below(&r, sizeof bytes), bad_at;
        for (size_t k = 0; k < n; k++)
            bytes[k] = (uint8_t)random_u64(&r);
        buf_clear(&text);
        hex_quote(&text, slice_of(bytes, n));
        struct slice inside = slice_of(text.data + 1, text.len - 2);
        buf_clear(&out);
        ck_assert(hex_unescape(&out, inside, &bad_at));
        ck_assert(slice_equal(buf_slice(&out), slice_of(bytes, n)));
        buf_clear(&text);
        hex_print(&text, slice_of(bytes, n), i % 2 ? ' ' : 0);
        buf_clear(&out);
        ck_assert(hex_parse(&out, buf_slice(&text)));
        ck_assert(slice_equal(buf_slice(&out), slice_of(bytes, n)));
    }
    buf_release(&text);
    buf_release(&out);
}
END_TEST

START_TEST(text_is_what_a_person_reads)
{
    ck_assert(hex_is_text(slice_str("hello\n\tgr\xc3\xbc\xc3\x9f")));
    ck_assert(hex_is_text(slice_of(NULL, 0)));
    ck_assert(!hex_is_text(slice_str("a\rb")));
    ck_assert(!hex_is_text(slice_of("a\0b", 3)));
    ck_assert(!hex_is_text(slice_str("\x7f")));
    ck_assert(!hex_is_text(slice_str("\xff")));
}
END_TEST

TEST_MAIN(printed_with_and_without_separator, parsed_in_every_spelling,
          bad_hexadecimal_appends_nothing, digits_have_values,
          quoting_escapes_what_must_be, escaping_can_be_cut_short,
          every_escape_has_a_meaning, a_bad_escape_says_where,
          any_bytes_survive_both_forms, text_is_what_a_person_reads)
