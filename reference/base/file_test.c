/* file_test.c - whole files in and out.
 * SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <stdio.h>
#include <unistd.h>

#include "base/test.h"

static char path[] = P_tmpdir "/file_test-XXXXXX";

static void
make_path(void)
{
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
}

/* More than is read at once, and every byte value. */
START_TEST(what_is_written_is_read)
{
    struct buf content = {0}, back = {0};
    struct error err = {""};
    make_path();
    for (unsigned i = 0; i < 200000; i++)
        buf_add_byte(&content, (uint8_t)(i ^ i >> 8));
    ck_assert_int_eq(file_write(path, buf_slice(&content), &err), 0);
    buf_add_str(&back, "before ");
    ck_assert_int_eq(file_read(&back, path, &err), 0);
    ck_assert(slice_equal(slice_from(buf_slice(&back), 7),
                          buf_slice(&content)));
    unlink(path);
    buf_release(&content);
    buf_release(&back);
}
END_TEST

START_TEST(a_file_is_made_anew)
{
    struct buf back = {0};
    struct error err = {""};
    make_path();
    ck_assert_int_eq(file_write(path, slice_str("long text"), &err), 0);
    ck_assert_int_eq(file_write(path, slice_str("text"), &err), 0);
    ck_assert_int_eq(file_read(&back, path, &err), 0);
    ck_assert_str_eq(buf_cstr(&back), "text");
    ck_assert_int_eq(file_write(path, slice_of(NULL, 0), &err), 0);
    buf_clear(&back);
    ck_assert_int_eq(file_read(&back, path, &err), 0);
    ck_assert_uint_eq(back.len, 0);
    unlink(path);
    buf_release(&back);
}
END_TEST

START_TEST(what_cannot_be_read_says_why)
{
    struct buf out = {0};
    struct error err = {""};
    ck_assert_int_eq(file_read(&out, "/nonexistent/x", &err), -1);
    ck_assert_str_eq(err.text, "/nonexistent/x: cannot be read: No such file "
                               "or directory");
    ck_assert_int_eq(file_read(&out, P_tmpdir, &err), -1);
    ck_assert_str_eq(err.text, P_tmpdir ": cannot be read: Is a directory");
    buf_release(&out);
}
END_TEST

START_TEST(what_cannot_be_written_says_why)
{
    struct error err = {""};
    ck_assert_int_eq(file_write("/nonexistent/x", slice_str("x"), &err), -1);
    ck_assert_str_eq(err.text, "/nonexistent/x: cannot be written: No such "
                               "file or directory");
    if (access("/dev/full", W_OK) != 0)
        return; /* only Linux has it */
    ck_assert_int_eq(file_write("/dev/full", slice_str("x"), &err), -1);
    ck_assert_str_eq(err.text, "/dev/full: cannot be written: No space left "
                               "on device");
}
END_TEST

TEST_MAIN(what_is_written_is_read, a_file_is_made_anew,
          what_cannot_be_read_says_why, what_cannot_be_written_says_why)
