/* keylog_test.c - TLS secrets, from lines and from a file that grows.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <unistd.h>

#include "base/test.h"
#include "trace/unwrap/keylog.h"

#define RANDOM "000102030405060708090a0b0c0d0e0f" \
               "101112131415161718191a1b1c1d1e1f"
#define SECRET "ffeeddccbbaa99887766554433221100" \
               "ffeeddccbbaa99887766554433221100"
#define HALF "ffeeddccbbaa99887766554433221100"

static const uint8_t client_random[KEYLOG_RANDOM_LEN] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

static const struct {
    const char *name, *line;
    enum keylog_label label;
    size_t len; /* of the secret; 0: the line is none */
} lines[] = {
    {"TLS 1.2", "CLIENT_RANDOM " RANDOM " " SECRET HALF "\n", KEYLOG_MASTER,
     48},
    {"a secret too long", "CLIENT_RANDOM " RANDOM " " SECRET SECRET "\n",
     KEYLOG_MASTER, 0},
    {"TLS 1.3, client", "CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET "\n",
     KEYLOG_CLIENT_TRAFFIC, 32},
    {"TLS 1.3, server", "SERVER_TRAFFIC_SECRET_0 " RANDOM " " SECRET "\r\n",
     KEYLOG_SERVER_TRAFFIC, 32},
    {"handshake", "CLIENT_HANDSHAKE_TRAFFIC_SECRET " RANDOM " " SECRET "\n",
     KEYLOG_CLIENT_HANDSHAKE, 32},
    {"a label nobody knows", "CLIENT_SECRET " RANDOM " " SECRET "\n",
     KEYLOG_CLIENT_TRAFFIC, 0},
    {"a comment", "# CLIENT_RANDOM " RANDOM " " SECRET "\n", KEYLOG_MASTER, 0},
    {"a short random", "CLIENT_TRAFFIC_SECRET_0 0001 " SECRET "\n",
     KEYLOG_CLIENT_TRAFFIC, 0},
    {"no hex", "CLIENT_TRAFFIC_SECRET_0 " RANDOM " zz\n",
     KEYLOG_CLIENT_TRAFFIC, 0},
    {"nothing", "\n", KEYLOG_MASTER, 0},
};

START_TEST(lines_are_secrets_or_skipped)
{
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        struct keylog *k = keylog_new();
        keylog_add(k, slice_str(lines[i].line));
        size_t len = keylog_get(k, lines[i].label, client_random).len;
        ck_assert_msg(len == lines[i].len, "%s: %zu", lines[i].name, len);
        ck_assert_int_eq(keylog_is_empty(k), lines[i].len == 0);
        keylog_free(k);
    }
}
END_TEST

START_TEST(a_file_that_grows_is_read_again)
{
    char path[] = "/tmp/keylog-XXXXXX";
    struct keylog *k = keylog_new();
    struct error err = {""};
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    FILE *file = fdopen(fd, "w");
    ck_assert_int_eq(keylog_open(k, path, &err), 0);
    ck_assert_uint_eq(keylog_get(k, KEYLOG_CLIENT_TRAFFIC, client_random).len,
                      0);
    fputs("CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET "\n", file);
    fclose(file);
    ck_assert_uint_eq(keylog_get(k, KEYLOG_CLIENT_TRAFFIC, client_random).len,
                      32);
    keylog_free(k);
    unlink(path);
}
END_TEST

START_TEST(what_is_no_key_log_is_named)
{
    struct keylog *k = keylog_new();
    struct error err = {""};
    ck_assert_int_eq(keylog_open(k, "no/such/file", &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "no/such/file"));
    ck_assert_int_eq(keylog_open(k, "trace/testdata/README.md", &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "trace/testdata/README.md"));
    keylog_free(k);
}
END_TEST

TEST_MAIN(lines_are_secrets_or_skipped, a_file_that_grows_is_read_again,
          what_is_no_key_log_is_named)
