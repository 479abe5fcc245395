/* payload_test.c - payloads from the command line and from files.
 * SPDX-License-Identifier: MIT */
#include "client/payload.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/test.h"

START_TEST(from_the_command_line)
{
    struct buf out = {0};
    struct error err;
    struct options text = {.source = SOURCE_TEXT, .text = "hello"};
    struct options empty = {.source = SOURCE_EMPTY};
    ck_assert_int_eq(payload_read(&out, &text, &err), 0);
    ck_assert_str_eq(buf_cstr(&out), "hello");
    buf_clear(&out);
    ck_assert_int_eq(payload_read(&out, &empty, &err), 0);
    ck_assert_uint_eq(out.len, 0);
    buf_release(&out);
}
END_TEST

START_TEST(from_a_file)
{
    char path[] = "/tmp/payload_test.XXXXXX";
    struct buf out = {0};
    struct error err;
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, "a\0b\n", 4), 4);
    struct options o = {.source = SOURCE_FILE, .path = path};
    ck_assert_int_eq(payload_read(&out, &o, &err), 0);
    ck_assert_uint_eq(out.len, 4);
    ck_assert_mem_eq(out.data, "a\0b\n", 4);
    close(fd);
    unlink(path);
    ck_assert_int_eq(payload_read(&out, &o, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "cannot open /tmp/payload_test."));
    buf_release(&out);
}
END_TEST

START_TEST(a_folder_is_no_file)
{
    struct buf out = {0};
    struct error err;
    struct options o = {.source = SOURCE_FILE, .path = "/"};
    ck_assert_int_eq(payload_read(&out, &o, &err), -1);
    ck_assert_str_eq(err.text, "cannot read /: Is a directory");
    buf_release(&out);
}
END_TEST

TEST_MAIN(from_the_command_line, from_a_file, a_folder_is_no_file)
