/* utf8_test.c - well-formed and ill-formed UTF-8, class by class.
 * SPDX-License-Identifier: MIT
 *
 * The classes are the rows of table 3-7 of the Unicode standard, each at its
 * borders; the exhaustive tests below rebuild the table from the definition. */
#include "base/utf8.h"

#include "base/test.h"

/* clang-format off */
static const struct good {
    const char *bytes; uint32_t code;
} goods[] = {
    {"\x01", 1},               {"\x7f", 0x7f},
    {"\xc2\x80", 0x80},        {"\xdf\xbf", 0x7ff},
    {"\xe0\xa0\x80", 0x800},   {"\xe0\xbf\xbf", 0xfff},
    {"\xe1\x80\x80", 0x1000},  {"\xec\xbf\xbf", 0xcfff},
    {"\xed\x80\x80", 0xd000},  {"\xed\x9f\xbf", 0xd7ff},
    {"\xee\x80\x80", 0xe000},  {"\xef\xbf\xbf", 0xffff},
    {"\xef\xbb\xbf", 0xfeff},  {"\xef\xbf\xbe", 0xfffe},
    {"\xf0\x90\x80\x80", 0x10000}, {"\xf0\xbf\xbf\xbf", 0x3ffff},
    {"\xf1\x80\x80\x80", 0x40000}, {"\xf3\xbf\xbf\xbf", 0xfffff},
    {"\xf4\x80\x80\x80", 0x100000}, {"\xf4\x8f\xbf\xbf", 0x10ffff},
};

static const struct bad {
    const char *bytes; size_t at; const char *why;
} bads[] = {
    {"\x80",                 0, "continuation alone, lowest"},
    {"\xbf",                 0, "continuation alone, highest"},
    {"ab\x80" "c",           2, "continuation after ASCII"},
    {"\xc3\xa4\xa4",         2, "one continuation too many"},
    {"\xc0\x80",             0, "overlong NUL in two bytes"},
    {"\xc0\xaf",             0, "overlong '/' in two bytes"},
    {"\xc1\xbf",             0, "overlong DEL in two bytes"},
    {"\xe0\x80\x80",         0, "overlong NUL in three bytes"},
    {"\xe0\x80\xaf",         0, "overlong '/' in three bytes"},
    {"\xe0\x9f\xbf",         0, "overlong U+07FF in three bytes"},
    {"\xf0\x80\x80\xaf",     0, "overlong '/' in four bytes"},
    {"\xf0\x8f\xbf\xbf",     0, "overlong U+FFFF in four bytes"},
    {"\xed\xa0\x80",         0, "surrogate U+D800"},
    {"\xed\xad\xbf",         0, "surrogate U+DB7F"},
    {"\xed\xbf\xbf",         0, "surrogate U+DFFF"},
    {"\xed\xa0\x80\xed\xb0\x80", 0, "surrogate pair"},
    {"\xf4\x90\x80\x80",     0, "U+110000"},
    {"\xf5\x80\x80\x80",     0, "lead byte f5"},
    {"\xf7\xbf\xbf\xbf",     0, "lead byte f7"},
    {"\xf8\x88\x80\x80\x80", 0, "five-byte form"},
    {"\xfc\x84\x80\x80\x80\x80", 0, "six-byte form"},
    {"\xfe",                 0, "byte fe"},
    {"\xff",                 0, "byte ff"},
    {"a\xc3",                1, "two-byte form cut after 1"},
    {"a\xe2\x82",            1, "three-byte form cut after 2"},
    {"a\xe2",                1, "three-byte form cut after 1"},
    {"a\xf0\x9f\x92",        1, "four-byte form cut after 3"},
    {"a\xf0\x9f",            1, "four-byte form cut after 2"},
    {"a\xf0",                1, "four-byte form cut after 1"},
    {"\xc3" "a",             0, "ASCII where byte 2 of 2 belongs"},
    {"\xe2" "aa",            0, "ASCII where byte 2 of 3 belongs"},
    {"\xe2\x82" "a",         0, "ASCII where byte 3 of 3 belongs"},
    {"\xf0\x9f\x92" "a",     0, "ASCII where byte 4 of 4 belongs"},
    {"\xf0\x9f" "a\x80",     0, "ASCII where byte 3 of 4 belongs"},
    {"\xc3\xc3\xa4",         0, "lead byte where a continuation belongs"},
    {"\xe2\x82\xc0",         0, "byte c0 where a continuation belongs"},
};
/* clang-format on */

