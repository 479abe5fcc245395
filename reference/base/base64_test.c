/* base64_test.c - the vectors of RFC 4648, and texts that are none.
 * SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include "base/random.h"
#include "base/test.h"

/* RFC 4648, section 10, and one with the last two letters of the alphabet. */
static const struct row {
    const char *bytes, *text;
} rows[] = {
    {"", ""},           {"f", "Zg=="},        {"fo", "Zm8="},
    {"foo", "Zm9v"},    {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"}, {"\xff\xef\xfe", "/+/+"},
};

START_TEST(both_ways)
{
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct buf text = {0}, bytes = {0};
        base64_encode(&text, slice_str(rows[i].bytes));
        ck_assert_str_eq(buf_cstr(&text), rows[i].text);
        ck_assert_uint_eq(text.len, BASE64_LEN(strlen(rows[i].bytes)));
        ck_assert(base64_decode(&bytes, buf_slice(&text)));
        ck_assert_str_eq(buf_cstr(&bytes), rows[i].bytes);
        buf_release(&text);
        buf_release(&bytes);
    }
}
END_TEST

START_TEST(texts_that_are_none)
{
    static const char *const bad[] = {
        "Z",    "Zg",   "Zg=",      "Zm9v=",    "Z===", "====",
        "Zm9 ", "Zm9-", "Zg==Zm9v", "Zm=v",     "=m9v", "Zm9vYg=a",
        "Zh==", "Zm9=", "\xffm9v",  "Zm9v\nZg"};
    struct buf out = {0};
    buf_add_str(&out, "kept");
    for (size_t i = 0; i < TEST_COUNT(bad); i++)
        ck_assert_msg(!base64_decode(&out, slice_str(bad[i])), "%s", bad[i]);
    ck_assert(!base64_decode(&out, slice_of("Zm\0v", 4)));
    ck_assert_str_eq(buf_cstr(&out), "kept");
    buf_release(&out);
}
END_TEST

START_TEST(any_bytes_survive)
{
    struct random r;
    random_seed(&r, 1);
    for (int i = 0; i < 2000; i++) {
        struct buf bytes = {0}, text = {0}, again = {0};
        for (uint64_t n = random_below(&r, 40); n > 0; n--)
            buf_add_byte(&bytes, (uint8_t)random_u64(&r));
        base64_encode(&text, buf_slice(&bytes));
        ck_assert(base64_decode(&again, buf_slice(&text)));
        ck_assert(slice_equal(buf_slice(&again), buf_slice(&bytes)));
        buf_release(&bytes);
        buf_release(&text);
        buf_release(&again);
    }
}
END_TEST

TEST_MAIN(both_ways, texts_that_are_none, any_bytes_survive)
