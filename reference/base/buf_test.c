/* buf_test.c - owned bytes that grow, and the writer on top of them.
 * SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include "base/random.h"
#include "base/test.h"
#include "base/writer.h"

START_TEST(a_zeroed_buf_is_empty_and_usable)
{
    struct buf b = {0};
    ck_assert_uint_eq(buf_slice(&b).len, 0);
    buf_add(&b, slice_of(NULL, 0));
    buf_add_fill(&b, 'x', 0);
    buf_splice(&b, 0, 0, slice_of(NULL, 0));
    buf_drop(&b, 0);
    ck_assert_ptr_null(buf_room(&b, 0));
    ck_assert_uint_eq(b.len, 0);
    ck_assert_str_eq(buf_cstr(&b), "");
    buf_release(&b);
    ck_assert_ptr_null(b.data);
    ck_assert_uint_eq(b.cap, 0);
}
END_TEST

START_TEST(things_are_appended)
{
    struct buf b = {0};
    buf_add_str(&b, "ab");
    buf_add_byte(&b, 'c');
    buf_add(&b, slice_of("d\0e", 3));
    buf_add_fill(&b, 'f', 2);
    buf_printf(&b, "%d-%s", 42, "end");
    ck_assert(slice_equal(buf_slice(&b), slice_of("abcd\0eff42-end", 14)));
    buf_clear(&b);
    ck_assert_uint_eq(b.len, 0);
    buf_release(&b);
}
END_TEST

START_TEST(a_c_string_does_not_count_its_end)
{
    struct buf b = {0};
    for (int i = 0; i < 100; i++) {
        ck_assert_uint_eq(strlen(buf_cstr(&b)), (size_t)i);
        ck_assert_uint_eq(b.len, (size_t)i);
        buf_add_byte(&b, 'x');
    }
    buf_release(&b);
}
END_TEST

START_TEST(printing_longer_than_the_room)
{
    struct buf b = {0};
    for (int i = 0; i < 50; i++)
        buf_printf(&b, "%0*d", i, 7);
    ck_assert_uint_eq(b.len, 1 + 49 * 50 / 2); /* "%0*d" of 0 and 1: "7" */
    ck_assert_uint_eq(b.data[b.len - 1], '7');
    buf_release(&b);
}
END_TEST

START_TEST(splice_replaces_in_place)
{
    static const struct {
        size_t at, old_len;
        const char *with, *result;
    } rows[] = {
        {0, 0, "xy", "xyhello"}, {5, 0, "xy", "helloxy"},
        {2, 1, "L", "heLlo"},    {1, 1, "123", "h123llo"},
        {1, 3, "", "ho"},        {0, 5, "", ""},
        {0, 5, "a", "a"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct buf b = {0};
        buf_add_str(&b, "hello");
        buf_splice(&b, rows[i].at, rows[i].old_len, slice_str(rows[i].with));
        ck_assert_str_eq(buf_cstr(&b), rows[i].result);
        ck_assert_uint_eq(b.len, strlen(rows[i].result));
        buf_release(&b);
    }
}
END_TEST

START_TEST(drop_takes_from_the_front)
{
    struct buf b = {0};
    buf_add_str(&b, "hello");
    buf_drop(&b, 2);
    ck_assert(slice_is(buf_slice(&b), "llo"));
    buf_drop(&b, 3);
    ck_assert_uint_eq(b.len, 0);
    buf_release(&b);
}
END_TEST

/* Against plain bytes in an array, with sizes around every growth step. */
START_TEST(random_edits_agree_with_an_array)
{
    static uint8_t model[70000];
    size_t len = 0;
    struct random r;
    struct buf b = {0};
    random_seed(&r, 3);
    for (int i = 0; i < 3000; i++) {
        size_t at = random_below(&r, len + 1);
        size_t old = random_below(&r, len - at + 1) % 60;
        uint8_t with[64];
        size_t n = random_below(&r, sizeof with);
        memset(with, (int)random_below(&r, 256), sizeof with);
        if (len + n > sizeof model)
            break;
        memmove(model + at + n, model + at + old, len - at - old);
        memcpy(model + at, with, n);
        len += n - old;
        buf_splice(&b, at, old, slice_of(with, n));
        ck_assert_uint_le(b.len, b.cap);
        ck_assert(slice_equal(buf_slice(&b), slice_of(model, len)));
    }
    buf_release(&b);
}
END_TEST

START_TEST(numbers_are_big_endian_and_can_be_patched)
{
    struct buf b = {0};
    writer_u8(&b, 0x01);
    writer_u16(&b, 0x0203);
    writer_u32(&b, 0x04050607);
    ck_assert(slice_equal(buf_slice(&b), slice_str("\1\2\3\4\5\6\7")));
    writer_patch_u16(&b, 1, 0xabcd);
    ck_assert(slice_equal(buf_slice(&b), slice_str("\1\xab\xcd\4\5\6\7")));
    buf_release(&b);
}
END_TEST

TEST_MAIN(a_zeroed_buf_is_empty_and_usable, things_are_appended,
          a_c_string_does_not_count_its_end, printing_longer_than_the_room,
          splice_replaces_in_place, drop_takes_from_the_front,
          random_edits_agree_with_an_array,
          numbers_are_big_endian_and_can_be_patched)