START_TEST(well_formed_characters_have_their_code)
{
    for (size_t i = 0; i < TEST_COUNT(goods); i++) {
        struct slice s = slice_str(goods[i].bytes);
        uint32_t code = 0;
        ck_assert_uint_eq(utf8_char(s, &code), s.len);
        ck_assert_uint_eq(code, goods[i].code);
        ck_assert_uint_eq(utf8_char(s, NULL), s.len);
        ck_assert(utf8_valid(s));
    }
}
END_TEST

START_TEST(ill_formed_sequences_are_found_where_they_begin)
{
    for (size_t i = 0; i < TEST_COUNT(bads); i++) {
        struct slice s = slice_str(bads[i].bytes);
        ck_assert_msg(!utf8_valid(s), "%s", bads[i].why);
        ck_assert_msg(utf8_bad_at(s) == bads[i].at, "%s: at %zu", bads[i].why,
                      utf8_bad_at(s));
        ck_assert_msg(utf8_char(slice_from(s, bads[i].at), NULL) == 0, "%s",
                      bads[i].why);
    }
}
END_TEST

START_TEST(nothing_and_nul_are_well_formed)
{
    ck_assert(utf8_valid(slice_of(NULL, 0)));
    ck_assert(utf8_valid(slice_of("a\0b", 3)));
    ck_assert_uint_eq(utf8_char(slice_of(NULL, 0), NULL), 0);
    ck_assert_uint_eq(utf8_char(slice_of("\0", 1), NULL), 1);
}
END_TEST

static size_t
encode(uint32_t c, uint8_t out[4])
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (uint8_t)(0x80 | (c & 0x3f));
    out[0] = (uint8_t)(n == 1 ? c : (0xf00 >> n & 0xff) | c);
    return n;
}

/* Every code point, encoded by the definition: right exactly when it is no
 * surrogate; and no proper beginning of it is a character. */
START_TEST(every_code_point)
{
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        uint8_t bytes[4];
        uint32_t code = UINT32_MAX;
        size_t n = encode(c, bytes);
        bool is_surrogate = c >= 0xd800 && c <= 0xdfff;
        size_t got = utf8_char(slice_of(bytes, n), &code);
        if (got != (is_surrogate ? 0 : n) || (got && code != c) ||
            (n > 1 && utf8_char(slice_of(bytes, n - 1), NULL) != 0))
            ck_abort_msg("U+%04X", c);
    }
}
END_TEST

/* Of all pairs and triples of bytes, as many are well-formed as there are
 * code points that need exactly so many. */
START_TEST(no_other_pair_or_triple_is_well_formed)
{
    size_t pairs = 0, triples = 0;
    for (uint32_t v = 0; v < 0x1000000; v++) {
        uint8_t b[3] = {(uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
        if (b[0] < 0x80)
            continue;
        triples += utf8_char(slice_of(b, 3), NULL) == 3;
        if (b[2] == 0)
            pairs += utf8_char(slice_of(b, 2), NULL) == 2;
    }
    ck_assert_uint_eq(pairs, 0x800 - 0x80);
    ck_assert_uint_eq(triples, 0x10000 - 0x800 - 0x800);
}
END_TEST

START_TEST(width_counts_columns)
{
    ck_assert_uint_eq(utf8_width(slice_str("abc")), 3);
    ck_assert_uint_eq(utf8_width(slice_str("e\xcc\x81")), 1);   /* combining */
    ck_assert_uint_eq(utf8_width(slice_str("\xe4\xb8\xad")), 2); /* wide */
    ck_assert_uint_eq(utf8_width(slice_str("\xf0\x9f\x98\x80")), 2);
    ck_assert_uint_eq(utf8_width(slice_str("a\xff\xc3")), 3); /* ill-formed */
}
END_TEST

/* [MQTT-1.5.4-1, MQTT-1.5.4-2] */
START_TEST(text_is_well_formed_and_has_no_nul)
{
    ck_assert(utf8_is_text(slice_str("")));
    ck_assert(utf8_is_text(slice_str("\xe4\xb8\xad and eight more")));
    ck_assert(!utf8_is_text(slice_str("eight more \xed\xa0\x80")));
    ck_assert(!utf8_is_text(slice_of("a\0b", 3)));
    ck_assert(!utf8_is_text(slice_of("eight more\0", 11)));
    ck_assert(!utf8_is_text(slice_of("\xe4\xb8\xad\0", 4)));
}
END_TEST

TEST_MAIN(well_formed_characters_have_their_code,
          ill_formed_sequences_are_found_where_they_begin,
          nothing_and_nul_are_well_formed, every_code_point,
          no_other_pair_or_triple_is_well_formed, width_counts_columns,
          text_is_well_formed_and_has_no_nul)
