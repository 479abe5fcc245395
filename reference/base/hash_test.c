/* hash_test.c - SipHash-1-3 against another implementation.
 * SPDX-License-Identifier: MIT
 *
 * The expected values come from OpenSSL:
 *     openssl mac -macopt c-rounds:1 -macopt d-rounds:3 -macopt size:8
 *             -macopt hexkey:... -in FILE SIPHASH
 * with the second half of the key made from the first as in hash.c.         */
#include "base/hash.h"

#include "base/test.h"

/* clang-format off */
static const struct vector {
    uint64_t key; const char *text; uint64_t hash;
} vectors[] = {
    {0x0,               "",              0x61d1b8495b88d5e1},
    {0x0,               "a",             0x6cd2f1583967b431},
    {0x0,               "1234567",       0xc0c5b2e3a71d4da1},
    {0x0,               "12345678",      0x92aacf4142057484},
    {0x0,               "a/b/c/d/e/f/g", 0xb6ecb6c4a8c00ff7},
    {0x1,               "",              0xb07e276f2cdf61aa},
    {0x1,               "a",             0x0b9494ca7f40c4bb},
    {0x1,               "12345678",      0xd4d59780a238cd5e},
    {0x0123456789abcdef, "1234567",      0xc2d6fde117bb4e9c},
    {0x0123456789abcdef, "a/b/c/d/e/f/g", 0x1754efe894385c31},
};
/* clang-format on */

START_TEST(it_is_siphash)
{
    for (size_t i = 0; i < TEST_COUNT(vectors); i++)
        ck_assert_uint_eq(
            hash_bytes(vectors[i].key, slice_str(vectors[i].text)),
            vectors[i].hash);
    ck_assert_uint_eq(hash_bytes(0, slice_of(NULL, 0)), vectors[0].hash);
}
END_TEST

/* The same bytes at every alignment. */
START_TEST(alignment_does_not_matter)
{
    char room[32];
    for (size_t shift = 0; shift < 8; shift++) {
        memcpy(room + shift, "a/b/c/d/e/f/g", 13);
        ck_assert_uint_eq(hash_bytes(0, slice_of(room + shift, 13)),
                          0xb6ecb6c4a8c00ff7);
    }
}
END_TEST

TEST_MAIN(it_is_siphash, alignment_does_not_matter)
