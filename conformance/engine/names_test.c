/* names_test.c - ids and topics that no other scenario uses.
 * SPDX-License-Identifier: MIT */
#include "conformance/engine/names.h"

#include "base/test.h"

START_TEST(ids_are_short_and_differ_by_number)
{
    static const struct {
        const char *name, *tag;
        unsigned number;
        const char *id;
    } rows[] = {
        {"sub", "k3x9q2", 1, "subk3x9q2001"},
        {"sub", "k3x9q2", 36 * 36, "subk3x9q2100"},
        {"sub", "k3x9q2", 36 * 36 * 36, "subk3x9q21000"},
        {"averyverylongclientname", "k3x9q2", 35, "averyverylongck3x9q200z"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        char suffix[NAMES_SUFFIX_LEN + 1];
        struct buf id = {0};
        names_suffix(suffix, rows[i].tag, rows[i].number);
        names_client_id(&id, slice_str(rows[i].name), suffix);
        if (i < 3)
            ck_assert_str_eq(buf_cstr(&id), rows[i].id);
        ck_assert_uint_le(id.len, NAMES_ID_MAX);
        ck_assert(strstr(buf_cstr(&id), suffix) != NULL);
        buf_release(&id);
    }
}
END_TEST

START_TEST(a_tag_is_of_letters_and_digits)
{
    char tag[NAMES_TAG_LEN + 1];
    names_make_tag(tag);
    ck_assert(names_tag_valid(tag));
    ck_assert_uint_eq(strlen(tag), NAMES_TAG_LEN);
    ck_assert(!names_tag_valid(""));
    ck_assert(!names_tag_valid("a/b"));
    ck_assert(!names_tag_valid("toolongtag"));
}
END_TEST

START_TEST(templates_count)
{
    struct buf b = {0};
    names_fill(&b, slice_str("u{n}-{n}{m}"), 12);
    ck_assert_str_eq(buf_cstr(&b), "u12-12{m}");
    buf_release(&b);
}
END_TEST

TEST_MAIN(ids_are_short_and_differ_by_number, a_tag_is_of_letters_and_digits,
          templates_count)
