/* reader_test.c - the cursor: right numbers, and sticky after an overrun.
 * SPDX-License-Identifier: MIT */
#include "base/reader.h"

#include "base/test.h"

enum { LEN = 11 };
/* Larger than LEN, so that an overrun would read something that is not 0. */
static const uint8_t bytes[32] = {1,    2,    3,    4,    5,    6,   7,
                                  0xff, 0xfe, 0xfd, 0xfc, 0xaa, 0xaa, 0xaa,
                                  0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa};

START_TEST(numbers_are_big_endian)
{
    struct reader r = reader_of(slice_of(bytes, LEN));
    ck_assert_uint_eq(reader_u8(&r), 0x01);
    ck_assert_uint_eq(reader_u16(&r), 0x0203);
    ck_assert_uint_eq(reader_u32(&r), 0x04050607);
    ck_assert_uint_eq(reader_at(&r), 7);
    ck_assert_uint_eq(reader_left(&r), 4);
    ck_assert_uint_eq(reader_u32(&r), 0xfffefdfc);
    ck_assert_uint_eq(reader_left(&r), 0);
    ck_assert(!r.failed);
}
END_TEST

START_TEST(capture_files_are_little_endian)
{
    struct reader r = reader_of(slice_of(bytes, LEN));
    ck_assert_uint_eq(reader_u16_le(&r), 0x0201);
    ck_assert_uint_eq(reader_u32_le(&r), 0x06050403);
    reader_u8(&r);
    ck_assert_uint_eq(reader_u32_le(&r), 0xfcfdfeff);
    ck_assert(!r.failed);
}
END_TEST

START_TEST(bytes_are_borrowed)
{
    struct reader r = reader_of(slice_of(bytes, LEN));
    struct slice s = reader_bytes(&r, 3);
    ck_assert_ptr_eq(s.ptr, bytes);
    ck_assert_uint_eq(s.len, 3);
    ck_assert_uint_eq(reader_bytes(&r, 0).len, 0);
    ck_assert_ptr_eq(reader_bytes(&r, 8).ptr, bytes + 3);
    ck_assert(!r.failed);
}
END_TEST

/* Each kind of read, one byte short, fails, yields zero and stays put; then
 * even a read that would fit yields zero. */
START_TEST(an_overrun_sticks)
{
    for (int kind = 0; kind < 6; kind++) {
        static const size_t sizes[] = {1, 2, 4, 2, 4, 5};
        struct reader r = reader_of(slice_of(bytes + 7, sizes[kind] - 1));
        uint32_t got = 0;
        switch (kind) {
        case 0: got = reader_u8(&r); break;
        case 1: got = reader_u16(&r); break;
        case 2: got = reader_u32(&r); break;
        case 3: got = reader_u16_le(&r); break;
        case 4: got = reader_u32_le(&r); break;
        case 5: got = (uint32_t)reader_bytes(&r, 5).len; break;
        }
        ck_assert_uint_eq(got, 0);
        ck_assert(r.failed);
        ck_assert_uint_eq(reader_at(&r), 0);
        ck_assert_uint_eq(reader_u8(&r), 0);
        ck_assert_uint_eq(reader_bytes(&r, 1).len, 0);
        ck_assert_uint_eq(reader_bytes(&r, 0).len, 0);
        ck_assert(r.failed);
    }
}
END_TEST

START_TEST(a_huge_length_does_not_wrap)
{
    struct reader r = reader_of(slice_of(bytes, LEN));
    reader_u8(&r);
    ck_assert_uint_eq(reader_bytes(&r, SIZE_MAX).len, 0);
    ck_assert(r.failed);
}
END_TEST

START_TEST(nothing_can_be_read_from_nothing)
{
    struct reader r = reader_of(slice_of(NULL, 0));
    ck_assert_uint_eq(reader_left(&r), 0);
    ck_assert_uint_eq(reader_bytes(&r, 0).len, 0);
    ck_assert(!r.failed);
    ck_assert_uint_eq(reader_u8(&r), 0);
    ck_assert(r.failed);
}
END_TEST

TEST_MAIN(numbers_are_big_endian, capture_files_are_little_endian,
          bytes_are_borrowed, an_overrun_sticks, a_huge_length_does_not_wrap,
          nothing_can_be_read_from_nothing)
