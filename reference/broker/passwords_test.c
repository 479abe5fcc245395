/* passwords_test.c - entries made, found, refused, replaced.
 * SPDX-License-Identifier: MIT */
#include "broker/passwords.h"

#include "base/test.h"

static struct error err;

static struct passwords *
parse(const char *text)
{
    return passwords_parse(slice_str(text), "file", &err);
}

START_TEST(an_entry_proves_its_password_and_no_other)
{
    struct buf text = {0};
    passwords_add(&text, slice_str("ann"), slice_str("secret"), 0);
    struct passwords *p = parse(buf_cstr(&text));
    ck_assert_msg(p, "%s", err.text);
    ck_assert(passwords_verify(p, slice_str("ann"), slice_str("secret")));
    ck_assert(!passwords_verify(p, slice_str("ann"), slice_str("Secret")));
    ck_assert(!passwords_verify(p, slice_str("ann"), slice_str("")));
    ck_assert(!passwords_verify(p, slice_str("bob"), slice_str("secret")));
    ck_assert(!passwords_verify(p, slice_str(""), slice_str("secret")));
    ck_assert_ptr_null(strstr(buf_cstr(&text), "secret"));
    ck_assert_ptr_null(passwords_scram(p, mqtt_scram_method_at(0),
                                       slice_str("ann")));
    passwords_free(p);
    buf_release(&text);
}
END_TEST

START_TEST(scram_has_a_line_per_method)
{
    struct buf text = {0};
    passwords_add(&text, slice_str("a=b"), slice_str("s"), 2);
    struct passwords *p = parse(buf_cstr(&text));
    ck_assert_msg(p, "%s", err.text);
    for (size_t i = 0; i < 2; i++) {
        const struct mqtt_scram_method *m = mqtt_scram_method_at(i);
        const struct mqtt_scram_keys *k =
            passwords_scram(p, m, slice_str("a=b"));
        struct mqtt_scram_keys again = *k;
        ck_assert_uint_eq(k->iterations, 2);
        mqtt_scram_derive(&again, m, slice_str("s"));
        ck_assert_mem_eq(again.server_key, k->server_key, m->len);
        ck_assert_ptr_eq(passwords_scram(p, m, slice_str("")), k);
        ck_assert_ptr_null(passwords_scram(p, m, slice_str("b")));
    }
    passwords_free(p);
    buf_release(&text);
}
END_TEST

#define SALT "AAAAAAAAAAAAAAAAAAAAAA=="
#define KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

START_TEST(bad_lines_are_named)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"ann", "file:1: an entry is USER:METHOD:...; plumb-broker passwd "
                "makes them"},
        {"# x\n\nann:md5:1", "file:3: 'md5' is not scrypt, SCRAM-SHA-256 or "
                             "SCRAM-SHA-512"},
        {":scrypt:15", "file:1: a user name has 1 to 255 bytes"},
        {"ann:scrypt:15:8:1:" SALT ":AAAA",
         "file:1: the entry of 'ann' is damaged; plumb-broker passwd makes a "
         "new one"},
        {"ann:scrypt:99:8:1:" SALT ":" KEY,
         "file:1: the entry of 'ann' is damaged; plumb-broker passwd makes a "
         "new one"},
        {"ann:SCRAM-SHA-256:0:" SALT ":" KEY ":" KEY,
         "file:1: the entry of 'ann' is damaged; plumb-broker passwd makes a "
         "new one"},
        {"ann:scrypt:15:8:1:" SALT ":" KEY "\nann:scrypt:15:8:1:" SALT ":" KEY,
         "file:2: 'ann' has two entries of this kind"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        ck_assert_ptr_null(parse(rows[i].text));
        ck_assert_str_eq(err.text, rows[i].error);
    }
    struct passwords *p = parse("# nobody\r\n\n");
    ck_assert_ptr_nonnull(p);
    ck_assert(!passwords_verify(p, slice_str("ann"), slice_str("x")));
    passwords_free(p);
}
END_TEST

START_TEST(an_entry_is_taken_out)
{
    struct buf out = {0};
    ck_assert_uint_eq(passwords_without(&out,
                                        slice_str("# c\nann:x\nb:y\nann:z\n"),
                                        slice_str("ann")),
                      2);
    ck_assert_str_eq(buf_cstr(&out), "# c\nb:y\n");
    buf_release(&out);
}
END_TEST

START_TEST(names_that_cannot_be)
{
    ck_assert_ptr_null(passwords_bad_user(slice_str("J\xc3\xb6rg @home")));
    ck_assert_ptr_nonnull(passwords_bad_user(slice_str("a:b")));
    ck_assert_ptr_nonnull(passwords_bad_user(slice_str("a\nb")));
    ck_assert_ptr_nonnull(passwords_bad_user(slice_str("#a")));
    ck_assert_ptr_nonnull(passwords_bad_user(slice_str("\xff")));
    ck_assert_ptr_null(passwords_bad_password(slice_str("\xc3\xb6"), false));
    ck_assert_ptr_nonnull(passwords_bad_password(slice_str("\xc3\xb6"), true));
    ck_assert_ptr_nonnull(passwords_bad_password(slice_str(""), false));
}
END_TEST

TEST_MAIN(an_entry_proves_its_password_and_no_other,
          scram_has_a_line_per_method, bad_lines_are_named,
          an_entry_is_taken_out, names_that_cannot_be)
