/* word_test.c - eight bytes at a time.
 * SPDX-License-Identifier: MIT                                               */
#include "base/test.h"
#include "base/word.h"

START_TEST(a_part_is_the_word_with_zeroes_behind)
{
    const uint8_t bytes[8] = {0x81, 2, 3, 4, 5, 6, 7, 0xf8};
    ck_assert(word_at(bytes) == 0xf807060504030281u);
    for (size_t n = 0; n < 8; n++) {
        uint64_t mask = ((uint64_t)1 << 8 * n) - 1;
        ck_assert(word_part(bytes, n) == (word_at(bytes) & mask));
    }
}
END_TEST

START_TEST(a_byte_is_found_wherever_it_stands)
{
    for (int at = 0; at < 8; at++)
        for (int value = 0; value < 256; value++) {
            uint8_t bytes[8];
            memset(bytes, 0x7f, sizeof bytes);
            bytes[at] = (uint8_t)value;
            ck_assert(word_has_zero(word_at(bytes)) == (value == 0));
            ck_assert(word_has_top(word_at(bytes)) == (value >= 0x80));
        }
}
END_TEST

START_TEST(zeroes_are_counted)
{
    for (unsigned set = 0; set < 256; set++) {
        uint8_t bytes[8];
        for (int i = 0; i < 8; i++)
            bytes[i] = set >> i & 1 ? (i & 1 ? 0x80 : 0x01) : 0;
        ck_assert_uint_eq(word_zeroes(word_at(bytes)),
                          8 - (size_t)__builtin_popcount(set));
    }
}
END_TEST

TEST_MAIN(a_part_is_the_word_with_zeroes_behind,
          a_byte_is_found_wherever_it_stands, zeroes_are_counted)
